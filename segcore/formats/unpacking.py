"""Unpacking zip files of data sets into a temporary folder."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path

from segcore.errors import LabelError
from segcore.files.inside import inside
from segcore.files.zip_limits import free_bytes, holds_too_much, total_bytes

_PIECE = 1 << 20


def is_zip(path: Path) -> bool:
    """Whether a file is a zip file, by its name and its first bytes."""
    try:
        return path.suffix.lower() == ".zip" and path.is_file() and zipfile.is_zipfile(path)
    except OSError:
        return False


def unpack(path: Path) -> tuple[Path, Path]:
    """Unpack a zip file; return the folder with its files, and the temporary folder that the caller removes.

    They differ where the archive holds one folder at its top. Raises LabelError when a name leads out of the archive,
    it is damaged or too large, or the disk refuses.
    """
    root = Path(tempfile.mkdtemp(prefix="maskwright-"))
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            if holds_too_much(members, path.stat().st_size):
                raise LabelError(
                    f"{path} holds more than its size can explain.",
                    "If you trust it, unpack it yourself and import the folder.",
                )
            if total_bytes(members) > free_bytes(root):
                raise LabelError(
                    f"{path} needs {total_bytes(members) / 1e9:.1f} GB to be unpacked, and {root.parent} has less.",
                    "Unpack it to another disk yourself and import the folder.",
                )
            for member in members:
                _extract(archive, member, root)
    except LabelError:
        shutil.rmtree(root, ignore_errors=True)
        raise
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        shutil.rmtree(root, ignore_errors=True)
        raise LabelError(f"{path} cannot be unpacked ({error}).", "Export the data set again.") from error
    entries = [each for each in root.iterdir() if each.name != "__MACOSX"]
    return (entries[0] if len(entries) == 1 and entries[0].is_dir() else root), root


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, root: Path) -> None:
    target = inside(root, member.filename)
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with archive.open(member) as source, target.open("wb") as file:
        while piece := source.read(_PIECE):
            left -= len(piece)
            if left < 0:
                raise ValueError(f"{member.filename} is larger than the archive says")
            file.write(piece)
