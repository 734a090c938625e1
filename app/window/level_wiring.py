"""LevelWiring: lets drags on the image change the ranges of the channels that are shown."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.appearance.numbers import measured
from app.canvas.channel_controls import ChannelControls
from app.tools.window_level import WindowLevelTool
from segcore.images.window_level import dragged

MOST = 4
"""Channels whose window and level are said."""

Range = tuple[float, float]


class LevelWiring(QObject):
    """The first drag turns "Channels and range" on; it has an effect once the values of the file are read."""

    def __init__(self, tool: WindowLevelTool, controls: ChannelControls) -> None:
        super().__init__(tool)
        self._tool, self._controls = tool, controls
        self._first: tuple[Range, ...] = ()  # of all channels, when the drag began
        self._zero = (0.0, 0.0)
        tool.began.connect(self._begin)
        tool.moved.connect(self._move)
        tool.cancelled.connect(self._cancel)
        tool.reset_wanted.connect(self._reset)

    def _begin(self) -> None:
        self._first, self._zero = self._controls.ranges, (0.0, 0.0)
        if not self._first:
            self._controls.switch.setChecked(True)
            self._tool.say(self.tr("Reading the values of the file…"))

    def _move(self, right: float, down: float) -> None:
        controls = self._controls
        if not controls.ranges:
            self._tool.say(controls.note.text() or self.tr("Reading the values of the file…"))
            return
        if not self._first:
            self._first, self._zero = controls.ranges, (right, down)
        right, down = right - self._zero[0], down - self._zero[1]
        limits = zip(self._first, controls.limits, controls.narrowest, strict=True)
        controls.show_ranges([dragged(*range_, right, down, ends, least) for range_, ends, least in limits])
        self._tell()

    def _cancel(self) -> None:
        if self._first:
            self._controls.show_ranges(self._first)

    def _reset(self) -> None:
        self._controls.show_ranges(None)
        self._tell()

    def _tell(self) -> None:
        controls = self._controls
        shown = [
            (box.text(), low, high)
            for box, (low, high) in zip(controls.boxes, controls.ranges, strict=True)
            if box.isChecked()
        ][:MOST]
        line = self.tr("Window {window}, level {level}")
        lines = [line.format(window=measured(high - low), level=measured((low + high) / 2)) for _, low, high in shown]
        if len(set(lines)) > 1:
            lines = [f"{name}: {text}" for (name, *_), text in zip(shown, lines, strict=True)]
        self._tool.say("\n".join(dict.fromkeys(lines)))
