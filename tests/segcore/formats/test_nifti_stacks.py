"""NIfTI images become TIFF stacks with the same values, which open as slices and take their labels."""

from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest
import tifffile

from segcore.errors import ImageError
from segcore.formats.nifti import nifti_bytes
from segcore.formats.nifti_stacks import nifti_cases, write_stacks
from segcore.formats.open_labels import open_labels
from segcore.images.image import image_layout, pages_of, read_image
from segcore.images.voxel_size import read_voxel_size
from segcore.progress import drive
from tests.segcore.formats.test_nnunet_nifti import nifti

CT = np.random.default_rng(0).integers(-1000, 1000, (3, 4, 5))
SECOND = np.random.default_rng(1).integers(0, 60000, (3, 4, 5))


@pytest.fixture
def images(tmp_path):
    """The folder of the images of a data set."""
    (tmp_path / "imagesTr").mkdir()
    return tmp_path / "imagesTr"


def stored(path):
    """(axes, dtype, values) as tifffile reads them."""
    with tifffile.TiffFile(path) as file:
        return file.series[0].axes, file.series[0].dtype, file.asarray()


def test_a_volume_is_a_stack_with_its_values(tmp_path, images):
    (images / "ct_0000.nii.gz").write_bytes(gzip.compress(nifti(CT, 4, "i2")))
    done = drive(write_stacks(tmp_path))
    assert (done.written, done.kept, done.problems) == (1, 0, ())
    axes, dtype, values = stored(images / "ct.tif")
    assert (axes, dtype) == ("ZYX", np.int16)
    assert np.array_equal(values, CT)
    assert image_layout(images / "ct.tif").names() == ["", "slice-0002", "slice-0003"]
    assert read_image(images / "ct.tif" / "slice-0003").shape == (4, 5, 3)
    again = drive(write_stacks(tmp_path))
    assert (again.written, again.kept) == (0, 1), "an interrupted run goes on, and nothing is written twice"


def test_files_of_a_case_are_its_channels(tmp_path, images):
    for number, (volume, code, kind) in enumerate(((CT, 4, "i2"), (SECOND, 512, "u2"))):
        (images / f"case_001_{number:04d}.nii").write_bytes(nifti(volume, code, kind))
    drive(write_stacks(tmp_path))
    axes, dtype, values = stored(images / "case_001.tif")
    assert (axes, dtype) == ("ZCYX", np.float32), "no kind of whole number of a TIFF file has room for both"
    assert np.array_equal(values, np.stack([CT, SECOND], 1))
    assert len(pages_of(images / "case_001.tif")) == 3
    assert image_layout(images / "case_001.tif").names() == ["", "slice-0002", "slice-0003"]


def test_one_slice_is_an_image(tmp_path, images):
    picture = np.random.default_rng(2).integers(0, 256, (4, 5, 3)).astype(np.uint8)
    for channel in range(3):
        (images / f"x_{channel:04d}.nii.gz").write_bytes(nifti_bytes(picture[None, :, :, channel]))
    drive(write_stacks(tmp_path))
    assert np.array_equal(read_image(images / "x.tif"), picture)


@pytest.mark.parametrize(("code", "kind", "slope", "expected"), [
    (2, "u1", (1.0, 0.0), np.uint8),
    (4, "i2", (1.0, -1024.0), np.float32),
    (8, "i4", (0.0, 0.0), np.float32),
    (64, "f8", (1.0, 0.0), np.float32),
])  # fmt: skip
@pytest.mark.parametrize("order", "<>")
def test_what_tiff_has_no_kind_for_is_float(tmp_path, code, kind, slope, expected, order):
    volume = SECOND % 100
    (tmp_path / "a.nii").write_bytes(nifti(volume, code, kind, order, slope=slope))
    drive(write_stacks(tmp_path))
    _, dtype, values = stored(tmp_path / "a.tif")
    assert dtype == expected
    assert np.array_equal(values, volume * (slope[0] or 1) + slope[1])


@pytest.mark.parametrize(("unit", "factor"), [(1, 1000.0), (2, 1.0), (3, 0.001), (0, 1.0)])
def test_the_size_of_a_voxel_is_kept(tmp_path, unit, factor):
    data = bytearray(nifti(CT, 4, "i2"))
    struct.pack_into("<3f", data, 80, 0.5, -0.25, 2.0)  # a negative step turns an axis round
    data[123] = unit | 8
    (tmp_path / "a.nii").write_bytes(data)
    drive(write_stacks(tmp_path))
    found = read_voxel_size(tmp_path / "a.tif")
    assert (found.x, found.y, found.z) == pytest.approx((0.5 * factor, 0.25 * factor, 2.0 * factor))


def test_the_labels_of_the_data_set_find_the_slices(tmp_path, images):
    (tmp_path / "labelsTr").mkdir()
    (images / "ct_0000.nii.gz").write_bytes(gzip.compress(nifti(CT, 4, "i2")))
    labels = np.repeat(np.array([0, 1, 2]), 20).reshape(3, 4, 5)
    (tmp_path / "labelsTr" / "ct.nii.gz").write_bytes(gzip.compress(nifti(labels, 2, "u1")))
    drive(write_stacks(tmp_path))
    found = open_labels(tmp_path)
    ids = ["ct.tif", "ct.tif/slice-0002", "ct.tif/slice-0003"]
    names = found.match(images, ids).names
    assert [found.picture(names[each], (4, 5)).pixels[0, 0] for each in ids] == [0, 1, 2]


def test_which_files_belong_together(tmp_path, images):
    for name in ("a_0000", "a_0001", "b_0001", "c", "d_0000.1", "._a_0000"):
        (images / f"{name}.nii.gz").touch()
    (images / "e_0000.NII").touch()
    (tmp_path / "imagesTs").mkdir()
    (tmp_path / "imagesTs" / "a_0000.nii.gz").touch()
    found = {
        stack.relative_to(tmp_path).as_posix(): [file.name.partition(".nii")[0].partition(".NII")[0] for file in files]
        for stack, files in nifti_cases(tmp_path).items()
    }
    assert found == {
        "imagesTr/a.tif": ["a_0000", "a_0001"],
        "imagesTr/b_0001.tif": ["b_0001"],
        "imagesTr/c.tif": ["c"],
        "imagesTr/d_0000.1.tif": ["d_0000.1"],
        "imagesTr/e.tif": ["e_0000"],
        "imagesTs/a.tif": ["a_0000"],
    }
    assert [each.name for each in nifti_cases(images)] == ["a_0000.tif", "a_0001.tif", "b_0001.tif", "c.tif",
                                                           "d_0000.1.tif", "e_0000.tif"]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "data"),
    {
        "header": b"x" * 400,
        "cut off": nifti(CT, 4, "i2")[:-1],
        "cut off packed": gzip.compress(nifti(CT, 4, "i2")[:-1]),
        "cannot be read": gzip.compress(nifti(CT, 4, "i2"))[:-4],
        "axes": nifti(CT, 4, "i2", sides=(5, 4, 1, 3)),
        "too many voxels": nifti(CT, 4, "i2", sides=(32767, 32767, 3)),
        "cut off, says much": nifti(CT, 4, "i2", sides=(9000, 9000, 3000)),
    }.items(),
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_damaged_file_is_told_and_the_others_are_written(tmp_path, images, reason, data):
    (images / "bad_0000.nii.gz").write_bytes(data)
    with pytest.raises(ImageError, match=reason.split(" packed")[0].split(",")[0]) as caught:
        drive(write_stacks(tmp_path))
    assert "bad_0000.nii.gz" in caught.value.message
    (images / "good_0000.nii").write_bytes(nifti(CT, 4, "i2"))
    done = drive(write_stacks(tmp_path))
    assert done.written == 1
    assert "bad_0000.nii.gz" in done.problems[0]
    assert sorted(each.name for each in images.iterdir()) == ["bad_0000.nii.gz", "good.tif", "good_0000.nii"]


def test_channels_of_two_sizes_are_told(tmp_path, images):
    (images / "a_0000.nii").write_bytes(nifti(CT, 4, "i2"))
    (images / "a_0001.nii").write_bytes(nifti(CT[:2], 4, "i2"))
    with pytest.raises(ImageError, match="different sizes"):
        drive(write_stacks(tmp_path))


def test_a_full_disk_is_told_before_anything_is_written(tmp_path, images, monkeypatch):
    monkeypatch.setattr("segcore.formats.nifti_stacks.free_bytes", lambda folder: 100)
    (images / "a_0000.nii").write_bytes(nifti(CT, 4, "i2"))
    with pytest.raises(ImageError, match="its disk has less"):
        drive(write_stacks(tmp_path))
    assert [each.name for each in images.iterdir()] == ["a_0000.nii"]


def test_stopped_in_the_middle_nothing_half_is_left(tmp_path, images):
    (images / "a_0000.nii").write_bytes(nifti(CT, 4, "i2"))
    task = write_stacks(tmp_path)
    next(task)
    task.close()
    assert [each.name for each in images.iterdir()] == ["a_0000.nii"]


def test_a_folder_without_nifti_files_is_told(tmp_path):
    with pytest.raises(ImageError, match="no NIfTI images"):
        drive(write_stacks(tmp_path))
    with pytest.raises(ImageError, match="cannot be listed"):
        drive(write_stacks(tmp_path / "nowhere"))
