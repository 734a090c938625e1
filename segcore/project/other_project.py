"""OtherProject: a project that is only read, for example to merge it; a packed one is unpacked for that time."""

from __future__ import annotations

import tempfile
from pathlib import Path
from shutil import rmtree

from segcore.errors import ProjectError
from segcore.files.atomic import writing
from segcore.files.temporary import delete_with
from segcore.progress import Task
from segcore.project.pack_layout import is_packed
from segcore.project.project import Access, Project
from segcore.project.project_file import is_project
from segcore.project.project_places import existing_project_for
from segcore.project.unpacking import unpack_project


class OtherProject:
    """Close it, or use it as a context manager: what was unpacked is deleted then, at the latest when Python ends.

    Attributes
    ----------
    path : Path
        The folder or zip file that was named.
    project : Project
        Open to read.
    """

    def __init__(self, path: Path, project: Project, temporary: Path | None = None) -> None:
        self.path = path
        self.project = project
        self._delete = None if temporary is None else delete_with(self, temporary)

    def close(self) -> None:
        """Close the project; harmless when it is closed."""
        self.project.close()
        if self._delete is not None:
            self._delete()

    def __enter__(self) -> OtherProject:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_other(path: Path) -> Task[OtherProject]:
    """Open a project to read it: its folder, a packed project, or a folder of images that has a project.

    Raises ProjectError when it is none of these, or cannot be read or unpacked.
    """
    if not is_packed(path):
        root = path if is_project(path) else existing_project_for(path)
        if root is None:
            raise ProjectError(f"{path} holds no project.", "Choose a project folder, or a zip file with a project.")
        return OtherProject(path, Project.open(root, Access.READ))
    with writing(Path(tempfile.gettempdir())):
        folder = Path(tempfile.mkdtemp(prefix="maskwright-"))
    try:
        unpacked = yield from unpack_project(path, folder / "other")
        return OtherProject(path, Project.open(unpacked.root, Access.READ), folder)
    except BaseException:
        rmtree(folder, ignore_errors=True)
        raise
