from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from segcore.errors import ProjectError
from segcore.formats.export import export_project
from segcore.formats.export_options import ExportOptions
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
    report = drive(export_project(project, ["png", "voc"], tmp_path / "out", ExportOptions(copy_images=True)))
    assert report.exported == ("done.png", "part.png")
    png, voc = read_png(tmp_path / "out"), read_voc(tmp_path / "out")
    assert list(png.files) == ["done.png", "part.png"]
    for read, done, part in ((png.read, "done.png", "part.png"), (voc.read, "done", "part")):
        assert read(done).tolist() == [[0, 1], [1, 0]]
        assert read(part).tolist() == [[0, 255], [1, 255]]
    assert {path.name for path in (tmp_path / "out" / "JPEGImages").iterdir()} == {"done.jpg", "part.jpg"}


def test_the_report_says_what_was_left_out_and_why(project, tmp_path):
    report = drive(export_project(project, ["png"], tmp_path / "out"))
    entries = report.to_json()["left_out"]
    reasons = {(e["image"], e["pixels"]): e["reason"] for e in entries}
    assert "painted or confirmed" in reasons["new.png", None]
    assert "painted or confirmed" in reasons["predicted.png", None]
    assert "ignore" in reasons["ignored.png", None]
    assert "damaged" in reasons["broken.png", None]
    assert [(e["pixels"], e["reason"][:10]) for e in entries if e["image"] == "part.png"] == [
        (1, "are only p"),
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
        (["nothing"], tmp_path / "out"),
        ([], tmp_path / "out"),
        (["png"], project.root),
        (["voc"], project.images),
        (["png"], project.images / "export"),
    ):
        with pytest.raises(ProjectError):
            export_project(project, formats, out)
    assert not (tmp_path / "out").exists()


def test_damaged_labels_are_named_after_reopening_too(project, tmp_path):
    with Project.open(project.root) as again:
        report = drive(export_project(again, ["png"], tmp_path / "out"))
    assert "broken.png.png is damaged" in {entry.image: entry.reason for entry in report.left_out}["broken.png"]


def test_an_export_never_takes_the_place_of_an_image(tmp_path):
    """The image folder is where the format writes: labels/ of png, JPEGImages/ of voc."""
    for folder in ("labels", "JPEGImages"):
        images = tmp_path / folder / folder
        images.mkdir(parents=True)
        Image.new("RGB", (2, 2), "red").save(images / "x.png")
    with Project.create(tmp_path / "p", tmp_path / "labels" / "labels", ClassSet.from_names(["a"])) as project:
        project.import_labels("x.png", np.zeros((2, 2), np.uint8))
        for out in (tmp_path / "labels", tmp_path):
            with pytest.raises(ProjectError, match="images of the project"):
                export_project(project, ["png"], out)
        drive(export_project(project, ["voc"], tmp_path / "labels", ExportOptions(copy_images=True)))
        drive(project.set_images(tmp_path / "JPEGImages" / "JPEGImages"))
        with pytest.raises(ProjectError, match="images of the project"):
            export_project(project, ["voc"], tmp_path / "JPEGImages", ExportOptions(copy_images=True))
        drive(export_project(project, ["voc"], tmp_path / "JPEGImages"))
    for folder in ("labels", "JPEGImages"):
        with Image.open(tmp_path / folder / folder / "x.png") as image:
            assert image.getpixel((0, 0)) == (255, 0, 0)


def test_label_maps_are_named_after_all_images_not_only_the_exported_ones(tmp_path):
    (tmp_path / "images" / "a").mkdir(parents=True)
    for name in ("a/x.jpg", "a/x.png", "a/y.jpg"):
        Image.new("RGB", (2, 2)).save(tmp_path / "images" / name)
    with Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["a"])) as project:
        for name in ("a/x.jpg", "a/y.jpg"):
            project.import_labels(name, np.zeros((2, 2), np.uint8))
        drive(export_project(project, ["png", "voc"], tmp_path / "out"))
    assert {p.name for p in (tmp_path / "out" / "labels" / "a").iterdir()} == {"x.jpg.png", "y.png"}
    assert {p.name for p in (tmp_path / "out" / "SegmentationClass").iterdir()} == {"a_x.jpg.png", "a_y.png"}
    assert list(read_png(tmp_path / "out").files) == ["a/x.jpg", "a/y.jpg"]


def test_a_damaged_image_stops_no_export(tmp_path):
    """nnunet writes a copy as PNG, which needs the pixels; the label maps of the other images are written."""
    (tmp_path / "images").mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    for name in ("a.webp", "b.webp"):
        Image.fromarray(noise).save(tmp_path / "images" / name)
    data = (tmp_path / "images" / "a.webp").read_bytes()
    with Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["x", "y"])) as project:
        for name in ("a.webp", "b.webp"):
            project.import_labels(name, np.zeros((32, 32), np.uint8))
        (tmp_path / "images" / "a.webp").write_bytes(data[: len(data) // 2])
        report = drive(export_project(project, ["nnunet"], tmp_path / "out", ExportOptions(copy_images=True)))
    assert report.exported == ("b.webp",)
    assert [each.image for each in report.left_out] == ["a.webp"]
