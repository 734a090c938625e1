"""Images: reading, tiling, blending, overlays, indexed PNG."""
