"""The list of versions: what it says, and one click to use one."""

import pytest

from app.prediction.versions_dialog import VersionsDialog
from segcore.project.model_choice import ModelChoice

CHOICES = [
    ModelChoice(
        "c/version-002.safetensors",
        "v2 · 2026-11-21 18:00",
        "starter",
        "version",
        14.0,
        mean_iou=0.538,
        measured_here=True,
        base="v1",
        trained_on=24,
        verdict="not_shown",
    ),
    ModelChoice("c/version-001.safetensors", "v1 · 2026-11-20 18:00", "starter", "version", 14.0, verdict="<b>"),
    ModelChoice("starter", "Starter", "starter", "bundled", 14.0, mean_iou=0.6),
]


@pytest.fixture
def dialog(qtbot):
    found = VersionsDialog(CHOICES, "c/version-001.safetensors")
    qtbot.addWidget(found)
    return found


def row(dialog, number):
    return [dialog.table.item(number, column).text() for column in range(dialog.table.columnCount())]


def test_each_version_says_what_is_known_of_it(dialog):
    assert row(dialog, 0) == ["v2 · 2026-11-21 18:00", "v1", "24", "53.8", "not shown", ""]
    assert row(dialog, 1) == ["v1 · 2026-11-20 18:00", "–", "–", "–", "–", "✓"]
    assert row(dialog, 2)[3] == "–"  # measured on other images


def test_one_click_uses_another_version(qtbot, dialog):
    assert not dialog.use_button.isEnabled()  # the one in use is selected
    dialog.table.selectRow(0)
    with qtbot.waitSignal(dialog.chosen) as heard:
        dialog.use_button.click()
    assert heard.args == ["c/version-002.safetensors"]


def test_who_only_looks_on_cannot_choose(qtbot):
    dialog = VersionsDialog(CHOICES, "starter", may_write=False)
    qtbot.addWidget(dialog)
    dialog.table.selectRow(0)
    assert not dialog.use_button.isEnabled()
    dialog.table.cellDoubleClicked.emit(0, 0)
    assert dialog.result() == 0
