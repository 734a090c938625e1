"""TiffSource: the values of one picture of a TIFF file, block by block."""

from __future__ import annotations

import io
import logging
import math
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from segcore.images.header import read_header
from segcore.images.header.tiff import BAND_VALUES, Plane
from segcore.images.tiff.colours import Colours
from segcore.labels.palette import Color

BATCH_BYTES = 32_000_000
"""Bytes of decoded strips or tiles between two steps, unless one alone has more."""
_NODATA, _PALETTE = 42113, 3
MOST_THREADS = 4
FOREIGN = ("is_lsm", "is_ndpi", "is_scanimage", "is_stk", "is_philips", "is_eer")
"""Special formats of tifffile that are read as plain TIFF: nothing is believed that the directories do not say."""
CHECKED = (7, 33003, 33004, 33005, 34712, 34933, 50001)
"""Compressions whose strips and tiles are image files with a size of their own: JPEG, JPEG 2000, PNG, WebP."""


@dataclass(frozen=True)
class Piece:
    """What is decoded at once: a strip or tile, or rows of a picture without compression.

    Attributes
    ----------
    number : int
        Of the strip or tile; of the plane for rows.
    top, bottom : int
        Rows.
    """

    number: int
    top: int = 0
    bottom: int = 0


@dataclass(frozen=True)
class Block:
    """Decoded values [h, w, n] and their place; ``sample``: which of the values of a pixel, None: all of them."""

    top: int
    left: int
    sample: int | None
    values: NDArray[Any]


class TiffSource:
    """The values of one picture.

    Attributes
    ----------
    height, width, depth : int
        Of the picture; ``depth`` is how many values a pixel has.
    is_separate : bool
        Whether each of these has strips or tiles of its own.
    dtype : np.dtype
        Of the values: an integer or floating-point type, in the byte order of this machine.
    colours : Colours
        What they stand for.

    Raises
    ------
    ValueError
        Damaged, or of a kind that is not read.
    """

    def __init__(self, file: IO[bytes], plane: Plane) -> None:
        import tifffile  # only now: 150 ms, and most projects have no TIFF file

        logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what is wrong with a file is said in an ImageError
        file.seek(0)
        plain: Any = dict.fromkeys(FOREIGN, False)
        parent = tifffile.TiffFile(file, _multifile=False, **plain)
        parent.filehandle.seek(plane.place)
        self._page = page = tifffile.TiffPage(parent, 0)
        self._file, self._lock = file, threading.Lock()
        separate, layers, self.height, self.width, together = page.shaped
        if layers != 1 or page.dtype is None or page.dtype.kind not in "buif":
            raise ValueError("its values are of a kind that is not read")
        self.depth = separate * together
        self.is_separate = separate > 1
        self._stored = page.dtype.newbyteorder(parent.byteorder)
        self.dtype = np.dtype(np.uint8) if page.dtype.kind == "b" else page.dtype.newbyteorder("=")
        self.colours = Colours.of(page)
        self._is_plain = page.is_contiguous and not page.is_tiled and page.predictor == 1 and page.fillorder == 1
        self._together, self._number = together, plane.number
        if plane.number and not self._is_plain:
            raise ValueError("its pictures do not lie one after another")
        if not self._is_plain:
            self._check_pieces()

    @property
    def nodata(self) -> float | None:
        """What stands where there is no data (GDAL); None when the file does not say it."""
        return float(self._page.nodata) if _NODATA in self._page.tags else None

    def palette(self) -> dict[int, Color]:
        """Return the colour (RGB) of each value; empty when the file has no colour map."""
        table = self.colours.table if self._page.photometric == _PALETTE else None
        return {} if table is None else {n: (int(r), int(g), int(b)) for n, (r, g, b) in enumerate(table)}

    def pieces(self, values: Sequence[int]) -> list[Piece]:
        """Return the pieces that hold these values of the pixels."""
        planes = values if self.is_separate else (0,)
        if self._is_plain:
            rows = max(1, BAND_VALUES // (self.width * self._together))
            bands = [(top, min(self.height, top + rows)) for top in range(0, self.height, rows)]
            return [Piece(plane, *band) for plane in planes for band in bands]
        each = self._count // (self.depth if self.is_separate else 1)
        return [Piece(plane * each + n) for plane in planes for n in range(each)]

    def read(self, piece: Piece) -> Block:
        """Decode a piece; may be called by several threads. Raises ValueError or what the decoder likes."""
        return self._rows(piece) if self._is_plain else self._segment(piece.number)

    def each(self, pieces: Sequence[Piece], take: Callable[[Block], None]) -> Iterator[float]:
        """Decode pieces on some threads, which hand them to ``take``; yield the share done, 0.0 to 1.0."""
        threads = min(MOST_THREADS, os.cpu_count() or 1)
        batch = max(1, min(256, BATCH_BYTES // max(1, self._piece_bytes())))
        parts = [pieces[start : start + batch] for start in range(0, len(pieces), batch)]
        if threads == 1 or batch == 1 or len(pieces) < 4:
            for n, part in enumerate(parts):
                for piece in part:
                    take(self.read(piece))
                yield (n + 1) / len(parts)
            return
        with ThreadPoolExecutor(threads, "tiff") as pool:
            for n, part in enumerate(parts):
                for _ in pool.map(lambda piece: take(self.read(piece)), part):
                    pass
                yield (n + 1) / len(parts)

    def thinned(self, step: int) -> ThinSource | None:
        """Return every ``step``-th row and column; None where strips or tiles would have to be unpacked for them."""
        return ThinSource(self, step) if self._is_plain and step > 1 else None

    def _piece_bytes(self) -> int:
        if self._is_plain:
            return min(BAND_VALUES, self.height * self.width * self._together) * self.dtype.itemsize
        page = self._page
        rows, columns = (page.tilelength, page.tilewidth) if page.is_tiled else (page.rowsperstrip, self.width)
        return int(rows * columns * self._together * self.dtype.itemsize)

    def _check_pieces(self) -> None:
        page = self._page
        page.init_decode()
        self._count = math.prod(page.chunked)
        if min(len(page.dataoffsets), len(page.databytecounts)) < self._count:
            raise ValueError("it names too few strips or tiles")
        self._options = {}
        if page.compression in (6, 7, 34892, 33007):
            self._options = {"jpegtables": page.jpegtables, "jpegheader": page.jpegheader}

    def _rows(self, piece: Piece) -> Block:
        row = self.width * self._together * self._stored.itemsize
        plane = self._number * (self.depth if self.is_separate else 1) + piece.number
        data = self._bytes(
            int(self._page.dataoffsets[0]) + (plane * self.height + piece.top) * row, (piece.bottom - piece.top) * row
        )
        stored = np.frombuffer(data, self._stored)
        values = stored.reshape(piece.bottom - piece.top, self.width, self._together).astype(self.dtype, copy=False)
        return Block(piece.top, 0, piece.number if self.is_separate else None, values)

    def _segment(self, number: int) -> Block:
        page = self._page
        offset, size = int(page.dataoffsets[number]), int(page.databytecounts[number])
        data = self._bytes(offset, size) if offset and size else None  # GDAL leaves out what holds no data
        if data is not None and page.compression in CHECKED:
            self._check_picture(data)
        values, (sample, _, top, left, _), shape = page.decode(data, number, **self._options)
        height, width = min(shape[1], self.height - top), min(shape[2], self.width - left)
        if values is None:
            values = np.broadcast_to(np.asarray(page.nodata, self.dtype), (height, width, self._together))
        else:
            values = values[0, :height, :width]
        if values.shape != (height, width, self._together):
            raise ValueError("it ends within its pixels")
        if values.dtype != self.dtype:
            values = values.astype(self.dtype)
        return Block(top, left, sample if self.is_separate else None, values)

    def _check_picture(self, data: bytes) -> None:
        """Raise ValueError when a strip or tile says that it is larger than it may be."""
        page = self._page
        most = (page.tilewidth, page.tilelength) if page.is_tiled else (self.width, page.rowsperstrip)
        header = read_header(io.BytesIO(data))
        if header.width > most[0] or header.height > most[1]:
            raise ValueError("a strip or tile of it is too large")

    def _bytes(self, place: int, size: int) -> bytes:
        with self._lock:
            self._file.seek(place)
            data = self._file.read(size)
        if len(data) < size:
            raise ValueError("it ends within its pixels")
        return data


class ThinSource(TiffSource):
    """Every ``step``-th row and column of a picture without compression: nothing else of the file is read."""

    def __init__(self, whole: TiffSource, step: int) -> None:
        vars(self).update(vars(whole))
        self._step = step
        self.height, self.width = -(-whole.height // step), -(-whole.width // step)
        self._whole = whole

    def read(self, piece: Piece) -> Block:
        """See `TiffSource`."""
        rows = [
            self._whole.read(Piece(piece.number, row * self._step, row * self._step + 1)).values[0, :: self._step]
            for row in range(piece.top, piece.bottom)
        ]
        return Block(piece.top, 0, piece.number if self.is_separate else None, np.stack(rows))
