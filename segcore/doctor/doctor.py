"""The doctor's visit: asks everything at once, each question on its own, and makes the report."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path

from segcore.doctor.child import SECONDS, Child
from segcore.doctor.display import LOUD, display
from segcore.doctor.findings import Report, looked_at
from segcore.doctor.graphics import graphics
from segcore.doctor.machine import environment, memory, processor, system
from segcore.doctor.packages import packages
from segcore.doctor.personal import settings, weights
from segcore.doctor.places import own_places, places
from segcore.doctor.project_section import project
from segcore.doctor.redaction import redaction
from segcore.progress import Progress, Task, mapped

_STEPS = 5


def examine(root: Path | None = None, paths: bool = False, seconds: float = SECONDS) -> Task[Report]:
    """Look at this machine, and at the project in ``root`` if there is one.

    Parameters
    ----------
    root : Path or None
        A project folder.
    paths : bool
        Keep user name, machine name, folders and names of files in the report.
    seconds : float
        After so long a library that does not load is said to hang, see `SECONDS`.

    Returns
    -------
    Task[Report]
        Closing it ends the processes that it started. It changes no file of the project.
    """
    questions = {"libraries": ["libraries"], "torch": ["torch"], "qt": ["qt"]}
    if root is not None:
        questions["project"] = ["project", str(root)]
    with ExitStack() as ending:
        yield Progress(0, _STEPS, "Starting")
        children = {}
        for name, question in questions.items():
            children[name] = Child(question, LOUD if name == "qt" else None)
            ending.callback(children[name].end)
        folders = _folders(root)
        own = [
            looked_at("System", system),
            looked_at("Processor", processor),
            looked_at("Memory", memory),
            looked_at("Folders", lambda: places(folders)),
        ]
        answers = {}
        for number, (name, child) in enumerate(children.items()):
            shown = Progress(number + 1, _STEPS, f"Asking {name}")
            answers[name] = yield from mapped(child.answer(seconds), partial(_instead, shown))
    sections = [
        looked_at("Packages", lambda: packages(answers["libraries"])),
        *own,
        looked_at("Graphics", lambda: graphics(answers["torch"])),
        looked_at("Display", lambda: display(answers["qt"])),
        looked_at("Settings", lambda: settings(folders["settings"] / "settings.json")),
        looked_at("Weights", weights),
        looked_at("Environment", environment),
    ]
    if root is not None:
        sections.append(looked_at("Project", lambda: project(root, answers["project"], paths)))
    yield Progress(_STEPS, _STEPS)
    report = Report(tuple(sections))
    return report if paths else report.changed(redaction({} if root is None else {"project": root.absolute()}))


def _instead(shown: Progress, _: Progress) -> Progress:
    return shown


def _folders(root: Path | None) -> dict[str, Path]:
    try:
        found = own_places()
    except ImportError:  # platformdirs is missing, which the packages tell
        found = {}
    return found if root is None else {"project": root.absolute(), **found}
