from __future__ import annotations

import json
import os

import numpy as np
import pytest

from segcore.errors import ClassesError
from segcore.labels.classes import IGNORE_INDEX, ClassSet, SegClass, parse_color
from segcore.labels.palette import voc_color
from tests.systems import posix_only

# The palette that the VOC 2012 development kit prints: background, aeroplane, bicycle, bird, ..., tv/monitor, void.
VOC = {
    0: (0, 0, 0),
    1: (128, 0, 0),
    2: (0, 128, 0),
    3: (128, 128, 0),
    8: (64, 0, 0),
    15: (192, 128, 128),
    20: (0, 64, 128),
    255: (224, 224, 192),
}


def test_voc_palette():
    assert {index: voc_color(index) for index in VOC} == VOC
    palette = ClassSet.from_names(["a"]).palette()
    assert palette.shape == (256, 3)
    assert palette.dtype == np.uint8
    assert tuple(palette[255]) == VOC[255]
    assert tuple(palette[15]) == VOC[15]


def test_palette_has_the_colours_of_the_classes():
    classes = ClassSet((SegClass(7, "road", (1, 2, 3)),))
    assert tuple(classes.palette()[7]) == (1, 2, 3)


@pytest.mark.parametrize("index", [-1, 255, 256])
def test_values_beyond_254_are_refused(index):
    with pytest.raises(ClassesError, match="0 to 254"):
        SegClass(index, "x", (0, 0, 0))


@pytest.mark.parametrize("classes", [[(0, "a"), (0, "b")], [(0, "a"), (1, "A")], [(0, "a"), (1, " a ")], []])
def test_contradictions_are_refused(classes):
    with pytest.raises(ClassesError):
        ClassSet(tuple(SegClass(index, name, (0, 0, 0)) for index, name in classes))


def test_a_class_needs_a_name():
    with pytest.raises(ClassesError, match="no name"):
        SegClass(0, "  ", (0, 0, 0))


def test_json_round_trip():
    classes = ClassSet((SegClass(3, "Straße", (255, 0, 16)), SegClass(0, "sky", (0, 0, 0))))
    assert classes.to_json()[0] == {"index": 3, "name": "Straße", "color": "#ff0010"}
    assert ClassSet.from_json(json.loads(json.dumps(classes.to_json()))) == classes


@pytest.mark.parametrize(
    "data",
    [
        None,
        5,
        [1],
        [{}],
        [{"name": "a", "index": "x"}],
        [{"name": "a", "index": float("inf")}],
        [{"name": "a", "color": "red"}],
        [{"name": "a", "color": 7}],
        [{"name": "a", "index": 255}],
        {"a": 1},
        "ab",
    ],
)
def test_damaged_json_is_refused(data):
    with pytest.raises(ClassesError):
        ClassSet.from_json(data)


def test_index_and_colour_may_be_left_out():
    assert ClassSet.from_json([{"name": "a"}, {"name": "b"}]) == ClassSet.from_names(["a", "b"])


def test_text_file_of_names(tmp_path):
    path = tmp_path / "names.txt"
    path.write_text("\ufeff# comment\nroad\n\n  Himmel über uns \n", encoding="utf-8")
    assert ClassSet.from_file(path).names == ["road", "Himmel über uns"]


def test_json_file(tmp_path):
    path = tmp_path / "classes.json"
    path.write_text('[{"index": 4, "name": "x", "color": "#010203"}]', encoding="utf-8")
    assert ClassSet.from_file(path).classes == (SegClass(4, "x", (1, 2, 3)),)


@pytest.mark.parametrize(("name", "content"), [("c.json", b"[{"), ("c.txt", b"\xff\xfe\x00"), ("c.txt", b"# only\n")])
def test_unreadable_files_name_themselves(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ClassesError) as caught:
        ClassSet.from_file(path)
    assert caught.value.remedy


def test_missing_file(tmp_path):
    with pytest.raises(ClassesError, match=r"none\.json"):
        ClassSet.from_file(tmp_path / "none.json")


def test_channel_table():
    table = ClassSet((SegClass(9, "a", (0, 0, 0)), SegClass(2, "b", (0, 0, 0)))).channel_table()
    assert table[9] == 0
    assert table[2] == 1
    assert np.count_nonzero(table != IGNORE_INDEX) == 2


def test_added_takes_the_lowest_free_value():
    classes = ClassSet.from_names(["a", "b", "c"]).removed(1).added(" d ")
    assert [(c.index, c.name) for c in classes] == [(0, "a"), (2, "c"), (1, "d")]


def test_no_more_than_255_classes():
    full = ClassSet.from_names([str(i) for i in range(255)])
    with pytest.raises(ClassesError, match="255"):
        full.added("more")


def test_changed_and_removed():
    classes = ClassSet.from_names(["a", "b"])
    assert classes.changed(1, name="c", color=(9, 9, 9)).find(1) == SegClass(1, "c", (9, 9, 9))
    assert classes.changed(1, color=(0, 0, 0)).find(1) == SegClass(1, "b", (0, 0, 0))
    with pytest.raises(ClassesError):
        classes.changed(1, name="A")
    assert classes.removed(0).names == ["b"]
    assert classes.removed(0).indices.tolist() == [1]


def test_named_ignores_case_and_space():
    classes = ClassSet.from_names(["Road", "sky"])
    assert classes.named(" ROAD ") is classes.classes[0]
    assert classes.named("tree") is None


def test_parse_color():
    assert parse_color("#0aFF10") == (10, 255, 16)
    assert parse_color([1, 2, 3]) == (1, 2, 3)
    for bad in ("#12345", "123456", [1, 2], [1, 2, 256]):
        with pytest.raises(ValueError, match=r".*"):
            parse_color(bad)


def test_a_class_file_is_named_when_its_content_is_wrong(tmp_path):
    path = tmp_path / "names.txt"
    path.write_text("road\nRoad\n")
    with pytest.raises(ClassesError, match=r"names\.txt: Two classes share the name"):
        ClassSet.from_file(path)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20000,
        '{"a":' * 20000,
        '[{"name": "a", "index": ' + "1" * 400 + "}]",
        '[{"name": "a", "index": ' + "1" * 5000 + "}]",
        '[{"name": ["a"]}]',
        '[{"name": 5}]',
        '[{"name": null}]',
        '[{"name": "a", "index": 1.5}]',
        '[{"name": "a", "index": true}]',
        '[{"name": "a", "index": "3"}]',
        '[{"name": "a", "index": null}]',
        '[{"name": "a", "color": {"r": 1}}]',
        '[{"name": "a", "color": [NaN, 0, 0]}]',
        '[{"name": "a", "color": [Infinity, 0, 0]}]',
        '[{"name": "a", "color": [' + "1" * 400 + ", 0, 0]}]",
        "[[]]",
        "{}",
        '"abc"',
        "null",
        json.dumps([{"name": str(n)} for n in range(100_000)]),
    ],
)  # fmt: skip
def test_no_damage_of_a_class_file_escapes_as_another_error(tmp_path, text):
    path = tmp_path / "classes.json"
    path.write_text(text)
    with pytest.raises(ClassesError, match=r"classes\.json"):
        ClassSet.from_file(path)


def test_half_a_character_is_replaced_when_read_and_refused_when_given():
    assert ClassSet.from_json([{"name": "a\ud800b"}]).names == ["a?b"]
    with pytest.raises(ClassesError, match="not valid text"):
        SegClass(0, "a\udc80", (0, 0, 0))


@posix_only("Windows has no such files")
def test_a_pipe_is_no_class_file(tmp_path):
    os.mkfifo(tmp_path / "classes.json")
    with pytest.raises(ClassesError, match="ordinary"):
        ClassSet.from_file(tmp_path / "classes.json")


def test_the_background_is_not_shown_at_first_and_a_person_may_change_that():
    classes = ClassSet.from_names(["background", "road"])
    assert [c.shown_at_first for c in classes] == [False, True]
    shown = classes.changed(0, shown=True).changed(1, shown=False)
    assert [c.shown_at_first for c in shown] == [True, False]
    assert [c.shown_at_first for c in classes.changed(0, name="ground")] == [True, True]
    assert [c.shown_at_first for c in shown.changed(1, name="street", color=(1, 2, 3))] == [True, False]


def test_whether_a_class_is_shown_is_kept_and_only_where_a_person_decided():
    classes = ClassSet.from_names(["background", "road"])
    assert all("shown" not in entry for entry in classes.to_json())
    changed = classes.changed(0, shown=True)
    assert changed.to_json()[0]["shown"] is True
    assert ClassSet.from_json(json.loads(json.dumps(changed.to_json()))) == changed
    with pytest.raises(ClassesError, match="shown"):
        ClassSet.from_json([{"name": "a", "shown": "yes"}])


def test_colours_that_are_given_stay_and_are_not_given_again():
    first = ClassSet.from_names(["a"]).classes[0].color
    classes = ClassSet.from_json([{"name": "x"}, {"name": "y", "color": f"#{bytes(first).hex()}"}])
    assert classes.classes[1].color == first
    assert classes.classes[0].color != first


def test_models_without_colours_keep_those_of_voc():
    assert [c.color for c in ClassSet.in_voc_colors(["a", "b"])] == [voc_color(0), voc_color(1)]
