"""Small ONNX files, made with ONNX's own helpers."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def write(
    path, sides=("H", "W"), end=(), channels=3, stride=1, metadata=None, dtype=TensorProto.FLOAT, batch="N", opset=18
):
    """A 3x3 convolution in ONNX's own words; ``end`` are operations after it."""
    rng = np.random.default_rng(3)
    weight = numpy_helper.from_array(rng.normal(0, 1, (channels, 3, 3, 3)).astype(np.float32), "weight")
    pads = [1, 1, 1, 1]
    nodes = [helper.make_node("Conv", ["x", "weight"], ["y0"], pads=pads, strides=[stride, stride])]
    if dtype == TensorProto.UINT8:  # NHWC, as our own export
        nodes = [
            helper.make_node("Cast", ["x"], ["float"], to=TensorProto.FLOAT),
            helper.make_node("Transpose", ["float"], ["nchw"], perm=[0, 3, 1, 2]),
            helper.make_node("Conv", ["nchw", "weight"], ["y0"], pads=pads),
        ]
    for place, (operation, attributes) in enumerate(end):
        nodes.append(helper.make_node(operation, [f"y{place}"], [f"y{place + 1}"], **attributes))
    out = TensorProto.INT64 if any(name == "ArgMax" for name, _ in end) else TensorProto.FLOAT
    shape = [batch, 3, *sides] if dtype != TensorProto.UINT8 else [batch, *sides, 3]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", dtype, shape)],
        [helper.make_tensor_value_info(f"y{len(end)}", out, None)],
        [weight],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)
    helper.set_model_props(model, metadata or {})
    onnx.save(model, path)
    return path
