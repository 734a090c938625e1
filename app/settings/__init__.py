"""Settings: one table of every setting, and its file."""
