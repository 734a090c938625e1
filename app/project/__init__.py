"""Project: opening and creating one, going from image to image, one writer at a time."""
