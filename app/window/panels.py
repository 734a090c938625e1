"""Panels: a table of the window's panels. A new panel is one file and one row here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from app.appearance.hint import Hint
from app.canvas.channel_controls import ChannelControls
from app.canvas.compare_controls import CompareControls
from app.canvas.ruler_controls import RulerControls
from app.canvas.tone_controls import ToneControls
from app.canvas.view_panel import ViewPanel
from app.classes.class_locks import ClassLocks
from app.classes.class_panel import ClassPanel
from app.document.document import Document
from app.document.session import Session
from app.jobs.job_runner import JobRunner
from app.language.marking import QT_TRANSLATE_NOOP
from app.prediction.model_panel import ModelPanel
from app.prediction.predictions import Predictions
from app.refinement.refine_panel import RefinePanel
from app.settings.settings import Settings
from app.training.training_panel import TrainingPanel
from app.window.actions import Actions
from app.worklist.image_panel import ImagePanel

LEFT, RIGHT, TAB = "left", "right", "tab"
Kind = TypeVar("Kind", bound=QWidget)


@dataclass(frozen=True)
class Parts:
    """What panels are made of."""

    document: Document
    session: Session
    jobs: JobRunner
    settings: Settings
    predictions: Predictions
    actions: Actions


@dataclass(frozen=True)
class PanelRow:
    """One panel.

    Attributes
    ----------
    name : str
        Its key in the settings; of a dock also its object name.
    place : str
        ``LEFT`` or ``RIGHT``: a dock of its own; ``TAB``: a tab of the dock "work".
    kind : type of QWidget
        The class of the panel.
    make : Callable
        Makes it.
    title, hint : str
        Source texts, context "Panels". ``{name}`` in the hint becomes the shortcut of that action.
    explains : tuple of str
        Actions that the hint explains: it goes away after some uses of them.
    scrolls : bool
        Whether it is put into a scroll area; a panel with a list of its own is not.
    size : (int, int)
        First width and height of its dock in pixels; heights count as shares of the column.
    """

    name: str
    place: str
    kind: type[QWidget]
    make: Callable[[Parts], QWidget]
    title: str
    hint: str
    explains: tuple[str, ...]
    scrolls: bool = True
    size: tuple[int, int] = (310, 300)


TABLE: tuple[PanelRow, ...] = (
    PanelRow(
        "images",
        LEFT,
        ImagePanel,
        lambda parts: ImagePanel(parts.session),
        QT_TRANSLATE_NOOP("Panels", "Images"),
        QT_TRANSLATE_NOOP(
            "Panels",
            "{next} and {previous} open the next and the previous image. {done_next} marks the image as done and"
            " opens the next one. {next_region} zooms to where a correction helps most.",
        ),
        ("next", "previous", "done_next", "next_region"),
        scrolls=False,
        size=(260, 700),
    ),
    PanelRow(
        "classes",
        RIGHT,
        ClassPanel,
        lambda parts: ClassPanel(parts.document, parts.actions["class_ignore"], ClassLocks(parts.session)),
        QT_TRANSLATE_NOOP("Panels", "Classes"),
        QT_TRANSLATE_NOOP(
            "Panels", "Press the key of a class to paint with it. Double-click its name or its colour to change it."
        ),
        (*(f"class_{n}" for n in range(1, 11)), "class_ignore"),
        scrolls=False,
    ),
    PanelRow(
        "view",
        TAB,
        ViewPanel,
        lambda parts: ViewPanel(
            parts.document,
            parts.settings,
            parts.actions.group("view").actions(),
            parts.actions["predict"],
            ToneControls(parts.session),
            CompareControls(parts.actions.group("compare").actions()),
            RulerControls(parts.session),
            ChannelControls(parts.session),
        ),
        QT_TRANSLATE_NOOP("Panels", "View"),
        QT_TRANSLATE_NOOP("Panels", "{view_cycle} shows the next view. Hold Tab to see the image alone."),
        ("view_cycle",),
    ),
    PanelRow(
        "model",
        TAB,
        ModelPanel,
        lambda parts: ModelPanel(parts.session, parts.predictions),
        QT_TRANSLATE_NOOP("Panels", "Model"),
        QT_TRANSLATE_NOOP(
            "Panels", "{predict} predicts the labels of this image. Pixels that you painted are not changed."
        ),
        ("predict", "predict_all"),
    ),
    PanelRow(
        "refine",
        TAB,
        RefinePanel,
        lambda parts: RefinePanel(parts.session),
        QT_TRANSLATE_NOOP("Panels", "Refine"),
        QT_TRANSLATE_NOOP(
            "Panels",
            "Moves the borders of the prediction to edges in the image. Drag a slider to preview the result; press"
            " {refine} to apply it.",
        ),
        ("refine",),
    ),
    PanelRow(
        "train",
        TAB,
        TrainingPanel,
        lambda parts: TrainingPanel(parts.session, parts.predictions),
        QT_TRANSLATE_NOOP("Panels", "Train"),
        QT_TRANSLATE_NOOP(
            "Panels",
            "Correct a few images, then fine-tune the model on them. You choose whether to keep the new model.",
        ),
        ("train",),
    ),
)


class Panels:
    """The panels of the table; ``panels[ViewPanel]`` is the one of that class."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._made = {row.kind: row.make(parts) for row in TABLE}

    def __getitem__(self, kind: type[Kind]) -> Kind:
        panel = self._made[kind]
        assert isinstance(panel, kind)
        return panel

    def __iter__(self) -> Iterator[tuple[PanelRow, QWidget]]:
        return ((row, self._made[row.kind]) for row in TABLE)

    def hint(self, row: PanelRow) -> Hint:
        """Return a new hint of that row, which counts the uses of what it explains."""
        actions = self._parts.actions
        names = ShortcutNames(actions)
        hint = Hint(row.name, translated(row.hint).format_map(names), self._parts.settings)
        actions.keys_changed.connect(lambda: hint.set_text(translated(row.hint).format_map(names)))
        for name in row.explains:
            actions[name].triggered.connect(hint.count_use)
        return hint


class ShortcutNames(dict[str, str]):
    """The first shortcut of an action, by the action's name; its text when it has no shortcut."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self._actions = actions

    def __missing__(self, name: str) -> str:
        action = self._actions[name]
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        return keys or f"“{action.text().replace('&', '')}”"


def translated(text: str) -> str:
    """Return a text of the table in the person's language."""
    return QCoreApplication.translate("Panels", text)
