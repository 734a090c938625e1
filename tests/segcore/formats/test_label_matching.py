from __future__ import annotations

import pytest
from PIL import Image

from segcore.formats.label_matching import match_labels
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
