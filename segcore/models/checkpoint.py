"""Checkpoints: a network's weights together with its classes, preprocessing, metrics and history, in one file."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from segcore.errors import CheckpointError
from segcore.files.atomic import atomic_write
from segcore.models.architectures import Architecture, build, outline
from segcore.models.checkpoint_header import METADATA_KEY, check_seal, require_file, sealed
from segcore.models.checkpoint_info import SCHEMA, read_checkpoint_info
from segcore.models.model import Model, check_shapes, fill
from segcore.models.outside_files import is_outside, load_outside
from segcore.models.preprocess import Preprocess
from segcore.models.weights_file import is_torch_file

_HALF_MAX = 65504.0
_CAFFE = (".npz", ".h5", ".hdf5", ".mat")
_STATISTICS = ("running_mean", "running_var")


def save_checkpoint(path: Path, model: Model, half: bool = False) -> None:
    """Write a model to one .safetensors file, atomically, with a checksum of all of it.

    Parameters
    ----------
    path : Path
        Target; a missing folder is made.
    model : Model
        The model.
    half : bool
        Store weights as float16, half the size; they load as float32 again. BatchNorm statistics and tensors with
        values beyond float16's range stay float32.

    Raises
    ------
    CheckpointError
        A weight is NaN or infinite, network and class list differ in their number of classes, or metrics and lineage
        are too long or not JSON.
    OSError
        The file cannot be written (no space, no permission); the old file stays.
    """
    if model.segmenter.num_classes != len(model.classes):
        raise CheckpointError(
            f"The network has {model.segmenter.num_classes} classes, its class list {len(model.classes)}.",
            "Train it for these classes first.",
        )
    tensors: dict[str, Tensor] = {}
    for key, value in model.segmenter.state_dict().items():
        tensor = value.detach().to("cpu")
        if tensor.is_floating_point():
            if not bool(torch.isfinite(tensor).all()):
                raise CheckpointError(
                    f"{path} was not written: '{key}' has values that are not finite.",
                    "Train again with a smaller learning rate.",
                )
            if half and not key.endswith(_STATISTICS) and (not tensor.numel() or tensor.abs().max() < _HALF_MAX):
                tensor = tensor.half()
        tensors[key] = tensor.clone(memory_format=torch.contiguous_format)
    header = {
        "schema": SCHEMA,
        "architecture": str(Architecture.parse(model.architecture)),
        "classes": model.classes.to_json(),
        "preprocess": model.preprocess.to_json(),
        "name": model.name,
        "metrics": model.metrics,
        "lineage": model.lineage,
        "temperature": model.temperature,
    }
    if model.segmenter.config:
        header["config"] = model.segmenter.config
    try:
        # Bytes of file names that are not text become question marks.
        text = json.dumps(header, ensure_ascii=False, allow_nan=False).encode(errors="replace").decode()
        parts = sealed(save(tensors, {METADATA_KEY: text}))
    except ValueError as error:
        raise CheckpointError(f"{path} was not written ({error}).", "Train from an earlier checkpoint.") from error
    with atomic_write(path) as file:
        file.writelines(parts)


def load_checkpoint(path: Path) -> Model:
    """Read a checkpoint of Maskwright (.safetensors), published weights or a network of another library.

    Published weights are a torchvision segmentation state dict (.pth, .pt) or a caffemodel's arrays (.npz, .h5, .mat);
    networks of others are ONNX files.

    The header is checked before memory is allocated. Nothing is downloaded.

    Raises
    ------
    CheckpointError
        The file is missing, not a regular file, truncated, or changed since it was written (checksum); it is for
        another architecture or number of classes, has values that are not finite or invalid preprocessing, is from a
        newer version, or is a pickle other than a torchvision state dict.
    """
    path = Path(path)
    if is_outside(path):
        return load_outside(path)
    require_file(path)
    if path.suffix.lower() in _CAFFE:
        from segcore.models.caffemodel import load_caffe

        return load_caffe(path)
    if is_torch_file(path):
        from segcore.models.torchvision_checkpoint import load_torchvision

        return load_torchvision(path)
    info = read_checkpoint_info(path)
    try:
        preprocess = Preprocess.from_json(info.preprocess)
        check_shapes(outline(info.architecture, len(info.classes), info.config), info.shapes, path, info.architecture)
        segmenter = build(info.architecture, len(info.classes), info.config)
    except CheckpointError as error:
        where = "" if str(path) in error.message else f"{path}: "
        raise CheckpointError(f"{where}{error.message}", error.remedy) from error
    try:
        check_seal(path)
        state = load_file(path)
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise CheckpointError(f"{path} is damaged ({error}).", "Copy it again from its source.") from error
    fill(segmenter, state, path, info.architecture)
    return Model(
        segmenter.eval(),
        info.architecture,
        info.classes,
        preprocess,
        info.name,
        info.metrics,
        info.lineage,
        info.temperature,
    )
