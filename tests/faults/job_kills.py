"""Job kills: an import, export, merge, packing, unpacking or Live is killed at a random moment.

`python -m tests.faults.job_kills --seed 1 --count 300`. Afterwards no file with a final name is half, every image has
the labels from before or from after the job, the project opens, and the job, done again, leads to what it would have
led to.
"""

from __future__ import annotations

import argparse
import os
import select
import shutil
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from segcore.adaptation.project_head import load_project_head
from segcore.errors import MaskwrightError
from segcore.project.label_files import crc_of
from segcore.project.project import Access, Project
from tests.faults.job import JOBS, LIVE, template
from tests.faults.kills import places, temporary
from tests.faults.power_sitting import checksum
from tests.faults.warm_process import WarmProcess

SECONDS = 120.0


@dataclass
class JobKill:
    """One kill: of which job, after how many seconds, whether it had ended before, and what did not hold."""

    job: str
    seconds: float
    ended: bool = False
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.job}, {self.seconds:.3f} s: {'; '.join(self.wrong)}"


class Workshop(WarmProcess):
    """A warm process that forks jobs."""

    def __init__(self) -> None:
        super().__init__("tests.faults.job")

    def do(self, job: str, folder: Path, seconds: float | None = None) -> tuple[bool, float]:
        """Do a job, or kill it so long after it began; return whether it ended well, and how long it took."""
        pid = self.fork({"job": job, "folder": str(folder)})
        if not select.select([self.heard], [], [], SECONDS)[0]:
            raise RuntimeError("the job does not begin")
        begun = time.monotonic()
        os.read(self.heard, 100)
        if seconds is not None:
            ended = select.select([self.answers], [], [], seconds)[0]
            if not ended:
                os.kill(pid, 9)
        code = int(self.answers.readline())
        return code == 0, time.monotonic() - begun


@dataclass
class Outcome:
    """Checksums of what a job leads to: images of the project, files of the export and names in the zip file."""

    images: dict[str, str]
    exported: dict[str, str]
    packed: dict[str, int]

    @classmethod
    def of(cls, folder: Path) -> Outcome:
        """Look at a folder."""
        with Project.open(folder / "p", Access.READ) as project:
            images = _images(project)
        out = folder / "out"
        files = [path for path in sorted(out.rglob("*")) if path.is_file() and not path.name.startswith(".")]
        return cls(images, {str(p.relative_to(out)): crc_of(_plain(p)) for p in files}, _packed(folder / "packed.zip"))


def _plain(path: Path) -> bytes:
    """Return the content of an exported file; a report, which tells of one run, is nothing."""
    return b"" if path.name.startswith("export_report") else path.read_bytes()


def _packed(path: Path) -> dict[str, int]:
    with zipfile.ZipFile(path) as archive:
        if archive.testzip() is not None:
            raise ValueError("a member of the packed project is damaged")
        return {info.filename: info.CRC for info in archive.infolist()}


def _images(project: Project) -> dict[str, str]:
    from app.document.loaded_image import load_image

    return {image_id: checksum(load_image(project, image_id).label_map) for image_id in project.image_ids()}


def look_after(kill: JobKill, folder: Path, before: Outcome, after: Outcome, workshop: Workshop) -> None:
    """Say what is wrong with what a killed job left, do it again, and say what is wrong then."""
    try:
        with Project.open(folder / "p") as project:
            for image_id, found in _images(project).items():
                if found not in (before.images[image_id], after.images[image_id]):
                    kill.wrong.append(f"{image_id} has labels from neither before nor after")
            kill.wrong += [f"told: {text}" for text in project.warnings]
            kill.wrong += [f"is still there: {path.name}" for path in temporary(folder / "p")]
            if kill.job == "live":
                load_project_head(project, None, LIVE)
        found = Outcome.of(folder)
        for name, crc in found.exported.items():
            if after.exported.get(name) != crc:
                kill.wrong.append(f"export: {name} is half")
        if found.packed not in (before.packed, after.packed):
            kill.wrong.append("the packed project is neither the old one nor the new one")
        if (folder / "unpacked").exists():
            _check_unpacked(kill, folder / "unpacked")
            shutil.rmtree(folder / "unpacked")
        if not workshop.do(kill.job, folder)[0]:
            kill.wrong.append("it cannot be done again")
        elif Outcome.of(folder) != after:
            kill.wrong.append("done again, it leads to something else")
        elif kill.job == "unpack":
            _check_unpacked(kill, folder / "unpacked")
    except (MaskwrightError, OSError, ValueError, zipfile.BadZipFile) as error:
        kill.wrong.append(f"{type(error).__name__}: {error}")


def _check_unpacked(kill: JobKill, root: Path) -> None:
    with Project.open(root) as project, Project.open(root.with_name("other"), Access.READ) as other:
        for image_id in other.image_ids():
            if project.labels_path(image_id).read_bytes() != other.labels_path(image_id).read_bytes():
                kill.wrong.append(f"unpacked: {image_id} has other labels")
        kill.wrong += [f"unpacked: {text}" for text in project.warnings]


def run(seed: int, count: int) -> Iterator[JobKill]:
    """Kill so often: each job in turn, at a moment of the time that it takes."""
    random = Random(seed)
    with places() as place, Workshop() as workshop:
        # Projects know their images by their path: every copy takes the same place.
        folder, kept = place / "work", place / "template"
        folder.mkdir()
        template(folder)
        folder.rename(kept)
        outcomes: dict[str, tuple[Outcome, float]] = {}
        for number in range(count):
            job = list(JOBS)[number % len(JOBS)]
            if job not in outcomes:
                shutil.copytree(kept, folder)
                ended, seconds = workshop.do(job, folder)
                assert ended, f"the {job} fails without being killed"
                outcomes[job] = Outcome.of(folder), seconds
                shutil.rmtree(folder)
            shutil.copytree(kept, folder)
            after, seconds = outcomes[job]
            kill = JobKill(job, random.uniform(0.0, 1.1 * seconds))
            before = Outcome.of(folder)
            kill.ended, _ = workshop.do(job, folder, kill.seconds)
            look_after(kill, folder, before, after, workshop)
            shutil.rmtree(folder)
            yield kill


def main() -> int:
    """Kill, print what did not hold, return 1 when anything did not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300)
    args = parser.parse_args()
    kills: list[JobKill] = []
    for kill in run(args.seed, args.count):
        kills.append(kill)
        if kill.wrong:
            print(f"FAILED {kill}", flush=True)
    failed, ended = sum(bool(kill.wrong) for kill in kills), sum(kill.ended for kill in kills)
    jobs = ", ".join(f"{number} {job}" for job, number in Counter(kill.job for kill in kills).items())
    print(f"{len(kills)} kills ({jobs}), seed {args.seed}: {failed} failed; {ended} jobs had ended before.")
    return 1 if failed else 0


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main())
