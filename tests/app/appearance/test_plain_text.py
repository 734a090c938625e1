"""Text from outside is shown letter by letter, wherever it is shown."""

from __future__ import annotations

import ast
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QMenu, QWidget

from app.appearance.plain_text import as_caption, as_tip, as_title, plain_label, plain_line
from app.classes.mapping_dialog import ClassMappingDialog
from app.formats.report_notice import ReportNotice
from app.project.new_project_dialog import NewProjectDialog
from app.refinement.protected_classes import ProtectedClasses
from app.settings.settings import Settings
from app.window import main_window
from app.window.main_window import MainWindow
from app.window.shortcut_editor import ShortcutEditor
from app.window.shortcut_sheet import ShortcutSheet
from segcore.editing.paint_policy import PaintPolicy
from segcore.errors import MaskwrightError
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.progress import Progress
from segcore.project.project import Project

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

ROOT = Path(__file__).resolve().parents[3]
NAMES = ["<img src='x'>&[*]", "a & b", "[*]", "x[*][*]", "<b>bold</b>", "a < b > c", "&lt;", "&amp;&", "", "road\n<hr>"]


@pytest.mark.parametrize("name", NAMES)
def test_a_tip_shows_the_letters(name, qapp):
    tip = as_tip(name)
    if GuiQt.mightBeRichText(tip):
        document = QTextDocument()
        document.setHtml(tip)
        assert document.toPlainText() == name
    else:
        assert tip == name


@pytest.mark.parametrize("name", NAMES)
def test_a_title_shows_the_letters(name, qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setWindowTitle(as_title(name))
    shown = widget.windowTitle().replace("[*][*]", "\0").replace("[*]", "").replace("\0", "[*]")
    assert shown == name


@pytest.mark.parametrize("name", NAMES)
def test_a_caption_has_no_key_of_its_own(name, qapp):
    action = QAction(as_caption(name))
    assert action.iconText() == name or name.endswith("&")
    assert "&" not in as_caption(name).replace("&&", "")


def test_a_label_is_plain(qapp):
    assert plain_label("<b>").textFormat() is Qt.TextFormat.PlainText


# --- the window ----------------------------------------------------------------------------------------------------

NAME = "<img src='x'>&[*]"
COLUMNS = 4
"""As many as the widest table here has."""


@pytest.fixture
def window(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(main_window, "WARM_UP_MS", 3_600_000)  # no torch
    photos = tmp_path / NAME
    photos.mkdir()
    for end in ("", "2"):
        Image.fromarray(np.full((48, 64, 3), 90, np.uint8)).save(photos / f"{NAME}{end}.png")
    Project.create(tmp_path / f"{NAME}.maskwright", photos, ClassSet.from_names(["background", NAME])).close()
    window = MainWindow(Settings(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    window.show()
    window.open_path(tmp_path / f"{NAME}.maskwright")
    qtbot.waitUntil(lambda: window.document.image is not None)
    yield window
    window.shutdown()


def has_picture(text: str) -> bool:
    """Whether Qt would draw a picture where it shows ``text`` without being told that it is plain."""
    document = QTextDocument()
    if GuiQt.mightBeRichText(text):
        document.setHtml(text)
    return any(each.isImageFormat() for each in document.allFormats())


def assert_plain(widget: QWidget) -> None:
    """Nothing in ``widget`` is drawn as HTML that holds `NAME`, and no letter of it is taken for a sign."""
    for label in widget.findChildren(QLabel):
        plain = label.textFormat() is Qt.TextFormat.PlainText
        assert plain or not has_picture(label.text()), label.text()
    for each in (widget, *widget.findChildren(QWidget), *widget.findChildren(QAction)):
        in_menu = isinstance(each.parent(), QMenu) and not each.parent().toolTipsVisible()
        assert in_menu or not has_picture(each.toolTip()), each.toolTip()
    for each in (*widget.findChildren(QAbstractButton), *widget.findChildren(QAction)):
        assert "&[*]" not in each.text().replace("&&", ""), each.text()
    for view in widget.findChildren(QAbstractItemView):
        model = view.model()
        for row in range(model.rowCount(QModelIndex())):
            for index in (model.index(row, column) for column in range(COLUMNS)):
                tip = index.data(Qt.ItemDataRole.ToolTipRole) if index.isValid() else None
                assert not has_picture(tip or ""), tip


def test_the_window_shows_a_name_letter_by_letter(window):
    window.status.show_pointer(1, 1, NAME, NAME)
    window.status.say(NAME)
    window.banner.show_error(MaskwrightError(NAME, NAME))
    window.document.set_policy(PaintPolicy(frozenset({1})))
    spared = window.refine.findChild(ProtectedClasses)
    for menu in (window.tools._menu, spared.menu):
        menu.aboutToShow.emit()
        assert any(action.text() == as_caption(NAME) for action in menu.actions())
    spared.put((NAME,))
    window.start.show_recent([f"/photos/{NAME}"])
    assert as_title(NAME) in window.windowTitle()
    assert as_caption(NAME) in window.tools._over.text()
    assert_plain(window)


def test_a_job_shows_a_name_letter_by_letter(window, qtbot):
    go_on = Event()

    def work():
        while not go_on.is_set():
            yield Progress(1, 3, NAME)

    job = window.jobs.submit("learn", work, NAME)
    qtbot.waitUntil(lambda: window.status._title.text() == NAME and job.progress is not None)
    window.model.bar.label.setText(NAME)
    assert_plain(window)
    go_on.set()
    qtbot.waitUntil(lambda: job.finished)


def test_the_dialogs_show_a_name_letter_by_letter(window, qtbot, tmp_path):
    classes = window.document.classes
    window.class_editing._ask(1, 2)
    mapping = ClassMappingDialog(NAME, classes, classes, ClassMapping.by_name(classes, classes), NAME)
    dialogs = (
        mapping,
        NewProjectDialog(tmp_path / NAME, tmp_path / f"{NAME}.maskwright"),
        ShortcutSheet(window.actions_),
        ShortcutEditor(window.actions_),
    )
    for dialog in dialogs:
        qtbot.addWidget(dialog)
        assert_plain(dialog)
    assert as_title(NAME) in mapping.windowTitle()
    report = ReportNotice("")
    qtbot.addWidget(report)
    report.tell(f"{NAME}\n{NAME}")
    for notice in (report, window.class_editing.question):
        assert_plain(notice)


# --- the code ------------------------------------------------------------------------------------------------------

TIPS = {"setToolTip": 0, "setStatusTip": 0, "setWhatsThis": 0, "showText": 1}
ITEM_TIPS = 3
"""Arguments of a tree item's ``setToolTip(column, text)`` and of ``setItemData(index, text, role)``."""


def sources() -> list[tuple[str, ast.Module]]:
    return [
        (str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted((ROOT / "app").rglob("*.py"))
    ]


def calls(tree: ast.AST) -> list[tuple[str, ast.Call]]:
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        (call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", ""), call)
        for call in found
    ]


def is_written_here(node: ast.expr) -> bool:
    """A text of the code, translated or not: ``"…"``, ``self.tr("…")``, or one of them by a condition."""
    if isinstance(node, ast.IfExp):
        return is_written_here(node.body) and is_written_here(node.orelse)
    if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("tr", "_tr"):
        return all(isinstance(each, ast.Constant) for each in node.args)
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "toolTip":
        return True  # of a widget, where it was made plain
    return isinstance(node, ast.Constant)


def is_made_by(node: ast.expr, *names: str) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in names


def test_labels_and_message_boxes_are_made_plain():
    wrong = [
        f"{name}:{call.lineno}"
        for name, tree in sources()
        for what, call in calls(tree)
        if what in ("QLabel", "QMessageBox") and name != "app/appearance/plain_text.py"
    ]
    assert wrong == []


def test_tips_are_written_in_the_code_or_made_plain():
    wrong = []
    for name, tree in sources():
        for what, call in calls(tree):
            if what in TIPS and len(call.args) > TIPS[what]:
                text = call.args[-1] if what == "setToolTip" else call.args[TIPS[what]]
            elif what == "setItemData" and len(call.args) == ITEM_TIPS and "ToolTip" in ast.dump(call.args[2]):
                text = call.args[1]
            else:
                continue
            if not is_written_here(text) and not is_made_by(text, "as_tip"):
                wrong.append(f"{name}:{call.lineno}")
    assert wrong == []


def test_titles_are_written_in_the_code_or_made_plain():
    wrong = [
        f"{name}:{call.lineno}"
        for name, tree in sources()
        for what, call in calls(tree)
        if what == "setWindowTitle" and not is_written_here(call.args[0]) and not is_made_by(call.args[0], "as_title")
    ]
    assert wrong == []


def test_html_is_written_by_one_dialog_alone():
    writes = {
        name
        for name, tree in sources()
        for what, _ in calls(tree)
        if what in ("setHtml", "insertHtml", "appendHtml", "QTextBrowser", "QErrorMessage", "about")
    }
    assert writes == {"app/window/shortcut_sheet.py"}
    rich = [name for name, tree in sources() if "RichText" in ast.dump(tree)]
    assert rich == ["app/appearance/plain_text.py"]


def test_a_line_without_room_ends_with_dots_and_keeps_its_text(qtbot):
    long, short, empty = plain_line("a long name of an image"), plain_line("a…"), plain_line()
    for each in (long, short, empty):
        qtbot.addWidget(each)
        each.resize(short.fontMetrics().horizontalAdvance("a… "), 20)
    assert long.text() == "a long name of an image"
    assert long.grab().toImage() == short.grab().toImage() != empty.grab().toImage()
