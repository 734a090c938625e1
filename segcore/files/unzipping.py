"""Unzipping: the files of a zip file into a new folder, which is there as a whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from segcore.files.atomic import make_folder, sync_folder, wait_for_the_disk, writing

ZIP_ERRORS: tuple[type[Exception], ...] = (
    *(OSError, EOFError, ValueError, KeyError, IndexError, TypeError, RuntimeError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error),
)
"""What `zipfile` raises for a file that is damaged or packed in a way that it does not know."""
_PIECE = 1 << 20


def check_places(members: Sequence[zipfile.ZipInfo]) -> None:
    """Raise ValueError when two members are the same file, or one is a file and a folder."""
    places = [PurePosixPath(member.filename) for member in members]
    files = set(places)
    folders = {folder for place in files for folder in place.parents}
    if len(files) < len(places):
        raise ValueError("it holds two files of the same name")
    for each in files & folders:
        raise ValueError(f"it holds {str(each)!a} as a file and as a folder")


def extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> Iterator[None]:
    """Write one member to the new file ``target``, and yield after each MiB; its checksum is checked at its end.

    Raises
    ------
    ValueError
        It is larger than the zip file says.
    ProjectError
        The disk refuses.
    """
    left = member.file_size
    with archive.open(member) as source, writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            while piece := source.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise ValueError(f"{member.filename!a} is larger than the zip file says")
                file.write(piece)
                yield


@contextmanager
def new_folder(folder: Path, check: Callable[[], None]) -> Iterator[Path]:
    """Yield a folder beside ``folder`` that takes its place, or goes if the body raises.

    ``check`` raises when ``folder`` may not be made; it is asked again before. Raises ProjectError where the disk
    refuses.
    """
    with writing(folder):
        make_folder(folder.parent)
        made = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=folder.parent))
    try:
        yield made
        with writing(folder):
            check()
            if folder.is_dir():
                folder.rmdir()
            made.chmod(0o755)
            wait_for_the_disk()
            made.rename(folder)
            sync_folder(folder.parent)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
