"""Desk: an image whose edits go to a journal."""

from __future__ import annotations

import numpy as np

from segcore.editing import Box, Edit, History, Recorder
from segcore.journal.journal import Recalled, recall
from segcore.labels.class_history import ClassHistory
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap

CLASSES = ClassSet.from_names(["road", "car", "tree", "sky"])


PAST = ClassHistory()


SHAPE = (140, 150)


def copy(label_map: LabelMap) -> LabelMap:
    return LabelMap(label_map.labels.copy(), label_map.provenance.copy())


def same(one: LabelMap, other: LabelMap) -> bool:
    return np.array_equal(one.labels, other.labels) and np.array_equal(one.provenance, other.provenance)


class Desk:
    """A label map, its history in memory and its journal; ``states`` are all the label maps that there were."""

    def __init__(self, root, label_map=None):
        self.root = root
        self.map = LabelMap.blank(*SHAPE) if label_map is None else copy(label_map)
        found = self.recall(self.map)
        assert found.warning == ""
        self.journal, self.history = found.journal, found.history
        self.states = [copy(self.map)]

    def recall(self, label_map, past=PAST) -> Recalled:
        return recall(self.root, "a.png", label_map, CLASSES, past)

    def paint(self, box: Box, value: int) -> None:
        edit = stroke(self.map, box, value)
        self.history.push(edit)
        self.journal.edit(edit)
        self._written()

    def extend(self, box: Box, value: int) -> None:
        """Let the last step change more pixels."""
        more = stroke(self.map, box, value)
        assert self.history.extend(more) is not None
        self.journal.extend(more)
        self._written()

    def undo(self) -> None:
        edit = self.history.undo()
        edit.undo(self.map)
        self.journal.undo(edit)
        self._written()

    def redo(self) -> None:
        edit = self.history.redo()
        edit.redo(self.map)
        self.journal.redo(edit)
        self._written()

    def _written(self) -> None:
        self.journal.write()
        self.states.append(copy(self.map))


def stroke(label_map: LabelMap, box: Box, value: int) -> Edit:
    recorder = Recorder(label_map, f"Brush {value}")
    recorder.paint(box, np.ones((box.height, box.width), np.bool_), value)
    return recorder.finish()


def undo_all(history: History, label_map: LabelMap) -> int:
    count = 0
    while (edit := history.undo()) is not None:
        edit.undo(label_map)
        count += 1
    return count
