"""The weights that the authors of FCN published: a caffemodel's arrays, saved as .npz, .h5 or .mat.

Caffe and this package have the same layout of convolutions and transposed convolutions. Two things differ: the
authors' networks take BGR from 0 to 255 with the mean subtracted, and they store their fixed upsampling.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from segcore.errors import CheckpointError
from segcore.files.npz import damage_as_value_error
from segcore.models.architectures import Architecture, build
from segcore.models.bilinear import bilinear_kernel
from segcore.models.checkpoint_header import require_file
from segcore.models.convolutionalise import convolution_weight
from segcore.models.fcn import FC_CHANNELS
from segcore.models.matlab import matlab_arrays
from segcore.models.model import Model, classes_of_channels, fill
from segcore.models.preprocess import Preprocess

SUFFIXES = (".npz", ".h5", ".hdf5", ".mat")

PREPROCESS = Preprocess(mean=(122.67892 / 255, 116.66877 / 255, 104.00699 / 255), std=(1 / 255, 1 / 255, 1 / 255))
"""The mean that the authors subtract, in RGB; values stay 0-255."""

VGG16_LAYERS = {
    **{"conv1_1": 0, "conv1_2": 2, "conv2_1": 5, "conv2_2": 7, "conv3_1": 10, "conv3_2": 12, "conv3_3": 14},
    **{"conv4_1": 17, "conv4_2": 19, "conv4_3": 21, "conv5_1": 24, "conv5_2": 26, "conv5_3": 28},
}
"""Name of a convolution of VGG16 -> its index in ``features``."""

HEAD_LAYERS = ("fc6", "fc7", "score_fr", "score_pool4", "score_pool3", "upscore2", "upscore_pool4")
"""Layers with the same names here."""

FIXED_UPSAMPLING = {"fcn32s": ("upscore", 32), "fcn16s": ("upscore16", 16), "fcn8s": ("upscore8", 8)}
"""Architecture -> name and stride of its fixed bilinear upsampling."""

_WEIGHT, _BIAS = ("weight", "weights", "w", "kernel", "0"), ("bias", "biases", "b", "1")
_KEY = re.compile(rf"(?:.*/)?(?P<layer>\w+?)[/._](?P<what>{'|'.join((*_WEIGHT, *_BIAS))})", re.IGNORECASE)

MOST_BYTES = 1_250_000_000
"""Bytes of all arrays: twice the 134 million float32 weights of FCN on VGG16."""

Array = NDArray[np.generic]
Entry = tuple[str, int, Callable[[], Array]]
"""An array of a file: its key, its bytes, and the function that reads it."""


def load_caffe(path: Path, architecture: str | None = None) -> Model:
    """Read published weights of FCN-32s, 16s or 8s on VGG16 (``fcn.berkeleyvision.org``), with ``border=pad100``.

    Parameters
    ----------
    path : Path
        .npz with an array for each layer's weight and bias, ``conv1_1/weight`` and ``conv1_1/bias`` or in other usual
        words (``conv1_1_w``, ``conv1_1.0``); .h5 in the same or in Caffe's own layout (``data/conv1_1/0``); .mat with
        variables ``conv1_1_weight``. float of any size: conv weights [out, in, h, w], biases [out], upsampling
        [in, out, h, w].
    architecture : str or None
        Such as ``fcn8s:border=pad100``; None takes it from the layers in the file, and ``at_once`` from its name.

    Returns
    -------
    Model
        In evaluation mode, with the classes of PASCAL VOC when there are 21, and the authors' preprocessing.

    Raises
    ------
    CheckpointError
        Missing, no regular file, damaged, more than `MOST_BYTES`, a pickle inside, layers missing or of another shape,
        values that are not finite, a fixed upsampling that is not bilinear; or h5py, which .h5 needs, is not installed.
    """
    path = Path(path)
    require_file(path)
    layers = _read(path)
    wanted = Architecture.parse(architecture) if architecture is not None else _architecture(path, layers)
    if wanted.name not in FIXED_UPSAMPLING:
        raise CheckpointError(
            f"{path} has the layers of a caffemodel, which do not fit the architecture '{wanted.name}'.",
            f"Choose one of: {', '.join(FIXED_UPSAMPLING)}.",
        )
    text = str(wanted)
    num_classes = len(_score(path, layers))
    classes = classes_of_channels(num_classes, path)
    try:
        with torch.device("meta"):  # no random initialisation of 134 million weights that the file replaces
            segmenter = build(text, num_classes)
    except CheckpointError as error:
        raise CheckpointError(f"{path}: {error.message}", error.remedy) from error
    segmenter.to_empty(device="cpu")
    fill(segmenter, _state(path, layers, *FIXED_UPSAMPLING[wanted.name], segmenter.state_dict()), path, text)
    lineage = [{"source": path.name}]
    return Model(segmenter.eval(), text, classes, PREPROCESS, path.stem, {}, lineage)


def _architecture(path: Path, layers: Mapping[str, Array]) -> Architecture:
    """Return the architecture that has the layers of the file."""
    skips = sum(f"{skip}.weight" in layers for skip in ("score_pool4", "score_pool3"))
    name = ("fcn32s", "fcn16s", "fcn8s")[skips]
    options: dict[str, str | int | bool] = {"border": "pad100"}
    if skips and re.search(r"at-?_?once", path.stem, re.IGNORECASE):
        options["at_once"] = True
    fc_channels = len(layers["fc7.weight"]) if "fc7.weight" in layers else FC_CHANNELS
    if fc_channels != FC_CHANNELS:
        options["fc_channels"] = fc_channels
    return Architecture(name, options)


def _score(path: Path, layers: Mapping[str, Array]) -> Array:
    score = layers.get("score_fr.weight")
    if score is None or score.ndim < 2 or not len(score):
        raise CheckpointError(
            f"{path} has no weights of the layer 'score_fr', so it is not FCN-32s, 16s or 8s.",
            "Save every layer of the authors' caffemodel under its name, such as 'conv1_1/weight' and 'conv1_1/bias'.",
        )
    return score


def _state(
    path: Path, layers: Mapping[str, Array], upscore: str, stride: int, wanted: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """Return the state dict of a file's layers."""
    state: dict[str, Tensor] = {}
    for key, array in layers.items():
        layer, _, what = key.partition(".")
        if layer == upscore:
            _check_bilinear(path, layer, array, stride)
            continue
        name = f"features.{VGG16_LAYERS[layer]}" if layer in VGG16_LAYERS else layer
        with np.errstate(over="ignore"):  # values beyond float32 are rejected as not finite
            tensor = torch.from_numpy(np.ascontiguousarray(array, np.float32))
        ours = wanted.get(f"{name}.{what}")
        if what == "bias":
            tensor = tensor.flatten()  # older Caffe has [1, 1, 1, out]
        elif ours is not None and tensor.dim() == 2 and tensor.numel() == ours.numel():
            tensor = convolution_weight(tensor, (ours.shape[2], ours.shape[3]))
        if layer == "conv1_1" and what == "weight" and tensor.dim() == 4:
            tensor = tensor.flip(1)  # BGR -> RGB
        state[f"{name}.{what}"] = tensor
    return state


def _check_bilinear(path: Path, layer: str, array: Array, stride: int) -> None:
    weight = np.asarray(array, np.float32)
    kernel = bilinear_kernel(2 * stride).numpy()
    fits = weight.ndim == 4 and weight.shape[0] == weight.shape[1] and weight.shape[2:] == kernel.shape
    if not fits or not np.allclose(weight, np.eye(len(weight), dtype=np.float32)[..., None, None] * kernel, atol=1e-3):
        raise CheckpointError(
            f"'{layer}' of {path} is not bilinear upsampling by {stride}, as in the authors' networks.",
            "Choose the authors' published weights, or leave this layer out.",
        )


def _read(path: Path) -> dict[str, Array]:
    """Return ``layer.weight`` and ``layer.bias`` -> array; nothing else in the file is read."""
    remedy = "Copy it again from its source, or save the caffemodel's arrays again with numpy.savez."
    try:
        layers = dict(_known(READERS[path.suffix.lower()](path)))
    except KeyError as error:
        if path.suffix.lower() in READERS:
            raise CheckpointError(f"{path} is damaged ({error}).", remedy) from error
        raise CheckpointError(
            f"{path} does not end in {', '.join(SUFFIXES)}.", "Save the caffemodel's arrays with numpy.savez."
        ) from error
    except CheckpointError:
        raise
    except Exception as error:  # NumPy and h5py raise any error for damaged files, TypeError and MemoryError too
        raise CheckpointError(
            f"{path} cannot be read as arrays ({str(error) or type(error).__name__}).", remedy
        ) from error
    for key, array in layers.items():
        if array.dtype.kind != "f" or not array.ndim:
            what = array.dtype if array.ndim else "a single value"
            raise CheckpointError(f"{path} is damaged: '{key}' holds {what}, not an array of floating point.", remedy)
    return layers


def _known(entries: Iterator[Entry]) -> Iterator[tuple[str, Array]]:
    upsampling = tuple(name for name, _ in FIXED_UPSAMPLING.values())
    total = 0
    for key, size, read in entries:
        match = _KEY.fullmatch(key)
        if not match or match["layer"] not in (*VGG16_LAYERS, *HEAD_LAYERS, *upsampling):
            continue
        total += size
        if total > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES / 1e9:.2f} GB, the limit for FCN on VGG16")
        yield f"{match['layer']}.{'weight' if match['what'].lower() in _WEIGHT else 'bias'}", read()


def _npz(path: Path) -> Iterator[Entry]:
    with path.open("rb") as stream:  # NumPy would leave a damaged file open
        with damage_as_value_error():
            loaded = np.load(stream, allow_pickle=False)
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            raise ValueError("a single array")
        with loaded as file:
            for member in cast(zipfile.ZipFile, file.zip).infolist():
                yield member.filename.removesuffix(".npy"), member.file_size, partial(_array, file, member)


@damage_as_value_error()
def _array(file: Any, member: zipfile.ZipInfo) -> Array:
    """Read one array of an .npz file; its header may declare more data than there are."""
    with file.zip.open(member) as stream:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(stream)
    if math.prod(shape) * dtype.itemsize > member.file_size:
        raise ValueError(f"{member.filename} is truncated")
    return np.asarray(file[member.filename])


def _h5(path: Path) -> Iterator[Entry]:
    h5py = _optional("h5py", path)
    with h5py.File(path, "r") as file:
        keys: list[str] = []
        file.visititems(lambda key, item: keys.append(key) if isinstance(item, h5py.Dataset) else None)
        for key in keys:
            yield key, int(file[key].nbytes), partial(_values, file, key)


def _values(file: Any, key: str) -> Array:
    return np.asarray(file[key])


READERS = {".npz": _npz, ".h5": _h5, ".hdf5": _h5, ".mat": matlab_arrays}
"""Suffix of a file -> reader of its keys, each with a function that reads its array."""


def _optional(module: str, path: Path) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise CheckpointError(
            f"{path} cannot be read: {package} is not installed.",
            f"Install {package}, or save the arrays as .npz with numpy.savez.",
        ) from error
