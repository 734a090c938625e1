"""Commands on many pixels at once: of a piece, a class, an image."""
