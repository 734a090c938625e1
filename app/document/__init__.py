"""Document: the open image and its labels, their saving and their undo history."""
