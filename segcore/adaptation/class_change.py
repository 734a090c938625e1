"""Class change: tables by class value, after classes were merged, removed or given other values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from segcore.labels.class_history import ClassHistory
from segcore.labels.classes import ClassSet

ClassChange = Mapping[int, int | None]
"""Old class value -> new one; None: the class was removed. A value that is not named stays."""

Entry = TypeVar("Entry")


def renamed(table: Mapping[int, Entry], change: ClassChange) -> dict[int, Entry]:
    """Return the table by new class values; entries of classes that become one are added."""
    found: dict[int, Any] = {}
    for old, entry in table.items():
        new = change.get(old, old)
        if new is not None:
            found[new] = found[new] + entry if new in found else entry
    return found


def change_between(
    names: Mapping[int, str], classes: ClassSet, history: ClassHistory | None = None, since: str = ""
) -> dict[int, int | None]:
    """Return what became of the classes that a file knows, in the classes of a project.

    A class is found by its name. One whose name is gone was renamed, if its value still belongs to it.

    Parameters
    ----------
    names : Mapping[int, str]
        Of each class value its name, as the file has them.
    classes : ClassSet
        Of the project.
    history : ClassHistory or None
        Says which values went to another class after ``since``, the time of the file (ISO 8601 UTC).
    """
    known = {name.strip().casefold() for name in names.values()}
    stale = set() if history is None else set(history.stale(list(names), since))
    found: dict[int, int | None] = {}
    for value, name in names.items():
        same, there = classes.named(name), classes.find(value)
        if same is not None:
            found[value] = same.index
        elif there is not None and value not in stale and there.name.strip().casefold() not in known:
            found[value] = value
        else:
            found[value] = None
    return found
