"""One table of everything a person can do: text, shortcut, icon, menu."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget

from app.settings import Settings
from app.theme import Theme

tr_noop = QT_TRANSLATE_NOOP


@dataclass(frozen=True)
class Row:
    """One action. ``group``: its radio group; ``needs``: "project" or "image" that must be open; ``line``: a line before."""

    id: str
    text: str
    menu: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    group: str = ""
    needs: str = ""
    line: bool = False


FILE, EDIT, VIEW, TOOLS, MODEL, HELP = "File", "Edit", "View", "Tools", "Model", "Help"
MENUS = {
    FILE: tr_noop("Actions", "&File"),
    EDIT: tr_noop("Actions", "&Edit"),
    VIEW: tr_noop("Actions", "&View"),
    TOOLS: tr_noop("Actions", "&Tools"),
    MODEL: tr_noop("Actions", "&Model"),
    HELP: tr_noop("Actions", "&Help"),
}

TABLE: tuple[Row, ...] = (
    Row("open_folder", tr_noop("Actions", "Open &folder of images…"), FILE, ("Ctrl+O",), "mdi6.folder-open-outline"),
    Row("open_project", tr_noop("Actions", "Open &project…"), FILE, ("Ctrl+Shift+O",), "mdi6.folder-star-outline"),
    Row("open_sample", tr_noop("Actions", "Open the &sample project"), FILE, (), "mdi6.flask-outline"),
    Row("save", tr_noop("Actions", "&Save now"), FILE, ("Ctrl+S",), "mdi6.content-save-outline", needs="image", line=True),
    Row("export", tr_noop("Actions", "&Export labels…"), FILE, ("Ctrl+E",), "mdi6.export-variant", needs="project"),
    Row("quit", tr_noop("Actions", "&Quit"), FILE, ("Ctrl+Q",), "", line=True),
    Row("undo", tr_noop("Actions", "&Undo"), EDIT, ("Ctrl+Z",), "mdi6.undo"),
    Row("redo", tr_noop("Actions", "&Redo"), EDIT, ("Ctrl+Shift+Z", "Ctrl+Y"), "mdi6.redo"),
    Row(
        "done_next",
        tr_noop("Actions", "&Done, go to the next"),
        EDIT,
        ("Ctrl+Return",),
        "mdi6.check-bold",
        needs="image",
        line=True,
    ),
    Row("done", tr_noop("Actions", "Mark as done / &reopen"), EDIT, ("Ctrl+D",), "mdi6.check", needs="image"),
    Row("next", tr_noop("Actions", "&Next image"), EDIT, ("D", "PgDown"), "mdi6.chevron-right", needs="project", line=True),
    Row("previous", tr_noop("Actions", "&Previous image"), EDIT, ("A", "PgUp"), "mdi6.chevron-left", needs="project"),
    Row("search", tr_noop("Actions", "Searc&h images"), EDIT, ("Ctrl+L", "/"), "mdi6.magnify", needs="project"),
    Row("zoom_in", tr_noop("Actions", "Zoom &in"), VIEW, ("Ctrl++", "Ctrl+="), "mdi6.magnify-plus-outline", needs="image"),
    Row("zoom_out", tr_noop("Actions", "Zoom &out"), VIEW, ("Ctrl+-",), "mdi6.magnify-minus-outline", needs="image"),
    Row("zoom_fit", tr_noop("Actions", "&Fit to window"), VIEW, ("Ctrl+F", "Ctrl+9"), "mdi6.fit-to-page-outline", needs="image"),
    Row("zoom_full", tr_noop("Actions", "&100 %"), VIEW, ("Ctrl+0",), "mdi6.numeric-1-box-outline", needs="image"),
    Row("view_overlay", tr_noop("Actions", "&Overlay"), VIEW, ("O",), "mdi6.layers-outline", "view", line=True),
    Row("view_outlines", tr_noop("Actions", "Out&lines"), VIEW, ("T",), "mdi6.vector-square", "view"),
    Row("view_image", tr_noop("Actions", "&Image only"), VIEW, ("S",), "mdi6.image-outline", "view"),
    Row("view_heatmap", tr_noop("Actions", "&Heatmap of a class"), VIEW, ("M",), "mdi6.gradient-vertical", "view"),
    Row("view_uncertainty", tr_noop("Actions", "&Uncertainty"), VIEW, ("U",), "mdi6.help-circle-outline", "view"),
    Row("view_changes", tr_noop("Actions", "&Changes to the prediction"), VIEW, ("C",), "mdi6.compare", "view"),
    Row("view_cycle", tr_noop("Actions", "Next &view"), VIEW, ("V",), "mdi6.eye-refresh-outline", needs="image"),
    Row("theme_system", tr_noop("Actions", "Colours of the &system"), VIEW, (), "", "theme", line=True),
    Row("theme_dark", tr_noop("Actions", "&Dark colours"), VIEW, (), "", "theme"),
    Row("theme_light", tr_noop("Actions", "Li&ght colours"), VIEW, (), "", "theme"),
    Row("tool_brush", tr_noop("Actions", "&Brush"), TOOLS, ("B",), "mdi6.brush", "tool"),
    Row("tool_eraser", tr_noop("Actions", "&Eraser"), TOOLS, ("E",), "mdi6.eraser", "tool"),
    Row("tool_polygon", tr_noop("Actions", "&Polygon"), TOOLS, ("P",), "mdi6.vector-polygon", "tool"),
    Row("tool_fill", tr_noop("Actions", "&Fill"), TOOLS, ("F",), "mdi6.format-color-fill", "tool"),
    Row("tool_pick", tr_noop("Actions", "P&ick class"), TOOLS, ("I", "L"), "mdi6.eyedropper", "tool"),
    Row("tool_pan", tr_noop("Actions", "P&an"), TOOLS, ("H",), "mdi6.hand-back-right-outline", "tool"),
    Row("brush_smaller", tr_noop("Actions", "S&maller brush"), TOOLS, ("[",), "", line=True),
    Row("brush_larger", tr_noop("Actions", "&Larger brush"), TOOLS, ("]",), ""),
    Row("predict", tr_noop("Actions", "&Predict this image"), MODEL, ("Ctrl+P",), "mdi6.auto-fix", needs="image"),
    Row("predict_all", tr_noop("Actions", "Predict &all images"), MODEL, ("Ctrl+Shift+P",), "mdi6.auto-mode", needs="project"),
    Row("refine", tr_noop("Actions", "&Refine edges"), MODEL, ("R",), "mdi6.blur", needs="image"),
    Row("train", tr_noop("Actions", "Fine-&tune the model"), MODEL, ("Ctrl+T",), "mdi6.school-outline", needs="project"),
    Row("shortcuts", tr_noop("Actions", "&Keyboard shortcuts"), HELP, ("F1",), "mdi6.keyboard-outline"),
    Row("hints", tr_noop("Actions", "Show the &hints again"), HELP, (), "mdi6.lightbulb-outline"),
    Row("log", tr_noop("Actions", "Open the &log folder"), HELP, (), "mdi6.text-box-outline"),
    *(
        Row(f"class_{n}", tr_noop("Actions", "Class %1"), "", (str(n % 10),), needs="image")
        for n in range(1, 11)
    ),
)  # fmt: skip


class Actions(QObject):
    """The QActions of the table; the file of settings may give other shortcuts under ``shortcuts``."""

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        overrides = settings["shortcuts"]
        for row in TABLE:
            self._actions[row.id] = self._make(row, window, keys_of(row, overrides))

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[tuple[Row, QAction]]:
        return ((row, self._actions[row.id]) for row in TABLE)

    def group(self, name: str) -> QActionGroup:
        """Return the radio group of that name."""
        return self._groups[name]

    def fill(self, bar: QMenuBar) -> None:
        """Add the menus of the table to a menu bar."""
        menus = {key: bar.addMenu(QCoreApplication.translate("Actions", title)) for key, title in MENUS.items()}
        for row, action in self:
            if row.menu:
                if row.line:
                    menus[row.menu].addSeparator()
                menus[row.menu].addAction(action)

    def draw_icons(self, theme: Theme) -> None:
        """Draw the icons in a theme's colours. The icon fonts load here, so call it once the window is up."""
        from app.icons import icon

        for row, action in self:
            if row.icon:
                action.setIcon(icon(row.icon, theme))

    def enable(self, project: bool, image: bool) -> None:
        """Enable what can be used now."""
        for row, action in self:
            if row.needs:
                action.setEnabled(project if row.needs == "project" else image)

    def _make(self, row: Row, window: QWidget, keys: tuple[str, ...]) -> QAction:
        text = QCoreApplication.translate("Actions", row.text).replace("%1", row.id.removeprefix("class_"))
        action = QAction(text, window)
        action.setObjectName(row.id)
        action.setShortcuts([QKeySequence(key) for key in keys])
        plain = text.replace("&", "").rstrip("…")
        shown = ", ".join(QKeySequence(k).toString(QKeySequence.SequenceFormat.NativeText) for k in keys)
        action.setToolTip(f"{plain}  ({shown})" if shown else plain)
        if row.id == "quit":
            action.setMenuRole(QAction.MenuRole.QuitRole)
        if row.group:
            action.setCheckable(True)
            if row.group not in self._groups:
                self._groups[row.group] = QActionGroup(self)
            self._groups[row.group].addAction(action)
        window.addAction(action)
        return action


def keys_of(row: Row, overrides: dict[str, object]) -> tuple[str, ...]:
    """Return the shortcuts of a row; an override is a string or a list of strings, and an empty one means none."""
    chosen = overrides.get(row.id)
    if isinstance(chosen, str):
        return (chosen,) if chosen else ()
    if isinstance(chosen, list):
        return tuple(str(key) for key in chosen)
    return row.keys
