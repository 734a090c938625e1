"""Rescue: labels that their project cannot take, written to another folder with words on how to bring them back."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from segcore.files.atomic import atomic_write_bytes, writing

if TYPE_CHECKING:
    from app.document.autosave import Unsaved
    from segcore.project.project import Project

NOTE = "HOW TO BRING THEM BACK.txt"


def rescue(states: Iterable[Unsaved], place: Path) -> list[Path]:
    """Write these labels below ``place``; slow, for a lane.

    Every project gets a new folder there, which holds ``labels`` and ``provenance`` as the project itself does, and
    a text file. Returns the new folders. Raises ProjectError when they cannot be written; nothing is left then.
    """
    from segcore.project.label_store import LabelStore  # only now: the window must be seen soon

    projects: dict[Project, list[Unsaved]] = {}
    for state in states:
        projects.setdefault(state.project, []).append(state)
    made: list[Path] = []
    try:
        for project, own in projects.items():
            folder = _new_folder(place, project.name)
            made.append(folder)
            store = LabelStore(folder, nullcontext)  # a new folder: nobody else writes there
            for state in own:
                store.save(
                    state.image_id,
                    state.label_map,
                    project.classes.palette(),
                    not_before=project.class_history.newest,
                    picture=state.picture,
                )
            path = folder / NOTE
            with writing(path):
                atomic_write_bytes(path, _note(folder, project, own).encode("utf-8", "replace"))
    except BaseException:
        for folder in made:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return made


def rescued_below(place: Path) -> list[Path]:
    """Return the folders that `rescue` wrote below ``place`` and that are still there."""
    return sorted(path.parent for path in place.glob(f"*/{NOTE}"))


def ended_folder() -> Path:
    """Return where labels go that cannot be saved when nobody can be asked."""
    from platformdirs import user_data_dir

    return Path(user_data_dir("maskwright", appauthor=False)) / "unsaved"


def _new_folder(place: Path, name: str) -> Path:
    stem, number = f"{name} unsaved {datetime.now():%Y-%m-%d %H-%M-%S}", 1
    folder = place / stem
    with writing(folder):
        place.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                folder.mkdir()
                return folder
            except FileExistsError:
                number += 1
                folder = place / f"{stem} {number}"


def _note(folder: Path, project: Project, states: list[Unsaved]) -> str:
    text = QCoreApplication.translate(
        "Rescue",
        "These labels could not be saved in their project, {root}.\n"
        "\n"
        "To bring them back:\n"
        "1. Close Maskwright.\n"
        "2. Copy the folders labels and provenance from here into {root},\n"
        "   and let them replace the files of the same names there.\n"
        "3. Open the project again. If all is well, remove {folder}.\n"
        "\n"
        "The images:\n",
    ).format(root=project.root, folder=folder)
    return text + "".join(f"{state.image_id}\n" for state in states)
