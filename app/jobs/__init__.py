"""Jobs: slow work off the UI thread, and the one widget that shows its progress."""
