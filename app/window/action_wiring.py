"""Editing: the actions that change the document or how it is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup

from app.appearance.plain_text import as_caption
from app.appearance.undo_notice import UndoNotice
from app.canvas.canvas import Canvas
from app.canvas.layers import View
from app.document.session import Session
from app.window.actions import Actions
from app.window.history_wiring import HistoryWiring
from app.window.wide_undo import WideUndo
from segcore.labels.label_map import State

VIEWS = list(View)


class ActionWiring(QObject):
    """Undo and redo, tools, views, done and reopen, history, colours."""

    def __init__(self, session: Session, actions: Actions, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._document = session.document
        self._actions = actions
        self._canvas = canvas
        document = session.document
        actions["undo"].triggered.connect(self.undo)
        actions["redo"].triggered.connect(self.redo)
        actions["done"].triggered.connect(lambda: self.toggle_done())
        actions["view_cycle"].triggered.connect(lambda: self.next_view())
        actions["brush_larger"].triggered.connect(lambda: canvas.options.larger())
        actions["brush_smaller"].triggered.connect(lambda: canvas.options.smaller())
        actions.group("tool").triggered.connect(lambda action: canvas.set_tool(action.objectName()[5:]))
        actions.group("view").triggered.connect(lambda action: self.show_view(View(action.objectName()[5:])))
        canvas.tool_changed.connect(lambda name: actions[f"tool_{name}"].setChecked(True))
        canvas.layers_changed.connect(lambda _: self._check_view())
        self.wide = WideUndo(document)
        self.wide.changed.connect(self._name_undo)
        document.history_changed.connect(self._name_undo)
        canvas.steps_changed.connect(self._name_undo)
        canvas.tool_changed.connect(lambda _: self._name_undo())
        actions[f"tool_{canvas.tool_name}"].setChecked(True)
        self._check_view()
        self._name_undo()
        self.history = HistoryWiring(session, actions, canvas.window())
        self.history.message.connect(canvas.message)
        self.history.error.connect(canvas.error)
        settings = session.settings
        actions.group("theme").triggered.connect(
            lambda action: settings.__setitem__("theme", action.objectName().removeprefix("theme_"))
        )
        settings.changed.connect(lambda key: self._check_theme(settings[key]) if key == "theme" else None)
        self._check_theme(settings["theme"])

    def undo(self) -> None:
        """Take back the last part of what is being drawn, or the last thing that was done."""
        if self._canvas.tool.step_back():
            return
        if self._wide_name:
            self._document.settle()  # an edit that is still being made comes first
        if self._wide_name:
            self.wide.undo()
        else:
            self._document.undo()

    def offer_undo(self, *notices: UndoNotice) -> None:
        """Let Undo take back what these notices say, too, while it is the last thing that was done."""
        for notice in notices:
            self.wide.follow(notice)
            self._actions.add_keys("undo", notice.undo_button)

    def redo(self) -> None:
        """Put back the part of the drawing that was taken back last, or the edit."""
        if not self._canvas.tool.step_forward():
            self._document.redo()

    def show_view(self, view: View) -> None:
        """Show the labels in this way."""
        self._canvas.view = view

    def next_view(self) -> None:
        """Go round the views; those that need a prediction are passed over without one."""
        some = VIEWS if self._document.prediction is not None else [View.OVERLAY, View.OUTLINES, View.IMAGE]
        here = some.index(self._canvas.view) if self._canvas.view in some else -1
        self._canvas.view = some[(here + 1) % len(some)]

    def toggle_done(self) -> None:
        """Mark the image as done, or open it again."""
        label_map = self._document.label_map
        if label_map is None:
            return
        if label_map.state() is State.DONE:
            self._document.reopen()
        else:
            self._document.mark_done()

    def _check_theme(self, theme: str) -> None:
        self._actions[f"theme_{theme}"].setChecked(True)

    def _check_view(self) -> None:
        """Check the view that is shown alone; with several layers it is none of them."""
        group = self._actions.group("view")
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        for action in group.actions():
            action.setChecked(len(self._canvas.layers) < 2 and action.objectName() == f"view_{self._canvas.view.value}")
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.Exclusive)

    @property
    def _wide_name(self) -> str:
        return "" if self._document.stroke_in_progress or self._document.read_only else self.wide.name

    def _name_undo(self) -> None:
        tool = self._canvas.tool
        back, forward = tool.step_back_name(), tool.step_forward_name()
        for which, name, plain, named in (
            ("undo", back or self._wide_name or self._document.undo_name, self.tr("&Undo"), self.tr("&Undo {what}")),
            ("redo", forward or self._document.redo_name, self.tr("&Redo"), self.tr("&Redo {what}")),
        ):
            self._actions[which].setEnabled(bool(name))
            self._actions[which].setText(named.format(what=as_caption(name)) if name else plain)
