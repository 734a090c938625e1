"""Canvas: the image with its overlays, and what a tool is to it."""
