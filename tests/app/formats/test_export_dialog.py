from __future__ import annotations

import ast
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QWidget

from app.document.autosave import Autosaver
from app.document.document import Document
from app.document.records import Records
from app.document.session import Session
from app.formats.export_dialog import ExportDialog, ImageCounts
from app.formats.exporting import Exporting
from app.jobs.job_runner import JobRunner
from app.settings.settings import Settings
from segcore.formats import registry
from segcore.formats.format import Format
from segcore.formats.label_map_set import LabelMapSet
from segcore.labels.classes import ClassSet
from segcore.project.project import Project

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class SumWriter:
    """A format of a test: how many labelled pixels there are."""

    def __init__(self, out, classes, ids, options):
        self.out, self.sum, self.copied = out, 0, []

    def add(self, image_id, labels, image=None):
        self.sum += int((labels != 255).sum())
        self.copied += [] if image is None else [image.name]
        return ()

    def keep(self, image_id):
        return False

    def finish(self):
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / "sum.txt").write_text(f"{self.sum} {self.copied}")


SUM = Format("sum", "Sum & <b>count</b>", SumWriter, LabelMapSet, lambda path: False, "sums", images_folder="photos")


@pytest.fixture
def dialog(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "FORMATS", (*registry.FORMATS, SUM))
    found = ExportDialog(("sum", "gone"), tmp_path / "out")
    qtbot.addWidget(found)
    return found


def test_each_row_of_the_registry_is_a_check_box(dialog):
    assert list(dialog.boxes) == [*registry.format_keys()]
    assert dialog.formats() == ("sum",), "a format of the settings that is no more is not chosen"
    assert dialog.boxes["sum"].text() == "Sum && <b>count</b>"


def test_a_format_whose_package_is_missing_is_grey_and_says_so(qtbot, tmp_path, monkeypatch):
    lacking = replace(SUM, package="no_such_package")
    monkeypatch.setattr(registry, "FORMATS", (*registry.FORMATS, lacking, replace(SUM, key="has", package="json")))
    dialog = ExportDialog(("sum", "has"), tmp_path / "out")
    qtbot.addWidget(dialog)
    assert dialog.formats() == ("has",)
    assert not dialog.boxes["sum"].isEnabled()
    assert dialog.boxes["sum"].toolTip().startswith("Needs the package no_such_package. Install it: pip install")
    assert dialog.boxes["has"].isEnabled()


def test_images_are_copied_only_where_there_is_a_place_for_them(dialog):
    assert dialog.choices.copy_images.isEnabled()
    dialog.boxes["sum"].setChecked(False)
    assert not dialog.export_button.isEnabled()
    dialog.boxes["png"].setChecked(True)
    assert not dialog.choices.copy_images.isEnabled()
    assert dialog.export_button.isEnabled()


def test_the_order_of_the_dialog_exports_with_a_new_format(qtbot, dialog, tmp_path):
    (tmp_path / "images").mkdir()
    Image.new("RGB", (3, 2)).save(tmp_path / "images" / "a.png")
    project = Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["x", "y"]))
    project.import_labels("a.png", np.ones((2, 3), np.uint8))
    jobs, document = JobRunner(), Document()
    document.set_project(project)
    exporting = Exporting(
        Session(document, jobs, Settings(), Autosaver(document, jobs), Records(document, jobs)), dialog
    )
    dialog.decided.connect(exporting.export)
    dialog.choices.copy_images.setChecked(True)
    with qtbot.waitSignal(exporting.exported) as told:
        dialog.export_button.click()
    assert told.args[0].formats == ("sum",)
    assert (tmp_path / "out" / "sum.txt").read_text() == "6 ['a.png']"
    jobs.shutdown()
    project.close()


def test_the_choices_become_options(dialog):
    choices = dialog.choices
    assert not choices.one_object.isEnabled(), "no chosen format stores objects"
    assert not choices.volumes.isEnabled(), "no chosen format has volumes"
    dialog.boxes["coco"].setChecked(True)
    choices.val.setValue(70)
    choices.test.setValue(60)
    for box in (choices.one_object, choices.background, choices.predictions, choices.by_folder, choices.stratified):
        assert box.isEnabled()
        box.setChecked(True)
    options = choices.options()
    assert (options.split.val, options.split.test) == (0.7, 0.3), "together they are not more than all"
    assert options.one_object_a_class
    assert options.background
    assert options.predictions
    assert options.split.by_folder
    assert options.split.stratified
    assert not options.copy_images
    assert not options.volumes
    dialog.boxes["ometiff"].setChecked(True)
    choices.volumes.setChecked(True)
    assert choices.options().volumes


def test_it_says_how_many_images_would_be_exported(qtbot, tmp_path):
    dialog = ExportDialog(("png",), tmp_path, None, ImageCounts(corrected=10, predicted=5, all=40))
    qtbot.addWidget(dialog)
    dialog.choices.val.setValue(20)
    assert dialog.preview.text().startswith("Images to export: 10 of 40, about 8 for training, 2 for validation, 0 for")
    dialog.choices.predictions.setChecked(True)
    dialog.choices.test.setValue(20)
    assert dialog.preview.text().startswith("Images to export: 15 of 40, about 9 for training, 3 for validation, 3 for")
    empty = ExportDialog(("png",), tmp_path, None, ImageCounts(0, 5, 40))
    qtbot.addWidget(empty)
    assert "no image would be exported" in empty.preview.text()


def test_it_counts_the_images_of_the_project(qtbot, tmp_path):
    (tmp_path / "images").mkdir()
    for name in "abc":
        Image.new("RGB", (3, 2)).save(tmp_path / "images" / f"{name}.png")
    project = Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["x", "y"]))
    project.import_labels("a.png", np.ones((2, 3), np.uint8))
    jobs, document = JobRunner(), Document()
    document.set_project(project)
    records = Records(document, jobs)
    window = QWidget()
    qtbot.addWidget(window)
    exporting = Exporting(Session(document, jobs, Settings(), Autosaver(document, jobs), records), window)
    records.take(project, project.records())
    dialog = exporting.ask()
    assert "1 of 3" in dialog.preview.text()
    dialog.close()
    jobs.shutdown()
    project.close()


FIRST_DIALOG = """
import sys, time
from pathlib import Path
import numpy
from PySide6.QtWidgets import QApplication
application = QApplication(["test"])
from app.formats.exporting import Exporting
from app.window.main_window import MainWindow
window = MainWindow()
window.open_path(Path(sys.argv[1]))
end = time.monotonic() + 60
while (window.document.image is None or window.jobs.busy) and time.monotonic() < end:
    application.processEvents()
before = set(sys.modules)
assert window.exporting.ask() is not None
print(sorted(set(sys.modules) - before))
window.shutdown()
"""


def test_opening_the_first_dialog_imports_nothing_but_itself(tmp_path):
    (tmp_path / "photos").mkdir()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "photos" / "a.png")
    root = tmp_path / "p"
    Project.create(root, tmp_path / "photos", ClassSet.from_names(["x"])).close()
    places = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"), str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", FIRST_DIALOG, str(root)],
        env={**os.environ, **places, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    imported = ast.literal_eval(done.stdout.strip().splitlines()[-1])
    assert [name for name in imported if not name.startswith("app.")] == []
