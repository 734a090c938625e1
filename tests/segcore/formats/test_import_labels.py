from __future__ import annotations

import gc
import json
import shutil
import threading

import numpy as np
import pytest
from PIL import Image

from segcore.errors import LabelError
from segcore.formats.export import export_project
from segcore.formats.import_labels import ImportChoices, import_labels, merged
from segcore.formats.import_plan import plan_import
from segcore.journal.journal import recall
from segcore.labels.classes import ClassSet, SegClass
from segcore.labels.label_map import LabelMap, Provenance, State
from segcore.progress import drive
from segcore.project.closed_edit import edit_closed
from segcore.project.project import Project

U, P, H, C, D = Provenance
CLASSES = ClassSet((SegClass(0, "sky", (0, 0, 0)), SegClass(1, "road", (128, 64, 128)), SegClass(7, "car", (9, 9, 9))))


@pytest.fixture
def project(tmp_path):
    (tmp_path / "images").mkdir()
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        Image.new("RGB", (3, 2)).save(tmp_path / "images" / name)
    with Project.create(tmp_path / "p", tmp_path / "images", CLASSES) as project:
        yield project


@pytest.fixture
def labels(tmp_path):
    (tmp_path / "labels").mkdir()
    return tmp_path / "labels"


def grey(path, rows):
    Image.fromarray(np.array(rows, np.uint8)).save(path)


def plan_of(project, labels):
    return drive(plan_import(project, labels))


def brought(project, labels, **choices):
    plan = plan_of(project, labels)
    return drive(import_labels(project, plan, ImportChoices(**({"mapping": plan.mapping()} | choices))))


def test_the_plan_tells_everything_and_changes_nothing(project, labels):
    grey(labels / "a.png", [[0, 1, 255], [7, 7, 11]])
    grey(labels / "b.png", [[0, 1]])
    grey(labels / "z.png", [[0]])
    (labels / "c.png").write_bytes((labels / "a.png").read_bytes()[:40])
    plan = plan_of(project, labels)
    assert list(plan.names) == ["a.jpg"]
    assert plan.unused == ("z.png",)
    assert plan.without == ()
    assert [each.name for each in plan.wrong_size] == ["b.jpg"]
    assert "2 x 1" in plan.wrong_size[0].reason
    assert "damaged" in plan.unreadable[0].reason
    assert [(v.value, v.proposed, v.is_ignore) for v in plan.values] == [
        (0, 0, False),
        (1, 1, False),
        (7, 7, False),
        (11, None, False),
        (255, None, True),
    ]
    assert project.state("a.jpg") is State.NEW


def test_imported_labels_are_painted_and_the_image_is_in_progress(project, labels):
    grey(labels / "a.png", [[0, 1, 255], [7, 7, 7]])
    assert brought(project, labels).imported == ("a.jpg",)
    found = project.load_label_map("a.jpg")
    assert found.labels.tolist() == [[0, 1, 255], [7, 7, 7]]
    assert found.provenance.tolist() == [[H, H, U], [H, H, H]]
    assert project.state("a.jpg") is State.IN_PROGRESS


@pytest.mark.parametrize(("choice", "state"), [({"done": True}, State.DONE), ({"predicted": True}, State.PREDICTED)])
def test_done_and_predicted_are_what_the_person_says(project, labels, choice, state):
    grey(labels / "a.png", [[0, 1, 255], [7, 7, 7]])
    brought(project, labels, **choice)
    assert project.state("a.jpg") is state
    truth = project.load_label_map("a.jpg").ground_truth()
    assert truth.tolist() == ([[0, 1, 255], [7, 7, 7]] if "done" in choice else [[255] * 3] * 2)


def before():
    return LabelMap(np.array([[1, 1, 255, 0]], np.uint8), np.array([[H, P, U, C]], np.uint8))


def test_what_a_person_painted_stays_unless_it_is_to_be_replaced():
    new = np.array([[7, 7, 7, 7]], np.uint8)
    kept = merged(before(), new, ImportChoices({}))
    assert kept.labels.tolist() == [[1, 7, 7, 0]]
    assert kept.provenance.tolist() == [[H, H, H, C]]
    replaced = merged(before(), new, ImportChoices({}, replace=True))
    assert replaced.labels.tolist() == [[7, 7, 7, 7]]


def test_done_never_confirms_a_prediction_that_the_import_does_not_have():
    after = merged(before(), np.array([[255, 255, 7, 255]], np.uint8), ImportChoices({}, done=True))
    assert after.labels.tolist() == [[1, 255, 7, 0]]
    assert after.provenance.tolist() == [[D, C, D, C]]
    assert after.state() is State.DONE


def test_a_label_map_of_unknown_values_is_skipped_until_they_are_mapped(project, labels):
    grey(labels / "a.png", [[0, 1, 11], [7, 7, 11]])
    grey(labels / "b.png", [[0, 1, 1], [7, 7, 7]])
    report = brought(project, labels)
    assert report.imported == ("b.jpg",)
    assert "the value 11" in report.skipped[0].reason
    mapping = plan_of(project, labels).mapping() | {11: None, 7: 1}
    assert brought(project, labels, mapping=mapping, replace=True).imported == ("a.jpg", "b.jpg")
    assert project.load_label_map("a.jpg").labels.tolist() == [[0, 1, 255], [1, 1, 255]]


def test_of_a_zip_file_nothing_is_left_whatever_was_skipped(project, labels, tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    grey(labels / "a.png", [[0, 1, 1], [7, 7, 7]])
    grey(labels / "b.png", [[0, 1, 11], [7, 7, 11]])
    shutil.make_archive(str(tmp_path / "set"), "zip", tmp_path, "labels")
    gc.disable()
    try:
        report = brought(project, tmp_path / "set.zip")
        for thread in threading.enumerate():
            if thread.name == "delete":
                thread.join()
        assert list((tmp_path / "temporary").iterdir()) == []
    finally:
        gc.enable()
    assert report.imported == ("a.jpg",)
    assert str(tmp_path / "set.zip" / "b.png") in report.skipped[0].reason


def test_importing_twice_changes_nothing(project, labels):
    grey(labels / "a.png", [[0, 1, 255], [7, 7, 7]])
    brought(project, labels)
    report = brought(project, labels)
    assert (report.imported, report.unchanged) == ((), ("a.jpg",))
    assert plan_of(project, labels).painted == ("a.jpg",)


def test_colours_stand_for_classes(project, labels):
    pixels = np.array([[(0, 0, 0), (128, 64, 128), (224, 224, 192)], [(9, 9, 9), (7, 7, 7), (1, 2, 3)]], np.uint8)
    Image.fromarray(pixels).save(labels / "a.png")
    plan = plan_of(project, labels)
    assert {v.value: v.proposed for v in plan.values} == {
        (0, 0, 0): 0,
        (128, 64, 128): 1,
        (224, 224, 192): None,
        (9, 9, 9): 7,
        (7, 7, 7): 7,  # an equal amount of each colour may be the value
        (1, 2, 3): None,
    }
    assert "#010203" in brought(project, labels).skipped[0].reason
    brought(project, labels, mapping=plan.mapping() | {(1, 2, 3): None})
    assert project.load_label_map("a.jpg").labels.tolist() == [[0, 1, 255], [7, 7, 255]]


def test_the_palette_tells_what_an_unknown_value_is(project, labels):
    image = Image.fromarray(np.array([[0, 1, 2]] * 2, np.uint8)).convert("L")
    image.putpalette([0, 0, 0, 128, 64, 128, 9, 9, 9])
    image.save(labels / "a.png")
    assert [(v.value, v.proposed, v.color) for v in plan_of(project, labels).values] == [
        (0, 0, (0, 0, 0)),
        (1, 1, (128, 64, 128)),
        (2, 7, (9, 9, 9)),
    ]


@pytest.mark.parametrize("kind", ["classes.json", "labelmap.txt"])
def test_a_list_of_classes_beside_the_label_maps_joins_them_by_name(project, labels, kind):
    if kind == "classes.json":
        text = json.dumps([{"index": 0, "name": "Road"}, {"index": 1, "name": "tree"}, {"index": 7, "name": "sky"}])
    else:
        text = "# label:color_rgb:parts:actions\nRoad:1,2,3::\ntree:4,5,6::\n" + "".join(
            f"{name}:0,0,{n}::\n" for n, name in enumerate(["c", "d", "e", "f", "g", "sky"])
        )
        text = text.replace("g:0,0,4::\n", "")
    (labels.parent / kind).write_text(text)
    grey(labels / "a.png", [[0, 1, 7 if kind == "classes.json" else 6]] * 2)
    plan = plan_of(project, labels)
    assert [(v.name, v.proposed) for v in plan.values] == [("Road", 1), ("tree", None), ("sky", 0)]
    assert plan.label_set.classes_file == labels.parent / kind


def test_a_damaged_list_of_classes_is_told(project, labels):
    (labels / "classes.json").write_text("{")
    grey(labels / "a.png", [[0, 1, 7]] * 2)
    plan = plan_of(project, labels)
    assert "classes.json" in plan.label_set.warning
    assert [v.proposed for v in plan.values] == [0, 1, 7]


@pytest.mark.parametrize("kind", ["png", "voc"])
def test_an_export_comes_back_as_it_was(project, tmp_path, kind):
    first = np.array([[0, 1, 255], [7, 7, 0]], np.uint8)
    provenance = np.array([[H, H, U], [C, H, P]], np.uint8)
    project.save_label_map("b.jpg", LabelMap(first, provenance))
    drive(export_project(project, [kind], tmp_path / "out"))
    with Project.create(tmp_path / "q", tmp_path / "images", CLASSES) as other:
        assert brought(other, tmp_path / "out").imported == ("b.jpg",)
        assert other.load_label_map("b.jpg").ground_truth().tolist() == [[0, 1, 255], [7, 7, 255]]


def test_damaged_labels_of_the_project_are_not_replaced(project, labels):
    grey(labels / "a.png", [[0, 1, 7]] * 2)
    project.save_label_map("a.jpg", LabelMap.blank(2, 3))
    project.labels_path("a.jpg").write_bytes(b"broken")
    report = brought(project, labels)
    assert "damaged" in report.skipped[0].reason
    assert project.labels_path("a.jpg").read_bytes() == b"broken"


def test_a_photo_is_no_label_map(tmp_path, labels):
    (tmp_path / "images").mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    for folder in (tmp_path / "images", labels):
        Image.fromarray(noise).save(folder / "a.png")
    with Project.create(tmp_path / "p", tmp_path / "images", CLASSES) as project:
        plan = plan_of(project, labels)
    assert plan.names == {}
    assert "photo" in plan.unreadable[0].reason


def test_folders_without_a_label_map_are_refused(project, labels):
    for folder in (labels, labels / "missing", project.root / "labels", project.images):
        with pytest.raises(LabelError):
            plan_of(project, folder)


def test_images_that_are_left_out_are_not_touched(project, labels):
    grey(labels / "a.png", [[0, 1, 7]] * 2)
    plan = plan_of(project, labels)
    report = drive(import_labels(project, plan, ImportChoices(plan.mapping()), leave_out=["a.jpg"]))
    assert report.imported == ()
    assert project.state("a.jpg") is State.NEW


def test_a_class_that_the_project_lacks_is_told_by_its_name(project, labels):
    grey(labels / "a.png", [[0, 1, 11], [7, 7, 7]])
    (labels / "classes.json").write_text('[{"index": 11, "name": "tram", "color": "#010203"}]')
    plan = drive(plan_import(project, labels))
    assert plan.values[-1].text == "11 (tram)"
    told = drive(import_labels(project, plan, ImportChoices({0: 0, 1: 1, 7: 7})))
    assert "holds the value 11 (tram), which no class has" in told.skipped[0].reason


def test_labels_of_before_stay_imported_and_the_undo_history_goes_on(project, tmp_path):
    """It knew the labels of before, and did again what came after them: the import was undone at the next look."""
    for value in (1, 7):
        edit_closed(project, "a.jpg", lambda before, value=value: painted(before, value), f"Paint {value}")
        if value == 1:
            drive(export_project(project, ["png"], tmp_path / "out"))
    assert brought(project, tmp_path / "out", replace=True).imported == ("a.jpg",)
    label_map = project.load_label_map("a.jpg")
    found = recall(project.root, "a.jpg", label_map, project.classes, project.class_history)
    assert (found.is_newer, found.warning, found.note) == (False, "", "")
    assert np.unique(found.label_map.labels).tolist() == [1]
    assert found.history.undo_name == "Import labels"
    found.history.undo().undo(label_map)
    assert np.unique(label_map.labels).tolist() == [7]


def test_an_edit_that_is_not_possible_skips_its_image_alone(project, labels, monkeypatch):
    for name in ("a", "b"):
        grey(labels / f"{name}.png", [[0, 1, 7]] * 2)
        edit_closed(project, f"{name}.jpg", lambda before: painted(before, 1), "Paint")

    def edit(project, image_id, *arguments, **more):
        if image_id == "a.jpg":
            raise LabelError("a.jpg is damaged.")
        return edit_closed(project, image_id, *arguments, **more)

    monkeypatch.setattr("segcore.formats.import_labels.edit_closed", edit)
    report = brought(project, labels, replace=True)
    assert (report.imported, [each.name for each in report.skipped]) == (("b.jpg",), ["a.jpg"])


def painted(before, value):
    """The same label map with one class, all of it painted."""
    return LabelMap(np.full_like(before.labels, value), np.full_like(before.provenance, Provenance.PAINTED))
