"""Job: an import, export, merge, packing, unpacking or Live that is killed; `python -m tests.faults.job`.

A warm process forks one job for each line that it reads, so that a kill costs no start of Python.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from segcore.adaptation.live_head import LiveHead
from segcore.adaptation.project_head import save_project_head
from segcore.formats.export import export_project
from segcore.formats.import_labels import ImportChoices, import_labels
from segcore.formats.import_plan import plan_import
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive
from segcore.project.merging import merge
from segcore.project.packing import PackChoices, pack
from segcore.project.project import Access, Project
from segcore.project.unpacking import unpack_project
from tests.segcore.adaptation.scenes import dab, scene

CLASSES = ClassSet.from_names(["a", "b", "c"])
SHAPE, IMAGES = (48, 64), 12
FORMATS = ("png", "coco", "labelme")
LIVE = "net"
"""Names the features that Live learns from."""


def import_set(folder: Path) -> None:
    """Import a data set of label maps; every third image has labels of a person."""
    with Project.open(folder / "p") as project:
        plan = drive(plan_import(project, folder / "set"))
        drive(import_labels(project, plan, ImportChoices(plan.mapping())))


def export(folder: Path) -> None:
    """Export a project in three formats."""
    with Project.open(folder / "other", Access.READ) as project:
        drive(export_project(project, FORMATS, folder / "out"))


def merge_other(folder: Path) -> None:
    """Merge another project."""
    with Project.open(folder / "other", Access.READ) as other, Project.open(folder / "p") as project:
        drive(merge(project, other))


def pack_other(folder: Path) -> None:
    """Pack a project in the place of one that was packed before."""
    with Project.open(folder / "other", Access.READ) as project:
        drive(pack(project, folder / "packed.zip", PackChoices(images=True), overwrite=True))


def unpack(folder: Path) -> None:
    """Make a project of a packed one."""
    drive(unpack_project(folder / "packed.zip", folder / "unpacked"))


def live(folder: Path) -> None:
    """Learn image after image as Live does, and keep what was learned after each."""
    with Project.open(folder / "p") as project:
        head = LiveHead(None, LIVE)
        for seed, image_id in enumerate(project.image_ids()):
            image, pyramid = scene(seed)
            drive(head.open_image(image, pyramid, key=image_id))
            head.add_stroke(dab(8, 20), 1)
            head.add_stroke(dab(70, 20), 2)
            blank = LabelMap.blank(*image.shape[:2])
            drive(head.finish_image(head.decide(blank.labels, blank.provenance).labels))
            save_project_head(project, head)


JOBS: dict[str, Callable[[Path], None]] = {
    "import": import_set,
    "export": export,
    "merge": merge_other,
    "pack": pack_other,
    "unpack": unpack,
    "live": live,
}


def painted(seed: int) -> LabelMap:
    """Labels of a person on a part of an image, different for each seed."""
    found, random = LabelMap.blank(*SHAPE), np.random.default_rng(seed)
    top, left = random.integers(0, 24, 2)
    found.labels[top : top + 20, left : left + 30] = random.integers(0, 3)
    found.provenance[top : top + 20, left : left + 30] = Provenance.PAINTED
    return found


def template(folder: Path) -> None:
    """Make what every job begins with: two projects of the same images, a data set, a packed project."""
    for number in range(IMAGES):
        path = folder / "photos" / ("sub" if number % 2 else "") / f"{number:02d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((*SHAPE, 3), 60 + number, np.uint8)).save(path)
    with Project.create(folder / "other", folder / "photos", CLASSES.added("elsewhere")) as other:
        for seed, image_id in enumerate(other.image_ids()):
            other.save_label_map(image_id, painted(100 + seed))
        drive(export_project(other, ["png"], folder / "set"))
        drive(pack(other, folder / "packed.zip"))
    with Project.create(folder / "p", folder / "photos", CLASSES) as project:
        for seed, image_id in enumerate(project.image_ids()[::3]):
            project.save_label_map(image_id, painted(seed))
    for name in ("p", "other"):
        shutil.rmtree(folder / name / "journal", ignore_errors=True)


def serve() -> None:
    """Fork a job for each line ``{"job", "folder"}``: print its process number, and its exit code when it ended."""
    pipe = int(sys.argv[1])
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.write(pipe, b"begun\n")
                JOBS[order["job"]](Path(order["folder"]))
                code = 0
            finally:
                os._exit(code)
        print(pid, flush=True)
        print(os.waitpid(pid, 0)[1], flush=True)


if __name__ == "__main__":
    serve()
