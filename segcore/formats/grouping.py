"""Grouping of a report's entries: many of the same kind are told in one line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T")

MANY = 20
"""More entries of the same kind are one line."""


def kind_of(name: str, reason: str) -> str:
    """Return a reason without what belongs to one image: its name and all numbers."""
    stem = name.rpartition("/")[2].rpartition(".")[0] or name
    return re.sub(rf"(?<!\w){re.escape(stem)}(?!\w)|\d+", "", reason)


def grouped(entries: Sequence[T], kind: Callable[[T], Hashable]) -> list[list[T]]:
    """Return groups of entries in their order: all of a kind where they are `MANY`, otherwise each alone."""
    by_kind: dict[Hashable, list[T]] = defaultdict(list)
    for entry in entries:
        by_kind[kind(entry)].append(entry)
    groups: list[list[T]] = []
    for entry in entries:
        same = by_kind[kind(entry)]
        if len(same) <= MANY:
            groups.append([entry])
        elif same[0] is entry:
            groups.append(same)
    return groups
