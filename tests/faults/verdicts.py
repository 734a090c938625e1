"""Verdicts: what must hold after an operation on a mutant, read from the disk and from what the worker told."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import numpy as np
from PIL import Image

from tests.faults.kind import Kind
from tests.faults.report import STROKE, digest
from tests.faults.specimen import AHEAD, MUST_STAY, PROJECT

CPU_SECONDS = 5.0
MEMORY = 2 << 30
"""Beyond what the worker held before, and beyond the decoded image."""
DECODING_BYTES_A_SECOND = 50e6
"""An image of 400 megapixels may take longer than `CPU_SECONDS`; 5 s are for the rest."""


@dataclass(frozen=True)
class Before:
    """The cage as it was: what must not change, and the labels of each image."""

    around: dict[str, str]
    files: dict[str, bytes]
    """Label and provenance files below the project, and the mutant."""
    mutant: bytes | None

    @classmethod
    def of(cls, cage: Path, mutant: Path) -> Before:
        """Look at a cage."""
        root = cage / PROJECT
        found = {}
        for part in ("labels", "provenance"):
            for path in sorted((root / part).rglob("*.png")):
                if is_regular(path) and path != mutant:
                    found[path.relative_to(root).as_posix()] = path.read_bytes()
        return cls(around(cage), found, mutant.read_bytes() if is_regular(mutant) else None)


def patience_for(healthy: dict[str, Any]) -> float:
    """Seconds of processor time; a busy or slow machine, which needs long with the healthy file too, has more."""
    return CPU_SECONDS + 4.0 * float(healthy["cpu"])


def around(cage: Path) -> dict[str, str]:
    """What lies in a cage where nothing may be written: name -> kind, size, time of change, content."""
    found = {}
    for name in MUST_STAY:
        for folder, folders, files in os.walk(cage / name):
            for entry in (*folders, *files):
                found[f"{folder}/{entry}"] = _facts(Path(folder) / entry)
    for entry in os.scandir(cage):
        if entry.name in MUST_STAY:
            found[entry.path] = _facts(Path(entry.path))
        elif entry.name not in (PROJECT, "config", "out", "new", "tmp", "home"):
            found[entry.path] = "new"
    return {**found, **{str(p): "left" for p in (cage / "tmp").iterdir()}, **_home(cage / "home")}


def _home(home: Path) -> dict[str, str]:
    return {str(p): "written" for p in home.rglob("*") if p.is_file()}


def _facts(path: Path) -> str:
    found = path.lstat()
    text = f"{stat.S_IFMT(found.st_mode):o}"
    if stat.S_ISREG(found.st_mode):
        text += f" {found.st_size} {found.st_mtime_ns} {hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
    elif stat.S_ISLNK(found.st_mode):
        text += f" {os.readlink(path)}"
    return text


def is_regular(path: Path) -> bool:
    """Whether it is a file and no link, so that reading it ends."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def judge(
    kind: Kind, mutator: str, cage: Path, before: Before, healthy: dict[str, Any], answer: dict[str, Any]
) -> list[str]:
    """Return what did not hold, one line each; nothing when all did."""
    wrong = [f"traceback: {answer['failure']}"] if answer["failure"] else []
    wrong += [f"noted: {text}" for text in answer["noted"]]
    seconds = patience_for(healthy) + answer["decoded"] / DECODING_BYTES_A_SECOND
    if answer["cpu"] > seconds:
        wrong.append(f"slow: {answer['cpu']:.1f} s of processor time")
    if answer["memory"] > MEMORY + answer["decoded"]:
        wrong.append(f"memory: {answer['memory'] / 2**30:.1f} GB")
    after = around(cage)
    for path in sorted(before.around.keys() | after.keys()):
        if before.around.get(path) != after.get(path):
            wrong.append(f"outside: {path}: {before.around.get(path)} became {after.get(path)}")
    if answer["failure"]:
        return wrong
    if not answer["opened"] and not kind.refuses:
        wrong.append(f"blocked: the project does not open: {answer['told'][-1:]}")
    if mutator == "foreign" and kind.extra and not answer["told"]:
        wrong.append("foreign: a file of another format was opened without a word")
    if kind.answers and not answer["told"] and answer["answer"] != healthy["answer"]:
        wrong.append("silent: another answer than with the healthy file, and nothing was told")
    for image_id, made in healthy["rest"].items():
        if kind.alone not in ("", image_id) and answer["rest"].get(image_id) != made:
            wrong.append(f"rest: {image_id} became something else, though the file is of {kind.alone} only")
    return wrong + _labels(kind, mutator, cage, before, healthy, answer)


def _labels(
    kind: Kind, mutator: str, cage: Path, before: Before, healthy: dict[str, Any], answer: dict[str, Any]
) -> list[str]:
    root, wrong = cage / PROJECT, []
    there = {path: path.read_bytes() for path in sorted(root.rglob("*")) if is_regular(path)}
    contents = set(there.values())
    for name, data in before.files.items():
        image_id = name.partition("/")[2].removesuffix(".png")
        path = root / name
        now = there.get(path)
        if image_id == AHEAD and image_id in answer["painted"]:
            continue  # the stroke of the journal is in it now
        told = any(image_id in text for text in answer["told"])
        if image_id in kind.path and (mutator == "kinds" or (mutator == "record" and told)):
            continue  # sound records of undo and redo: the labels follow them, and each can be done again
        if now == data or _same_but_stroke(data, now, image_id in answer["painted"]):
            continue
        mine = kind.moves and (image_id in kind.path or (kind.extra and image_id.startswith("x.")))
        if data not in contents:
            wrong.append(f"lost: {name} is neither there nor kept aside")
        elif not mine and not _of_unknown_classes(path, there, data):
            wrong.append(f"moved: {name} was put aside, and there was nothing wrong with it")
    if before.mutant is not None and kind.kept and answer["told"]:
        inside = before.mutant in contents or any(
            is_regular(p) and p.read_bytes() == before.mutant
            for top in ("config", "side", "photos", "set")
            for p in (cage / top).rglob("*")
        )
        now = there.get(cage / kind.path)
        if not (inside or _same_but_stroke(before.mutant, now, True) or _says_the_same(before.mutant, now)):
            wrong.append("lost: the bytes of the mutant are nowhere any more")
    if not answer["told"]:
        for image_id, shown in answer["loaded"].items():
            wanted = healthy["loaded"].get(image_id, shown)
            if shown != wanted and not (image_id == AHEAD and shown == _of_files(before, image_id)):
                where = "only the log tells" if answer["logged"] else "nothing was told"
                wrong.append(f"silent: {image_id} shows other labels, and {where}: {answer['logged'][:1]}")
    return wrong


def _of_unknown_classes(path: Path, there: dict[Path, bytes], data: bytes) -> bool:
    """Whether labels were kept aside because the class list has fewer classes than they."""
    return any(each.name.startswith(f"{path.name}.unknown-classes") and there[each] == data for each in there)


def _of_files(before: Before, image_id: str) -> list[str]:
    """What the label files say, without a stroke that only the journal has."""
    parts = (before.files.get(f"{part}/{image_id}.png") for part in ("labels", "provenance"))
    return [digest(np.array(Image.open(io.BytesIO(data)))) for data in parts if data is not None]


def _says_the_same(data: bytes, now: bytes | None) -> bool:
    """Whether all that a JSON file said is still said by the one that was written since."""
    try:
        return now is not None and _holds(json.loads(now), json.loads(data))
    except (ValueError, RecursionError):
        return False


def _holds(now: Any, before: Any) -> bool:
    if isinstance(before, dict) and isinstance(now, dict):
        return all(key in now and _holds(now[key], value) for key, value in before.items())
    if isinstance(before, list) and isinstance(now, list):
        return len(now) == len(before) and all(map(_holds, now, before))
    if isinstance(before, str) and isinstance(now, str) and PurePath(now) == PurePath(before):
        return True  # a path with two slashes is written with one
    return bool(now == before or (now != now and before != before))


def _same_but_stroke(data: bytes, now: bytes | None, painted: bool) -> bool:
    """Whether two label files hold the same values, except where the operation painted."""
    if now is None or not painted:
        return False
    try:
        a, b = (np.array(Image.open(io.BytesIO(content), formats=["PNG"])) for content in (data, now))
    except (OSError, ValueError, SyntaxError):
        return False
    if a.shape != b.shape or a.ndim != 2:
        return False
    a[:STROKE, :STROKE] = b[:STROKE, :STROKE]
    return digest(a) == digest(b)
