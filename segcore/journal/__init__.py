"""Journal: the undo history of an image on disk."""
