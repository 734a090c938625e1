from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from segcore.errors import ProjectError
from segcore.formats.export import export_project
from segcore.formats.png import read_png
from segcore.formats.voc import read_voc
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive
from segcore.project.project import Project

U, P, H, C = Provenance.UNTOUCHED, Provenance.PREDICTED, Provenance.PAINTED, Provenance.CONFIRMED


@pytest.fixture
def project(tmp_path):
    for name in ("done.png", "ignored.png", "new.png", "part.png", "predicted.png", "broken.png"):
        path = tmp_path / "images" / name
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (2, 2)).save(path)
    with Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["a", "b"])) as project:
        for name, labels, provenance in (
            ("done.png", [[0, 1], [1, 0]], [[C, C], [H, C]]),
            ("ignored.png", [[255, 1], [1, 0]], [[H, P], [P, P]]),
            ("part.png", [[0, 1], [1, 255]], [[H, P], [C, U]]),
            ("predicted.png", [[0, 1], [1, 0]], [[P, P], [P, P]]),
            ("broken.png", [[0, 1], [1, 0]], [[C, C], [C, C]]),
        ):
            project.save_label_map(name, LabelMap(np.array(labels, np.uint8), np.array(provenance, np.uint8)))
        project.labels_path("broken.png").write_bytes(b"broken")
        yield project


def test_only_what_a_person_vouches_for(project, tmp_path):
    report = drive(export_project(project, ["png", "voc"], tmp_path / "out", copy_images=True))
    assert report.exported == ("done.png", "part.png")
    png, voc = read_png(tmp_path / "out"), read_voc(tmp_path / "out")
    assert list(png.files) == ["done.png", "part.png"]
    for read, done, part in ((png.read, "done.png", "part.png"), (voc.read, "done", "part")):
        assert read(done).tolist() == [[0, 1], [1, 0]]
        assert read(part).tolist() == [[0, 255], [1, 255]]
    assert {path.name for path in (tmp_path / "out" / "JPEGImages").iterdir()} == {"done.png", "part.png"}


def test_the_report_says_what_was_left_out_and_why(project, tmp_path):
    report = drive(export_project(project, ["png"], tmp_path / "out"))
    entries = report.to_json()["left_out"]
    reasons = {(e["image"], e["pixels"]): e["reason"] for e in entries}
    assert "painted or confirmed" in reasons["new.png", None]
    assert "painted or confirmed" in reasons["predicted.png", None]
    assert "ignore" in reasons["ignored.png", None]
    assert "damaged" in reasons["broken.png", None]
    assert [(e["pixels"], e["reason"][:10]) for e in entries if e["image"] == "part.png"] == [
        (1, "are merely"),
        (1, "are untouc"),
    ]
    assert report.summary().startswith("2 images exported")
    assert "4 images left out; 1 image exported in part" in report.summary()


def test_an_empty_export_is_readable(project, tmp_path):
    for name in ("done.png", "part.png"):
        project.save_label_map(name, LabelMap.blank(2, 2))
    report = drive(export_project(project, ["png", "voc"], tmp_path / "out"))
    assert report.exported == ()
    assert read_png(tmp_path / "out").files == read_voc(tmp_path / "out").files == {}


def test_bad_requests_are_refused_before_work(project, tmp_path):
    for formats, out in (
        (["coco"], tmp_path / "out"),
        ([], tmp_path / "out"),
        (["png"], project.root),
        (["voc"], project.images),
    ):
        with pytest.raises(ProjectError):
            export_project(project, formats, out)
    assert not (tmp_path / "out").exists()


def test_damaged_labels_are_named_after_reopening_too(project, tmp_path):
    with Project.open(project.root) as again:
        report = drive(export_project(again, ["png"], tmp_path / "out"))
    assert "broken.png.png is damaged" in {entry.image: entry.reason for entry in report.left_out}["broken.png"]
