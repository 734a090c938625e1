"""Which labels belong to which image: found by their names."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from segcore.formats.label_names import flat, label_names, stem_of
from segcore.formats.label_stacks import labels_of_slices
from segcore.images.page_path import split_id

SUFFIXES = (".png", ".tif", ".tiff")
"""Of label maps."""
MASK_ENDINGS = ("_mask", "_masks", "_label", "_labels", "_seg", "_gt", "_L")
"""What other programs add to the name of an image to name its label map."""


_Name = Callable[[str], str]


@dataclass(frozen=True)
class Matches:
    """Labels and images that belong together.

    Attributes
    ----------
    names : dict[str, str]
        The name of the labels of an image, in the order of the images.
    without : tuple[str, ...]
        Images without labels.
    unused : tuple[str, ...]
        Names that fit no image, or more than one.
    """

    names: dict[str, str]
    without: tuple[str, ...]
    unused: tuple[str, ...]


def match_labels(folder: Path, images: Path, image_ids: Iterable[str], loose: bool = False) -> Matches:
    """Match the PNG files below ``folder``, and TIFF files without a PNG file of their name, to images.

    ``a/x.jpg`` has the label map ``a/x.png``, ``a/x.jpg.png`` or, in a folder without sub-folders, ``a_x.png``. A name
    that fits several images belongs to none of them. An image is never a label map. The pages of a TIFF file ``x.tif``
    are the label maps of the slices of the stack ``x.tif``, if they are as many.

    Parameters
    ----------
    folder : Path
        With the label maps.
    images : Path
        The image folder.
    image_ids : iterable of str
        Paths below ``images``.
    loose : bool
        Also accept `MASK_ENDINGS`, and names that are equal only without their folders.

    Raises
    ------
    OSError
        ``folder`` cannot be listed.
    """
    folder, images = Path(os.path.abspath(folder)), Path(os.path.abspath(images))
    below = _place_below(folder, images)
    ids = [image_id for image_id in image_ids if not (below and image_id.startswith(below))]
    names = label_files(folder, {os.path.normcase(images / image_id) for image_id in ids})
    ways = [(of_image, of_file, _without_suffix) for of_image, of_file in _ways(ids, loose)]
    return _told(ids, names, labels_of_slices(folder, ids, _found(ids, names, ways)))


def match_names(image_ids: Sequence[str], names: Sequence[str], *more: tuple[_Name, _Name]) -> Matches:
    """Match names that a data set gives to its images, with or without an extension, to images.

    An equal path decides first, then equal paths without extensions, then the last two to four parts of paths
    (``images/train/a/x.jpg`` is ``a/x.jpg``), then names without their folders, then names of copies: an export puts
    the image ``a/x.jpg`` at ``train/a/x.jpg``, or ``train/a_x.jpg`` where folders have parts.

    Parameters
    ----------
    image_ids, names : sequence of str
        All images, and all names.
    *more : (Callable, Callable)
        Further ways, tried last: what an image id and a name must have in common.
    """
    ways = _ways(image_ids, loose=True)
    whole: list[tuple[_Name, _Name, _Name]] = [(of_image, of_name, str) for of_image, of_name in ways]
    copies: list[tuple[_Name, _Name, _Name]] = [
        (_below_first, str, str),
        (_stem_below_first, str, stem_of),
        (_stem_below_first, label_names(names).__getitem__, str),
        (_base_stem, label_names(names, flat).__getitem__, str),
    ]
    others: list[tuple[_Name, _Name, _Name]] = [(of_image, of_name, str) for of_image, of_name in more]
    every = [*whole, *((of_image, of_name, stem_of) for of_image, of_name in ways), *copies, *others]
    return _told(image_ids, names, _found(image_ids, names, every))


def _found(ids: Sequence[str], names: Sequence[str], ways: Sequence[tuple[_Name, _Name, _Name]]) -> dict[str, str]:
    """Match by each way: what names an image, what names the labels, and what is done to their name before."""
    found: dict[str, str] = {}
    for of_image, of_name, before in ways:
        _match(ids, [(name, of_name(before(name))) for name in names], of_image, found)
    return found


def _told(ids: Sequence[str], names: Sequence[str], found: dict[str, str]) -> Matches:
    used = {each for name in found.values() for each in (name, split_id(name)[0])}
    return Matches(
        {image_id: found[image_id] for image_id in ids if image_id in found},
        tuple(image_id for image_id in ids if image_id not in found),
        tuple(name for name in names if name not in used),
    )


def _ways(ids: Sequence[str], loose: bool) -> list[tuple[_Name, _Name]]:
    """Return pairs of functions, best first: what names an image, and what names its labels (without its suffix)."""
    exact: _Name = str
    ways = [
        (label_names(ids).__getitem__, exact),
        (exact, exact),  # as exported until version 0.4: x.jpg.png
        (stem_of, exact),
        (label_names(ids, flat).__getitem__, exact),
    ]
    if loose:
        ways += [
            (stem_of, _without_ending),
            (label_names(ids, flat).__getitem__, _without_ending),
            *((_of_end(parts), _of_end(parts, str)) for parts in (4, 3, 2)),
            (_base_stem, base_of),
            (_base_stem, lambda name: _without_ending(base_of(name))),
        ]
    return ways


def _match(ids: Sequence[str], named: Iterable[tuple[str, str]], of_image: _Name, found: dict[str, str]) -> None:
    """Add to ``found`` the images and names that share a key which no other image and no other name has.

    An umlaut is one character or two (macOS), which makes no difference.
    """
    images, labels = defaultdict(list), defaultdict(list)
    for image_id in ids:
        images[normalize("NFC", of_image(image_id))].append(image_id)
    for name, key in named:
        labels[normalize("NFC", key)].append(name)
    used = set(found.values())
    for key, fitting in images.items():
        if len(fitting) == 1 and len(labels[key]) == 1 and fitting[0] not in found and labels[key][0] not in used:
            found[fitting[0]] = labels[key][0]


def label_files(folder: Path, images: Collection[str] = ()) -> list[str]:
    """Paths of the files of `SUFFIXES` below ``folder``, sorted, with ``/``; not hidden ones, projects and images."""
    names = []
    for place, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not name.endswith(".maskwright"))
        for name in sorted(files):
            path = Path(place, name)
            if name.lower().endswith(SUFFIXES) and not name.startswith(".") and os.path.normcase(path) not in images:
                names.append(path.relative_to(folder).as_posix())
    pngs = {_without_suffix(name) for name in names if name.lower().endswith(".png")}
    return [name for name in names if name.lower().endswith(".png") or _without_suffix(name) not in pngs]


def _raise(error: OSError) -> None:
    raise error


def _place_below(folder: Path, images: Path) -> str:
    """Return ``folder`` relative to the image folder, with ``/`` at its end; "" when it lies elsewhere or is it."""
    if folder == images or not folder.is_relative_to(images):
        return ""
    return f"{folder.relative_to(images).as_posix()}/"


def _below_first(name: str) -> str:
    """Return a path below its first folder; a path without folders as it is."""
    return name.partition("/")[2] or name


def _stem_below_first(image_id: str) -> str:
    return stem_of(_below_first(image_id))


def _without_suffix(name: str) -> str:
    return name.rpartition(".")[0]


def _of_end(parts: int, stem: _Name = stem_of) -> _Name:
    """Return what takes the last parts of a path."""
    return lambda name: "/".join(stem(name).split("/")[-parts:])


def base_of(name: str) -> str:
    """Return a path without its folders."""
    return name.rpartition("/")[2]


def _base_stem(image_id: str) -> str:
    return base_of(stem_of(image_id))


def _without_ending(name: str) -> str:
    return next((name.removesuffix(end) for end in MASK_ENDINGS if name.endswith(end) and name != end), name)
