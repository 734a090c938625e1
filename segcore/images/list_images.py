"""Listing images: the files below a folder that can be images, by their names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".ppm", ".pgm", ".jp2"})
_ADE20K = re.compile(r"_(seg|parts_\d+)\.png$")
_MASK = "_mask.png"
"""What other programs add to the name of a photo to name its label map beside it."""


def list_images(folder: Path) -> Iterator[str]:
    """Paths of the images below ``folder``, relative, with ``/``; by name within a folder, files before sub-folders.

    Hidden files and folders, ``*.maskwright`` projects and what is no ordinary file are passed over, and label maps:
    ``x_mask.png`` beside ``x.jpg``, and of ADE20K ``x_seg.png``, ``x_parts_1.png`` and the folder ``x`` beside
    ``x.json`` or ``x_atr.txt``. Links are followed; each folder is listed once, under its own place when that is below
    ``folder``. Raises OSError if ``folder`` itself cannot be listed; sub-folders that cannot be listed are passed over.
    """
    root = os.path.realpath(folder)
    seen: set[tuple[int, int]] = set()
    waiting = [("", False)]
    while waiting:
        prefix, is_link = waiting.pop()
        place = os.path.join(folder, prefix)
        try:
            if (is_link and _is_listed_below(root, os.path.realpath(place))) or not _is_new(place, seen):
                continue
            files, folders = _entries(place)
        except (OSError, ValueError):
            if not prefix:
                raise
            continue
        yield from (prefix + name for name in files)
        waiting.extend((f"{prefix}{name}/", link) for name, link in reversed(folders))


def _entries(folder: str) -> tuple[list[str], list[tuple[str, bool]]]:
    """Sorted names of the images in a folder, and of its sub-folders with whether they are links."""
    files: list[str] = []
    folders: list[tuple[str, bool]] = []
    names: set[str] = set()
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            names.add(entry.name)
            try:
                if entry.is_dir():
                    if not entry.name.endswith(".maskwright"):
                        folders.append((entry.name, entry.is_symlink()))
                elif entry.name[entry.name.rfind(".") :].lower() in IMAGE_SUFFIXES and entry.is_file():
                    files.append(entry.name)
            except OSError:  # a link to itself
                continue
    if any(name.endswith(_MASK) for name in files):
        photos = {name[: name.rfind(".")] for name in files if name.lower().endswith((".jpg", ".jpeg"))}
        files = [name for name in files if not (name.endswith(_MASK) and name.removesuffix(_MASK) in photos)]
    if any(name.endswith("_seg.png") for name in files):
        files = [name for name in files if not _is_label_map(name, names)]
        folders = [each for each in folders if not {f"{each[0]}_seg.png", f"{each[0]}.json"} <= names]
    return sorted(files), sorted(folders)


def _is_label_map(name: str, names: set[str]) -> bool:
    """Whether a file is one of ADE20K's label maps, which lie beside the images, among the ``names`` of its folder."""
    found = _ADE20K.search(name)
    return found is not None and not names.isdisjoint(name[: found.start()] + end for end in (".json", "_atr.txt"))


def _is_new(folder: str, seen: set[tuple[int, int]]) -> bool:
    """Whether a folder was not listed before, by another way; it counts as listed from now on."""
    found = os.stat(folder)
    key = (found.st_dev, found.st_ino)
    new = key not in seen
    seen.add(key)
    return new


def _is_listed_below(root: str, target: str) -> bool:
    """Whether a link leads to a folder that is listed anyway."""
    if target != root and not target.startswith(os.path.join(root, "")):
        return False
    parts = target[len(root) :].split(os.sep)
    return not any(part.startswith(".") or part.endswith(".maskwright") for part in parts)
