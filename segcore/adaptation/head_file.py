"""The file of a live head: an .npz without pickle that is written whole or not at all."""

from __future__ import annotations

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.class_change import change_between
from segcore.adaptation.live_head import LiveHead
from segcore.adaptation.live_options import LiveOptions
from segcore.errors import AdaptationError
from segcore.files.atomic import atomic_write, put_aside, writing
from segcore.files.npz import damage_as_value_error
from segcore.files.regular_file import open_regular
from segcore.labels.class_history import ClassHistory
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.project.label_store import now

VERSION = 1
"""Goes up when the arrays change their meaning."""
MOST_BYTES = 500_000_000
_MOST_HEADER = 50_000_000

_DAMAGED = (ValueError, KeyError, TypeError, AttributeError, OverflowError, EOFError, MemoryError, RecursionError)


def save_head(path: Path, head: LiveHead, classes: ClassSet) -> None:
    """Write what a head knows, the open image included, with the classes that its values mean.

    The file of a newer Maskwright is kept under another name.

    Raises ProjectError when the file cannot be written; the old one stays then.
    """
    arrays, keys = head.state()
    header = {
        "version": VERSION,
        "network": head.network,
        "classes": {str(each.index): each.name for each in classes},
        "saved_at": now(),
        "images": keys,
    }
    text = np.frombuffer(json.dumps(header).encode(), np.uint8)
    with writing(path):
        if (version := _version_of(path)) > VERSION:
            put_aside(path, f"version-{version}")
        with atomic_write(path) as file:
            np.savez(file, header=text, **arrays)  # type: ignore[arg-type]


def load_head(
    path: Path,
    classes: ClassSet,
    options: LiveOptions | None = None,
    network: str = "",
    history: ClassHistory | None = None,
) -> LiveHead:
    """Read a head and bring it to these classes.

    Parameters
    ----------
    path : Path
        Written by `save_head`.
    classes : ClassSet
        Of the project now; see `change_between`.
    options : LiveOptions or None
        How the head learns and decides from now on.
    network : str
        Names the network of the features that it will get.
    history : ClassHistory or None
        Of the project: which values went to other classes since the file was written.

    Raises
    ------
    AdaptationError
        The file is not there, damaged, or made by another version, with other options or another network.
    """
    try:
        arrays = _read(path)
        header = json.loads(bytes(arrays.pop("header")))
        if header["version"] != VERSION:
            raise AdaptationError(
                f"{path} was written by another version of Maskwright (version {header['version']}, this one knows "
                f"{VERSION}).",
                _REMEDY,
            )
        if header["network"] != network:
            raise AdaptationError(f"{path} was made with the features of another network.", _REMEDY)
        head = LiveHead(options, network)
        head.restore(arrays, {str(key): bool(done) for key, done in header["images"].items()})
        names = {int(value): str(name) for value, name in header["classes"].items()}
        unnamed: dict[int, int | None] = dict.fromkeys(range(IGNORE_INDEX))  # of a class that was removed meanwhile
        head.rename_classes(unnamed | change_between(names, classes, history, str(header["saved_at"])))
    except _DAMAGED as error:
        raise AdaptationError(f"{path} is damaged ({error}).", _REMEDY) from error
    except (OSError, zipfile.BadZipFile, zlib.error) as error:
        raise AdaptationError(f"{path} cannot be read ({error}).", _REMEDY) from error
    return head


_REMEDY = "Live starts afresh, and learns again from each image that is opened."


def _version_of(path: Path) -> int:
    """Return the version of a head's file; 0 when there is none that can be read."""
    try:
        with damage_as_value_error(), open_regular(path) as stream, np.load(stream, allow_pickle=False) as file:
            if file.zip.getinfo("header.npy").file_size > _MOST_HEADER:
                return 0
            return int(json.loads(bytes(file["header"]))["version"])
    except (*_DAMAGED, OSError, zipfile.BadZipFile, zlib.error):
        return 0


@damage_as_value_error()
def _read(path: Path) -> dict[str, NDArray[Any]]:
    if path.stat().st_size > MOST_BYTES:
        raise ValueError("it is too large")
    with open_regular(path) as stream, np.load(stream, allow_pickle=False) as file:
        if any(each.compress_type != zipfile.ZIP_STORED for each in file.zip.infolist()):
            raise ValueError("it is compressed")  # so no array is larger than the file
        return {name: file[name] for name in file.files}
