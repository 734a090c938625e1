"""ExportReport: what an export wrote, what it left out, and what is different in the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segcore.formats.grouping import grouped


@dataclass(frozen=True)
class LeftOut:
    """An image, or ``pixels`` of it, that were not exported as they are, and why."""

    image: str
    reason: str
    pixels: int | None = None


@dataclass(frozen=True)
class ExportReport:
    """What `export_project` wrote.

    Attributes
    ----------
    out : Path
        The folder.
    formats : tuple of str
        Keys of the registry.
    exported : tuple of str
        The images.
    left_out : tuple of LeftOut
        Images and pixels that are not in the files, whole images first.
    different : tuple of LeftOut
        Pixels that are in the files, but not as in the project: approximated borders, predictions that were asked for;
        copies of images that are not the same file.
    kept : int
        How many of ``exported`` an interrupted export had written already.
    """

    out: Path
    formats: tuple[str, ...]
    exported: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    different: tuple[LeftOut, ...] = ()
    kept: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return ``{"out", "formats", "exported": [image], "left_out": [{"image", "reason", "pixels"}], ...}``."""
        return {
            "out": str(self.out),
            "formats": list(self.formats),
            "exported": list(self.exported),
            "left_out": _entries(self.left_out),
            "different": _entries(self.different),
            "kept": self.kept,
        }

    def summary(self) -> str:
        """Return the report as text for a person: a headline, then a line for each thing that is not as it was.

        Many things of the same kind are one line.
        """
        whole = sum(1 for entry in self.left_out if entry.pixels is None)
        part = len({entry.image for entry in self.left_out if entry.pixels is not None})
        lines = [
            f"{_images(len(self.exported))} exported to {self.out} ({', '.join(self.formats)}); "
            f"{_images(whole)} left out; {_images(part)} exported in part."
        ]
        if self.kept:
            lines.append(f"  {_images(self.kept)} had been written by an export that was interrupted.")
        for group in grouped((*self.left_out, *self.different), lambda entry: (entry.reason, entry.pixels is None)):
            pixels = "" if group[0].pixels is None else f"{sum(entry.pixels or 0 for entry in group)} pixels "
            if len(group) == 1:
                lines.append(f"  {group[0].image}: {pixels}{group[0].reason}")
            else:
                names = ", ".join(entry.image for entry in group[:3])
                lines.append(f"  {_images(len(group))} ({names}, …): {pixels}{group[0].reason}")
        return "\n".join(lines)


def _entries(entries: Sequence[LeftOut]) -> list[dict[str, Any]]:
    return [{"image": e.image, "reason": e.reason, "pixels": e.pixels} for e in entries]


def _images(count: int) -> str:
    return f"{count} image{'' if count == 1 else 's'}"
