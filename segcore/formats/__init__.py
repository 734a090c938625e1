"""Formats: one file and one row of the registry for each; matching, export and import of label maps."""
