"""Unpacking zip files of data sets into a temporary folder."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path

from segcore.errors import LabelError
from segcore.files.inside import inside

MAX_FILES, MAX_BYTES = 1_000_000, 1 << 36
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
            if len(members) > MAX_FILES or sum(each.file_size for each in members) > MAX_BYTES:
                raise LabelError(f"{path} holds too much to be unpacked.", "Unpack it, then import the folder.")
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
