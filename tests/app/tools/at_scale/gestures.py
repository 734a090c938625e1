"""Gestures: what a person draws with each tool, and what must be seen before and after. All in view pixels.

The scene looks the same at every zoom: 320x240 view pixels, dark, with a bright square from (80, 56) to (240, 184). The
square is predicted as `ROAD`, but for a hole from (136, 96) to (184, 136). `CAR` is the active class; labels hide the
image. Points lie in the middle of an image pixel at 800 %.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.canvas.hatch import PERIOD
from app.canvas.tool import Tool
from app.document.document import Document
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import Provenance
from tests.app.tools.at_scale.screen import Color, Hand, Shot

ROAD, CAR = (200, 60, 40), (20, 160, 60)
SHADE, BRIGHT = (40, 40, 40), (220, 220, 220)
"""Of the image."""
WIDTH, HEIGHT = 320, 240
SQUARE, HOLE = (80, 56, 240, 184), (136, 96, 184, 136)
"""Left, top, right and bottom."""
RADIUS = 12
"""Of the pens."""
AWAY = (4, 236)
"""A corner of the image in which nothing is drawn."""


class Sheet:
    """What a gesture works with: the hand, the zoom, what the screen showed before, and what was wrong."""

    def __init__(self, hand: Hand, document: Document, tool: Tool, before: Shot) -> None:
        self.hand, self.document, self.tool = hand, document, tool
        self.zoom = hand.canvas.zoom
        self.before = before
        self.wrong: list[str] = []

    def expect(self, what: str, holds: bool) -> None:
        """Note what does not hold."""
        if not holds:
            self.wrong.append(what)

    def shot(self) -> Shot:
        """Look at the screen; what was painted bit by bit must be what is painted at once."""
        seen = self.hand.shot()
        left = seen.differing(self.hand.repainted())
        self.expect(f"nothing old stays on the screen ({left} pixels)", left == 0)
        return seen

    def pixel(self, along: float) -> tuple[float, float]:
        """Return where the pixel of the image with this place begins and ends."""
        begin = along // self.zoom * self.zoom if self.zoom > 1 else along
        return begin, begin + self.zoom

    @property
    def near(self) -> float:
        """How far from a border of the image a line may lie that follows it."""
        return max(3.0, self.zoom)


def blended(under: Color, over: Color, alpha: int) -> Color:
    """Return a colour under another one of this opacity, 0-255."""
    red, green, blue = (round(a + (b - a) * alpha / 255) for a, b in zip(under, over, strict=True))
    return red, green, blue


# -- pens ------------------------------------------------------------------------------------------------------------


def ring(sheet: Sheet, seen: Shot, x: float, y: float) -> None:
    """A ring of the pen's size lies around the pointer, and nothing of it farther away."""
    around = [(x - RADIUS, y), (x + RADIUS, y), (x, y - RADIUS), (x, y + RADIUS)]
    sheet.expect("the ring has the size of the pen", seen.has_line(2.5, *around))
    beside = [(x + RADIUS + 8, y + 8), (x, y + RADIUS + 8)]
    sheet.expect("nothing is drawn beside the ring", seen.is_as_in(sheet.before, *beside))


def brush(sheet: Sheet) -> None:
    sheet.hand.move((28, 28))
    ring(sheet, sheet.shot(), 28, 28)
    sheet.hand.press(28, 28)
    sheet.hand.move((100, 28), (292, 28))
    seen = sheet.shot()
    ring(sheet, seen, 292, 28)
    sheet.expect("the stroke is seen", seen.is_color(CAR, (28, 28), (156, 28), (260, 28)))
    sheet.expect("only the stroke is seen", seen.is_as_in(sheet.before, (156, 8), (156, 50), (4, 28)))
    sheet.hand.release(292, 28)


def eraser(sheet: Sheet) -> None:
    sheet.hand.press(100, 76)
    sheet.hand.move((220, 76))
    seen = sheet.shot()
    ring(sheet, seen, 220, 76)
    sheet.expect("the image is seen again", seen.is_color(BRIGHT, (100, 76), (156, 76)))
    sheet.expect("the rest keeps its label", seen.is_color(ROAD, (156, 60), (100, 150)))
    sheet.hand.release(220, 76)


def edge(sheet: Sheet) -> None:
    """The CRF is not asked here: the ring alone."""
    sheet.hand.press(156, 56)
    sheet.hand.move((200, 56))
    ring(sheet, sheet.shot(), 200, 56)
    sheet.hand.release(200, 56)


def ignore(sheet: Sheet) -> None:
    """The brush with the colour of ignored pixels, while outlines are shown, too."""
    sheet.document.set_active_class(IGNORE_INDEX)
    sheet.hand.press(28, 28)
    sheet.hand.move((100, 28), (292, 28))
    seen = sheet.shot()
    sheet.expect("the stroke is hatched", seen.has_line(PERIOD, (60, 28), (156, 28), (260, 28)))
    sheet.expect("only the stroke is", seen.is_as_in(sheet.before, (156, 8), (156, 50), (4, 28)))
    sheet.hand.release(292, 28)


# -- shapes ----------------------------------------------------------------------------------------------------------

CORNERS = ((20, 12), (116, 12), (116, 44), (20, 44))


def polygon(sheet: Sheet) -> None:
    sheet.hand.click(*CORNERS)
    sheet.hand.move((68, 30))
    seen = sheet.shot()
    sheet.expect("lines join the corners", seen.has_line(3, (68, 12), (116, 28)))
    sheet.expect("a line leads to the pointer", seen.has_line(3, (44, 37)))
    sheet.expect("corners are white", seen.is_color((255, 255, 255), *CORNERS))
    sheet.expect("the inside is tinted", seen.is_color(blended(SHADE, CAR, 80), (100, 28)))
    sheet.expect("the outside is not", seen.is_as_in(sheet.before, (68, 60), (140, 28)))
    sheet.hand.key(Qt.Key.Key_Return)
    painted_inside(sheet)


def lasso(sheet: Sheet) -> None:
    sheet.hand.press(*CORNERS[0])
    sheet.hand.move(*CORNERS[1:])
    outlined(sheet, 12, 116)
    sheet.hand.release(*CORNERS[3])
    painted_inside(sheet)


def rectangle(sheet: Sheet) -> None:
    sheet.hand.press(*CORNERS[0])
    sheet.hand.move(CORNERS[2])
    outlined(sheet, sheet.pixel(12)[0], sheet.pixel(116)[1])
    sheet.hand.release(*CORNERS[2])
    painted_inside(sheet)


def ellipse(sheet: Sheet) -> None:
    sheet.hand.press(*CORNERS[0])
    sheet.hand.move(CORNERS[2])
    seen = outlined(sheet, sheet.pixel(12)[0], sheet.pixel(116)[1])
    sheet.expect("its corners are free", seen.is_as_in(sheet.before, (21, 12), (115, 44)))
    sheet.hand.release(*CORNERS[2])
    painted_inside(sheet)


def outlined(sheet: Sheet, top: float, right: float) -> Shot:
    """A tinted area with an outline around it."""
    seen = sheet.shot()
    sheet.expect("an outline is seen", seen.has_line(3, (68, top), (right, 28)))
    sheet.expect("the inside is tinted", seen.is_color(blended(SHADE, CAR, 80), (68, 28), (44, 28)))
    sheet.expect("the outside is not", seen.is_as_in(sheet.before, (68, 52), (140, 28), (8, 28)))
    return seen


def painted_inside(sheet: Sheet) -> None:
    sheet.hand.move(AWAY)
    seen = sheet.shot()
    sheet.expect("the inside is painted", seen.is_color(CAR, (68, 28), (44, 28), (92, 36)))
    sheet.expect("the outside is not", seen.is_as_in(sheet.before, (68, 52), (140, 28), (8, 28)))


def livewire(sheet: Sheet) -> None:
    left, top, right, bottom = SQUARE
    sheet.hand.click((left, top), (right, top), (right, bottom))
    sheet.hand.move((left, bottom))
    seen = sheet.shot()
    follows = (156, top), (right, 120)
    sheet.expect("the lines follow the edge", seen.has_line(sheet.near, *follows))
    sheet.expect("so does the line to the pointer", seen.has_line(sheet.near, (156, bottom)))
    sheet.expect("the inside is tinted", seen.is_color(blended(ROAD, CAR, 80), (212, 76)))
    sheet.hand.key(Qt.Key.Key_Return)
    sheet.hand.move(AWAY)
    seen = sheet.shot()
    sheet.expect("the square is painted", seen.is_color(CAR, (156, 116), (92, 68), (228, 172)))
    sheet.expect("nothing else is", seen.is_as_in(sheet.before, (60, 116), (156, 36), (260, 116)))


# -- regions ---------------------------------------------------------------------------------------------------------


def segment(sheet: Sheet) -> None:
    """The box; what the network finds is tested in test_click_segment."""
    sheet.hand.press(92, 68)
    sheet.hand.move((228, 172))
    seen = sheet.shot()
    sheet.expect("the box is seen", seen.has_line(3, (156, 68), (228, 116), (156, 172), (92, 116)))
    sheet.expect("its inside is free", seen.is_as_in(sheet.before, (156, 116), (108, 84)))
    sheet.hand.key(Qt.Key.Key_Escape)
    sheet.hand.release(228, 172)


def fill(sheet: Sheet) -> None:
    sheet.hand.click((100, 76))
    seen = sheet.shot()
    sheet.expect("the piece is painted", seen.is_color(CAR, (100, 76), (228, 172)))
    sheet.expect("its hole is not", seen.is_as_in(sheet.before, (156, 116), (20, 20)))


def wand(sheet: Sheet) -> None:
    sheet.hand.press(100, 76)
    seen = sheet.shot()
    sheet.expect("the region is seen", seen.is_color(CAR, (156, 116), (228, 172)))
    sheet.expect("nothing else is", seen.is_as_in(sheet.before, (60, 116), (20, 20)))
    sheet.hand.move((40, 76))
    sheet.expect("less of it", sheet.tool.options.tolerance == 24 and sheet.tool._chosen == 4)
    sheet.hand.move((100 + 3 * 200, 76))
    sheet.expect("all of it", sheet.shot().is_color(CAR, (20, 20), (300, 220)))
    sheet.hand.move((100, 76))
    sheet.hand.release(100, 76)
    seen = sheet.shot()
    sheet.expect("the region is painted", seen.is_color(CAR, (156, 116), (228, 172)))
    sheet.expect("nothing else is painted", seen.is_as_in(sheet.before, (60, 116), (20, 20)))


def superpixel(sheet: Sheet) -> None:
    sheet.hand.move((100, 76))
    seen = sheet.shot()
    sheet.expect("the piece is tinted", seen.is_color(blended(ROAD, CAR, 130), (100, 76)))
    sheet.expect("nothing else is", seen.is_as_in(sheet.before, (20, 20), (212, 76), (156, 116)))
    sheet.hand.press(100, 76)
    sheet.hand.move((220, 76))
    sheet.hand.release(220, 76)
    sheet.hand.move(AWAY)
    seen = sheet.shot()
    sheet.expect("the pieces on the way are painted", seen.is_color(CAR, (100, 76), (156, 76), (220, 76)))
    sheet.expect("nothing else is painted", seen.is_as_in(sheet.before, (20, 20), (156, 172), (60, 76)))


def holes(sheet: Sheet) -> None:
    sheet.hand.click((100, 76))
    seen = sheet.shot()
    sheet.expect("the hole is filled", seen.is_color(ROAD, (156, 116), (140, 100), (180, 132)))
    sheet.expect("nothing else is", seen.is_as_in(sheet.before, (20, 20), (60, 116)))


def confirm(sheet: Sheet) -> None:
    sheet.hand.move((20, 20))
    dimmed = {color: blended(color, (0, 0, 0), 130) for color in (SHADE, ROAD)}
    seen = sheet.shot()
    sheet.expect("what is not checked is dimmed", seen.is_color(dimmed[SHADE], (20, 20), (300, 220)))
    sheet.expect("predicted pixels, too", seen.is_color(dimmed[ROAD], (100, 76), (228, 172)))
    sheet.hand.move((100, 76))
    lit = blended(dimmed[ROAD], (255, 255, 255), 70)
    sheet.expect("the piece under the pointer is light", sheet.shot().is_color(lit, (100, 76), (228, 172)))
    sheet.hand.click((100, 76))
    sheet.hand.move((20, 20))
    seen = sheet.shot()
    sheet.expect("what is checked is not dimmed", seen.is_color(ROAD, (100, 76), (228, 172)))
    sheet.expect("the rest still is", seen.is_color(dimmed[SHADE], (20, 20), (300, 220)))
    label_map = sheet.document.label_map
    assert label_map is not None
    sheet.expect("it counts as truth", int(label_map.provenance.max()) == Provenance.CONFIRMED)


# -- navigation ------------------------------------------------------------------------------------------------------


def pick(sheet: Sheet) -> None:
    sheet.hand.click((100, 76))
    sheet.expect("its class is active", sheet.document.active_class == 0)
    sheet.expect("nothing is drawn", sheet.shot().differing(sheet.before) == 0)


def window_level(sheet: Sheet) -> None:
    """Up by 60 view pixels: the level goes down by a fifth of the window, which is 255 levels wide."""
    controls = sheet.hand.canvas.window().view.channels
    sheet.hand.press(156, 166)
    sheet.expect("that the file is read is said", "Reading" in sheet.tool.text)
    while not controls.ranges:
        QApplication.processEvents()
    sheet.hand.move((156, 150))  # the drag counts from where the values are there
    sheet.hand.move((156, 90))
    seen = sheet.shot()
    brighter = SHADE[0] + 51
    sheet.expect("the image is brighter", seen.is_color((brighter,) * 3, (20, 20), (300, 220)))
    sheet.expect("labels are as before", seen.is_as_in(sheet.before, (100, 76), (90, 172)))
    sheet.expect("both are said", sheet.tool.text == "Window 255, level 76.5")
    sheet.hand.key(Qt.Key.Key_Escape)
    sheet.hand.release(156, 90)
    sheet.expect("Esc goes back", sheet.shot().is_color(SHADE, (20, 20), (300, 220)))
    controls.switch.setChecked(False)


def pan(sheet: Sheet) -> None:
    """The points of the picture move with the image."""
    sheet.hand.press(100, 76)
    transform = sheet.hand.canvas.transform
    sheet.hand.move((117, 65))
    moved = sheet.hand.canvas.transform
    sheet.expect("the image follows", (moved.left - transform.left, moved.top - transform.top) == (17, -11))
    seen = sheet.shot()
    sheet.expect("it is the same image", seen.is_as_in(sheet.before, (20, 20), (100, 76), (228, 172), (156, 116)))
    sheet.hand.release(100, 76)


GESTURES: dict[str, Callable[[Sheet], None]] = {
    "brush": brush,
    "eraser": eraser,
    "smart": brush,
    "edge": edge,
    "polygon": polygon,
    "lasso": lasso,
    "rectangle": rectangle,
    "ellipse": ellipse,
    "livewire": livewire,
    "segment": segment,
    "fill": fill,
    "wand": wand,
    "superpixel": superpixel,
    "holes": holes,
    "confirm": confirm,
    "pick": pick,
    "window_level": window_level,
    "pan": pan,
}
"""By tool."""
