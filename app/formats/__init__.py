"""Formats: exporting labels, importing label maps."""
