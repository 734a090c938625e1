"""ONNX: a model as one file for onnxruntime and others, with preprocessing and softmax inside.

Input ``image``: uint8 RGB [N, H, W, 3], as from Pillow. Output ``probabilities``: float32 [N, C, H, W]. N, H and W are
free unless a size is given. Resizing is not included, because onnxruntime's filters differ from ours: if
``short_side`` in the metadata is a number, resize images so that their shorter side has this many pixels.
"""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from segcore.errors import MaskwrightError
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.installation import to_install
from segcore.models.model import Model
from segcore.models.optional_package import optional_package
from segcore.models.preprocess import Preprocess
from segcore.models.segmenter import Segmenter
from segcore.progress import Progress, Task

TOLERANCE = 1e-3
"""Largest allowed difference between probabilities of onnxruntime and torch."""

OPSET = 18
_TRACED = (104, 168)
"""At this size, its halves and its three quarters, networks that add a row where ceil(n / stride) cells do not reach
the end do add one: Python's ``max(0, rows)`` stays a computation in the trace only where it is positive."""

_CHECKED = ((1, *_TRACED), (2, 101, 143), (1, 256, 320))
_FLOOR_DIVISIONS = (torch.floor_divide, Tensor.floor_divide, Tensor.__floordiv__)


@dataclass(frozen=True)
class OnnxFile:
    """What was written.

    Attributes
    ----------
    path : Path
        The file.
    size : (int, int) or None
        The fixed (height, width); None: any size.
    difference : float
        The largest difference of a probability between onnxruntime and torch that was measured.
    """

    path: Path
    size: tuple[int, int] | None
    difference: float


def export_onnx(model: Model, path: Path, size: tuple[int, int] | None = None) -> Task[OnnxFile]:
    """Write a model as ONNX and check it against onnxruntime.

    Parameters
    ----------
    model : Model
        In float32, on the CPU.
    path : Path
        Target; written atomically, and only if onnxruntime's probabilities equal torch's within `TOLERANCE`.
    size : (int, int) or None
        The (height, width) to export for; None for any size from 32x32 upwards.

    Returns
    -------
    Task[OnnxFile]
        The file's metadata holds ``class_names`` (JSON, one a channel), ``classes`` (with label values and colours),
        ``short_side``, ``preprocess``, ``architecture`` and ``name``.

    Raises
    ------
    MaskwrightError
        onnx or onnxruntime is not installed, the model is a finished program, the network cannot be exported, or its
        probabilities differ.
    ProjectError
        The file cannot be written.
    """
    if not model.segmenter.trainable:
        raise MaskwrightError(
            f"'{model.name}' is a finished program, which is not exported again.", "Use the file that it came from."
        )
    onnx, onnxruntime = _package("onnx"), _package("onnxruntime")
    graph = Graph(model.segmenter.eval(), model.preprocess, model.temperature).eval()
    yield Progress(0, 3, "Tracing the network")
    try:
        proto = onnx.load_from_string(_traced(graph, size))
    except Exception as error:  # the tracer may raise any error
        raise _inexpressible(model, size, str(error).strip().partition("\n")[0]) from error
    proto.graph.output[0].type.tensor_type.shape.dim[1].dim_value = model.segmenter.num_classes
    onnx.helper.set_model_props(proto, _metadata(model))
    data = proto.SerializeToString()
    del proto
    yield Progress(1, 3, "Comparing with onnxruntime")
    difference = _difference(onnxruntime, data, graph, [(1, *size)] if size else _CHECKED)
    if not difference <= TOLERANCE:
        raise _inexpressible(model, size, f"onnxruntime's probabilities differ by up to {difference:.2g}")
    yield Progress(2, 3, f"Writing {path.name}")
    with writing(path):
        atomic_write_bytes(path, data)
    return OnnxFile(path, size, difference)


class Graph(nn.Module):
    """The exported module: uint8 [N, H, W, 3] -> float32 [N, C, H, W] probabilities, calibrated by the temperature."""

    def __init__(self, segmenter: Segmenter, preprocess: Preprocess, temperature: float = 1.0) -> None:
        super().__init__()
        self.segmenter = segmenter
        self.preprocess = preprocess
        self.temperature = temperature

    def forward(self, image: Tensor) -> Tensor:
        """See the class."""
        batch = self.preprocess.normalise(image.permute(0, 3, 1, 2))
        logits = self.segmenter(batch)["out"]
        return functional.softmax(logits if self.temperature == 1.0 else logits / self.temperature, dim=1)


class ForAnySize(TorchFunctionMode):
    """Replaces operations that torch's exporter gets wrong, or rejects, while height and width are unknown."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Call ``func``, or the same in operations of ONNX."""
        if func in _FLOOR_DIVISIONS:  # exported as a division that rounds towards zero
            return torch.div(args[0], args[1], rounding_mode="floor")
        if func is functional.adaptive_avg_pool2d:
            return pooled_by_matrices(args[0], args[1] if len(args) > 1 else (kwargs or {})["output_size"])
        return func(*args, **(kwargs or {}))


def pooled_by_matrices(x: Tensor, output_size: int | Sequence[int | None]) -> Tensor:
    """`adaptive_avg_pool2d` as two matrix products: ONNX has this pooling only for known sizes.

    Cell i of n averages the rows from ``floor(i h / n)`` to ``ceil((i + 1) h / n)``, and columns likewise.
    """
    rows, columns = (output_size, output_size) if isinstance(output_size, int) else output_size
    down = _averages(x.shape[2], rows, x.device)
    across = _averages(x.shape[3], columns, x.device)
    return torch.matmul(torch.matmul(down, x), across.transpose(0, 1))


def _averages(length: Any, cells: int | None, device: torch.device) -> Tensor:
    """Float32 [cells, length]: row i holds the weight of each position in cell i."""
    place = torch.arange(length, device=device)
    if cells is None:
        return (place[:, None] == place[None, :]).float()
    cell = torch.arange(cells, device=device)
    start = torch.div(cell * length, cells, rounding_mode="floor")
    end = torch.div((cell + 1) * length + cells - 1, cells, rounding_mode="floor")
    inside = ((place[None, :] >= start[:, None]) & (place[None, :] < end[:, None])).float()
    return inside / inside.sum(1, keepdim=True)


def _traced(graph: Graph, size: tuple[int, int] | None) -> bytes:
    # The tracing exporter, not the newer one: that one takes minutes to prove the starter's sizes, and refuses modules
    # with a child called "backbone" beside a method of this name.
    example = torch.zeros(1, *(size or _TRACED), 3, dtype=torch.uint8)
    axes = {"image": {0: "N", 1: "H", 2: "W"}, "probabilities": {0: "N", 2: "H", 3: "W"}}
    buffer = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad(), ForAnySize():
        # Deprecation, and warnings of sizes that might be taken for constants: whether they are is checked afterwards.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            graph,
            (example,),
            buffer,  # type: ignore[arg-type]  # this exporter takes files too
            input_names=["image"],
            output_names=["probabilities"],
            opset_version=OPSET,
            dynamic_axes=None if size else axes,
            dynamo=False,
        )
    return buffer.getvalue()


def _difference(onnxruntime: Any, data: bytes, graph: Graph, shapes: Sequence[tuple[int, int, int]]) -> float:
    """Return the largest difference of a probability over images of these (N, H, W); infinite when it cannot run."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # a failure is reported once, by this function
    options.intra_op_num_threads = torch.get_num_threads()
    worst = 0.0
    try:
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        for shape in shapes:
            image = _picture(*shape)
            with torch.no_grad():
                expected = graph(torch.from_numpy(image)).numpy()
            (found,) = session.run(["probabilities"], {"image": image})
            if found.shape != expected.shape:
                return float("inf")
            worst = float(np.maximum(worst, np.abs(found - expected).max()))  # unlike max, keeps NaN
    except Exception:  # each error of onnxruntime has its own class
        return float("inf")
    return worst


def _picture(count: int, height: int, width: int) -> NDArray[np.uint8]:
    """Return an image of waves of many lengths and some noise."""
    y, x, channel = np.ogrid[:height, :width, :3]
    waves = 128 + 60 * np.sin(x / (5 + 9 * channel)) + 60 * np.sin(y * (channel + 1) / 23)
    noise = np.random.default_rng(0).normal(0, 12, (count, height, width, 3))
    return np.asarray(np.clip(waves[None] + noise, 0, 255), np.uint8)


def _metadata(model: Model) -> dict[str, str]:
    return {
        "name": model.name,
        "architecture": model.architecture,
        "class_names": json.dumps(list(model.classes.names), ensure_ascii=False),
        "classes": json.dumps(model.classes.to_json(), ensure_ascii=False),
        "preprocess": json.dumps(model.preprocess.to_json()),
        "short_side": json.dumps(model.preprocess.short_side),
        "producer": "Maskwright",
    }


def _package(name: str) -> Any:
    return optional_package(
        name,
        MaskwrightError(
            f"ONNX export needs the package {name}, which is not installed.",
            to_install("onnx", "onnx onnxruntime"),
        ),
    )


def _inexpressible(model: Model, size: tuple[int, int] | None, reason: str) -> MaskwrightError:
    if size is None:
        return MaskwrightError(
            f"'{model.architecture}' cannot be exported for images of any size ({reason}).",
            "Export it for one size: --size HEIGHTxWIDTH.",
        )
    return MaskwrightError(
        f"'{model.architecture}' cannot be exported for {size[1]} x {size[0]} pixels ({reason}).",
        "Try another size, or another architecture.",
    )
