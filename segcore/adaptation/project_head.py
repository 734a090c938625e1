"""The live head of a project, ``adaptation/head.npz``; the folder may be deleted."""

from __future__ import annotations

from segcore.adaptation.head_file import load_head, save_head
from segcore.adaptation.live_head import LiveHead
from segcore.adaptation.live_options import LiveOptions
from segcore.errors import ProjectError
from segcore.project.project import Project
from segcore.project.project_places import head_path


def load_project_head(project: Project, options: LiveOptions | None = None, network: str = "") -> LiveHead:
    """Return what the project's head knew, in the project's present classes; a new head when there is no file.

    Raises AdaptationError when the file cannot be used; start with ``LiveHead(options, network)`` then.
    """
    path = head_path(project.root)
    if not path.exists():
        return LiveHead(options, network)
    return load_head(path, project.classes, options, network, project.class_history)


def save_project_head(project: Project, head: LiveHead) -> None:
    """Write what the head knows. Raises ProjectError, ProjectBusyError when another process writes the project."""
    check_writable(project)
    save_head(head_path(project.root), head, project.classes)


def check_writable(project: Project) -> None:
    """Raise ProjectError, or ProjectBusyError when another process writes the project, unless this one may."""
    project.check_writer()
    if project.read_only:
        raise ProjectError(f"{project.root} is open read-only. {project.read_only}", "Open it where it can be written.")
