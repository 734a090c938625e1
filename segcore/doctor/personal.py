"""What is the person's own: changed settings, and the weights that are on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from segcore.doctor.findings import Finding, Section

PRIVATE = ("recent.", "open.", "export.folders", "segment.", "window.", "hints.")
"""Beginnings of the settings whose values are paths, or say nothing to anybody else."""
_MOST_BYTES = 4_000_000


def settings(path: Path) -> Section:
    """Return the settings that differ from their defaults, which are those that the file holds."""
    if not path.exists():
        return Section("Settings", {"changed": "none"})
    try:
        with path.open("rb") as file:
            stored = json.loads(file.read(_MOST_BYTES).decode("utf-8-sig"))
        if not isinstance(stored, dict):
            raise ValueError("it is not a JSON object")
    except (OSError, ValueError, RecursionError) as error:
        wrong = Finding(
            f"The settings cannot be read: {path} ({error}).",
            "At the next start the window uses the defaults and keeps the file under another name.",
        )
        return Section("Settings", {"changed": "not readable"}, (wrong,))
    return Section("Settings", {key: _shown(key, value) for key, value in stored.items()} or {"changed": "none"})


def weights() -> Section:
    """Return the published weights, and those of ImageNet, that are on this machine."""
    from segcore.models.architecture_entries import ARCHITECTURES, imagenet_path
    from segcore.models.catalogue_entries import CATALOGUE, weights_path

    ready = [entry.name for entry in CATALOGUE.values() if weights_path(entry) is not None]
    known = dict.fromkeys(entry.imagenet for entry in ARCHITECTURES.values() if entry.imagenet)
    facts = {
        "ready to predict": ", ".join(ready) or "none",
        "of ImageNet": ", ".join(name for name in known if imagenet_path(name) is not None) or "none",
    }
    if "starter" in ready:
        return Section("Weights", facts)
    wrong = Finding("The starter network, which comes with Maskwright, is missing.", "Install Maskwright again.")
    return Section("Weights", facts, (wrong,))


def _shown(key: str, value: Any) -> str:
    if not key.startswith(PRIVATE):
        return json.dumps(value, ensure_ascii=False)[:200]
    return f"{len(value)} entries" if isinstance(value, list | dict) else "set"
