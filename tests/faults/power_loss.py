"""Power loss: what a disk may hold after a power cut at any moment of a sitting opens, with all that was saved.

`python -m tests.faults.power_loss --seed 1 --count 2000`. A shim (``power_shim.c``) records what a sitting
(`power_sitting`) writes, renames and syncs; `power_disk` makes from it what a disk may hold.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image

from segcore.errors import MaskwrightError
from segcore.labels.label_map import LabelMap
from segcore.project.label_files import crc_of
from segcore.project.project import Project
from tests.faults.kills import places, temporary
from tests.faults.power_disk import Cut, Disk, records
from tests.faults.power_sitting import MARKS, checksum
from tests.faults.warm_process import ROOT, surroundings

SOURCE = Path(__file__).with_name("power_shim.c")
SHAPE = (40, 56)
IMAGES = ("a.png", "sub/b.png", "sub/c.png")
HOW = ("all", "all", "data", "some", "some")
"""What the cuts take: see `Cut`."""
STATES = 100
"""Cuts of one sitting of the long run."""


@dataclass
class Loss:
    """One power cut: of which sitting, after how many records, how, and what did not hold afterwards."""

    seed: int
    at: int
    how: str
    wrong: list[str] = field(default_factory=list)
    unfinished: set[str] = field(default_factory=set)
    """Images without labels of whose import, which was going on, only a part is there; a person is told."""

    def __str__(self) -> str:
        return f"seed {self.seed}, record {self.at}, {self.how}: {'; '.join(self.wrong)}"


def compiler() -> str | None:
    """Return a C compiler, None where there is none."""
    return next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)


def compiled(place: Path) -> Path:
    """Compile the shim."""
    shim = place / "power_shim.so"
    cc = compiler()
    assert cc is not None
    subprocess.run([cc, "-shared", "-fPIC", "-O1", "-o", shim, SOURCE, "-ldl", "-lpthread"], check=True)
    return shim


def recorded(shim: Path, place: Path, seed: int, steps: int) -> bytes:
    """Let somebody work for so many steps; return the record of what they wrote below ``place/disk``."""
    disk, photos, log = place / "disk", place / "photos", place / "log"
    for each in (disk, photos / "sub"):
        each.mkdir(parents=True)
    for number, name in enumerate(IMAGES):
        Image.fromarray(np.full((*SHAPE, 3), 60 + number, np.uint8)).save(photos / name)
    environment = {**surroundings(), "LD_PRELOAD": str(shim), "POWER_ROOT": str(disk), "POWER_LOG": str(log)}
    words = [sys.executable, "-m", "tests.faults.power_sitting", str(disk), str(photos), str(seed), str(steps)]
    subprocess.run(words, cwd=ROOT, env=environment, check=True)
    return log.read_bytes()


def cuts(place: Path, data: bytes, seed: int, count: int) -> Iterator[Loss]:
    """Cut the power so often during a recorded sitting, and look at what is left."""
    random, root = Random(seed), place / "disk"
    everything = list(records(data))
    moments = sorted(random.sample(range(1, len(everything) + 1), min(count, len(everything))))
    end, disk = Disk(root), Disk(root)
    for record in everything:
        end.apply(record)
    told, done = _notes(end), 0
    for moment in moments:
        for record in everything[done:moment]:
            disk.apply(record)
        done = moment
        loss = Loss(seed, moment, random.choice(HOW))
        left = place / "left"
        try:
            disk.write_to(left, Cut(loss.how, random))
            look_after(loss, left, told, len(_notes(disk)))
        finally:
            shutil.rmtree(left, ignore_errors=True)
        yield loss


def _notes(disk: Disk) -> list[dict[str, Any]]:
    """Return the whole lines of the sitting's notes so far."""
    file = disk.file(f"{disk.root}/{MARKS}")
    lines = bytes(file.now).split(b"\n") if file is not None else [b""]
    return [json.loads(line) for line in lines[:-1]]


def look_after(loss: Loss, left: Path, told: list[dict[str, Any]], now: int) -> None:
    """Open what is left, and say what is wrong; ``told`` are all notes, of which ``now`` were made before the cut."""
    past, future = told[:now], told[now:]
    if not any("opens" in note for note in past):
        return
    importing = next((note["importing"] for note in reversed(past) if "importing" in note), [])
    try:
        with Project.open(left / "p") as project:
            for image_id in project.image_ids():
                _check_image(loss, project, image_id, past, future, image_id in importing)
            _check_setting(loss, project, past, future)
            unfinished = [str(project.labels_path(image_id)) for image_id in loss.unfinished]
            loss.wrong += [f"told: {t}" for t in project.warnings if not any(path in t for path in unfinished)]
    except MaskwrightError as error:
        loss.wrong.append(f"cannot be opened: {error}")
    loss.wrong += [f"is still there: {path.name}" for path in temporary(left / "p")]
    kept = [path.name for path in (left / "p").rglob("*") if ".damaged" in path.name or ".changed" in path.name]
    loss.wrong += [f"was put aside: {name}" for name in kept]
    _check_outside(loss, left, past, future)


def _check_image(
    loss: Loss, project: Project, image_id: str, past: list[dict], future: list[dict], importing: bool
) -> None:
    from app.document.loaded_image import load_image

    states = [(note["crc"], note["saved"]) for note in past if note.get("image") == image_id]
    blank = checksum(LabelMap.blank(*SHAPE))
    saved = [number for number, (crc, is_saved) in enumerate(states) if is_saved and crc != blank]
    allowed = {crc for crc, _ in states[saved[-1] if saved else 0 :]}
    if not saved:
        allowed.add(blank)
    if importing:
        allowed |= {note["crc"] for note in future if note.get("image") == image_id and note["saved"]}
    loaded = load_image(project, image_id)
    files = checksum(project.load_label_map(image_id))
    if importing and not saved:  # nothing of a person is there, and the import has to be repeated
        loss.unfinished |= {image_id} if loaded.warning else set()
        return
    for found, where in ((files, "the label files"), (checksum(loaded.label_map), "the window")):
        if found not in allowed:
            loss.wrong.append(f"{image_id}: {where}: {'older than what was saved' if states else 'unknown'}")
    if loaded.note and image_id not in _foreign(past):  # an import writes no undo history, also without a power cut
        loss.wrong.append(f"told: {loaded.note}")
    if loaded.warning and "brought them back" not in loaded.warning:
        loss.wrong.append(f"told: {loaded.warning}")


def _foreign(past: list[dict]) -> set[str]:
    """Return the images that were imported since somebody painted on them last."""
    found: set[str] = set()
    for note in past:
        found |= set(note.get("foreign", ()))
        found -= {note.get("own")}
    return found


def _check_setting(loss: Loss, project: Project, past: list[dict], future: list[dict]) -> None:
    wanted = [note["seen"] for note in past if "seen" in note][-1:] + [
        note["seen"] for note in future if "seen" in note
    ][:1]
    if any("seen" in note for note in past) and project.settings.get("seen") not in wanted:
        loss.wrong.append("an older setting")
    notes = {int(mark.note) for mark in project.marks.all().values()}
    if any("seen" in note for note in past) and not notes & set(wanted):
        loss.wrong.append("an older mark")


def _check_outside(loss: Loss, left: Path, past: list[dict], future: list[dict]) -> None:
    """Exports that ended are whole; a packed project is the last one, or the next."""
    for note in past:
        for name, crc in note.get("export", {}).items():
            if not (left / name).is_file() or crc_of((left / name).read_bytes()) != crc:
                loss.wrong.append(f"export: {name} is not there, or not whole")
    packed = [note["packed"] for note in past if "packed" in note][-1:]
    following = [note["packed"] for note in future if "packed" in note][:1]
    path = left / "packed.zip"
    if packed and not path.exists():
        loss.wrong.append("the packed project is not there")
    elif path.exists() and crc_of(path.read_bytes()) not in (*packed, *following):
        loss.wrong.append(f"the packed project is not whole ({zipfile.is_zipfile(path)})")


def run(seed: int, count: int, states: int = STATES, steps: int = 60) -> Iterator[Loss]:
    """Cut the power so often: ``states`` times in each sitting."""
    with places() as folder:
        shim = compiled(folder)
        for number in range(-(-count // states)):
            place = folder / f"sitting-{number}"
            place.mkdir()
            data = recorded(shim, place, seed * 1009 + number, steps)
            yield from cuts(place, data, seed * 1009 + number, min(states, count - number * states))
            shutil.rmtree(place)


def main() -> int:
    """Cut the power, print what did not hold, return 1 when anything did not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=2000)
    args = parser.parse_args()
    if sys.platform != "linux" or compiler() is None:
        print("This needs Linux and a C compiler: the shim is loaded with LD_PRELOAD.")
        return 2
    losses, heads = [], Counter[str]()
    for loss in run(args.seed, args.count):
        losses.append(loss)
        heads.update(text.split(":")[0] if text.startswith("is still") else text for text in loss.wrong)
        if loss.wrong:
            print(f"FAILED {loss}", flush=True)
    failed = sum(bool(loss.wrong) for loss in losses)
    unfinished = sum(bool(loss.unfinished) for loss in losses)
    print(f"{len(losses)} power cuts, seed {args.seed}: {failed} failed.")
    print(f"After {unfinished} of them, an import that was going on was there in part, and a person was told so.")
    for head, number in heads.most_common(20):
        print(f"{number:5} {head[:200]}")
    return 1 if failed else 0


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main())
