"""Data sets as other tools write them, whole or in part."""

from __future__ import annotations

import json
import unicodedata

import numpy as np
import pytest
from PIL import Image

from segcore.formats import json_file
from segcore.formats.drawn_set import ellipse, turned
from segcore.formats.import_plan import plan_import
from segcore.formats.label_matching import match_names
from segcore.formats.open_labels import open_labels, recognised
from segcore.images.list_images import list_images
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Project

BOX = [2, 2, 6, 2, 6, 6, 2, 6]


@pytest.fixture
def project(tmp_path):
    (tmp_path / "photos").mkdir()
    for name in ("a.jpg", "b.jpg"):
        Image.fromarray(np.zeros((10, 12, 3), np.uint8)).save(tmp_path / "photos" / name)
    classes = ClassSet.from_names(["background", "car", "tree"])
    with Project.create(tmp_path / "p", tmp_path / "photos", classes) as made:
        yield made


def coco(path, categories, objects, images=("a.jpg",), start=""):
    """``objects``: image, category and outline of each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {
        "images": [{"id": n, "file_name": name, "width": 12, "height": 10} for n, name in enumerate(images)],
        "categories": [{"id": number, "name": name} for number, name in categories.items()],
        "annotations": [
            {"id": n, "image_id": image, "category_id": category, "segmentation": outline}
            for n, (image, category, outline) in enumerate(objects)
        ],
    }
    path.write_text(start + json.dumps(data), "utf-8")
    return path


def yolo(folder, lines="1 0.2 0.2 0.5 0.2 0.5 0.5\n", stem="a", names=None):
    (folder / "labels").mkdir(parents=True, exist_ok=True)
    (folder / "labels" / f"{stem}.txt").write_text(lines)
    if names is not None:
        (folder / "data.yaml").write_text(names)
    return folder


def mapping(project, path):
    return drive(plan_import(project, path)).mapping()


def test_outside_of_all_objects_is_background_also_where_it_is_a_class_that_nothing_is_of(project, tmp_path):
    file = coco(tmp_path / "x.json", {1: "background", 2: "car"}, [(0, 2, [BOX])])
    assert mapping(project, file) == {1: 1, 255: 0}
    drawn = coco(tmp_path / "y.json", {1: "background", 2: "car"}, [(0, 2, [BOX]), (0, 1, [[8, 8, 10, 8, 10, 10]])])
    assert mapping(project, drawn) == {0: 0, 1: 1, 255: None}
    assert mapping(project, yolo(tmp_path / "yolo", names="names: [background, car]\n")) == {1: 1, 255: 0}


@pytest.mark.parametrize("chosen", ["", "train", "train/labels"])
def test_names_of_yolo_are_found_above_a_part_of_the_data_set(tmp_path, chosen):
    yolo(tmp_path / "set" / "train")
    (tmp_path / "set" / "data.yaml").write_text("names: [car, tree]\n")
    assert open_labels(tmp_path / "set" / chosen, "yolo").classes.names == ["car", "tree"]


def test_numbers_without_names_are_not_taken_for_the_projects_values(project, tmp_path):
    assert mapping(project, yolo(tmp_path / "far" / "away" / "yolo")) == {255: 0}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("names: # of the classes\n  0: car # a vehicle\n  1: 'tree: tall'\n", {0: "car", 1: "tree: tall"}),
        ("nc: 2\nnames: {0: car, 5: tree}\n", {0: "car", 5: "tree"}),
        ("names :\n  # first\n  - 'car, red'\n  - tree\n", {0: "car, red", 1: "tree"}),
        ("names:\n  1: tree\n  0: car\n", {0: "car", 1: "tree"}),
        ("\ufeffnames: ['car, red',\n  # more\n  tree]\n", {0: "car, red", 1: "tree"}),
    ],
)
def test_forms_of_yaml(tmp_path, text, names):
    lines = "".join(f"{number} 0.1 0.1 0.5 0.1 0.5 0.5\n" for number in names)
    found = open_labels(yolo(tmp_path, lines, names=text), "yolo")
    assert found.classes.names == list(names.values())
    assert not found.contents("a", (10, 12)).problems
    assert list(found.contents("a", (10, 12)).values) == [*range(len(names)), 255]


def test_files_of_coco_with_categories_of_their_own(tmp_path):
    coco(tmp_path / "t0.json", {1: "car"}, [(0, 1, [BOX])])
    coco(tmp_path / "t1.json", {1: "tree", 2: "car"}, [(0, 1, [BOX])], images=["b.jpg"])
    found = open_labels(tmp_path, "coco")
    assert found.classes.names == ["car", "tree"]
    assert [found.picture(name, (10, 12)).pixels[4, 4] for name in ("a.jpg", "b.jpg")] == [0, 1]


def test_images_of_one_name_in_two_parts(tmp_path):
    for part in ("train", "valid"):
        coco(tmp_path / "robo" / part / "_annotations.coco.json", {1: "car"}, [(0, 1, [BOX])])
        coco(tmp_path / "own" / "annotations" / f"instances_{part}.json", {1: "car"}, [(0, 1, [BOX])])
        yolo(tmp_path / "yolo" / part)
    (tmp_path / "yolo" / "data.yaml").write_text("names: [car, tree]\n")
    for place, inside in (("robo", ""), ("own", "images/"), ("yolo", "")):
        below = "/images" if place == "yolo" else ""
        ids = [f"{inside}{part}{below}/a.jpg" for part in ("train", "valid")]
        names = open_labels(tmp_path / place).names()
        assert len(names) == 2
        assert len(match_names(ids, names).names) == 2, names


def test_only_boxes_are_no_labels(project, tmp_path):
    file = coco(tmp_path / "x.json", {1: "car"}, [(0, 1, []), (1, 1, [BOX])], images=["a.jpg", "b.jpg"])
    plan = drive(plan_import(project, file))
    assert list(plan.names) == ["b.jpg"]
    assert "only boxes" in plan.unreadable[0].reason


def test_a_file_beside_very_many_images_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(json_file, "SCANNED", 50)
    (tmp_path / "images").mkdir()
    for n in range(60):
        (tmp_path / "images" / f"{n}.jpg").touch()
    coco(tmp_path / "annotations" / "instances_default.json", {1: "car"}, [])
    assert recognised(tmp_path).key == "coco"


def test_label_studios_notes_are_not_coco(tmp_path):
    yolo(tmp_path, names="names: [car, tree]\n")
    (tmp_path / "notes.json").write_text('{"categories": [{"id": 0, "name": "car"}], "info": {"year": 2026}}')
    assert recognised(tmp_path).key == "yolo"


def test_a_byte_order_mark_backslashes_and_decomposed_names(tmp_path):
    file = coco(tmp_path / "x.json", {1: "car"}, [(0, 1, [BOX])], images=["set\\Größe.jpg"], start="\ufeff")
    names = open_labels(file).names()
    assert names == ["set/Größe.jpg"]
    assert match_names([unicodedata.normalize("NFD", "set/Größe.jpg")], names).names


def test_images_of_one_name_in_cvat_and_label_studio(tmp_path):
    def image(subset, left):
        box = f'<box label="car" xtl="{left}" ytl="0" xbr="{left + 2}" ybr="2"/>'
        return f'<image id="0" name="a.jpg" subset="{subset}" width="12" height="10">{box}</image>'

    parts = [("Train", 0), ("Test", 4), ("Test", 8)]
    text = "".join(image(*each) for each in parts)
    (tmp_path / "annotations.xml").write_text(f"<annotations>{text}</annotations>")
    found = open_labels(tmp_path / "annotations.xml")
    assert found.names() == ["Train/a.jpg", "Test/a.jpg"]
    for name, left in (("Train/a.jpg", 0), ("Test/a.jpg", 4)):
        assert np.unique(np.nonzero(found.picture(name, (10, 12)).pixels == 0)[1]).tolist() == [left, left + 1]
    assert [each.reason for each in found.problems] == ["another image of the same name; its objects are left out"]

    value = {"x": 0, "y": 0, "width": 50, "height": 50, "rectanglelabels": ["car"]}
    region = {"type": "rectanglelabels", "original_width": 12, "original_height": 10, "value": value}
    addresses = ("/data/upload/1/aaaaaaaa-0.jpg", "/data/upload/1/bbbbbbbb-0.jpg")
    tasks = [{"data": {"image": address}, "annotations": [{"result": [region]}]} for address in addresses]
    (tmp_path / "tasks.json").write_text(json.dumps(tasks))
    assert [each.place for each in open_labels(tmp_path / "tasks.json").problems] == ["tasks.json: task 2"]


def test_masks_beside_their_photos(tmp_path):
    for name in ("a", "b"):
        Image.fromarray(np.zeros((10, 12, 3), np.uint8)).save(tmp_path / f"{name}.jpg")
        Image.fromarray(np.full((10, 12), 1, np.uint8)).save(tmp_path / f"{name}_mask.png")
    Image.fromarray(np.full((10, 12), 1, np.uint8)).save(tmp_path / "c_mask.png")
    (tmp_path / "_classes.csv").write_text("Pixel Value, Class\n0, background\n1, car\n")
    assert list(list_images(tmp_path)) == ["a.jpg", "b.jpg", "c_mask.png"]
    found = open_labels(tmp_path)
    assert found.classes.names == ["background", "car"]
    assert found.match(tmp_path, ["a.jpg", "b.jpg"]).names == {"a.jpg": "a_mask.png", "b.jpg": "b_mask.png"}
    (tmp_path / "_classes.csv").write_text("Pixel Value, Class\nroad\n")
    assert "_classes.csv is damaged" in open_labels(tmp_path).warning


def test_labelmes_ignore_is_no_class(project, tmp_path):
    corners = [[2, 2], [6, 2], [6, 6]]
    shapes = [{"label": name, "points": corners, "shape_type": "polygon"} for name in ("__ignore__", "car")]
    data = {"version": "5.0", "imagePath": "a.jpg", "imageHeight": 10, "imageWidth": 12, "shapes": shapes}
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "a.json").write_text(json.dumps(data))
    assert mapping(project, tmp_path / "labels") == {0: None, 1: 1, 255: 0}


def test_shapes_are_turned_clockwise():
    corners = [(0, 0), (10, 0), (10, 2), (0, 2)]
    np.testing.assert_allclose(turned(corners, (0, 0), 90), [(0, 0), (0, 10), (-2, 10), (-2, 0)], atol=1e-9)
    np.testing.assert_allclose(turned(corners, (5, 1), 90), [(6, -4), (6, 6), (4, 6), (4, -4)], atol=1e-9)
    points = ellipse(3, 4, 2, 1)
    np.testing.assert_allclose(((points - (3, 4)) / (2, 1)) ** 2 @ (1, 1), 1)


def test_turned_boxes_of_cvat_and_label_studio(tmp_path):
    box = '<box label="car" xtl="1" ytl="4" xbr="11" ybr="6" rotation="90" z_order="0"/>'
    image = f'<annotations><image id="0" name="a.jpg" width="12" height="10">{box}</image></annotations>'
    (tmp_path / "annotations.xml").write_text(image)
    expected = np.full((10, 12), 255)
    expected[0:10, 5:7] = 0
    assert open_labels(tmp_path / "annotations.xml").picture("a.jpg", (10, 12)).pixels.tolist() == expected.tolist()
    value = {"x": 50, "y": 20, "width": 50, "height": 20, "rotation": 90, "rectanglelabels": ["car"]}
    region = {"type": "rectanglelabels", "original_width": 12, "original_height": 10, "value": value}
    task = {"data": {"title": "first", "photo": "/data/upload/1/a.jpg"}, "annotations": [{"result": [region]}]}
    (tmp_path / "tasks.json").write_text(json.dumps([task]))
    found = open_labels(tmp_path / "tasks.json", "labelstudio")
    assert found.names() == ["a.jpg"]
    expected[:] = 255
    expected[2:8, 4:6] = 0  # its corner is (6, 2), 6 pixels wide and 2 high: turned, 2 to the left and 6 down
    assert found.picture("a.jpg", (10, 12)).pixels.tolist() == expected.tolist()
