"""Live: after each stroke the free pixels of the open image are decided again."""
