"""The panels beside the canvas, one a file."""
