"""Toolbox: the tools, one row each. A new tool is one file and one row here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from app.canvas.pen_options import BRUSH, ToolOptions
from app.canvas.tool import Tool
from app.document.document import Document
from app.jobs.job_runner import JobRunner
from app.language.marking import QT_TRANSLATE_NOOP
from app.settings.settings import Settings
from app.tools.brush import BrushTool, EraserTool
from app.tools.click_segment import ClickSegmentTool
from app.tools.confirm import ConfirmTool
from app.tools.crf_queue import CrfQueue
from app.tools.crf_stroke import CrfStroke
from app.tools.edge_refine import EdgeRefineTool
from app.tools.ellipse import EllipseTool
from app.tools.fill import FillTool
from app.tools.holes import HolesTool
from app.tools.lasso import LassoTool
from app.tools.livewire import LivewireTool
from app.tools.pan import PanTool
from app.tools.pick import PickTool
from app.tools.polygon import PolygonTool
from app.tools.rectangle import RectangleTool
from app.tools.smart_stroke import SmartStrokeTool
from app.tools.superpixel import SuperpixelTool
from app.tools.wand import WandTool
from app.tools.window_level import WindowLevelTool

PENS, REGIONS, SHAPES, NAVIGATION = GROUPS = ("pens", "regions", "shapes", "navigation")
"""What the tools do, in the order of the palette and of the menu."""


@dataclass(frozen=True)
class ToolRow:
    """One tool.

    Attributes
    ----------
    name : str
        Its key: of the action ``tool_NAME``, of its shortcut and of its radius in the settings.
    kind : type of Tool
        What it does; it also knows its cursor.
    text : str
        Source text of its name, context "Actions"; ``&`` marks the mnemonic.
    keys : str
        Default shortcuts, separated by spaces.
    icon : str
        Name in the Material Design Icons font.
    help : str
        Source text of what it does, for the tooltip, when its name does not say it.
    radius : float or None
        Its own first radius in pixels of the image; None: it shares the brush's, or has none.
    group : str
        One of `GROUPS`: where the palette and the menu show it.
    """

    name: str
    kind: type[Tool]
    text: str
    keys: str
    icon: str
    help: str = ""
    radius: float | None = None
    group: str = REGIONS


TABLE: tuple[ToolRow, ...] = (
    ToolRow(
        BRUSH,
        BrushTool,
        QT_TRANSLATE_NOOP("Actions", "&Brush"),
        "B",
        "brush",
        QT_TRANSLATE_NOOP(
            "Actions",
            "Shift: straight lines. Ctrl or the right button: erase. Alt + click: pick the class under the pointer.",
        ),
        radius=15.0,
        group=PENS,
    ),
    ToolRow(
        "eraser",
        EraserTool,
        QT_TRANSLATE_NOOP("Actions", "&Eraser"),
        "E",
        "eraser",
        QT_TRANSLATE_NOOP("Actions", "What it erases has no label any more. Shift: straight lines."),
        radius=15.0,
        group=PENS,
    ),
    ToolRow(
        "smart",
        SmartStrokeTool,
        QT_TRANSLATE_NOOP("Actions", "&Smart stroke"),
        "W",
        "magic-staff",
        QT_TRANSLATE_NOOP("Actions", "Scribble inside a region: it is filled up to the edges in the image"),
        radius=4.0,
        group=PENS,
    ),
    ToolRow(
        "edge",
        EdgeRefineTool,
        QT_TRANSLATE_NOOP("Actions", "Ed&ge refine"),
        "G",
        "vector-curve",
        QT_TRANSLATE_NOOP(
            "Actions", "Draw along a border between classes: it moves to the edge in the image under the brush"
        ),
        radius=12.0,
        group=PENS,
    ),
    ToolRow(
        "polygon",
        PolygonTool,
        QT_TRANSLATE_NOOP("Actions", "&Polygon"),
        "P",
        "vector-polygon",
        QT_TRANSLATE_NOOP(
            "Actions",
            "Click the corners, and the first one again to close it; drag corners and sides to change them."
            " Enter paints it, Esc drops it.",
        ),
        group=SHAPES,
    ),
    ToolRow(
        "lasso",
        LassoTool,
        QT_TRANSLATE_NOOP("Actions", "&Lasso"),
        "Shift+L",
        "lasso",
        QT_TRANSLATE_NOOP("Actions", "Draw around an area. Ctrl or the right button erases it."),
        group=SHAPES,
    ),
    ToolRow(
        "rectangle",
        RectangleTool,
        QT_TRANSLATE_NOOP("Actions", "&Rectangle"),
        "Shift+R",
        "rectangle-outline",
        QT_TRANSLATE_NOOP(
            "Actions",
            "Drag from corner to corner. Shift: a square. Alt: from the middle. Ctrl or the right button erases.",
        ),
        group=SHAPES,
    ),
    ToolRow(
        "ellipse",
        EllipseTool,
        QT_TRANSLATE_NOOP("Actions", "E&llipse"),
        "Shift+E",
        "ellipse-outline",
        QT_TRANSLATE_NOOP(
            "Actions",
            "Drag from corner to corner. Shift: a circle. Alt: from the middle. Ctrl or the right button erases.",
        ),
        group=SHAPES,
    ),
    ToolRow(
        "livewire",
        LivewireTool,
        QT_TRANSLATE_NOOP("Actions", "Live&wire"),
        "Q",
        "vector-polyline",
        QT_TRANSLATE_NOOP(
            "Actions",
            "Outlines an area by a few clicks on its border: the lines between them follow the edges in the image."
            " A click on the first point closes it; with Ctrl held, the area is erased.",
        ),
        group=SHAPES,
    ),
    ToolRow(
        "segment",
        ClickSegmentTool,
        QT_TRANSLATE_NOOP("Actions", "Click to se&gment"),
        "Y",
        "cursor-default-click-outline",
        QT_TRANSLATE_NOOP(
            "Actions",
            "Click a thing, or drag a box around it: a network of the SAM family finds its pixels. Right click what"
            " does not belong to it. Enter paints it.",
        ),
    ),
    ToolRow(
        "fill",
        FillTool,
        QT_TRANSLATE_NOOP("Actions", "&Fill"),
        "F",
        "format-color-fill",
        QT_TRANSLATE_NOOP(
            "Actions", "Fills the region of one label, or of similar colours in the image; the toolbar says which"
        ),
    ),
    ToolRow(
        "wand",
        WandTool,
        QT_TRANSLATE_NOOP("Actions", "&Magic wand"),
        "X",
        "selection-ellipse-arrow-inside",
        QT_TRANSLATE_NOOP(
            "Actions",
            "Takes the region of similar colour under the pointer, within 1024 pixels. Drag right for more of it,"
            " left for less.",
        ),
    ),
    ToolRow(
        "superpixel",
        SuperpixelTool,
        QT_TRANSLATE_NOOP("Actions", "S&uperpixels"),
        "Z",
        "hexagon-multiple-outline",
        QT_TRANSLATE_NOOP(
            "Actions",
            "Labels small pieces whose borders follow the edges in the image: click one, or drag over many. The size"
            " of the brush is that of the pieces.",
        ),
        radius=8.0,
    ),
    ToolRow(
        "holes",
        HolesTool,
        QT_TRANSLATE_NOOP("Actions", "Fill &holes"),
        "J",
        "record-circle-outline",
        QT_TRANSLATE_NOOP("Actions", "Click a region: whatever it encloses gets its label"),
    ),
    ToolRow(
        "confirm",
        ConfirmTool,
        QT_TRANSLATE_NOOP("Actions", "&Confirm"),
        "K",
        "check-decagram-outline",
        QT_TRANSLATE_NOOP(
            "Actions",
            "Click a piece that is right, or drag over several: it counts as checked, as if you had painted it. Right"
            " click takes that back. What is not checked yet is dimmed.",
        ),
    ),
    ToolRow("pick", PickTool, QT_TRANSLATE_NOOP("Actions", "P&ick class"), "I", "eyedropper", group=NAVIGATION),
    ToolRow(
        "window_level",
        WindowLevelTool,
        QT_TRANSLATE_NOOP("Actions", "&Window and level"),
        "Shift+B",
        "contrast-box",
        QT_TRANSLATE_NOOP(
            "Actions",
            "Drag on the image: right for a wider window, which is less contrast, up for a lower level, which is"
            " brighter. A double click resets. Files and models see no difference.",
        ),
        group=NAVIGATION,
    ),
    ToolRow("pan", PanTool, QT_TRANSLATE_NOOP("Actions", "P&an"), "H", "hand-back-right-outline", group=NAVIGATION),
)

RADII = {row.name: row.radius for row in TABLE if row.radius is not None}
"""First radius in pixels of each tool that has one of its own. A scribble is thin: it has to lie inside its region."""


def grouped(rows: Sequence[ToolRow] = TABLE) -> list[list[ToolRow]]:
    """Return the tools in their groups; a group without a tool is left out."""
    groups = ([row for row in rows if row.group == group] for group in GROUPS)
    return [group for group in groups if group]


def grouped_actions(actions: Mapping[str, QAction]) -> list[list[QAction]]:
    """Return the actions of the tools in their groups; ``actions`` are those of the window, by name."""
    return [[actions[f"tool_{row.name}"] for row in group] for group in grouped()]


def make_tools(
    document: Document, options: ToolOptions, jobs: JobRunner | None = None, parent: QObject | None = None
) -> dict[str, Tool]:
    """Return a tool for each row, by name. Without ``jobs`` no tool computes a CRF, and those that would only paint."""
    tools = {row.name: row.kind(document, options, parent) for row in TABLE}
    for tool in tools.values():
        if isinstance(tool, ClickSegmentTool):
            tool.jobs = jobs
    crf_strokes = [tool for tool in tools.values() if isinstance(tool, CrfStroke)]
    if jobs is not None and crf_strokes:
        queue = CrfQueue(document, jobs, parent)
        queue.message.connect(crf_strokes[0].message)
        for tool in crf_strokes:
            tool.queue = queue
    return tools


def remember_radii(options: ToolOptions, settings: Settings) -> None:
    """Take the radius of each pen from the settings, and keep every change there."""
    for pen in RADII:
        options.take(pen)
        options.set_radius(settings[f"{pen}.radius"])
    options.take(BRUSH)
    options.radius_changed.connect(lambda radius: settings.__setitem__(f"{options.pen}.radius", radius))
