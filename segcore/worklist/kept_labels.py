"""KeptLabels: issues that a person has looked at and left as they are; they are not shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segcore.editing.box import Box
from segcore.worklist.label_issues import LabelIssue

if TYPE_CHECKING:
    from segcore.project.project import Project

KEY = "audit_kept"
"""Setting of the project."""
MOST = 10_000
"""Decisions that are remembered, the newest."""
SAME = 0.5
"""Issues of one image, label and suggestion are the same when they share this part of the smaller box."""


def kept_labels(project: Project) -> list[dict[str, Any]]:
    """Return the decisions that are remembered: image, box, value, suggestion; what is not sound is left out."""
    found = project.settings.get(KEY, [])
    return [each for each in found if _is_sound(each)] if isinstance(found, list) else []


def keep_label(project: Project, issue: LabelIssue) -> None:
    """Remember that a person left an issue as it is. Raises ProjectError."""
    entry = {
        "image": issue.image_id,
        "box": list(issue.box),
        "value": issue.value,
        "suggestion": issue.suggestion,
    }
    project.set_setting(KEY, [*kept_labels(project), entry][-MOST:])


def is_kept(issue: LabelIssue, kept: list[dict[str, Any]]) -> bool:
    """Whether a person has left this issue as it is."""
    return any(
        (each["image"], each["value"], each["suggestion"]) == (issue.image_id, issue.value, issue.suggestion)
        and _overlap(Box(*each["box"]), issue.box) >= SAME
        for each in kept
    )


def _overlap(one: Box, other: Box) -> float:
    both = one.shared(other)
    smaller = min(one.width * one.height, other.width * other.height)
    return both.width * both.height / smaller if smaller else 0.0


def _is_sound(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("image"), str)
        and all(type(entry.get(name)) is int for name in ("value", "suggestion"))
        and isinstance(entry.get("box"), list)
        and len(entry["box"]) == 4
        and all(type(each) is int for each in entry["box"])
    )
