"""ADE20K of 2016 and 2017: objects in text files, numbered by the order of the blue values."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from segcore.errors import LabelError, LabelSizeError
from segcore.formats import ade20k_text_set
from segcore.formats.open_labels import open_labels, recognised

WALL, FLOOR = (110, 162), (10, 145)


def theirs(folder, stem, colors, lines):
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.array(colors, np.uint8)).save(folder / f"{stem}_seg.png")
    Image.fromarray(np.zeros_like(np.array(colors, np.uint8))).save(folder / f"{stem}_parts_1.png")
    (folder / f"{stem}_atr.txt").write_text("".join(f"{line}\n" for line in lines), "utf-8")


def test_objects_are_found_by_the_order_of_their_blue(tmp_path):
    folder = tmp_path / "images" / "training" / "a" / "abbey"
    colors = [[(*WALL, 7), (*FLOOR, 200), (0, 0, 0)], [(*WALL, 255), (*FLOOR, 200), (*WALL, 7)]]
    lines = ['001 # 0 # 0 # wall # wall # ""', '002 # 0 # 1 # floor, flooring # Boden ü # "red"']
    lines += ['003 # 0 # 0 # wall # wall # ""', '004 # 1 # 0 # door # door # ""']
    theirs(folder, "ADE_train_1", colors, lines)
    assert recognised(tmp_path).key == "ade20kfull"
    found = open_labels(tmp_path)
    assert found.classes.names == ["floor, flooring", "wall"]
    names = found.match(tmp_path / "images", ["training/a/abbey/ADE_train_1.jpg"]).names
    picture = found.picture(names["training/a/abbey/ADE_train_1.jpg"], (2, 3))
    assert picture.pixels.tolist() == [[1, 0, 255], [1, 0, 1]]
    assert not picture.problems
    with pytest.raises(LabelSizeError, match=r"ADE_train_1_seg\.png"):
        found.picture(found.names()[0], (3, 2))


def test_objects_without_a_name_and_numbers_with_two_are_told(tmp_path):
    theirs(tmp_path, "a", [[(*WALL, 1), (*WALL, 2), (*FLOOR, 3)]], ["1 # 0 # 0 # wall # # ", "2 # 0 # 0 # sky # # "])
    found = open_labels(tmp_path)
    picture = found.picture("a", (1, 3))
    assert picture.pixels.tolist() == [[1, 0, 255]]
    assert [each.place for each in picture.problems] == ["a_seg.png: object 3", "a_seg.png: class 2978"]


def test_damaged_files_are_told_and_the_others_read(tmp_path, monkeypatch):
    theirs(tmp_path, "a", [[(*WALL, 1)]], ["1 # 0 # 0 # wall # wall # "])
    theirs(tmp_path, "b", [[(*FLOOR, 1)]], ["x # 0 # 0 # floor # floor # "])
    theirs(tmp_path, "c", [[(*WALL, 1), (*FLOOR, 2)]], ["1 # 0 # 0 # wall # # ", "2 # 0 # 0 # floor # # "])
    monkeypatch.setattr(ade20k_text_set, "_MOST", 1)
    found = open_labels(tmp_path)
    assert found.classes.names == ["wall"]
    assert [each.place for each in found.problems] == [str(tmp_path / "b_atr.txt"), str(tmp_path)]
    assert found.picture("c", (1, 2)).pixels.tolist() == [[0, 255]]
    with pytest.raises(LabelError, match=r"b_seg\.png"):
        found.picture("b", (1, 1))
    for name in "ac":
        (tmp_path / f"{name}_atr.txt").write_text("")
    with pytest.raises(LabelError, match="cannot be read"):
        open_labels(tmp_path)
