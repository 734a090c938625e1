"""What the doctor says of a project. It imports nothing that could be broken: a child has looked at the files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from segcore.doctor.child import Answer
from segcore.doctor.findings import Finding, Section
from segcore.doctor.machine import gigabytes

_NAMED = 10


def project(folder: Path, answer: Answer, named: bool) -> Section:
    """Return what a child told of the project in ``folder``, see `project_check`; ``named``: with names of images."""
    said = answer.facts
    facts = {"folder": str(folder)}
    findings = []
    if "images" in said:
        facts |= {"images": str(said["images"]), "classes": str(said["classes"]), "writer": said["writer"]}
    if "states" in said:
        facts["states"] = ", ".join(f"{count} {name.lower()}" for name, count in said["states"].items())
    if "sizes" in said:
        facts["sizes"] = ", ".join(f"{name} {gigabytes(size)}" for name, size in said["sizes"].items())
        facts["index"] = said["index"]
        if said["index"] not in ("sound", "none", "in use"):
            findings.append(
                Finding(
                    f"The project's index is damaged ({said['index']}).", "Open the project: it makes the index again."
                )
            )
    if "checked" in said:
        facts["labels checked"] = f"of {said['checked']} images"
        facts["damaged files kept aside"] = str(said["kept"])
        for what, key, remedy, stops in (
            ("Label files that cannot be read", "damaged", "Restore them from a copy.", True),
            ("Images that are missing or cannot be read", "missing", "Put them back.", False),
            ("Warnings when it was opened", "warnings", "docs/reliability.md says what they mean.", False),
        ):
            if said[key]:
                names = f" ({_some(said[key])})" if named else ""
                more = "" if named else " --paths names them."
                findings.append(Finding(f"{what}: {len(said[key])}{names}", f"{remedy}{more}", stops))
    if answer.failure:
        lines = [line for line in answer.errors.splitlines() if line.strip()]
        reason = lines[-1].partition("Error: ")[2] or lines[-1] if lines else answer.failure
        findings.append(
            Finding(
                f"The project could not be checked to its end: {reason[:400]}",
                "Check the folder; if project.json is damaged, restore project.json.bak or a copy.",
                "images" not in said,
            )
        )
    return Section("Project", facts, tuple(findings))


def _some(names: Iterable[str]) -> str:
    found = list(names)
    return "; ".join(found[:_NAMED]) + (f" and {len(found) - _NAMED} more" if len(found) > _NAMED else "")
