"""Decoding a page of a TIFF file: to RGB as models see it, or to the values that are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from segcore.images.deep_colour import Range, bands, range_of, scaled, stretch
from segcore.images.header.tiff import HELD, TiffPage
from segcore.images.tiff.source import Block, TiffSource

LOOKED_AT = 64_000_000
"""Values of a large picture of more than 8 bits that are decoded to find its range."""


def decode_thin(file: IO[bytes], page: TiffPage, step: int) -> NDArray[np.uint8] | None:
    """Return every ``step``-th row and column of a page, uint8 RGB [h, w, 3]; None where that takes as long as all."""
    if len(page.planes) > 1:
        return None
    source = TiffSource(file, page.planes[0]).thinned(step)
    if source is None:
        return None
    out = np.empty((source.height, source.width, 3), np.uint8)
    for _ in _fill(source, out, source.colours.used):
        pass
    return out


@dataclass(frozen=True)
class Stored:
    """Size of a picture as the file has it, the number of its channels and the type of their values."""

    height: int
    width: int
    channels: int
    dtype: np.dtype[Any]


def decode_rgb(file: IO[bytes], page: TiffPage, out: NDArray[np.uint8]) -> Iterator[float]:
    """Write a page into ``out``, uint8 RGB [H, W, 3], as the file has it (not turned); yield the share done.

    Values of more than 8 bits are stretched as in `segcore.images.deep_colour`: colours alike, other channels each from
    its own range. Raises ValueError or what the decoder likes.
    """
    planes = page.planes[:3] if len(page.planes) >= 3 else page.planes[:1]
    for n, plane in enumerate(planes):
        source = TiffSource(file, plane)
        target = out if len(planes) == 1 else out[..., n : n + 1]
        _check_size(source, target)
        for done in _fill(source, target, source.colours.used[:1] if len(planes) > 1 else source.colours.used):
            yield (n + done) / len(planes)


def stored_in(file: IO[bytes], page: TiffPage) -> Stored | None:
    """Return what a page stores; None when its colours must be computed from it (palette, inks)."""
    source = TiffSource(file, page.planes[0])
    colours = source.colours
    if colours.table is not None or colours.are_inks:
        return None
    count = len(page.planes) if len(page.planes) > 1 else len(colours.channels)
    return Stored(source.height, source.width, count, source.dtype)


def decode_channels(file: IO[bytes], page: TiffPage, out: NDArray[Any]) -> Iterator[float]:
    """Write the stored values into ``out``, [H, W, C] as `stored_in` says; yield the share done."""
    for n, plane in enumerate(page.planes):
        source = TiffSource(file, plane)
        target = out if len(page.planes) == 1 else out[..., n : n + 1]
        _check_size(source, target)
        channels = source.colours.channels[: target.shape[2]]
        for done in source.each(source.pieces(channels), partial(_keep, target, channels)):
            yield (n + done) / len(page.planes)


def decode_values(source: TiffSource) -> NDArray[Any]:
    """Return the first of the stored values of each pixel, [H, W]."""
    out = np.empty((source.height, source.width, 1), source.dtype)
    for _ in source.each(source.pieces((0,)), partial(_keep, out, (0,))):
        pass
    return out[..., 0]


def _check_size(source: TiffSource, out: NDArray[Any]) -> None:
    if (source.height, source.width) != out.shape[:2]:
        raise ValueError("its header names two sizes")


def _fill(source: TiffSource, out: NDArray[np.uint8], used: Sequence[int]) -> Iterator[float]:
    pieces, colours = source.pieces(used), source.colours
    is_deep = source.dtype != np.uint8 and colours.table is None
    size = source.height * source.width * len(used)
    if not is_deep and not (colours.are_inks and source.is_separate):
        yield from source.each(pieces, partial(_write, source, used, out))
    elif size * source.dtype.itemsize <= HELD or colours.are_inks:
        held = np.empty((source.height, source.width, len(used)), source.dtype)
        for done in source.each(pieces, partial(_keep, held, used)):
            yield 0.8 * done
        _write_held(source, held, out)
    else:
        picked: list[list[NDArray[Any]]] = [[] for _ in used]
        some = pieces[:: max(1, size // LOOKED_AT)]
        step = max(1, min(size, LOOKED_AT) // (1_000_000 * len(used)))
        for done in source.each(some, partial(_pick, picked, used, step)):
            yield 0.2 * done
        together = [np.concatenate(each) for each in picked]
        if colours.are_colours:
            together = [np.concatenate(together)] * len(used)
        ranges = [range_of(each, colours.nodata) for each in together]
        for done in source.each(pieces, partial(_write_scaled, used, ranges, out)):
            yield 0.2 + 0.8 * done
    if is_deep and colours.inverted:
        np.subtract(255, out, out=out)


def _keep(out: NDArray[Any], used: Sequence[int], block: Block) -> None:
    """Put the values of a block into [H, W, n]."""
    bottom, right = block.top + block.values.shape[0], block.left + block.values.shape[1]
    target = out[block.top : bottom, block.left : right]
    if block.sample is not None:
        target[..., used.index(block.sample)] = block.values[..., 0]
    else:
        target[:] = _of(block.values, used)


def _write(source: TiffSource, used: Sequence[int], out: NDArray[np.uint8], block: Block) -> None:
    """Put a block of 8 bits into RGB."""
    bottom, right = block.top + block.values.shape[0], block.left + block.values.shape[1]
    target = out[block.top : bottom, block.left : right]
    if block.sample is None or len(used) == 1:
        target[:] = source.colours.rgb(_of(block.values, used))[..., : target.shape[2]]
    else:
        n = used.index(block.sample)
        target[..., n : n + 1] = source.colours.rgb(block.values)


def _of(values: NDArray[Any], samples: Sequence[int]) -> NDArray[Any]:
    """Return some of the values of each pixel; no copy where they lie beside each other."""
    if values.shape[2] == 1:
        return values
    first, last = samples[0], samples[-1] + 1
    return values[..., first:last] if last - first == len(samples) else values[..., list(samples)]


def _write_held(source: TiffSource, held: NDArray[Any], out: NDArray[np.uint8]) -> None:
    colours = source.colours
    if colours.are_inks:
        for top, bottom in bands(*out.shape[:2]):
            values = held[top:bottom]
            out[top:bottom] = colours.rgb(values if values.dtype == np.uint8 else (values >> 8).astype(np.uint8))
    elif colours.are_colours or held.shape[2] == 1:
        values = held if held.shape[2] == 3 else held[..., 0]
        stretch(partial(_rows, values), out, colours.nodata)
    else:
        for n in range(3):
            stretch(partial(_rows, held[..., n]), out[..., n : n + 1], colours.nodata)


def _rows(values: NDArray[Any], top: int, bottom: int) -> NDArray[Any]:
    return values[top:bottom]


def _pick(picked: list[list[NDArray[Any]]], used: Sequence[int], step: int, block: Block) -> None:
    """Keep every ``step``-th value of each channel."""
    if block.sample is not None:
        picked[used.index(block.sample)].append(block.values.reshape(-1)[::step].copy())
        return
    for n, sample in enumerate(used):
        picked[n].append(block.values[..., sample].reshape(-1)[::step].copy())


def _write_scaled(used: Sequence[int], ranges: Sequence[Range], out: NDArray[np.uint8], block: Block) -> None:
    bottom, right = block.top + block.values.shape[0], block.left + block.values.shape[1]
    target = out[block.top : bottom, block.left : right]
    samples = used if block.sample is None else (block.sample,)
    for sample in samples:
        n = used.index(sample)
        values = block.values[..., sample if block.sample is None else 0]
        found = scaled(values.astype(np.float32), *ranges[n])
        if len(used) == 1:
            target[:] = found[..., None]
        else:
            target[..., n] = found
