"""Decoding TIFF files with tifffile and imagecodecs: strip by strip or tile by tile, into the array that is wanted."""
