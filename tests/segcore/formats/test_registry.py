from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from segcore.cli import main
from segcore.errors import ProjectError
from segcore.formats import registry
from segcore.formats.format import Format
from segcore.formats.label_map_set import LabelMapSet
from segcore.labels.classes import ClassSet
from segcore.project.project import Project


class ListWriter:
    """A format of a test: all label maps in one JSON file."""

    def __init__(self, out, classes, ids, options):
        self.out, self.found = out, {}

    def add(self, image_id, labels, image=None):
        self.found[image_id] = labels.tolist()
        return ()

    def keep(self, image_id):
        return False

    def finish(self):
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / "all.json").write_text(json.dumps(self.found))


LIST = Format(
    "list", "All label maps in one file", ListWriter, LabelMapSet, lambda path: path.name == "all.json", "lists"
)


def test_a_new_format_is_one_row(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(registry, "FORMATS", (*registry.FORMATS, LIST))
    (tmp_path / "images").mkdir()
    Image.new("RGB", (3, 2)).save(tmp_path / "images" / "a.png")
    with Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["x", "y"])) as project:
        project.import_labels("a.png", np.ones((2, 3), np.uint8))
    out = tmp_path / "out"
    assert main(["export", str(tmp_path / "p"), "--format", "list,png", "--out", str(out)]) == 0
    assert "(list, png)" in capsys.readouterr().out
    assert json.loads((out / "list" / "all.json").read_text()) == {"a.png": [[1, 1, 1]] * 2}
    assert (out / "labels" / "a.png").is_file()


def test_every_row_is_sound():
    keys = registry.format_keys()
    assert keys[:2] == ("png", "voc")
    assert [row.key for row in registry.formats_named(["voc", "png", "voc"])] == ["voc", "png"]
    with pytest.raises(ProjectError, match="png, voc"):
        registry.formats_named(["nothing"])
