"""Formats: exporting the labels."""
