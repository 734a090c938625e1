"""nnU-Net's NIfTI files: bytes by hand, nibabel's reading of ours, and volumes of others."""

from __future__ import annotations

import gzip
import json
import struct

import numpy as np
import pytest
from PIL import Image

from segcore.errors import LabelError, LabelSizeError
from segcore.formats.export_options import ExportOptions
from segcore.formats.nifti import nifti_bytes, nifti_shape, read_nifti
from segcore.formats.nnunet_nifti import NnunetNiftiWriter
from segcore.formats.open_labels import open_labels, recognised
from segcore.labels.classes import ClassSet

LABELS = np.array([[0, 1, 255], [1, 0, 1]], np.uint8)


def nifti(values, code, kind, order="<", sides=None, slope=(0.0, 0.0)):
    """A file of someone else: uncompressed, in any order of bytes and of any type."""
    header = bytearray(352)
    struct.pack_into(f"{order}i", header, 0, 348)
    sides = sides or values.shape[::-1]
    struct.pack_into(f"{order}8h", header, 40, len(sides), *sides, *[1] * (7 - len(sides)))
    struct.pack_into(f"{order}h", header, 70, code)
    struct.pack_into(f"{order}3f", header, 108, 352.0, *slope)
    header[344:348] = b"n+1\0"
    return bytes(header) + values.astype(np.dtype(kind).newbyteorder(order)).tobytes()


def test_the_bytes_by_hand():
    data = gzip.decompress(nifti_bytes(np.arange(6, dtype=np.uint8).reshape(1, 2, 3)))
    assert struct.unpack_from("<i", data) == (348,)
    assert struct.unpack_from("<8h", data, 40) == (3, 3, 2, 1, 1, 1, 1, 1)
    assert struct.unpack_from("<2h", data, 70) == (2, 8)
    assert data[344:] == b"n+1\0" + bytes(4) + bytes(range(6))


def test_nibabel_reads_the_same(tmp_path):
    nibabel = pytest.importorskip("nibabel")
    volume = np.random.default_rng(0).integers(0, 256, (2, 3, 4), np.uint8)
    (tmp_path / "x.nii.gz").write_bytes(nifti_bytes(volume))
    image = nibabel.load(tmp_path / "x.nii.gz")
    assert image.shape == (4, 3, 2)
    assert np.array_equal(np.asarray(image.dataobj).T, volume)
    assert np.array_equal(image.affine, np.eye(4))
    nibabel.save(nibabel.Nifti1Image(volume.T.astype(np.int16), np.eye(4)), tmp_path / "y.nii.gz")
    assert np.array_equal(read_nifti(tmp_path / "y.nii.gz"), volume)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(("code", "kind"), [(2, "u1"), (4, "i2"), (8, "i4"), (16, "f4"), (64, "f8"), (512, "u2")])
def test_numbers_of_every_kind(tmp_path, order, code, kind):
    volume = np.random.default_rng(1).integers(0, 128, (2, 3, 4))
    (tmp_path / "x.nii").write_bytes(nifti(volume, code, kind, order))
    assert nifti_shape(tmp_path / "x.nii") == (2, 3, 4)
    assert np.array_equal(read_nifti(tmp_path / "x.nii"), volume)
    (tmp_path / "x.nii").write_bytes(nifti(volume, code, kind, order, slope=(2.0, 1.0)))
    assert np.array_equal(read_nifti(tmp_path / "x.nii"), volume * 2 + 1)


VALUES = np.array([[[1, 2]]])
WHOLE = nifti(VALUES, 2, "u1")


@pytest.mark.parametrize(
    ("reason", "data"),
    {
        "header": WHOLE[:300],
        "cut off": WHOLE[:-1],
        "cannot be read": gzip.compress(WHOLE)[:40],
        "0 to 255": nifti(VALUES * 300, 4, "i2"),
        "whole numbers": nifti(VALUES / 4, 16, "f4"),
        "axes": nifti(VALUES, 2, "u1", sides=(2, 1, 1, 3)),
        "colours": nifti(VALUES, 128, "u1"),
        "too many voxels": nifti(VALUES, 2, "u1", sides=(30000, 30000, 1)),
    }.items(),
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_damaged_and_foreign_files_are_told(tmp_path, reason, data):
    (tmp_path / "x.nii").write_bytes(data)
    with pytest.raises(LabelError, match=rf"x\.nii .*{reason}"):
        read_nifti(tmp_path / "x.nii")


def test_the_files_of_an_export(tmp_path):
    image = tmp_path / "x.png"
    Image.fromarray(np.arange(18, dtype=np.uint8).reshape(2, 3, 3)).save(image)
    classes = ClassSet.from_names(["background", "cell"])
    writer = NnunetNiftiWriter(tmp_path / "out", classes, ["a b/x.png"], ExportOptions(copy_images=True))
    assert not writer.add("a b/x.png", LABELS, image)
    again = NnunetNiftiWriter(tmp_path / "out", classes, ["a b/x.png"], ExportOptions(copy_images=True))
    assert again.keep("a b/x.png")
    again.finish()
    data = json.loads((tmp_path / "out" / "dataset.json").read_text())
    assert (data["file_ending"], data["labels"]) == (".nii.gz", {"background": 0, "cell": 1, "ignore": 2})
    assert read_nifti(tmp_path / "out" / "labelsTr" / "a_b_x.nii.gz").tolist() == [[[0, 1, 2], [1, 0, 1]]]
    for channel in range(3):
        found = read_nifti(tmp_path / "out" / "imagesTr" / f"a_b_x_{channel:04d}.nii.gz")
        assert found.tolist() == [[[channel, channel + 3, channel + 6], [channel + 9, channel + 12, channel + 15]]]
    assert recognised(tmp_path / "out").key == "nnunetnifti"
    labels = open_labels(tmp_path / "out")
    assert np.array_equal(labels.picture("a b/x.png", (2, 3)).labels({0: 0, 1: 1, 2: None}), LABELS)


def test_volumes_of_others_are_slices(tmp_path):
    (tmp_path / "labelsTr").mkdir()
    volume = np.repeat(np.array([0, 1, 2]), 6).reshape(3, 2, 3)
    (tmp_path / "labelsTr" / "case.nii").write_bytes(nifti(volume, 4, "i2"))
    (tmp_path / "labelsTr" / "broken.nii.gz").write_bytes(b"x")
    (tmp_path / "dataset.json").write_text(json.dumps({"labels": {"background": 0, "cell": 1, "wall": 2}}))
    found = open_labels(tmp_path)
    assert found.classes.names == ["background", "cell", "wall"]
    assert [each.place for each in found.problems] == [str(tmp_path / "labelsTr" / "broken.nii.gz")]
    ids = ["case.tif", "case.tif/slice-0002", "case.tif/slice-0003"]
    names = found.match(tmp_path, ids).names
    assert [found.picture(names[each], (2, 3)).pixels[0, 0] for each in ids] == [0, 1, 2]
    with pytest.raises(LabelSizeError, match=r"case\.nii"):
        found.picture("case_0001", (3, 2))


def test_files_of_one_name_are_all_there(tmp_path):
    """None takes the place of another one: the labels of a test image are not those of a training image."""
    files = {"labelsTr/a.nii.gz": 1, "labelsTr/a.nii": 2, "labelsTs/a.nii.gz": 3}
    for name, value in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        volume = np.full((1, 2, 3), value, np.uint8)
        (tmp_path / name).write_bytes(nifti_bytes(volume) if name.endswith("gz") else nifti(volume, 2, "u1"))
    (tmp_path / "dataset.json").write_text(json.dumps({"labels": {"background": 0}}))
    found = open_labels(tmp_path)
    values = {found.place(name): found.picture(name, (2, 3)).pixels[0, 0] for name in found.names()}
    assert values == {str(tmp_path / name): value for name, value in files.items()}
