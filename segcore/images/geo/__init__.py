"""Where on the Earth an image lies: read from GeoTIFF tags and world files, written beside label maps."""
