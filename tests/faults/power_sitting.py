"""Power sitting: paints, undoes, saves, imports, merges and packs, and notes in a file what must be on the disk.

`python -m tests.faults.power_sitting FOLDER PHOTOS SEED STEPS`, with the shim that records what is written.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from random import Random

from segcore.editing import Edit, diff
from segcore.formats.export import export_project
from segcore.formats.import_labels import ImportChoices, import_labels
from segcore.formats.import_plan import plan_import
from segcore.journal.journal import recall
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive
from segcore.project.label_files import crc_of
from segcore.project.marks import Mark
from segcore.project.merging import merge
from segcore.project.packing import pack
from segcore.project.project import Access, Project

CLASSES = ClassSet.from_names(["a", "b", "c"])
MARKS = "marks"


def checksum(label_map: LabelMap) -> str:
    """Labels and provenance in eight digits."""
    return crc_of(label_map.labels.tobytes() + label_map.provenance.tobytes())


class Sitting:
    """Somebody who works on a project; what they do is decided by a seed."""

    def __init__(self, folder: Path, photos: Path, seed: int) -> None:
        self._folder, self._random = folder, Random(seed)
        self._notes = os.open(folder / MARKS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._other = Project.create(folder / "other", photos, CLASSES)
        self._project = Project.create(folder / "p", photos, CLASSES)
        self._ids = self._project.image_ids()
        self._note(opens=True)
        self._image, self._labels, self._journal = "", LabelMap.blank(1, 1), None
        self._done: list[Edit] = []
        self._painted = False

    def work(self, steps: int) -> None:
        """Do so many things, then close everything."""
        self._go()
        acts = (self._paint,) * 12 + (self._undo, self._save, self._save, self._save, self._go, self._go)
        acts += (self._configure, self._import, self._merge, self._pack)
        for _ in range(steps):
            self._random.choice(acts)()
        self._save()
        self._project.close()
        self._other.close()

    def _note(self, **line: object) -> None:
        os.write(self._notes, (json.dumps(line) + "\n").encode())

    def _changed(self, image_id: str, labels: LabelMap, saved: bool) -> None:
        self._note(image=image_id, crc=checksum(labels), saved=saved)

    def _stroke(self, before: LabelMap, value: int) -> LabelMap:
        height, width = before.shape
        after = LabelMap(before.labels.copy(), before.provenance.copy())
        top, left = self._random.randrange(height - 8), self._random.randrange(width - 8)
        after.labels[top : top + 8, left : left + 8] = value
        after.provenance[top : top + 8, left : left + 8] = Provenance.PAINTED
        return after

    def _paint(self) -> None:
        after = self._stroke(self._labels, self._random.randrange(3))
        edit = diff(self._labels, after, "Brush")
        self._done.append(edit)
        self._write(after, lambda journal: journal.edit(edit))

    def _undo(self) -> None:
        if self._done:
            edit = self._done.pop()
            after = LabelMap(self._labels.labels.copy(), self._labels.provenance.copy())
            edit.undo(after)
            self._write(after, lambda journal: journal.undo(edit))

    def _write(self, after: LabelMap, what) -> None:
        assert self._journal is not None
        self._changed(self._image, after, saved=False)
        self._labels, self._painted = after, True
        what(self._journal)
        self._journal.write()

    def _save(self) -> None:
        assert self._journal is not None
        self._journal.sync()
        self._project.save_label_map(self._image, self._labels)
        self._changed(self._image, self._labels, saved=True)
        if self._painted:
            self._note(own=self._image)

    def _go(self) -> None:
        if self._journal is not None:
            self._leave()
        project = self._project
        self._image = self._random.choice(self._ids)
        found = project.load_label_map(self._image)
        recalled = recall(project.root, self._image, found, project.classes, project.class_history)
        self._labels, self._journal = recalled.label_map, recalled.journal
        self._done, self._painted = [], False

    def _configure(self) -> None:
        number = self._random.randrange(10**6)
        self._project.set_setting("seen", number)
        self._project.marks.put({self._image: Mark(note=str(number))})
        self._note(seen=number)

    def _import(self) -> None:
        """Export the labels of the other project and import them: what is unlabelled gets them."""
        out = self._folder / f"export-{self._random.randrange(10**9)}"
        for image_id in self._ids:
            labels = self._stroke(self._other.load_label_map(image_id), self._random.randrange(3))
            self._other.save_label_map(image_id, labels)
        drive(export_project(self._other, ["png"], out))
        self._note(export={p.relative_to(self._folder).as_posix(): crc_of(p.read_bytes()) for p in _files(out)})
        self._leave()
        plan = drive(plan_import(self._project, out))
        self._note(importing=self._ids, foreign=self._ids)
        drive(import_labels(self._project, plan, ImportChoices(plan.mapping())))
        self._all_saved()
        self._note(importing=[])
        self._go()

    def _merge(self) -> None:
        self._leave()
        self._note(importing=self._ids)
        with Project.open(self._other.root, Access.READ) as other:
            drive(merge(self._project, other))
        self._all_saved()
        self._note(importing=[])
        self._go()

    def _pack(self) -> None:
        path = self._folder / "packed.zip"
        drive(pack(self._project, path, overwrite=True))
        self._note(packed=crc_of(path.read_bytes()))

    def _leave(self) -> None:
        self._save()
        self._journal = None

    def _all_saved(self) -> None:
        for image_id in self._ids:
            self._changed(image_id, self._project.load_label_map(image_id), saved=True)


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


if __name__ == "__main__":
    Sitting(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])).work(int(sys.argv[4]))
