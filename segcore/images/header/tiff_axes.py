"""What the directories of a TIFF file are: time points, slices and channels, as their description says."""

from __future__ import annotations

import json
import re

from segcore.images.header.tiff_directory import Directory

_DESCRIPTION = 270
_LONGEST = 1 << 20
_MOST = 1_000_000

Axes = list[tuple[str, int]]
"""Name and length of each axis but those within a picture, the slowest first; ``C`` are channels."""


def axes_of(tags: Directory) -> Axes:
    """Return the axes that ImageJ, OME-TIFF or tifffile wrote into the first directory; none: nothing is said."""
    text = tags.bytes_of(_DESCRIPTION, _LONGEST).rstrip(b"\0 \r\n").decode("utf-8", "replace")
    if text.startswith("ImageJ="):
        found = _of_imagej(text)
    elif "<OME" in text[:4000]:
        found = _of_ome(text)
    elif text.startswith("{"):
        found = _of_tifffile(text)
    else:
        found = []
    return [(name, length) for name, length in found if length > 1] if all(0 < n < _MOST for _, n in found) else []


def _of_imagej(text: str) -> Axes:
    said = dict(re.findall(r"^(images|channels|slices|frames)=(\d{1,7})\s*$", text, re.MULTILINE))
    axes = [("T", int(said.get("frames", 1))), ("Z", int(said.get("slices", 1))), ("C", int(said.get("channels", 1)))]
    count = int(said.get("images", 1))
    return axes if axes[0][1] * axes[1][1] * axes[2][1] == count else [("Z", count)]


def _of_ome(text: str) -> Axes:
    pictures = re.findall(r"<(?:\w+:)?Pixels\s([^>]{1,4000})>", text)
    if len(pictures) != 1:
        return []
    said = dict(re.findall(r'(\w+)\s*=\s*"([^"]*)"', pictures[0]))
    order = said.get("DimensionOrder", "")
    if sorted(order) != sorted("XYZCT") or order[:2] != "XY":
        return []
    sizes = {name: said.get(f"Size{name}", "1") for name in order[:1:-1]}
    if not all(re.fullmatch(r"\d{1,7}", size) for size in sizes.values()):
        return []
    samples = re.search(r'SamplesPerPixel\s*=\s*"(\d{1,4})"', text)
    stored = max(1, int(samples[1])) if samples else 1
    return [(name, int(size) // stored if name == "C" else int(size)) for name, size in sizes.items()]


def _of_tifffile(text: str) -> Axes:
    try:
        said = json.loads(text)
        shape, names = said["shape"], said.get("axes", "")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return []
    if not isinstance(names, str) or not isinstance(shape, list) or any(type(n) is not int for n in shape):
        return []
    if len(names) != len(shape) or names.count("Y") != 1 or names.count("X") != 1:
        return []
    within = 3 if names.endswith("YXS") else 2
    if names[-within:] not in ("YX", "YXS"):
        return []
    return list(zip(names[:-within], shape[:-within], strict=True))
