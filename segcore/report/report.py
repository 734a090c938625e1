"""Writing the report of a version."""

from __future__ import annotations

from pathlib import Path

from segcore.errors import ProjectError
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.models.checkpoint_info import CheckpointInfo
from segcore.progress import Progress, Task
from segcore.project.project import Project
from segcore.report.evidence import gather
from segcore.report.page import page


def write_report(project: Project, out: Path | None = None, version: str = "", device: str = "auto") -> Task[Path]:
    """Measure a version, and write one HTML file with all its pictures inside.

    Parameters
    ----------
    project : Project
        Only read.
    out : Path or None
        The file; None: ``reports/<version>.html`` in the project.
    version : str
        See `find_version`.
    device : str
        See `choose_device`.

    Returns
    -------
    Task[Path]
        The file. Closing the task leaves an earlier one as it was.

    Raises
    ------
    ProjectError
        There is no such version, its held-out images are gone, or the file cannot be written.
    CheckpointError, ImageError, LabelError, DeviceError
        See `gather`.
    """
    info = find_version(project, version)
    evidence = yield from gather(project, info, device)
    path = out or project.root / "reports" / f"{info.path.stem}.html"
    yield Progress(1, 1, f"Writing {path.name}")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write_bytes(path, page(evidence).encode())
    return path


def find_version(project: Project, name: str = "") -> CheckpointInfo:
    """Return a version of a project.

    Parameters
    ----------
    project : Project
        Its versions are looked at.
    name : str
        ``3``, ``v3``, ``version-003`` or the name of the file; "": the model in use when it is a version of this
        project, else the newest version.

    Raises
    ------
    ProjectError
        There is no such version; names those that there are.
    """
    versions = project.checkpoints()
    if not name:
        found = [info for info in versions if str(info.path) == project.active_model] or versions[-1:]
    else:
        number = name.removeprefix("version-").removeprefix("v")
        stem = f"version-{int(number):03d}" if number.isdecimal() and len(number) < 10 else name
        found = [info for info in versions if name == info.path.name or stem == info.path.stem]
    if found:
        return found[0]
    there = ", ".join(info.path.stem for info in versions[-20:])
    if not there:
        raise ProjectError(f"The project {project.name} has no version yet.", "Fine-tune a model first.")
    raise ProjectError(f"The project {project.name} has no version '{name}'.", f"Choose one of: {there}.")
