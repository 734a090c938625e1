"""Export and import of the slices of a stack: names, copies of images, who is held out."""

from __future__ import annotations

import re

import numpy as np
import pytest
import tifffile
from PIL import Image

from segcore.formats.export import export_project
from segcore.formats.export_options import ExportOptions
from segcore.formats.import_labels import ImportChoices, import_labels
from segcore.formats.import_plan import plan_import
from segcore.formats.label_names import flat, label_names
from segcore.formats.png import read_png
from segcore.formats.registry import format_keys
from segcore.formats.voc import read_voc
from segcore.images.page_path import with_neighbours
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Project
from segcore.training.dataset import read_truth
from segcore.training.folder_pairs import pair_folders

SLICES = ["stack.tif", "stack.tif/slice-0002", "stack.tif/slice-0003"]


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    values = np.repeat(np.arange(3, dtype=np.uint8) * 20, 24).reshape(3, 4, 6)
    tifffile.imwrite(folder / "stack.tif", values, imagej=True, metadata={"axes": "ZYX"})
    Image.new("RGB", (6, 4)).save(folder / "a.png")
    return folder


@pytest.fixture
def project(tmp_path, images):
    with Project.create(tmp_path / "p", images, ClassSet.from_names(["ground", "cell", "wall"])) as project:
        for value, image_id in enumerate(SLICES):
            project.import_labels(image_id, np.full((4, 6), value, np.uint8))
        yield project


def test_names_of_slices():
    assert list(label_names(["a.png", *SLICES]).values()) == ["a", "stack_0001", "stack_0002", "stack_0003"]
    times = ["c/t.tif", "c/t.tif/frame-0001-slice-0002", "c/t.tif/frame-0002-slice-0001"]
    assert list(label_names(times).values()) == [
        "c/t_frame-0001-slice-0001",
        "c/t_frame-0001-slice-0002",
        "c/t_frame-0002-slice-0001",
    ]


@pytest.mark.parametrize("shape", [str, flat])
def test_a_file_that_is_called_like_a_slice(shape):
    """Both keep their whole name; no two images share one."""
    names = label_names([*SLICES, "stack_0002.png", "stack.png", "stack_0001.TIF"], shape)
    assert names["stack_0002.png"] == "stack_0002.png"
    assert names[SLICES[1]] == shape(SLICES[1])
    assert len({name.casefold() for name in names.values()}) == 6


def test_an_export_is_read_again(project, images, tmp_path):
    report = drive(export_project(project, ["png", "voc"], tmp_path / "out", ExportOptions(copy_images=True)))
    assert list(report.exported) == SLICES
    files = {path.name for path in (tmp_path / "out" / "labels").iterdir()}
    assert files == {"stack_0001.png", "stack_0002.png", "stack_0003.png"}
    png, voc = read_png(tmp_path / "out"), read_voc(tmp_path / "out")
    assert [png.read(key)[0, 0] for key in SLICES] == [0, 1, 2]
    assert [voc.read(f"stack_000{n}")[0, 0] for n in (1, 2, 3)] == [0, 1, 2]
    copies = sorted((tmp_path / "out" / "JPEGImages").iterdir())
    assert [path.name for path in copies] == ["stack_0001.jpg", "stack_0002.jpg", "stack_0003.jpg"]
    assert [np.asarray(Image.open(path))[0, 0].tolist() for path in copies] == [[0] * 3, [20] * 3, [40] * 3]


def test_an_export_is_imported_again(project, images, tmp_path):
    drive(export_project(project, ["png"], tmp_path / "out"))
    with Project.create(tmp_path / "q", images, project.classes) as other:
        plan = drive(plan_import(other, tmp_path / "out"))
        assert list(plan.names) == SLICES
        drive(import_labels(other, plan, ImportChoices({0: 0, 1: 1, 2: 2})))
        assert [other.load_label_map(key).labels[0, 0] for key in SLICES] == [0, 1, 2]


def test_labels_from_before_are_those_of_the_first_slice(project, tmp_path):
    Image.fromarray(np.ones((4, 6), np.uint8)).save(tmp_path / "stack.png")
    (tmp_path / "labels").mkdir()
    (tmp_path / "stack.png").rename(tmp_path / "labels" / "stack.png")
    assert list(drive(plan_import(project, tmp_path / "labels")).names) == ["stack.tif"]


def test_slices_and_label_maps_of_two_folders(project, images, tmp_path):
    drive(export_project(project, ["png"], tmp_path / "out"))
    pairs, without = pair_folders(images, tmp_path / "out" / "labels")
    assert [pair.key for pair in pairs] == SLICES
    assert without == ("a.png",)


def test_successive_slices_are_on_one_side():
    shared = [with_neighbours(f"s.tif/slice-{n:04d}") for n in range(2, 13)]
    assert shared == ["s.tif"] * 4 + ["s.tif/slice-0006"] * 5 + ["s.tif/slice-0011"] * 2
    assert with_neighbours("s.tif") == "s.tif"
    assert with_neighbours("a/b-1.png") == "a/b-1.png"
    assert with_neighbours("t.tif/frame-0002-slice-0003") == "t.tif/frame-0002-slice-0001"


def label_stack(path, count, **options):
    path.parent.mkdir(exist_ok=True)
    values = np.repeat(np.arange(count, dtype=np.uint8), 24).reshape(count, 4, 6)
    tifffile.imwrite(path, values, photometric="minisblack", **options)


@pytest.mark.parametrize("name", ["stack.tif", "stack_labels.tiff"])
@pytest.mark.parametrize("options", [{"metadata": None}, {"imagej": True, "metadata": {"axes": "ZYX"}}])
def test_labels_of_all_slices_in_one_file(tmp_path, images, name, options):
    label_stack(tmp_path / "masks" / name, 3, **options)
    with Project.create(tmp_path / "q", images, ClassSet.from_names(["ground", "cell", "wall"])) as project:
        plan = drive(plan_import(project, tmp_path / "masks"))
        assert (list(plan.names), plan.unused, plan.without) == (SLICES, (), ("a.png",))
        drive(import_labels(project, plan, ImportChoices({0: 0, 1: 1, 2: 2})))
        assert [project.load_label_map(key).labels[0, 0] for key in SLICES] == [0, 1, 2]


def test_a_file_of_another_number_of_pages_belongs_to_no_slice(tmp_path, images, project):
    label_stack(tmp_path / "masks" / "stack.tif", 4, metadata=None)
    label_stack(tmp_path / "masks" / "a.tif", 1, metadata=None)
    plan = drive(plan_import(project, tmp_path / "masks"))
    assert (list(plan.names), plan.unused) == (["a.png"], ("stack.tif",))


def test_training_reads_labels_of_all_slices_from_one_file(tmp_path, images):
    label_stack(tmp_path / "masks" / "stack.tif", 3, metadata=None)
    pairs, _ = pair_folders(images, tmp_path / "masks")
    classes = ClassSet.from_names(["ground", "cell", "wall"])
    assert [read_truth(pair, classes, (4, 6))[0, 0] for pair in pairs] == [0, 1, 2]


@pytest.mark.parametrize("key", format_keys(written=True))
def test_every_format_copies_each_slice_and_is_read_again(project, images, tmp_path, key):
    if key == "hf":
        pytest.importorskip("pyarrow")
    options = ExportOptions(copy_images=True, background=True)
    report = drive(export_project(project, [key], tmp_path / "out", options))
    assert (list(report.exported), [each.pixels for each in report.left_out]) == (SLICES, [None])
    with Project.create(tmp_path / "q", images, project.classes) as other:
        plan = drive(plan_import(other, tmp_path / "out"))
        assert list(plan.names) == SLICES
        drive(import_labels(other, plan, ImportChoices(plan.mapping())))
        assert [other.load_label_map(each).labels[0, 0] for each in SLICES] == [0, 1, 2]
    if key in ("png", "geotiff", "ometiff", "numpy", "hf", "nnunetnifti"):
        return
    copies = [path for path in (tmp_path / "out").rglob("*") if re.search(r"stack_000[123]\w*\.(png|jpg)$", path.name)]
    pictures = {int(np.asarray(Image.open(path))[0, 0].max()) for path in copies}
    assert {20, 40} <= pictures, "a slice, not the stack"
