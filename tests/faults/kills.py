"""Kills: a sitting is killed at a random moment; then everything must be there but the last second.

`python -m tests.faults.kills --seed 1 --count 300`
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from segcore.errors import MaskwrightError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from segcore.project.project import Project
from tests.faults.warm_process import ROOT, WarmProcess, surroundings

FILES_SECONDS = 1.0
"""What was done so long before the kill must be in the label files."""
JOURNAL_SECONDS = 0.25
"""With the journal, nothing but the stroke in progress may be missing; the line that told of it may be older."""
STALL_SECONDS = 0.1
"""A process that stood still for longer is given that time."""
IMAGES = ("a.png", "sub/b.png")
TEMPORARY = re.compile(r".*(\.part|\.next|\.tmp)$")
WINDOW_EVERY = 13
"""One of so many kills hits the real window; the others a process that drives its parts without one."""
START_SECONDS = 120.0


@dataclass
class Kill:
    """One kill: what the process said before, and what did not hold afterwards."""

    seed: int
    window: bool
    changes: int = 0
    late: float = 0.0
    """Seconds of work that are not in the label files."""
    lost: float = 0.0
    """Seconds of work that are not in the journal either."""
    left_files: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        where = "window" if self.window else "parts"
        lost = f"{self.late:.2f} s not in the files, {self.lost:.2f} s lost"
        return f"seed {self.seed} ({where}): {self.changes} changes, {lost}: {'; '.join(self.wrong)}"


@dataclass(frozen=True)
class Death:
    """What a process said, when it was killed, and how long one of its threads waited for a processor (seconds)."""

    lines: list[dict]
    moment: float
    waited: float


@dataclass
class Found:
    """Checksums of each image: what the label files hold, and what is shown, with what the journal knows."""

    files: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)


def make_project(folder: Path) -> Path:
    """Two images with nothing on them yet."""
    for number, name in enumerate(IMAGES):
        path = folder / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((400, 600, 3), 60 + number, np.uint8)).save(path)
    with Project.create(folder / "photos.maskwright", folder / "photos", ClassSet.from_names(["a", "b", "c"])) as made:
        return made.root


class Nursery(WarmProcess):
    """A warm process that forks sittings."""

    def __init__(self) -> None:
        super().__init__("tests.faults.sitting")

    def sit_and_kill(self, root: Path, seed: int, moment: float) -> Death:
        """Let somebody sit, kill them so many seconds after their first change."""
        death = listen_and_kill(self.heard, self.fork({"root": str(root), "seed": seed}), moment)
        assert self.answers.readline() == "ended\n"
        return replace(death, lines=death.lines + heard(self.heard, 0.0))


def window_and_kill(root: Path, seed: int, moment: float) -> Death:
    """The same with the real window."""
    read, write = os.pipe()
    words = [sys.executable, "-m", "tests.faults.sitting", str(write), str(root), str(seed)]
    with subprocess.Popen(words, cwd=ROOT, env=surroundings(), pass_fds=[write], stderr=subprocess.DEVNULL) as process:
        os.close(write)
        try:
            death = listen_and_kill(read, process.pid, moment)
            process.wait()
            return replace(death, lines=death.lines + heard(read, 0.0))
        finally:
            process.kill()
            os.close(read)


_rest: dict[int, bytes] = {}


def heard(pipe: int, seconds: float) -> list[dict]:
    """Whole lines that come within so many seconds; half a line, of one who died while writing, is dropped."""
    import select

    data, until = _rest.pop(pipe, b""), time.monotonic() + seconds
    while select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
        piece = os.read(pipe, 1 << 16)
        data += piece
        if not piece or (seconds > 0 and b"\n" in data):
            break
    *whole, _rest[pipe] = data.split(b"\n")
    return [json.loads(line) for line in whole]


def listen_and_kill(pipe: int, pid: int, moment: float) -> Death:
    """Hear what it says, and kill it so many seconds after its first change."""
    _rest.pop(pipe, None)
    lines, until, earlier = [], time.monotonic() + START_SECONDS, {}
    while time.monotonic() < until:
        before = len(lines)
        lines += heard(pipe, max(0.0, min(0.2, until - time.monotonic())))
        if before == 0 and lines:
            until, earlier = time.monotonic() + moment, waits_of_threads(pid)
    waits = waits_of_threads(pid)
    killed = time.monotonic()
    os.kill(pid, 9)
    return Death(lines, killed, max((waits[thread] - earlier.get(thread, 0.0) for thread in waits), default=0.0))


def waits_of_threads(pid: int) -> dict[str, float]:
    """Seconds that each thread of a process could have run and had no processor, until now (Linux)."""
    waits = {}
    for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(OSError):  # the thread has ended
            waits[file.parent.name] = int(file.read_text().split()[1]) / 1e9
    return waits


def look_after(kill: Kill, root: Path, death: Death, before: Found) -> Found:
    """Open what is left, and say what is wrong with it; return the checksums that were found."""
    from app.document.loaded_image import load_image
    from tests.faults.sitting import checksum

    killed = death.moment
    kill.wrong += [line["error"] for line in death.lines if "error" in line]
    changes = [line for line in death.lines if "crc" in line]
    kill.changes = len(changes)
    if not changes:
        kill.wrong.append("it did nothing")
    moments = [line["t"] for line in changes if line["t"] > killed - 4.0] + [killed]
    stalls = sum(max(0.0, b - a - STALL_SECONDS) for a, b in pairwise(moments)) + death.waited
    kill.left_files = len(temporary(root))
    found = Found()
    try:
        with Project.open(root) as project:
            kill.wrong += [f"told on opening: {text}" for text in project.warnings]
            for image_id in project.image_ids():
                label_map = project.load_label_map(image_id)
                old = {before.files.get(image_id, ""), before.shown.get(image_id, "")} if before.files else None
                found.files[image_id] = checksum(label_map)
                late = lost_seconds(kill, image_id, found.files[image_id], changes, killed, old)
                check_pair(kill, project, image_id, label_map)
                loaded = load_image(project, image_id)
                found.shown[image_id] = checksum(loaded.label_map)
                lost = lost_seconds(kill, image_id, found.shown[image_id], changes, killed, old)
                kill.late, kill.lost = max(kill.late, late), max(kill.lost, lost)
                if loaded.warning and "brought them back" not in loaded.warning:
                    kill.wrong.append(f"told on loading: {loaded.warning}")
            kill.wrong += [f"told on loading: {text}" for text in project.warnings if text not in kill.wrong]
            kill.wrong += [f"is still there: {path.relative_to(root)}" for path in temporary(root)]
    except MaskwrightError as error:
        kill.wrong.append(f"cannot be opened: {error}")
    for seconds, most, where in ((kill.late, FILES_SECONDS, "label files"), (kill.lost, JOURNAL_SECONDS, "journal")):
        if seconds > most + stalls:
            kill.wrong.append(f"{seconds:.2f} s of work are not in the {where}; it waited for {stalls:.2f} s")
    return found


def lost_seconds(
    kill: Kill, image_id: str, found: str, changes: list[dict], killed: float, before: set[str] | None
) -> float:
    """How long before the kill the first change was made that is not in ``found``."""
    states = [(line["t"], line["crc"]) for line in changes if line["image"] == image_id]
    known = [number for number, (_, crc) in enumerate(states) if crc == found]
    if not known and before is not None and found not in before:
        kill.wrong.append(f"{image_id} holds labels that nobody made")
        return 0.0
    following = states[known[-1] + 1 :] if known else states
    return killed - following[0][0] if following else 0.0


def check_pair(kill: Kill, project: Project, image_id: str, label_map: LabelMap) -> None:
    """The two files decode to what is loaded; loading alone could have hidden that one is of another save."""
    for path, wanted in (
        (project.labels_path(image_id), label_map.labels),
        (project.provenance_path(image_id), label_map.provenance),
    ):
        if path.exists() and not np.array_equal(np.array(Image.open(path)), wanted):
            kill.wrong.append(f"{path.name} in {path.parent.name} is not what is loaded")


def temporary(root: Path) -> list[Path]:
    """Unfinished files below a project."""
    return [path for path in root.rglob("*") if TEMPORARY.match(path.name)]


@contextmanager
def places() -> Iterator[Path]:
    """A folder that is gone afterwards, in memory where there is such a place."""
    folder = Path(tempfile.mkdtemp(prefix="kills-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(seed: int, count: int, windows: int | None = None, longest: float = 2.0) -> Iterator[Kill]:
    """Kill so often; ``windows`` of them the real window (default: one in `WINDOW_EVERY`)."""
    random = Random(seed)
    wanted = count // WINDOW_EVERY if windows is None else windows
    windowed = set(random.sample(range(count), wanted))
    with places() as folder, Nursery() as nursery:
        root, before = make_project(folder), Found()
        for number in range(count):
            kill = Kill(seed * 10_007 + number, number in windowed)
            act = window_and_kill if kill.window else nursery.sit_and_kill
            before = look_after(kill, root, act(root, kill.seed, random.uniform(0.02, longest)), before)
            yield kill


def main() -> int:
    """Kill, print what did not hold, return 1 when anything did not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300)
    args = parser.parse_args()
    kills = []
    for kill in run(args.seed, args.count):
        kills.append(kill)
        if kill.wrong:
            print(f"FAILED {kill}", flush=True)
    failed = [kill for kill in kills if kill.wrong]
    print(
        f"{len(kills)} kills ({sum(k.window for k in kills)} of the window), seed {args.seed}: {len(failed)} failed; "
        f"{sum(k.changes for k in kills)} changes; at most {max(k.late for k in kills):.2f} s not in the "
        f"label files and {max(k.lost for k in kills):.2f} s lost; "
        f"{sum(k.left_files for k in kills)} temporary files were swept."
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
