"""ChannelControls: which channels of an image are seen, in which colour and range; kept with the project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QColorDialog, QGridLayout, QToolButton, QVBoxLayout, QWidget

from app.appearance.plain_text import as_tip, as_title, plain_label
from app.canvas.channel_mix import ChannelMix, RawLevels
from app.canvas.range_bar import RangeBar
from app.document.project_setting import ProjectSetting
from app.document.session import Session
from app.jobs.job import Job
from app.language.engine_texts import words
from segcore.images.channels import ShownChannel, first_channels, frequencies
from segcore.images.page_path import PAGES_ARE_CHANNELS
from segcore.labels.palette import Color
from segcore.progress import Task

if TYPE_CHECKING:
    from pathlib import Path

PROJECT_KEY = "view.channels"
BINS = 96
NARROWEST = 1e-6
"""Of all values of a channel of floats: the narrowest window."""


@dataclass(frozen=True)
class Loaded:
    """Stored values, and a histogram of each channel with its least and greatest value.

    ``are_pages``: whether the channels are the pages of a file.
    """

    raw: RawLevels
    histograms: tuple[tuple[NDArray[np.float64], float, float], ...]
    are_pages: bool


def load_raw(path: Path, count: int, pages_are_channels: bool = False) -> Task[Loaded]:
    """Read the stored values of an image in ``count`` levels; slow, for a lane. Raises ImageError."""
    from segcore.images.raw_image import count_of_pages, reading_raw  # only now: the window must be seen soon

    are_pages = count_of_pages(path, pages_are_channels) > 1
    raw = RawLevels.of((yield from reading_raw(path, pages_are_channels=pages_are_channels)), count)
    found = []
    for n in range(raw.levels[0].shape[2]):
        plane = raw.levels[-1][..., n]
        finite = plane[np.isfinite(plane)] if plane.dtype.kind == "f" else plane
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        low, high = (0.0, 255.0) if plane.dtype == np.uint8 else (low, high if high > low else low + 1.0)
        found.append((frequencies(plane, low, high, BINS), low, high))
    return Loaded(raw, tuple(found), are_pages)


class ChannelControls(QWidget):
    """Off at first: the image is shown as models see it. On: its stored values are read, and mixed as the rows say."""

    mix_changed = Signal(object)
    """What the canvas shows: a `ChannelMix`, or None for the image as models see it."""
    error = Signal(Exception)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._loaded: Loaded | None = None
        self._kept: tuple[ShownChannel, ...] = ()
        self.channels: tuple[ShownChannel, ...] = ()
        self.bars: list[RangeBar] = []
        self.boxes: list[QCheckBox] = []
        self.switch = QCheckBox(self.tr("Channels and range"))
        self.switch.setToolTip(
            as_tip(
                self.tr(
                    "Shows the values of the file: each channel in its colour, and from which value on it is black or"
                    " brightest. Files and models see no difference."
                )
            )
        )
        self.switch.toggled.connect(lambda _: self._switch())
        self.note = plain_label()
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        self._rows = QWidget()
        self._grid = QGridLayout(self._rows)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.switch, self.note, self._rows):
            layout.addWidget(widget)
        self.note.hide()
        self._setting = ProjectSetting(session, PROJECT_KEY, self._kept_value, self)
        self._setting.opened.connect(self._take_from_project)
        self._setting.error.connect(self.error)
        session.document.image_changed.connect(self._read)

    @property
    def ranges(self) -> tuple[tuple[float, float], ...]:
        """Values of each channel that are black and brightest; empty while the values are not read."""
        if self._loaded is None:
            return ()
        own = self._loaded.raw.own
        return tuple(channel.range_in(range_) for channel, range_ in zip(self.channels, own, strict=True))

    @property
    def limits(self) -> tuple[tuple[float, float], ...]:
        """The least and the greatest value of each channel in this image; empty while they are not read."""
        return () if self._loaded is None else tuple((low, high) for _, low, high in self._loaded.histograms)

    @property
    def narrowest(self) -> tuple[float, ...]:
        """The narrowest window of each channel: 1 for whole numbers; empty while the values are not read."""
        if self._loaded is None:
            return ()
        is_float = self._loaded.raw.levels[0].dtype.kind == "f"
        return tuple((high - low) * NARROWEST if is_float else 1.0 for low, high in self.limits)

    def show_ranges(self, ranges: Sequence[tuple[float, float]] | None) -> None:
        """Give the channels that are shown these ranges, one for each channel; None: those of the image."""
        if self._loaded is None:
            return
        changed = []
        for n, channel in enumerate(self.channels):
            low, high = (None, None) if ranges is None else ranges[n]
            changed.append(replace(channel, low=low, high=high) if channel.shown else channel)
        self.channels = self._kept = tuple(changed)
        for n in range(len(self.channels)):
            self._draw_row(n)
        self._setting.changed()
        self._tell()

    # -- the image ---------------------------------------------------------------------------------------------------

    def _switch(self) -> None:
        self._setting.changed()
        self._read()

    def _read(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._show(None)
        document = self._session.document
        if not self.switch.isChecked() or document.project is None or document.image_id is None:
            return
        path, levels = document.project.image_path(document.image_id), 1 + len(document.image_levels)
        work = partial(load_raw, path, levels, document.project.settings.get(PAGES_ARE_CHANNELS) is True)
        job = self._session.jobs.submit("thumbs", work, quiet=True)
        job.succeeded.connect(partial(self._take, job))
        job.failed.connect(partial(self._fail, job))
        self._job = job

    def _take(self, job: Job, loaded: Loaded) -> None:
        if job is not self._job:
            return
        self._job = None
        image = self._session.document.image
        if image is not None and loaded.raw.levels[0].shape[:2] == image.shape[:2]:
            self._show(loaded)
        else:
            self._say(self.tr("The file has another size now. Read the image again."))

    def _fail(self, job: Job, error: Exception) -> None:
        if job is self._job:
            self._job = None
            self._say(words(error))

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _show(self, loaded: Loaded | None) -> None:
        self._loaded = loaded
        self._say("")
        self._clear()
        if loaded is not None:
            count = len(loaded.histograms)
            self.channels = self._kept if len(self._kept) == count else first_channels(count)
            for n in range(count):
                self._add_row(n, loaded)
        self._rows.setVisible(loaded is not None)
        self._tell()

    # -- rows --------------------------------------------------------------------------------------------------------

    def _clear(self) -> None:
        self.bars.clear()
        self.boxes.clear()
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()

    def _add_row(self, n: int, loaded: Loaded) -> None:
        name = self._name(n, loaded)
        box, button, bar = QCheckBox(name), QToolButton(), RangeBar(self.tr("Range: {name}").format(name=name))
        box.setChecked(self.channels[n].shown)
        box.toggled.connect(lambda on: self._change(n, shown=on))
        button.setToolTip(as_tip(self.tr("Colour of {name}").format(name=name)))
        button.setAccessibleName(self.tr("Colour of {name}").format(name=name))
        button.clicked.connect(lambda: self._ask_color(n, name))
        bar.range_changed.connect(lambda low, high: self._change(n, low=low, high=high))
        bar.reset_wanted.connect(lambda: self._change(n, low=None, high=None))
        for column, widget in enumerate((box, button, bar)):
            self._grid.addWidget(widget, n, column)
        self.boxes.append(box)
        self.bars.append(bar)
        self._draw_row(n)

    def _draw_row(self, n: int) -> None:
        assert self._loaded is not None
        channel, color = self.channels[n], QColor(*self.channels[n].color)
        counts, least, most = self._loaded.histograms[n]
        low, high = channel.range_in(self._loaded.raw.own[n])
        self.bars[n].show_values(counts, least, most, color)
        self.bars[n].show_range(low, high)
        item = self._grid.itemAtPosition(n, 1)
        button = item.widget() if item is not None else None
        if button is not None:
            button.setStyleSheet(f"QToolButton {{ background: {color.name()}; border: 1px solid gray; }}")
            button.setFixedSize(18, 18)

    def _name(self, n: int, loaded: Loaded) -> str:
        count = len(loaded.histograms)
        if count == 1:
            return self.tr("Grey")
        if count == 3 and not loaded.are_pages:
            return (self.tr("Red"), self.tr("Green"), self.tr("Blue"))[n]
        return self.tr("Channel {n}").format(n=n + 1)

    def _ask_color(self, n: int, name: str) -> None:
        dialog = QColorDialog(QColor(*self.channels[n].color), self)
        dialog.setWindowTitle(as_title(self.tr("Colour of {name}").format(name=name)))
        dialog.colorSelected.connect(lambda color: self.recolor(n, (color.red(), color.green(), color.blue())))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def recolor(self, n: int, color: Color) -> None:
        """Show a channel in this colour."""
        self._change(n, color=color)

    def _change(self, n: int, **values: Any) -> None:
        if self._loaded is None:
            return
        changed = replace(self.channels[n], **values)
        self.channels = (*self.channels[:n], changed, *self.channels[n + 1 :])
        self._kept = self.channels
        self._draw_row(n)
        self._setting.changed()
        self._tell()

    def _tell(self) -> None:
        self.mix_changed.emit(None if self._loaded is None else ChannelMix(self._loaded.raw, self.channels))

    # -- the project -------------------------------------------------------------------------------------------------

    def _take_from_project(self, found: object) -> None:
        kept: dict[str, Any] = found if isinstance(found, dict) else {}
        rows = kept.get("channels")
        self._kept = tuple(ShownChannel.from_json(row) for row in rows[:64]) if isinstance(rows, list) else ()
        with QSignalBlocker(self.switch):
            self.switch.setChecked(kept.get("on") is True)
        self._read()

    def _kept_value(self) -> dict[str, Any]:
        return {"on": self.switch.isChecked(), "channels": [channel.to_json() for channel in self._kept]}
