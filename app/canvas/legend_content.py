"""Legend content: what the colours of the shown layers mean."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from app.canvas.color_tables import INFERNO, NOT_DRAWN, SAME, VIRIDIS
from app.canvas.layers import View, ViewLayers
from app.canvas.legend import Item, Key, Scale
from segcore.labels.classes import IGNORE_INDEX, ClassSet

MOST = 12
"""Classes that are listed; of more, the legend says how many."""


def legend_of(layers: ViewLayers, with_classes: bool) -> tuple[Item, ...]:
    """Return a row for each colour, the uppermost layer last; ``with_classes``: also those of labels."""
    items: list[Item] = []
    if with_classes and layers.shown & {View.OVERLAY, View.OUTLINES} and layers.classes is not None:
        items += _of_classes(layers.classes, layers.hidden)
    known = layers.has_prediction or layers.compared is not None
    changes = _of_changes(layers) if known and View.CHANGES in layers.shown else []
    if not layers.has_prediction:
        return (*items, *changes)
    if View.UNCERTAINTY in layers.shown:
        items.append(
            Scale(
                QCoreApplication.translate("Legend", "Prediction"),
                INFERNO,
                QCoreApplication.translate("Legend", "certain"),
                QCoreApplication.translate("Legend", "uncertain"),
            )
        )
    if View.HEATMAP in layers.shown and layers.has_heatmap:
        title = QCoreApplication.translate("Legend", "Probability of {name}").format(
            name=name_of(layers.classes, layers.heatmap_class)
        )
        items.append(Scale(title, VIRIDIS, "0", "1"))
    return (*items, *changes)


def name_of(classes: ClassSet | None, value: int) -> str:
    """Return the name of a class value, or the value."""
    found = classes.find(value) if classes is not None else None
    return found.name if found is not None else str(value)


def _of_classes(classes: ClassSet, hidden: frozenset[int]) -> list[Item]:
    seen = [c for c in classes if c.index not in hidden]
    items: list[Item] = [Key((QColor(*c.color),), c.name) for c in seen[:MOST]]
    if len(seen) > MOST:
        items.append(Key((), QCoreApplication.translate("Legend", "{n} more classes").format(n=len(seen) - MOST)))
    if IGNORE_INDEX not in hidden:
        items.append(_ignore())
    return items


def _of_changes(layers: ViewLayers) -> list[Item]:
    some = [QColor(*c.color) for c in layers.classes or () if c.index not in layers.hidden][:3]
    differs = QCoreApplication.translate("Legend", "Your label differs from the prediction")
    same = QCoreApplication.translate("Legend", "Same as the prediction (dimmed)")
    if layers.compared is not None:
        differs = QCoreApplication.translate("Legend", "Your label differs from the other one")
        same = QCoreApplication.translate("Legend", "Same as the other label (dimmed)")
    return [
        *((Key(tuple(some), differs),) if some else ()),
        Key(
            (QColor(*NOT_DRAWN[:3]),), QCoreApplication.translate("Legend", "It differs: unlabelled or a hidden class")
        ),
        Key((QColor(*SAME[:3]),), same),
        _ignore(),
    ]


def _ignore() -> Key:
    return Key((), QCoreApplication.translate("Legend", "Ignore"), hatched=True)
