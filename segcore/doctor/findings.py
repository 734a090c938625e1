"""Finding, Section and Report: what the doctor has found, as data and as text. Imports nothing that could be broken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA = 1


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes
    ----------
    message, remedy : str
        What is wrong, and what to do about it.
    stops : bool
        Whether Maskwright cannot work until it is mended; otherwise it works, but not as well as it could.
    """

    message: str
    remedy: str
    stops: bool = False


@dataclass(frozen=True)
class Section:
    """Facts about one subject.

    Attributes
    ----------
    name : str
        The subject.
    facts : Mapping[str, str]
        In the order in which they are shown.
    findings : tuple[Finding, ...]
        What is wrong with it.
    """

    name: str
    facts: Mapping[str, str]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Report:
    """All sections."""

    sections: tuple[Section, ...]

    @property
    def findings(self) -> list[Finding]:
        """What is wrong, that which stops work first."""
        return sorted((each for section in self.sections for each in section.findings), key=lambda each: not each.stops)

    @property
    def stops(self) -> bool:
        """Whether something stops work."""
        return any(each.stops for each in self.findings)

    def text(self) -> str:
        """Return the report for a person: what is wrong, then the facts."""
        lines = ["What is wrong", *(_told(self.findings) or ["  Nothing was found."])]
        for section in self.sections:
            width = max((len(name) for name in section.facts), default=0)
            lines += ["", section.name, *(f"  {name:{width}}  {value}" for name, value in section.facts.items())]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "schema": SCHEMA,
            "stops": self.stops,
            "findings": [
                {"message": each.message, "remedy": each.remedy, "stops": each.stops} for each in self.findings
            ],
            "sections": {section.name: dict(section.facts) for section in self.sections},
        }

    def changed(self, change: Callable[[str], str]) -> Report:
        """Return the report with every value and sentence changed."""
        return Report(
            tuple(
                Section(
                    section.name,
                    {name: change(value) for name, value in section.facts.items()},
                    tuple(Finding(change(f.message), change(f.remedy), f.stops) for f in section.findings),
                )
                for section in self.sections
            )
        )


def late(name: str, reason: str) -> Finding:
    """Return the finding about a library that had not answered in time."""
    return Finding(
        f"{name} was not loaded in time ({reason}).",
        "Try again when the machine is less busy. If it stays so, the disk is slow, or the library hangs: reinstall.",
    )


def looked_at(name: str, look: Callable[[], Section]) -> Section:
    """Return what ``look`` finds; when it fails, a section that says why: one broken part hides no other."""
    try:
        return look()
    except Exception as error:  # whatever is wrong with this machine, the other sections matter
        return Section(name, {"not known": f"{type(error).__name__}: {error}"})


def _told(findings: list[Finding]) -> list[str]:
    lines = []
    for each in findings:
        lines += [f"  {'[stops work] ' if each.stops else ''}{each.message}", f"    {each.remedy}"]
    return lines
