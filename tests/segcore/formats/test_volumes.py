"""Stacks exported as volumes: one file each, read by tifffile and nibabel, and imported again."""

from __future__ import annotations

import json

import numpy as np
import pytest
import tifffile
from PIL import Image

from segcore.formats.export import export_project
from segcore.formats.export_options import ExportOptions
from segcore.formats.import_labels import ImportChoices, import_labels
from segcore.formats.import_plan import plan_import
from segcore.formats.nifti import nifti_shape, read_nifti
from segcore.formats.splits import SplitRule
from segcore.formats.volumes import volume_names, volumes_in
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Project

CLASSES = ClassSet.from_names(["background", "cell", "wall"])
VOLUMES = ExportOptions(volumes=True, copy_images=True, split=SplitRule(val=0.0))
RANDOM = np.random.default_rng(0)
LABELS = RANDOM.integers(0, 3, (3, 4, 6), np.uint8)
PIXELS = RANDOM.integers(0, 256, (3, 4, 6), np.uint8)
KEYS = ["ometiff", "nnunetnifti"]


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    (folder / "ü").mkdir(parents=True)
    size = {"PhysicalSizeX": 0.5, "PhysicalSizeY": 0.25, "PhysicalSizeZ": 2.0}
    units = dict.fromkeys([f"PhysicalSize{axis}Unit" for axis in "XYZ"], "µm")
    tifffile.imwrite(folder / "ü" / "x y.ome.tif", PIXELS, ome=True, metadata={"axes": "ZYX", **size, **units})
    Image.new("RGB", (6, 4)).save(folder / "a.png")
    return folder


def labelled(root, images, numbers):
    project = Project.create(root, images, CLASSES)
    names = [each for each in project.image_ids() if each != "a.png"]
    for number in numbers:
        project.import_labels(names[number], LABELS[number % 3])
    project.import_labels("a.png", LABELS[0])
    return project


def back(root, images, out):
    with Project.create(root, images, CLASSES) as other:
        plan = drive(plan_import(other, out))
        drive(import_labels(other, plan, ImportChoices(plan.mapping())))
        return {key: other.load_label_map(key).labels for key in plan.names}, plan


@pytest.mark.parametrize("key", KEYS)
def test_every_pixel_of_a_volume_comes_back(tmp_path, images, key):
    with labelled(tmp_path / "p", images, range(3)) as project:
        report = drive(export_project(project, [key], tmp_path / "out", VOLUMES))
        ids = project.image_ids()
    assert (sorted(report.exported), report.left_out) == (sorted(ids), ())
    found, plan = back(tmp_path / "q", images, tmp_path / "out")
    assert (set(found), plan.unused, plan.problems) == (set(ids), (), ())
    assert np.array_equal(np.stack([found[each] for each in ids if each != "a.png"]), LABELS)
    assert np.array_equal(found["a.png"], LABELS[0])


def test_ome_tiff_has_axes_and_voxel_size_of_the_stack(tmp_path, images):
    with labelled(tmp_path / "p", images, range(3)) as project:
        drive(export_project(project, ["ometiff"], tmp_path / "out", VOLUMES))
    files = sorted((tmp_path / "out" / "ometiff").rglob("*.tif"))
    assert [file.name for file in files] == ["a.ome.tif", "x y.ome.tif"]
    with tifffile.TiffFile(files[1]) as file:
        assert file.series[0].axes == "ZYX"
        assert np.array_equal(file.asarray(), LABELS)
        pixels = tifffile.xml2dict(file.ome_metadata)["OME"]["Image"]["Pixels"]
    assert [pixels[f"PhysicalSize{axis}"] for axis in "XYZ"] == [0.5, 0.25, 2.0]
    assert pixels["PhysicalSizeZUnit"] == "µm"


def test_nnunet_has_one_case_a_stack(tmp_path, images):
    nibabel = pytest.importorskip("nibabel")
    with labelled(tmp_path / "p", images, [0, 2]) as project:
        report = drive(export_project(project, ["nnunetnifti"], tmp_path / "out", VOLUMES))
    assert [each.image for each in report.left_out] == ["ü/x y.ome.tif/slice-0002"]
    out = tmp_path / "out"
    assert {each.name for each in (out / "labelsTr").iterdir()} == {"a.nii.gz", "ü_x_y.nii.gz"}
    data = json.loads((out / "dataset.json").read_text())
    assert (data["numTraining"], data["labels"]["ignore"]) == (2, 3)
    found = nibabel.load(out / "labelsTr" / "ü_x_y.nii.gz")
    assert np.array_equal(np.asarray(found.dataobj).T, [LABELS[0], np.full((4, 6), 3), LABELS[2]])
    assert np.allclose(found.affine, np.diag([5e-4, 2.5e-4, 2e-3, 1]))
    for channel in range(3):
        image = nibabel.load(out / "imagesTr" / f"ü_x_y_{channel:04d}.nii.gz")
        assert np.array_equal(np.asarray(image.dataobj).T, PIXELS)
        assert np.array_equal(image.affine, found.affine)


def test_frames_of_slices(tmp_path, images):
    """OME-TIFF has an axis for time; nnU-Net gets a case for each frame."""
    values = np.concatenate([PIXELS, PIXELS]).reshape(2, 3, 4, 6)
    (images / "ü" / "x y.ome.tif").unlink()
    tifffile.imwrite(images / "t.tif", values, imagej=True, metadata={"axes": "TZYX"})
    with labelled(tmp_path / "p", images, range(6)) as project:
        drive(export_project(project, KEYS, tmp_path / "out", VOLUMES))
    with tifffile.TiffFile(tmp_path / "out" / "ometiff" / "ometiff" / "t.ome.tif") as file:
        assert file.series[0].axes == "TZYX"
        assert np.array_equal(file.asarray().reshape(6, 4, 6), np.concatenate([LABELS, LABELS]))
    cases = sorted(each.name for each in (tmp_path / "out" / "nnunetnifti" / "labelsTr").iterdir())
    assert cases == ["a.nii.gz", "t_0001.nii.gz", "t_0002.nii.gz"]
    assert nifti_shape(tmp_path / "out" / "nnunetnifti" / "labelsTr" / cases[1]) == (3, 4, 6)
    for key in KEYS:
        found, _ = back(tmp_path / f"q{key}", images, tmp_path / "out" / key)
        assert len(found) == 7
        assert np.array_equal(found["t.tif/frame-0002-slice-0003"], LABELS[2])


def test_an_interrupted_export_goes_on(tmp_path, images):
    with labelled(tmp_path / "p", images, range(3)) as project:
        export = export_project(project, ["nnunetnifti"], tmp_path / "out", VOLUMES)
        for progress in export:
            if progress.done == 3:
                export.close()
        assert not list((tmp_path / "out").rglob("*x_y*"))
        drive(export_project(project, ["nnunetnifti"], tmp_path / "out", VOLUMES))
    assert np.array_equal(read_nifti(tmp_path / "out" / "labelsTr" / "ü_x_y.nii.gz"), LABELS)


def test_slices_of_a_stack_are_in_one_part(tmp_path, images):
    ids = [f"s{n}.tif{page}" for n in range(4) for page in ("", *(f"/slice-{k:04d}" for k in range(2, 20)))]
    parts = SplitRule(val=0.25, test=0.25).divide(ids, None, whole_files=True)
    assert {len({parts[each] for each in ids if each.startswith(f"s{n}")}) for n in range(4)} == {1}
    assert set(parts.values()) == {"train", "val", "test"}


def test_pages_of_another_size_are_told(tmp_path, images):
    with tifffile.TiffWriter(images / "ü" / "x y.ome.tif") as out:
        for rows in (4, 5):
            out.write(np.zeros((rows, 6), np.uint8), photometric="minisblack", metadata=None)
    with Project.create(tmp_path / "p", images, CLASSES) as project:
        project.import_labels("ü/x y.ome.tif", np.zeros((4, 6), np.uint8))
        project.import_labels("ü/x y.ome.tif/page-0002", np.zeros((5, 6), np.uint8))
        report = drive(export_project(project, ["ometiff"], tmp_path / "out", VOLUMES))
    assert [(each.image, each.reason) for each in report.left_out][1:] == [
        (
            "ü/x y.ome.tif/page-0002",
            "ü/x y.ome.tif/page-0002 measures 6 x 5, the slices before it 6 x 4. Export it without volumes.",
        )
    ]


def test_names_do_not_meet():
    volumes = volumes_in(["x.tif", "x.tif/slice-0002", "x.ome.tif", "x.ome.tif/slice-0002"], each_frame=True)
    assert list(volume_names(volumes, ["x_0001"], str).values()) == ["x_2", "x_3"]
