"""Lineage: what a checkpoint says of its past: on which images it was trained, and on whose it was measured."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

Lineage = Sequence[Mapping[str, Any]]
"""Steps, oldest first; JSON values."""


@lru_cache(maxsize=1 << 16)
def fingerprint(key: str) -> str:
    """Eight hexadecimal digits that stand for an image in a checkpoint's lineage without naming the file."""
    return hashlib.sha256(path_bytes(key)).hexdigest()[:8]


def seen_by(lineage: Lineage) -> frozenset[str]:
    """Fingerprints of all images that a checkpoint of this lineage was trained on."""
    return frozenset(str(mark) for step in lineage for mark in step.get("trained_on", ()))


def measured_in(lineage: Lineage) -> str:
    """Return the name of the project on whose images the checkpoint's scores were measured; "" when it is not said."""
    name = lineage[-1].get("project", "") if lineage else ""
    return name if isinstance(name, str) else ""


def is_measured_on(lineage: Lineage, project: str, images: Callable[[], Collection[str]]) -> bool:
    """Whether a checkpoint's scores were measured on images of this project.

    Checkpoints of earlier versions name no project: for them the images that they were trained on must be here.

    Parameters
    ----------
    lineage : Lineage
        Of the checkpoint.
    project : str
        The project's name.
    images : callable () -> Collection[str]
        Fingerprints of the project's images; asked for only when needed: 100,000 take a third of a second.
    """
    if not lineage:
        return False
    marks = lineage[-1].get("measured_on" if measured_in(lineage) else "trained_on")
    if not isinstance(marks, list) or not marks or measured_in(lineage) not in ("", project):
        return False
    here = images()
    return all(str(mark) in here for mark in marks)


def path_bytes(key: str) -> bytes:
    """Return a path as the file system has it: not every name of a file is text."""
    return key.encode(errors="surrogatepass")
