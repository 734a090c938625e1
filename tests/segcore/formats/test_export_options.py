"""Exports with predictions, divided images, and exports that go on after an interruption."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from segcore.formats import export_log
from segcore.formats.export import export_project
from segcore.formats.export_options import ExportOptions
from segcore.formats.open_labels import open_labels
from segcore.formats.png import read_png
from segcore.formats.splits import SplitRule
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive
from segcore.project.project import Project

P, H = Provenance.PREDICTED, Provenance.PAINTED


@pytest.fixture
def project(tmp_path):
    (tmp_path / "images").mkdir()
    for n in range(10):
        Image.new("RGB", (2, 2)).save(tmp_path / "images" / f"{n}.png")
    with Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["a", "b", "c"])) as project:
        for n in range(10):
            labels = np.array([[0, 1], [1, 2 if n in (3, 4) else 0]], np.uint8)
            kind = np.array([[P, P], [P, P if n == 9 else H]], np.uint8)
            project.save_label_map(f"{n}.png", LabelMap(labels, kind))
        yield project


def lines(path):
    return path.read_text().split()


def test_predictions_are_exported_on_request_and_told(project, tmp_path):
    report = drive(export_project(project, ["png"], tmp_path / "a"))
    assert len(report.exported) == 9
    assert (read_png(tmp_path / "a").read("0.png") == [[255, 255], [255, 0]]).all()
    assert report.different == ()
    report = drive(export_project(project, ["png"], tmp_path / "b", ExportOptions(predictions=True)))
    assert len(report.exported) == 10
    assert (read_png(tmp_path / "b").read("9.png") == [[0, 1], [1, 0]]).all()
    assert [(e.image, e.pixels) for e in report.different][-1] == ("9.png", 4)
    assert "only predicted: exported, as you asked" in report.summary()


def test_images_are_divided_as_wanted(project, tmp_path):
    options = ExportOptions(split=SplitRule(0.3, 0.3, stratified=True))
    drive(export_project(project, ["voc"], tmp_path / "out", options))
    sets = tmp_path / "out" / "ImageSets" / "Segmentation"
    train, val, test = (lines(sets / f"{name}.txt") for name in ("train", "val", "test"))
    assert len(train) + len(val) + len(test) == 9
    assert 2 <= len(val) <= 4
    assert 2 <= len(test) <= 4
    assert len({"3", "4"} & set(train)) == 1, "of the two images with class c, one is for training"
    assert set(lines(sets / "trainval.txt")) == {*train, *val}


def interrupt(project, out, steps, **options):
    task = export_project(project, ["png", "voc"], out, **options)
    for _ in range(steps):
        next(task)
    task.close()


def test_an_interrupted_export_goes_on(project, tmp_path):
    out = tmp_path / "out"
    interrupt(project, out, 5)
    assert (out / export_log.NAME).is_file()
    assert not list(out.rglob("*.part"))
    first = {path: path.stat().st_mtime_ns for path in out.rglob("*.png")}
    assert len(first) == 8
    again = project.load_label_map("0.png")
    again.labels[1, 1] = 1
    project.save_label_map("0.png", again)
    (out / "labels" / "1.png").unlink()
    report = drive(export_project(project, ["png", "voc"], out))
    assert report.kept == 2
    assert len(report.exported) == 9
    assert sum(path.stat().st_mtime_ns == time for path, time in first.items()) == 5, (
        "two images of two formats, one of one"
    )
    assert read_png(out).read("0.png")[1, 1] == 1, "its labels were changed meanwhile"
    assert len(read_png(out).files) == 9
    assert not (out / export_log.NAME).exists()
    assert sum(e.pixels or 0 for e in report.left_out) == 27, "what was kept is in the report, too"


def test_another_export_does_not_go_on(project, tmp_path):
    interrupt(project, tmp_path / "out", 5)
    report = drive(export_project(project, ["png", "voc"], tmp_path / "out", ExportOptions(predictions=True)))
    assert report.kept == 0


def test_a_damaged_log_costs_only_its_lines(project, tmp_path):
    interrupt(project, tmp_path / "out", 5)
    log = tmp_path / "out" / export_log.NAME
    log.write_bytes(log.read_bytes()[:-20])
    assert drive(export_project(project, ["png", "voc"], tmp_path / "out")).kept == 3
    log.write_bytes(b"\xff\xfe")
    assert drive(export_project(project, ["png", "voc"], tmp_path / "out")).kept == 0


def test_many_of_a_kind_are_one_line():
    from segcore.formats.export_report import ExportReport, LeftOut

    many = tuple(LeftOut(f"{n}.png", "are untouched", 2) for n in range(100))
    report = ExportReport(None, ("png",), (), (LeftOut("x.png", "broken"), *many))
    assert report.summary().split("\n")[1:] == [
        "  x.png: broken",
        "  100 images (0.png, 1.png, 2.png, …): 200 pixels are untouched",
    ]


def test_formats_of_one_file_are_written_again_and_the_others_go_on(project, tmp_path):
    out = tmp_path / "out"
    task = export_project(project, ["png", "coco"], out)
    for _ in range(5):
        next(task)
    task.close()
    first = {path: path.stat().st_mtime_ns for path in out.rglob("*.png")}
    report = drive(export_project(project, ["png", "coco"], out))
    assert {path: path.stat().st_mtime_ns for path in first} == first
    assert list(read_png(out).files) == list(report.exported), "each image is listed once"
    assert sorted(open_labels(out / "coco").names()) == sorted(report.exported)
