from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from segcore.cli import main
from segcore.errors import ClassesError
from segcore.formats.import_plan import FoundValue
from segcore.formats.new_classes import ClassesBefore, ClassesKept, unknown_values, with_new_classes
from segcore.labels.classes import ClassSet, SegClass
from segcore.project.project import Project

CLASSES = ClassSet((SegClass(0, "sky", (0, 0, 0)), SegClass(1, "road", (9, 9, 9))))


def value(number, name="", color=None, proposed=None, ignored=False):
    return FoundValue(number, 1, name, color, proposed, ignored)


def test_names_and_colours_are_those_of_the_labels():
    found = [
        value(5, "Tree", (1, 2, 3)),
        value(6, "Car", (9, 9, 9)),
        value((8, 8, 8), "tree"),
        value(0, "sky", None, 0),
    ]
    assert unknown_values(found) == found[:3]
    classes, mapping = with_new_classes(CLASSES, found, {0: 0}, {5, 6, (8, 8, 8)})
    assert classes.names == ["sky", "road", "Tree", "Car"]
    assert classes.named("tree").color == (1, 2, 3)
    assert classes.named("car").color not in {(9, 9, 9), (1, 2, 3), (0, 0, 0)}, (
        "a colour that is taken is not used twice"
    )
    assert mapping == {0: 0, 5: 2, 6: 3, (8, 8, 8): 2}


def test_a_value_without_a_name_keeps_its_number():
    classes, mapping = with_new_classes(CLASSES, [value(11), value((8, 7, 6), color=(8, 7, 6))], {}, {11, (8, 7, 6)})
    assert [(each.index, each.name) for each in classes][2:] == [(11, "class 11"), (2, "#080706")]
    assert mapping == {11: 11, (8, 7, 6): 2}


def test_more_than_255_classes_are_refused():
    many = ClassSet.from_names([f"c{n}" for n in range(254)])
    assert len(with_new_classes(many, [value(5, "x")], {}, {5}).classes) == 255
    with pytest.raises(ClassesError, match="With 2 new classes the project would have 256; 255 is the most"):
        with_new_classes(many, [value(5, "x"), value(6, "y")], {}, {5, 6})


@pytest.fixture
def place(tmp_path):
    for folder in ("images", "labels"):
        (tmp_path / folder).mkdir()
    Image.new("RGB", (3, 2)).save(tmp_path / "images" / "a.png")
    Project.create(tmp_path / "p", tmp_path / "images", CLASSES).close()
    Image.fromarray(np.array([[0, 1, 4], [4, 4, 255]], np.uint8)).save(tmp_path / "labels" / "a.png")
    (tmp_path / "labels" / "classes.txt").write_text("sky\nroad\nsea\nsand\ntree\n")
    return tmp_path


def test_headless(place, capsys):
    assert main(["import", str(place / "p"), str(place / "labels")]) == 1
    assert "--add-classes" in capsys.readouterr().err
    assert main(["import", str(place / "p"), str(place / "labels"), "--add-classes"]) == 0
    assert "1 new class: tree" in capsys.readouterr().out
    with Project.open(place / "p") as project:
        assert project.classes.names == ["sky", "road", "tree"], "sea and sand occur nowhere"
        assert project.load_label_map("a.png").labels.tolist() == [[0, 1, 2], [2, 2, 255]]


def test_without_a_written_label_map_nothing_was_added(place):
    with Project.open(place / "p") as project:
        before = ClassesBefore(project.classes, project.class_history)
        project.set_classes(project.classes.added("tree"))
        with pytest.raises(OSError, match="full"), ClassesKept(project, before):
            raise OSError("The disk is full.")
        assert (project.classes, project.class_history) == before
        project.set_classes(project.classes.added("tree"))
        with ClassesKept(project, before) as written:
            written.append("a.png")
        assert "tree" in project.classes.names
