"""Worklist: the list of images."""
