from __future__ import annotations

import json
import zipfile
from threading import Event

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog

from app.document.image_state import ImageState
from app.document.loaded_image import load_image
from app.formats.import_dialog import ImportDialog
from app.project.new_project_dialog import NewProjectDialog
from segcore.formats import open_labels
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance, State
from segcore.project.project import Project

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

CLASSES = ClassSet.from_names(["background", "road", "car"])


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for n, name in enumerate(["a.jpg", "b.jpg", "c.jpg"]):
        Image.fromarray(np.full((64, 96, 3), 40 * n, np.uint8)).save(folder / name)
    return folder


@pytest.fixture
def masks(tmp_path):
    folder = tmp_path / "masks"
    folder.mkdir()
    for value, name in enumerate(["a.png", "b.png"], 1):
        Image.fromarray(np.full((64, 96), value, np.uint8)).save(folder / name)
    (folder / "c.png").write_bytes(b"broken")
    return folder


@pytest.fixture
def opened(qtbot, window, photos):
    Project.for_folder(photos, CLASSES).close()
    window.open_path(photos)
    qtbot.waitUntil(lambda: window.document.image_id == "a.jpg")
    return window


def dialog_of(qtbot, window, kind):
    qtbot.waitUntil(lambda: isinstance(window.importing.dialog, kind))
    return window.importing.dialog


def drop(window, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, no = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), copy, data, Qt.MouseButton.LeftButton, no))


def test_the_open_image_is_one_edit_and_the_others_go_to_their_files(qtbot, opened, masks):
    opened.document.label_map.labels[:8] = 2
    opened.document.label_map.provenance[:8] = Provenance.PAINTED
    opened.importing.check(masks)
    dialog = dialog_of(qtbot, opened, ImportDialog)
    with qtbot.waitSignal(opened.importing.imported) as told:
        dialog.import_button.click()
    assert told.args[0].imported == ("b.jpg", "a.jpg")
    assert "damaged" in told.args[0].skipped[0].reason
    report = opened.importing.notice
    assert report.label.text() == "2 label maps imported."
    assert report.details_button.text() == "Not imported (1)"
    assert report.details.isHidden()
    report.details_button.click()
    assert "damaged" in report.details.toPlainText()
    report.close_button.click()
    assert report.isHidden()
    document, project = opened.document, opened.document.project
    assert (document.label_map.labels[:8] == 2).all(), "what was painted stays"
    assert (document.label_map.labels[8:] == 1).all()
    assert document.undo_name == "Import labels"
    document.undo()
    assert (document.label_map.labels[8:] == 255).all()
    document.redo()
    stored = project.load_label_map("b.jpg")
    assert (stored.labels == 2).all()
    assert (stored.provenance == Provenance.PAINTED).all()
    qtbot.waitUntil(lambda: opened.records.count(ImageState.IN_PROGRESS) == 2)


def test_a_dropped_folder_of_label_maps_is_imported_if_the_person_wants(qtbot, opened, masks):
    drop(opened, masks)
    question = opened.importing.question
    qtbot.waitUntil(question.isVisible)
    assert "2" in question.label.text() or "3" in question.label.text()
    question.answers[0].click()
    dialog = dialog_of(qtbot, opened, ImportDialog)
    assert set(dialog._plan.names) == {"a.jpg", "b.jpg"}
    dialog.reject()


def test_a_dropped_folder_of_other_images_is_opened(qtbot, opened, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8)
    Image.fromarray(noise).save(other / "a.png")
    drop(opened, other)
    qtbot.waitUntil(lambda: isinstance(opened.dialogs.current, NewProjectDialog))
    opened.dialogs.current.close()


def test_the_menu_asks_for_a_folder(qtbot, opened, masks):
    opened.actions_["import_labels"].trigger()
    chooser = dialog_of(qtbot, opened, QFileDialog)
    chooser.fileSelected.emit(str(masks))
    chooser.close()
    dialog_of(qtbot, opened, ImportDialog).reject()


def coco_file(tmp_path):
    box = [[0, 0, 96, 0, 96, 32, 0, 32]]
    data = {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 96, "height": 64}],
        "categories": [{"id": 1, "name": "car"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "segmentation": box},
            {"id": 2, "image_id": 1, "category_id": 1, "segmentation": [[0, 0, 1, 1]]},
        ],
    }
    (tmp_path / "instances.json").write_text(json.dumps(data))
    return tmp_path / "instances.json"


def test_a_dropped_file_of_another_program_is_imported(qtbot, opened, tmp_path):
    drop(opened, coco_file(tmp_path))
    qtbot.waitUntil(opened.importing.question.isVisible)
    opened.importing.question.answers[0].click()
    dialog = dialog_of(qtbot, opened, ImportDialog)
    with qtbot.waitSignal(opened.importing.imported) as told:
        dialog.import_button.click()
    assert told.args[0].imported == ("a.jpg",)
    assert [each.place for each in told.args[0].problems] == ["instances.json: annotation 2"]
    labels = opened.document.label_map.labels
    assert (labels[:32] == 2).all()
    assert (labels[32:] == 0).all(), "outside of all objects is background"


def test_a_dropped_zip_file_is_unpacked_once_and_its_files_are_removed(qtbot, opened, masks, tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "masks.zip", "w") as archive:
        for each in masks.iterdir():
            archive.write(each, each.name)
    places, unpack = [], open_labels.unpack

    def counted(path):
        place, temporary = yield from unpack(path)
        places.append(temporary)
        return place, temporary

    monkeypatch.setattr(open_labels, "unpack", counted)
    drop(opened, tmp_path / "masks.zip")
    qtbot.waitUntil(opened.importing.question.isVisible)
    opened.importing.question.answers[0].click()
    dialog = dialog_of(qtbot, opened, ImportDialog)
    with qtbot.waitSignal(opened.importing.imported) as told:
        dialog.import_button.click()
    assert set(told.args[0].imported) == {"a.jpg", "b.jpg"}
    del dialog, told
    assert len(places) == 1
    qtbot.waitUntil(lambda: not places[0].exists())


def test_the_menu_asks_for_a_file(qtbot, opened, tmp_path):
    opened.actions_["import_file"].trigger()
    chooser = dialog_of(qtbot, opened, QFileDialog)
    chooser.fileSelected.emit(str(coco_file(tmp_path)))
    chooser.close()
    dialog_of(qtbot, opened, ImportDialog).reject()


def test_a_folder_without_label_maps_is_told(qtbot, opened, tmp_path):
    (tmp_path / "empty").mkdir()
    opened.importing.check(tmp_path / "empty")
    qtbot.waitUntil(lambda: "named like an image" in opened.banner.text)


def test_a_new_project_takes_the_labels_beside_its_images(qtbot, window, photos, masks):
    window.open_path(photos)
    qtbot.waitUntil(lambda: isinstance(window.dialogs.current, NewProjectDialog))
    new = window.dialogs.current
    assert new.labels.text() == str(masks)
    new.names.setPlainText("background\nroad\ncar\n")
    new.create_button.click()
    dialog = dialog_of(qtbot, window, ImportDialog)
    dialog.done_box.setChecked(True)
    with qtbot.waitSignal(window.importing.imported):
        dialog.import_button.click()
    qtbot.waitUntil(lambda: window.records.count(ImageState.DONE) == 2)
    assert window.document.project.state("b.jpg") is State.DONE


def test_labels_are_imported_when_the_path_takes_a_detour(qtbot, window, photos, masks):
    (photos.parent / "x").mkdir()
    window.open_path(photos.parent / "x" / ".." / photos.name)
    qtbot.waitUntil(lambda: isinstance(window.dialogs.current, NewProjectDialog))
    window.dialogs.current.create_button.click()
    dialog_of(qtbot, window, ImportDialog).close()


def test_a_new_project_need_not_import(qtbot, window, photos, masks):
    window.open_path(photos)
    qtbot.waitUntil(lambda: isinstance(window.dialogs.current, NewProjectDialog))
    window.dialogs.current.labels.clear()
    window.dialogs.current.create_button.click()
    qtbot.waitUntil(lambda: window.document.image_id == "a.jpg")
    qtbot.waitUntil(lambda: not window.jobs.busy)
    assert window.importing.dialog is None


def test_stopping_keeps_what_was_imported(qtbot, opened, masks, monkeypatch):
    written, go_on, project = [], Event(), opened.document.project
    save = project.save_label_map

    def slow(image_id, *labels, **more):
        written.append(image_id)
        go_on.wait(5)
        return save(image_id, *labels, **more)

    monkeypatch.setattr(project, "save_label_map", slow)
    (masks / "c.png").write_bytes((masks / "b.png").read_bytes())
    said = []
    opened.importing.message.connect(said.append)
    opened.importing.check(masks)
    dialog = dialog_of(qtbot, opened, ImportDialog)
    dialog.import_button.click()
    assert not dialog.table.isEnabled()
    qtbot.waitUntil(lambda: bool(written))
    dialog.cancel_button.click()
    go_on.set()
    qtbot.waitUntil(lambda: bool(said))
    assert written == ["b.jpg"]
    assert (project.load_label_map("b.jpg").labels == 2).all()
    assert project.state("c.jpg") is State.NEW
    assert opened.importing.dialog is None
    assert not opened.document.undo_name


def test_an_import_cancelled_before_it_begins_leaves_no_new_class(qtbot, opened, masks):
    """The io lane is busy: the import waits in it while its new classes are in the project already."""
    go_on = Event()
    Image.fromarray(np.full((64, 96), 9, np.uint8)).save(masks / "b.png")
    opened.importing.check(masks)
    dialog = dialog_of(qtbot, opened, ImportDialog)
    opened.jobs.submit("io", lambda: go_on.wait(60), quiet=True)
    dialog.add_button.click()
    dialog.import_button.click()
    qtbot.waitUntil(lambda: len(opened.document.project.classes) == 4 and not dialog.table.isEnabled())
    qtbot.waitUntil(dialog.isEnabled)  # it was not while the classes were added
    dialog.cancel_button.click()
    qtbot.waitUntil(lambda: opened.document.project.classes == CLASSES)
    qtbot.waitUntil(lambda: opened.document.classes == CLASSES)
    go_on.set()
    qtbot.waitUntil(lambda: not opened.jobs.busy)
    assert opened.document.project.classes == CLASSES


def test_an_image_that_was_left_or_opened_meanwhile_gets_its_labels_too(qtbot, opened, masks, monkeypatch):
    """The dialog keeps the person from it, but a load may be under way when it opens."""
    import segcore.formats.import_labels as engine

    begun, go_on = Event(), Event()
    real = engine.imported

    def slow(plan, choices, image_id, before, problems):
        begun.set()
        go_on.wait(5)
        return real(plan, choices, image_id, before, problems)

    opened.importing.check(masks)
    dialog = dialog_of(qtbot, opened, ImportDialog)
    shown = load_image(opened.document.project, "b.jpg")
    monkeypatch.setattr(engine, "imported", slow)
    dialog.import_button.click()
    assert begun.wait(5)
    opened.document.show(shown)  # read before the import wrote the file
    go_on.set()
    qtbot.waitUntil(opened.importing.notice.isVisible)
    qtbot.waitUntil(lambda: opened.document.label_map is not None and (opened.document.label_map.labels == 2).all())
    qtbot.waitUntil(lambda: not opened.jobs.busy)
    assert (opened.document.project.load_label_map("a.jpg").labels == 1).all()


def test_what_is_painted_during_the_import_stays(qtbot, opened, masks, monkeypatch):
    import segcore.formats.import_labels as engine

    real = engine.imported
    painted, go_on = Event(), Event()

    def slow(plan, choices, image_id, before, problems):
        if image_id == "a.jpg":
            painted.set()
            go_on.wait(5)
        return real(plan, choices, image_id, before, problems)

    monkeypatch.setattr(engine, "imported", slow)
    opened.importing.check(masks)
    dialog_of(qtbot, opened, ImportDialog).import_button.click()
    assert painted.wait(5)
    changed = LabelMap(opened.document.label_map.labels.copy(), opened.document.label_map.provenance.copy())
    changed.labels[:9], changed.provenance[:9] = 2, Provenance.PAINTED
    opened.document.replace(changed, "Brush")
    go_on.set()
    qtbot.waitUntil(opened.importing.notice.isVisible)
    labels = opened.document.label_map.labels
    assert (labels[:9] == 2).all()
    assert (labels[9:] == 1).all()
