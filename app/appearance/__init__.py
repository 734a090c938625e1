"""Appearance: theme, icons, hints, and text that is shown as it is."""
