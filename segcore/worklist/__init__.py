"""Worklist: which images and regions to correct next, how much is still wrong, and which corrections look wrong."""
