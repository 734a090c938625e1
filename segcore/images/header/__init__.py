"""What a file says of its image before a pixel is decoded: for the formats that are read, and no others."""

from __future__ import annotations

import re
import struct
from typing import IO

from segcore.images.header import jpeg, png, tiff
from segcore.images.header.header import METADATA, ImageHeader
from segcore.images.header.jpeg2000 import BOXES, CODESTREAM, read_jpeg2000
from segcore.images.header.small import read_bmp, read_gif, read_pnm
from segcore.images.header.webp import is_webp, read_webp

__all__ = ["METADATA", "ImageHeader", "read_header"]


def read_header(file: IO[bytes], page: int = 0) -> ImageHeader:
    """Read the header of an image file from its first byte on; what the file is called does not count.

    ``page`` counts the pages of a TIFF file from 0; other files have one.

    Raises
    ------
    ValueError
        Damaged, or none of JPEG, PNG, TIFF, BMP, WebP, GIF, PPM, PGM, PBM and JPEG 2000: a sentence for a message.
    OSError
        The disk refuses.
    """
    file.seek(0)
    head = file.read(16)
    try:
        if head.startswith(tiff.SIGNATURES):
            return tiff.read_tiff(file, page)
        if page:
            raise ValueError(f"it has no page {page + 1}, only 1")
        if head.startswith(jpeg.SIGNATURE):
            return jpeg.read_jpeg(file)
        if head.startswith(png.SIGNATURE):
            return png.read_png(file)
        if head.startswith((BOXES, CODESTREAM)):
            return read_jpeg2000(file)
        if is_webp(head):
            return read_webp(file)
        if head.startswith((b"GIF87a", b"GIF89a")):
            return read_gif(file)
        if head.startswith(b"BM"):
            return read_bmp(file)
        if re.match(rb"P[1-6][\s#]", head):
            return read_pnm(file)
    except (struct.error, IndexError, OverflowError) as error:
        raise ValueError("its header is damaged") from error
    raise ValueError("it is no image of a format that is read: JPEG, PNG, TIFF, BMP, WebP, GIF, PPM, PGM or JPEG 2000")
