"""Files of bare weights that somebody made to do harm: .pth, .safetensors, .npz, .h5 and .mat."""

import io
import pickle
import random
import struct
import zipfile

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from segcore.errors import CheckpointError
from segcore.models import caffemodel
from segcore.models.caffemodel import load_caffe
from segcore.models.checkpoint import load_checkpoint
from segcore.models.weights_file import read_weights
from segcore.training.peak import peak_memory

CPU = torch.device("cpu")


def refused(read, path) -> str:
    memory = peak_memory(CPU)
    with pytest.raises(CheckpointError) as caught:
        read(path)
    assert path.name in str(caught.value)
    assert peak_memory(CPU) - memory < 500_000_000
    return str(caught.value)


def rewritten(path, change, compression=zipfile.ZIP_STORED):
    """Save four zeros with torch and change the members of the archive."""
    plain = io.BytesIO()
    torch.save({"a": torch.zeros(4)}, plain)
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(path, "w", compression) as after:
        for name in before.namelist():
            after.writestr(name, change(name.rpartition("/")[2], before.read(name)))
    return path


def number(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def test_an_unchanged_archive_is_read(tmp_path):
    path = rewritten(tmp_path / "m.pth", lambda name, data: data)
    assert torch.equal(read_weights(path)["a"], torch.zeros(4))


def test_an_archive_that_grows_is_not_unpacked(tmp_path):
    grown = lambda name, data: bytes(200_000_000) if name == "0" else data  # noqa: E731
    path = rewritten(tmp_path / "m.pth", grown, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 300_000
    assert "grow" in refused(read_weights, path)
    assert "grow" in refused(load_checkpoint, path)


def test_a_tensor_larger_than_its_file_is_not_copied(tmp_path):
    repeat = lambda name, data: data.replace(  # noqa: E731
        b"QK\x00K\x04\x85q\x08K\x01", b"QK\x00" + number(10**9) + b"\x85q\x08K\x00"
    )
    path = rewritten(tmp_path / "m.pth", repeat)
    assert "1,000,000,000 weights" in refused(read_weights, path)


@pytest.mark.parametrize("count", [10**8, -1, 2**31 - 1])
def test_a_wrong_count_in_a_pickle_is_damage(tmp_path, count):
    refused(
        read_weights,
        rewritten(tmp_path / "m.pth", lambda name, data: data.replace(b"K\x04tq\x07", number(count) + b"tq\x07")),
    )


def test_tensors_without_memory_are_refused(tmp_path):
    torch.save({"a": torch.zeros(3).to_sparse()}, tmp_path / "sparse.pth")
    refused(read_weights, tmp_path / "sparse.pth")
    torch.save({"a": torch.zeros(10**9, device="meta")}, tmp_path / "meta.pth")
    refused(read_weights, tmp_path / "meta.pth")


def test_half_precision_that_would_fill_the_memory_is_refused(tmp_path):
    path = tmp_path / "m.safetensors"
    header = b'{"a":{"dtype":"F16","shape":[1000000,1000],"data_offsets":[0,2000000000]}}'
    with path.open("wb") as file:  # sparse: takes no room on the disk
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + 2_000_000_000)
    refused(read_weights, path)


@pytest.mark.parametrize("kind", ["zip", "pickle", "safetensors", "npz"])
def test_damage_anywhere_is_an_error_that_names_the_file(tmp_path, kind):
    path = tmp_path / {"zip": "m.pth", "pickle": "m.pth", "safetensors": "m.safetensors", "npz": "m.npz"}[kind]
    tensors = {f"layer.{i}.weight": torch.randn(3, 2) for i in range(3)}
    if kind == "safetensors":
        save_file(tensors, path)
    elif kind == "npz":
        np.savez(
            path, **{"conv1_1/weight": np.ones((2, 3), np.float32), "score_fr/weight": np.ones((2, 3), np.float32)}
        )
    else:
        torch.save(tensors, path, _use_new_zipfile_serialization=kind == "zip")
    sound, dice = path.read_bytes(), random.Random(7)
    for _ in range(150):
        data = bytearray(sound)
        for _ in range(dice.choice((1, 1, 4))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if dice.random() < 0.2:
            del data[dice.randrange(len(data)) :]
        path.write_bytes(data)
        messages = []
        try:
            (load_caffe if kind == "npz" else read_weights)(path)
        except CheckpointError as error:
            messages.append(str(error))
        assert all(str(path) in message for message in messages)


def test_deep_and_endless_pickles_are_refused(tmp_path):
    for name, body in (
        ("deep", b"\x80\x02" + b"(" * 100_000 + b"."),
        ("lists", b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b"."),
        ("long", b"\x80\x02\x8b\xff\xff\xff\x7f."),
        ("text", b"\x80\x02X\xff\xff\xff\x7fa."),
        ("empty", b"\x80"),
    ):
        path = tmp_path / f"{name}.pth"
        path.write_bytes(body)
        refused(read_weights, path)
    (tmp_path / "list.pth").write_bytes(pickle.dumps([1]))
    refused(read_weights, tmp_path / "list.pth")


def npz(path, **members: bytes):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return path


def header(shape: str) -> bytes:
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text) + 1) + text + b"\n"


@pytest.mark.parametrize("shape", ["(10000000000,)", "(1000000, 1000000, 1000000)", "(-1,)", "('a',)", "()", "(0,)"])
def test_an_npz_that_promises_more_than_it_holds_is_refused(tmp_path, shape):
    refused(load_caffe, npz(tmp_path / "m.npz", **{"score_fr/weight": header(shape) + bytes(8)}))


def test_an_npz_that_grows_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(caffemodel, "MOST_BYTES", 1_000_000)
    big = header("(50000000,)") + bytes(200_000_000)
    path = npz(tmp_path / "m.npz", **{"score_fr/weight": big, "nothing of ours": big})
    assert path.stat().st_size < 600_000
    assert "GB" in refused(load_caffe, path)


def test_an_h5_that_promises_terabytes_is_refused(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.create_dataset("score_fr/weight", (10**6, 10**6), "f4", chunks=(1000, 1000))
    assert "GB" in refused(load_caffe, tmp_path / "m.h5")


def test_a_mat_that_is_damaged_is_refused(tmp_path):
    scipy_io = pytest.importorskip("scipy.io")
    scipy_io.savemat(tmp_path / "m.mat", {"score_fr_weight": np.ones((2, 3), np.float32)})
    data = (tmp_path / "m.mat").read_bytes()
    for end in (0, 3, 130, len(data) - 5):
        (tmp_path / "m.mat").write_bytes(data[:end])
        refused(load_caffe, tmp_path / "m.mat")


@pytest.mark.parametrize("shape", [(300, 8, 1, 1), (0, 8, 1, 1), (2,)])
def test_classes_and_shapes_that_no_network_has_are_refused(tmp_path, shape):
    np.savez(
        tmp_path / "m.npz",
        **{
            "score_fr/weight": np.ones(shape, np.float32),
            "conv1_1/weight": np.ones(3, np.float32),
            "fc7/weight": np.ones((8, 8, 1, 1), np.float32),
        },
    )
    refused(load_caffe, tmp_path / "m.npz")
