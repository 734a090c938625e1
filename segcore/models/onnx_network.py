"""ONNX files as networks: they predict through onnxruntime, on the CPU, and are not trained.

The input is [N, 3, H, W] or [N, H, W, 3] in float32, float16 or uint8; the output [N, C, h, w] (scores, or
probabilities that sum to 1), [N, 1, h, w] (one class against the background) or label values, [N, H, W] or
[N, 1, H, W]. A checkpoint holds the whole file as the tensor ``program``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from segcore.errors import CheckpointError, MaskwrightError
from segcore.files.regular_file import read_regular
from segcore.installation import to_install
from segcore.models.description import NAME_KEYS, Description, decoded, described
from segcore.models.input_rules import InputRules
from segcore.models.model import Model
from segcore.models.optional_package import optional_package
from segcore.models.outside_network import Program, read_config
from segcore.models.program_output import (
    KINDS,
    described_or_raw,
    first_line,
    preprocess_of,
    read_output,
    reading_of,
    tried,
)

_DTYPES = {"tensor(float)": "float32", "tensor(float16)": "float16", "tensor(uint8)": "uint8"}
_RAW = Description(mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0), scale=1.0)
_LARGEST = 2_000_000_000


@dataclass(frozen=True)
class _Input:
    name: str
    layout: str
    dtype: str
    size: tuple[int, int] | None


class OnnxNetwork(Program):
    """An ONNX file.

    Parameters
    ----------
    num_classes : int
        C.
    config : str
        JSON: ``bytes`` (length of the file), ``layout`` (NCHW, NHWC), ``dtype``, ``output`` (its name), ``kind`` (see
        `segcore.models.program_output`), ``rules`` (`InputRules`).
    """

    program: Tensor

    def __init__(self, num_classes: int, config: str = "") -> None:
        data = read_config(config, "onnx")
        super().__init__(num_classes, InputRules.from_json(data["rules"]))
        self.config = config
        self.layout, self.dtype, self.output, self.kind = (str(data[k]) for k in ("layout", "dtype", "output", "kind"))
        if self.dtype not in _DTYPES.values() or self.kind not in KINDS or not 0 < data["bytes"] <= _LARGEST:
            raise ValueError("its description of the program is damaged")
        self.register_buffer("program", torch.zeros(data["bytes"], dtype=torch.uint8))
        self._session: Any = None

    def logits(self, x: Tensor) -> Tensor:
        """See `OutsideNetwork`."""
        if x.device.type == "meta":
            return self.shape_alone(x)
        if self._session is None:
            self._session = _session(self.program.cpu().numpy().tobytes(), Path("the checkpoint"))
        try:
            parts = [_run(self._session, self.layout, self.dtype, self.output, each[None]) for each in x]
        except Exception as error:  # each error of onnxruntime has its own class
            line = first_line(error)
            if "alloc" in line.lower():  # so that smaller tiles are tried
                raise MemoryError(line) from error
            raise CheckpointError(
                f"onnxruntime cannot compute an input of {x.shape[3]} x {x.shape[2]} pixels ({line}).",
                "If the network takes one size only, export it again with this size in its input's shape.",
            ) from error
        return read_output(torch.cat(parts), self.kind, self.num_classes).to(x.device)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the session out of copies: it belongs to onnxruntime and is opened again."""
        return {**self.__dict__, "_session": None}


def load_onnx(path: Path, description: Description | None = None) -> Model:
    """Read an ONNX file.

    Parameters
    ----------
    path : Path
        The file.
    description : Description or None
        Class names and preprocessing; None: of the file's metadata and of the JSON file beside it.

    Raises
    ------
    DescriptionNeededError
        They do not say class names, mean and std.
    CheckpointError
        The file is damaged, or its input or output is none of those that the module names.
    MaskwrightError
        onnxruntime is not installed.
    """
    data = _read(path)
    session = _session(data, path)
    given = _input_of(session, path)
    if description is None:
        description = described(path, _from_metadata(session, given, path))
    known = described_or_raw(description)
    preprocess = preprocess_of(known, path)
    outputs = [each.name for each in session.get_outputs() if len(each.shape or ()) in (0, 3, 4)]
    runs = {name: partial(_run, session, given.layout, given.dtype, name) for name in outputs}
    output, rules, found = tried(runs, given.size, preprocess, known, path)
    reading, classes = reading_of(found, description, path)
    config = {
        "bytes": len(data),
        "layout": given.layout,
        "dtype": given.dtype,
        "output": output,
        "kind": reading.kind,
        "rules": rules.to_json(),
    }
    segmenter = OnnxNetwork(reading.channels, json.dumps(config))
    segmenter.program = torch.frombuffer(bytearray(data), dtype=torch.uint8)
    name = session.get_modelmeta().custom_metadata_map.get("name") or path.stem
    return Model(segmenter.eval(), "onnx", classes, preprocess, name, {}, [{"source": path.name}])


def _read(path: Path) -> bytes:
    try:
        data = read_regular(path, _LARGEST)
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error}).", "Copy it again; 2 GB is the most.") from error
    # Weights in another file: their place is a path beside the file, which only the package onnx resolves and checks.
    if re.search(rb"\x0a\x08location\x12", data) is None:
        return data
    onnx = _package("onnx")
    try:
        return bytes(onnx.load(str(path)).SerializeToString())
    except Exception as error:  # onnx has its own errors, and those of protobuf
        raise CheckpointError(
            f"{path} keeps its weights in another file, which cannot be read ({first_line(error)}).",
            "Put both files into one folder.",
        ) from error


def _session(data: bytes, path: Path) -> Any:
    onnxruntime = _package("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = torch.get_num_threads()
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # each error of onnxruntime has its own class
        raise CheckpointError(
            f"{path} is damaged, or onnxruntime does not know its operations ({first_line(error)}).",
            "Export it again, with the operations of ONNX alone.",
        ) from error


def _input_of(session: Any, path: Path) -> _Input:
    inputs = session.get_inputs()
    shape = inputs[0].shape if len(inputs) == 1 else []
    dtype = _DTYPES.get(inputs[0].type) if len(inputs) == 1 else None
    if len(shape) == 4 and dtype is not None and 3 in (shape[1], shape[3]):
        layout = "NCHW" if shape[1] == 3 else "NHWC"
        height, width = shape[2:] if layout == "NCHW" else shape[1:3]
        sides = [side for side in (height, width) if isinstance(side, int) and side > 0]
        size = (sides[0], sides[-1]) if sides else None
        return _Input(inputs[0].name, layout, dtype, size)
    told = ", ".join(f"{each.name} {each.type} {each.shape}" for each in inputs)
    raise CheckpointError(
        f"{path} takes {told}.",
        "Maskwright needs one input, RGB [N, 3, H, W] or [N, H, W, 3], float32, float16 or uint8.",
    )


def _from_metadata(session: Any, given: _Input, path: Path) -> Description:
    metadata = decoded(session.get_modelmeta().custom_metadata_map)
    start = _RAW if given.dtype == "uint8" else Description()
    inside = metadata.get("preprocess")
    if given.dtype == "uint8":  # the program normalises; what it says about that is no order to do it twice
        metadata = {key: metadata[key] for key in (*NAME_KEYS, "short_side", "channels") if key in metadata}
    elif isinstance(inside, dict):
        metadata = {**inside, **metadata}
    return start.updated(metadata, path)


def _run(session: Any, layout: str, dtype: str, output: str, x: Tensor) -> Tensor:
    """Float32 [1, 3, h, w] -> the output as it is."""
    pixels: NDArray[Any] = x.detach().cpu().float().numpy()
    if dtype == "uint8":
        pixels = np.clip(np.rint(pixels), 0, 255)
    pixels = np.ascontiguousarray(pixels.transpose(0, 2, 3, 1) if layout == "NHWC" else pixels, dtype)
    (found,) = session.run([output], {session.get_inputs()[0].name: pixels})
    return torch.from_numpy(np.ascontiguousarray(found))


def _package(name: str) -> Any:
    return optional_package(
        name,
        MaskwrightError(
            f"An ONNX file needs the package {name}, which is not installed.",
            to_install("onnx", "onnx onnxruntime"),
        ),
    )
