from __future__ import annotations

import pytest
from PIL import Image

from segcore.formats.label_matching import base_of, match_labels, match_names
from segcore.formats.label_names import flat, label_names


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (2, 2)).save(path)


def matched(tmp_path, ids, loose=False):
    found = match_labels(tmp_path / "labels", tmp_path / "images", ids, loose)
    return found.names


def test_names_that_would_be_equal_all_keep_their_extension():
    names = label_names(["a/x.jpg", "a/x.png", "b/x.jpg", "x.y.tif", "A/X.bmp"])
    assert list(names.values()) == ["a/x.jpg", "a/x.png", "b/x", "x.y", "A/X.bmp"]


def test_an_extension_that_is_kept_may_collide_again():
    names = label_names(["x.jpg", "x.tif", "x.jpg.png"])
    assert names == {"x.jpg": "x.jpg", "x.tif": "x.tif", "x.jpg.png": "x.jpg.png"}


def test_every_name_is_unique_ignoring_case():
    for shape in (str, flat):
        ids = ["a.jpg", "A.jpg", "a.JPG", "a b.png", "a_b.png", "a/b.png", "a.jpg_2"]
        names = label_names(ids, shape)
        assert len({name.casefold() for name in names.values()}) == len(ids)


@pytest.mark.parametrize("name", ["a/x.png", "a/x.jpg.png", "a_x.png"])
def test_new_old_and_flat_names_are_found(tmp_path, name):
    touch(tmp_path / "labels", name)
    assert matched(tmp_path, ["a/x.jpg", "a/y.jpg"]) == {"a/x.jpg": name}


def test_the_name_of_today_is_preferred_to_that_of_an_earlier_export(tmp_path):
    touch(tmp_path / "labels", "x.png", "x.jpg.png")
    assert matched(tmp_path, ["x.jpg"]) == {"x.jpg": "x.png"}


def test_a_name_that_fits_two_images_belongs_to_neither(tmp_path):
    touch(tmp_path / "labels", "x.png", "y.jpg.png")
    assert matched(tmp_path, ["x.jpg", "x.tif", "y.jpg", "y.tif"], loose=True) == {"y.jpg": "y.jpg.png"}
    assert match_labels(tmp_path / "labels", tmp_path, ["x.jpg", "x.tif"]).unused == ("x.png", "y.jpg.png")


def test_loose_names(tmp_path):
    touch(tmp_path / "labels", "x_mask.png", "deep/y.png", "z_L.png")
    assert matched(tmp_path, ["x.jpg", "train/y.jpg", "other/z.jpg"]) == {}
    assert matched(tmp_path, ["x.jpg", "train/y.jpg", "other/z.jpg"], loose=True) == {
        "x.jpg": "x_mask.png",
        "train/y.jpg": "deep/y.png",
        "other/z.jpg": "z_L.png",
    }


def test_an_image_is_never_its_own_label_map(tmp_path):
    touch(tmp_path, "x.png", "labels/x.png")
    assert match_labels(tmp_path, tmp_path, ["x.png", "labels/x.png"], loose=True).names == {}
    found = match_labels(tmp_path / "labels", tmp_path, ["x.png", "labels/x.png"])
    assert found.names == {"x.png": "x.png"}


def test_hidden_files_and_projects_are_left_out(tmp_path):
    touch(tmp_path / "labels", ".x.png", ".cache/x.png", "p.maskwright/labels/x.png")
    assert matched(tmp_path, ["x.jpg"], loose=True) == {}


def test_a_data_set_that_names_more_folders_than_the_project_has():
    names = ["images/train/a/x.jpg", "images/train/b/x.jpg", "images/train/b/y.jpg", "images/val/c/x.jpg"]
    ids = ["a/x.jpg", "b/x.jpg", "b/y.jpg", "d/x.jpg"]
    found = match_names(ids, names)
    assert found.names == {"a/x.jpg": names[0], "b/x.jpg": names[1], "b/y.jpg": names[2]}
    assert (found.without, found.unused) == (("d/x.jpg",), (names[3],))
    deep = ["street/a/x.jpg", "field/a/x.jpg"]
    assert match_names(deep, ["s/field/a/x.png", "s/street/a/x.png"]).names == {
        deep[0]: "s/street/a/x.png",
        deep[1]: "s/field/a/x.png",
    }
    assert match_names(deep, ["s/a/x.png"]).names == {}, "it fits both"


def test_label_maps_in_more_folders_than_their_images(tmp_path):
    touch(tmp_path / "labels", "train/a/x.png", "train/b/x_mask.png", "train/b/x.png")
    assert matched(tmp_path, ["a/x.jpg", "b/x.jpg"]) == {}
    assert matched(tmp_path, ["a/x.jpg", "b/x.jpg"], loose=True) == {
        "a/x.jpg": "train/a/x.png",
        "b/x.jpg": "train/b/x.png",
    }


def test_a_further_way_is_tried_last():
    way = (base_of, {"1": "b.jpg", "a": "b.jpg", "2": "c.jpg"}.__getitem__)
    assert match_names(["a.jpg", "d/c.jpg"], ["1", "a", "2"], way).names == {"a.jpg": "a", "d/c.jpg": "2"}
