import re
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from scipy.io import savemat
from torch.nn import functional

from segcore.errors import CheckpointError
from segcore.models import caffemodel
from segcore.models.bilinear import bilinear_kernel
from segcore.models.caffemodel import load_caffe
from segcore.models.catalogue_entries import VOC_NAMES

VGG16 = {
    **{"conv1_1": (64, 3), "conv1_2": (64, 64), "conv2_1": (128, 64), "conv2_2": (128, 128)},
    **{"conv3_1": (256, 128), "conv3_2": (256, 256), "conv3_3": (256, 256)},
    **{"conv4_1": (512, 256), "conv4_2": (512, 512), "conv4_3": (512, 512)},
    **{"conv5_1": (512, 512), "conv5_2": (512, 512), "conv5_3": (512, 512)},
}


def published(fc: int = 4, classes: int = 21, stride: int = 8, dtype: type = np.float32) -> dict[str, np.ndarray]:
    """Layers of the names and shapes that the authors published (fc: 4096), with one value here and there."""
    shapes = {name: (*shape, 3, 3) for name, shape in VGG16.items()}
    shapes |= {"fc6": (fc, 512, 7, 7), "fc7": (fc, fc, 1, 1), "score_fr": (classes, fc, 1, 1)}
    if stride <= 16:
        shapes["score_pool4"] = (classes, 512, 1, 1)
    if stride <= 8:
        shapes["score_pool3"] = (classes, 256, 1, 1)
    arrays = {}
    for number, (name, shape) in enumerate(shapes.items()):
        arrays[f"{name}/weight"], arrays[f"{name}/bias"] = np.zeros(shape, dtype), np.zeros(shape[0], dtype)
        arrays[f"{name}/weight"].flat[number] = number + 1
        arrays[f"{name}/bias"][1] = -number - 1
    final = {32: "upscore", 16: "upscore16", 8: "upscore8"}[stride]
    upsampling = {final: 2 * stride}
    if stride <= 16:
        upsampling["upscore2"] = 4
    if stride <= 8:
        upsampling["upscore_pool4"] = 4
    for name, size in upsampling.items():
        arrays[f"{name}/weight"] = (np.eye(classes)[..., None, None] * bilinear_kernel(size).numpy()).astype(dtype)
    return arrays


def saved(path: Path, arrays: dict[str, np.ndarray]) -> Path:
    np.savez(path, **arrays)
    return path


def test_the_published_shapes_become_fcn8s(tmp_path):
    arrays = published(fc=4096, dtype=np.float16)
    assert arrays["fc6/weight"].size == 102_760_448
    path = tmp_path / "fcn8s-heavy-pascal.npz"
    saved(path, arrays)
    del arrays
    model = load_caffe(path)
    path.unlink()
    assert model.architecture == "fcn8s:border=pad100"
    assert (model.name, model.lineage) == ("fcn8s-heavy-pascal", [{"source": "fcn8s-heavy-pascal.npz"}])
    assert model.classes.names == list(VOC_NAMES)
    network = model.segmenter
    assert not network.training
    assert network.fc6.weight.shape == (4096, 512, 7, 7)
    assert (network.fc6.weight.flatten()[13], network.fc6.weight.count_nonzero()) == (14, 1)
    assert (network.fc6.bias[1], network.fc6.bias.sum()) == (-14, -14)
    assert network.features[28].weight.flatten()[12] == 13
    assert network.score_pool3.weight.flatten()[17] == 18
    assert network.crop == 31


@pytest.mark.parametrize(("stride", "name"), [(32, "fcn32s"), (16, "fcn16s"), (8, "fcn8s")])
def test_the_layers_say_which_network_it_is(tmp_path, stride, name):
    model = load_caffe(saved(tmp_path / "mine.npz", published(stride=stride, classes=5)))
    assert model.architecture == f"{name}:border=pad100,fc_channels=4"
    assert model.classes.names == [f"class {index}" for index in range(5)]
    if stride == 8:
        at_once = load_caffe(saved(tmp_path / "fcn8s-atonce-pascal.npz", published(classes=5)))
        assert at_once.architecture == "fcn8s:at_once=True,border=pad100,fc_channels=4"
        assert at_once.segmenter.scale_pool4 == 0.01


def test_an_image_is_seen_as_the_authors_saw_it(tmp_path):
    """BGR, 0 to 255, their mean subtracted, against the first layer computed just so."""
    rng = np.random.default_rng(0)
    arrays = published()
    arrays["conv1_1/weight"] = rng.normal(size=(64, 3, 3, 3)).astype(np.float32)
    arrays["conv1_1/bias"] = rng.normal(size=64).astype(np.float32)
    model = load_caffe(saved(tmp_path / "fcn8s.npz", arrays))
    image = rng.integers(0, 256, (40, 50, 3), np.uint8)
    bgr = image[:, :, ::-1].astype(np.float64) - (104.00699, 116.66877, 122.67892)
    x = torch.from_numpy(bgr.transpose(2, 0, 1).copy()).float()[None]
    weight, bias = torch.from_numpy(arrays["conv1_1/weight"]), torch.from_numpy(arrays["conv1_1/bias"])
    expected = functional.conv2d(x, weight, bias, padding=100)
    with torch.inference_mode():
        result = model.segmenter.features[0](model.preprocess(image))
    torch.testing.assert_close(result, expected, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize(
    ("weight", "bias"), [("{}_w", "{}_b"), ("{}.0", "{}.1"), ("data/{}/0", "data/{}/1"), ("{}_weights", "{}_biases")]
)
def test_arrays_may_be_named_in_any_usual_way(tmp_path, weight, bias):
    names = {"weight": weight, "bias": bias}
    arrays = {names[key.split("/")[1]].format(key.split("/")[0]): value for key, value in published().items()}
    arrays["conv1_1_momentum"] = np.zeros(3)
    network = load_caffe(saved(tmp_path / "fcn8s.npz", arrays)).segmenter
    assert network.score_pool4.weight.flatten()[16] == 17
    assert network.score_pool4.bias[1] == -17


def test_older_shapes_of_caffe(tmp_path):
    """Fully connected weights in two dimensions, biases in four."""
    arrays = published()
    arrays["fc6/weight"] = arrays["fc6/weight"].reshape(4, -1)
    arrays = {key: value.reshape(1, 1, 1, -1) if key.endswith("bias") else value for key, value in arrays.items()}
    network = load_caffe(saved(tmp_path / "fcn8s.npz", arrays)).segmenter
    assert network.fc6.weight[0, 0, 1, 6] == 14
    assert network.fc6.bias.tolist() == [0, -14, 0, 0]


def test_learned_upsampling_is_taken_and_the_last_may_miss(tmp_path):
    arrays = published()
    arrays["upscore2/weight"][3, 5, 1, 2] = 0.25
    del arrays["upscore8/weight"]
    network = load_caffe(saved(tmp_path / "fcn8s.npz", arrays)).segmenter
    assert network.upscore2.weight[3, 5, 1, 2] == 0.25
    assert network.upscore2.weight[3, 3, 1, 1] == 0.5625


def broken(arrays: dict[str, np.ndarray], what: str) -> dict[str, np.ndarray]:
    match what:
        case "missing":
            del arrays["conv4_2/bias"]
        case "no score":
            arrays = {"conv1_1/weight": arrays["conv1_1/weight"]}
        case "transposed":
            arrays["conv1_1/weight"] = arrays["conv1_1/weight"].transpose(2, 3, 1, 0)
        case "not finite":
            arrays["fc7/weight"][0, 0] = np.nan
        case "not bilinear":
            arrays["upscore8/weight"][0, 0, 3, 3] += 0.01
        case "other kernel":
            arrays["upscore8/weight"] = arrays["upscore8/weight"][:, :, 1:, 1:]
        case "integers":
            arrays["fc7/bias"] = arrays["fc7/bias"].astype(np.int64)
    return arrays


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("missing", "tensors are missing (such as 'features.19.bias')"),
        ("no score", "has no weights of the layer 'score_fr'"),
        ("transposed", "'features.0.weight' has shape [3, 3, 3, 64], expected [64, 3, 3, 3]"),
        ("not finite", "'fc7.weight' has values that are not finite"),
        ("not bilinear", "'upscore8' of"),
        ("other kernel", "not bilinear upsampling by 8"),
        ("integers", "'fc7.bias' holds int64"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, what, message):
    path = saved(tmp_path / "fcn8s.npz", broken(published(), what))
    with pytest.raises(CheckpointError, match=re.escape(message)) as caught:
        load_caffe(path)
    assert str(path) in caught.value.message
    assert caught.value.remedy


def test_another_architecture_is_refused(tmp_path):
    path = saved(tmp_path / "fcn8s.npz", published())
    with pytest.raises(CheckpointError, match="do not fit the architecture 'fcn_alexnet'"):
        load_caffe(path, "fcn_alexnet")
    with pytest.raises(CheckpointError, match="are unknown"):
        load_caffe(path, "fcn16s:border=pad100,fc_channels=4")


class Bomb:
    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path("bomb"),)


def test_a_pickle_inside_is_never_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "fcn8s.npz"
    np.savez(path, **{**published(), "score_fr/weight": np.array([Bomb()], object)})
    with pytest.raises(CheckpointError, match="cannot be read as arrays"):
        load_caffe(path)
    assert not (tmp_path / "bomb").exists()


def test_damaged_files_are_refused(tmp_path):
    whole = saved(tmp_path / "whole.npz", published(stride=32)).read_bytes()
    cases = {
        "missing.npz": None,
        "empty.npz": b"",
        "text.npz": b"no archive at all",
        "truncated.npz": whole[: len(whole) // 2],
        "flipped.npz": whole[:200000] + bytes(64) + b"\xff" * 64 + whole[200128:],
    }
    for name, content in cases.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(CheckpointError, match=re.escape(name)):
            load_caffe(tmp_path / name)
    np.save(tmp_path / "one.npy", np.zeros(3))
    (tmp_path / "one.npy").rename(tmp_path / "one.npz")
    with pytest.raises(CheckpointError, match="a single array"):
        load_caffe(tmp_path / "one.npz")
    with zipfile.ZipFile(tmp_path / "other.npz", "w") as file:
        file.writestr("readme.txt", "no arrays")
    with pytest.raises(CheckpointError, match="score_fr"):
        load_caffe(tmp_path / "other.npz")
    (tmp_path / "net.caffemodel").write_bytes(b"\x0a\x03FCN")
    with pytest.raises(CheckpointError, match="does not end in"):
        load_caffe(tmp_path / "net.caffemodel")


@pytest.mark.parametrize(("suffix", "package"), [(".h5", "h5py"), (".hdf5", "h5py")])
def test_a_package_that_is_not_installed_is_named(tmp_path, monkeypatch, suffix, package):
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(caffemodel, "import_module", missing)
    (tmp_path / f"fcn8s{suffix}").write_bytes(b"\x89HDF\r\n")
    with pytest.raises(CheckpointError, match=f"{package} is not installed") as caught:
        load_caffe(tmp_path / f"fcn8s{suffix}")
    assert "numpy.savez" in caught.value.remedy


def test_variables_of_matlab(tmp_path):
    """MATLAB has no name with a slash, and no array ends in sides of 1."""
    arrays = {
        key.replace("/", "_"): value.squeeze((2, 3)) if value.shape[2:] == (1, 1) else np.atleast_2d(value)
        for key, value in published(stride=32).items()
    }
    savemat(tmp_path / "fcn32s.mat", arrays)
    network = load_caffe(tmp_path / "fcn32s.mat").segmenter
    assert network.score_fr.weight.flatten()[15] == 16
    assert network.fc6.bias.tolist() == [0, -14, 0, 0]


def test_hdf5_as_caffe_writes_it(tmp_path):
    with h5py.File(tmp_path / "fcn8s.h5", "w") as file:
        for key, value in published().items():
            layer, what = key.split("/")
            file[f"data/{layer}/{('weight', 'bias').index(what)}"] = value
    assert load_caffe(tmp_path / "fcn8s.h5").segmenter.fc6.bias.tolist() == [0, -14, 0, 0]
