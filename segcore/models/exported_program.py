"""torch.export programs (.pt2): their graph is read as data and computed operation by operation; they are not trained.

torch's own reader unpickles and evaluates parts of such a file. This one takes three things from it: the graph
(``models/model.json``), and the bytes of weights and constants. Of the graph it computes operations of ATen and
arithmetic with sizes; any other operation is an error. The format is that of ``torch/_export/serde/schema.py``.
"""

from __future__ import annotations

import io
import json
import math
import operator
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from segcore.errors import CheckpointError
from segcore.files.regular_file import read_regular
from segcore.models.description import Description, described
from segcore.models.input_rules import InputRules
from segcore.models.model import Model
from segcore.models.outside_network import Program, read_config
from segcore.models.program_output import KINDS, described_or_raw, preprocess_of, read_output, reading_of, tried

_DTYPES: dict[int, torch.dtype] = {
    **{1: torch.uint8, 2: torch.int8, 3: torch.int16, 4: torch.int32, 5: torch.int64},
    **{6: torch.float16, 7: torch.float32, 8: torch.float64, 12: torch.bool, 13: torch.bfloat16},
}
_FORMATS = {1: torch.contiguous_format, 2: torch.channels_last, 4: torch.preserve_format}
_ARITHMETIC = {
    **{f"_operator.{name}": getattr(operator, name) for name in ("add", "sub", "mul", "floordiv", "truediv", "mod")},
    **{f"_operator.{name}": getattr(operator, name) for name in ("neg", "pow", "eq", "ne", "lt", "le", "gt", "ge")},
    **{f"_operator.{name}": getattr(operator, name) for name in ("getitem", "and_", "or_")},
    **{f"math.{name}": getattr(math, name) for name in ("ceil", "floor", "trunc")},
    **{"torch.sym_max": max, "torch.sym_min": min, "torch.sym_float": float, "torch.sym_int": int},
    "torch.sym_not": operator.not_,
}
_REFUSED = ("from_file", "_assert_async", "_print")
"""Operations of ATen that reach beyond tensors."""
_LARGEST = 2_000_000_000


class Graph:
    """The graph of a program with its weights.

    Parameters
    ----------
    data : bytes
        The file.

    Raises
    ------
    CheckpointError
        It is no such file, or uses operations that are not computed.
    """

    def __init__(self, data: bytes) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members = {name.partition("/")[2]: name for name in archive.namelist()}
                if sum(member.file_size for member in archive.infolist()) > len(data):
                    raise ValueError("it is compressed")
                module = json.loads(archive.read(members["models/model.json"]))["graph_module"]
                read = partial(_payload, archive, members)
                tensors = {
                    **read("weights", "model_weights_config.json"),
                    **read("constants", "model_constants_config.json"),
                }
            self._nodes: list[dict[str, Any]] = module["graph"]["nodes"]
            self._given, self._input = _inputs(module["signature"]["input_specs"], tensors)
            (output,) = module["signature"]["output_specs"]
            self._output = str(output["user_output"]["arg"]["as_tensor"]["name"])
            sizes = module["graph"]["tensor_values"][self._input]["sizes"]
            self.sizes: list[int | None] = [each.get("as_int") for each in sizes]
        except (zipfile.BadZipFile, OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError) as error:
            raise CheckpointError(
                f"It is no program of torch.export with one image and one output ({type(error).__name__}: {error}).",
                "Write it with torch.export.save; a network with several outputs needs a wrapper that returns its "
                "scores.",
            ) from error
        self._operations = [_operation(str(node["target"])) for node in self._nodes]

    def __call__(self, x: Tensor) -> Tensor:
        """Compute the output for float32 [N, 3, h, w], on its device."""
        values: dict[str, Any] = {name: tensor.to(x.device) for name, tensor in self._given.items()}
        values[self._input] = x
        for node, operation in zip(self._nodes, self._operations, strict=True):
            if not node["outputs"]:  # it only checks something, such as a tensor's type before a cast
                continue
            arguments, named = [], {}
            for each in node["inputs"]:
                value = _value(each["arg"], values, x.device)
                if each.get("kind", 1) == 1:
                    arguments.append(value)
                else:
                    named[each["name"]] = value
            found = operation(*arguments, **named)
            names = list(_names(node["outputs"]))
            values.update(zip(names, found if len(names) > 1 or _is_list(node["outputs"]) else [found], strict=True))
        output: Tensor = values[self._output]
        return output


class ExportedNetwork(Program):
    """A program of torch.export.

    Parameters
    ----------
    num_classes : int
        C.
    config : str
        JSON: ``bytes`` (length of the file), ``kind`` (see `segcore.models.program_output`), ``rules`` (`InputRules`).
    """

    program: Tensor

    def __init__(self, num_classes: int, config: str = "") -> None:
        data = read_config(config, "exported_program")
        super().__init__(num_classes, InputRules.from_json(data["rules"]))
        self.config, self.kind = config, str(data["kind"])
        if self.kind not in KINDS or not 0 < data["bytes"] <= _LARGEST:
            raise ValueError("its description of the program is damaged")
        self.register_buffer("program", torch.zeros(data["bytes"], dtype=torch.uint8))
        self._graph: Graph | None = None

    def logits(self, x: Tensor) -> Tensor:
        """See `OutsideNetwork`."""
        if x.device.type == "meta":
            return self.shape_alone(x)
        if self._graph is None:
            self._graph = Graph(self.program.cpu().numpy().tobytes())
        graph = self._graph
        found = torch.cat([graph(each[None]) for each in x])
        return read_output(found, self.kind, self.num_classes)


def load_exported(path: Path, description: Description | None = None) -> Model:
    """Read a file of ``torch.export.save``.

    Raises
    ------
    DescriptionNeededError
        The JSON file beside it does not say class names, mean and std.
    CheckpointError
        It is damaged, or uses operations that are not computed.
    """
    try:
        data = read_regular(path, _LARGEST)
        graph = Graph(data)
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error}).", "Copy it again; 2 GB is the most.") from error
    except CheckpointError as error:
        raise CheckpointError(f"{path}: {error.message}", error.remedy) from error
    if len(graph.sizes) != 4 or graph.sizes[1] not in (3, None):
        raise CheckpointError(f"{path} takes no RGB images [N, 3, H, W].", "Choose a network for RGB images.")
    if description is None:
        description = described(path, Description())
    known = described_or_raw(description)
    preprocess = preprocess_of(known, path)
    sides = [side for side in graph.sizes[2:] if side is not None]
    size = (sides[0], sides[-1]) if sides else None
    _, rules, found = tried({"": graph}, size, preprocess, known, path)
    reading, classes = reading_of(found, description, path)
    config = {"bytes": len(data), "kind": reading.kind, "rules": rules.to_json()}
    segmenter = ExportedNetwork(reading.channels, json.dumps(config))
    segmenter.program = torch.frombuffer(bytearray(data), dtype=torch.uint8)
    return Model(segmenter.eval(), "exported_program", classes, preprocess, path.stem, {}, [{"source": path.name}])


def _payload(archive: zipfile.ZipFile, members: dict[str, str], folder: str, table: str) -> dict[str, Tensor]:
    """Read the tensors of a folder by name. Raises ValueError for one that is pickled."""
    found = {}
    for name, entry in json.loads(archive.read(members[f"data/{folder}/{table}"]))["config"].items():
        meta = entry["tensor_meta"]
        if entry["use_pickle"] or meta is None:
            raise ValueError(f"'{name}' is pickled, which is not opened")
        raw = bytearray(archive.read(members[f"data/{folder}/{entry['path_name']}"]))
        flat = (
            torch.frombuffer(raw, dtype=_DTYPES[meta["dtype"]]) if raw else torch.empty(0, dtype=_DTYPES[meta["dtype"]])
        )
        sizes, strides = ([int(each["as_int"]) for each in meta[key]] for key in ("sizes", "strides"))
        found[name] = torch.as_strided(flat, sizes, strides, int(meta["storage_offset"]["as_int"]))
    return found


def _inputs(specs: list[dict[str, Any]], tensors: dict[str, Tensor]) -> tuple[dict[str, Tensor], str]:
    """Return the tensors that the graph takes by their names in it, and the name of the image."""
    given, images = {}, []
    for spec in specs:
        ((kind, content),) = spec.items()
        if kind == "user_input":
            images.append(str(content["arg"]["as_tensor"]["name"]))
        else:
            given[str(content["arg"]["name"])] = tensors[content[f"{kind}_name"]]
    (image,) = images
    return given, image


def _operation(target: str) -> Callable[..., Any]:
    parts = target.split(".")
    arithmetic: Callable[..., Any] | None = _ARITHMETIC.get(target)
    if arithmetic is not None:
        return arithmetic
    if parts[:3] == ["torch", "ops", "aten"] and len(parts) == 5 and parts[3] not in _REFUSED:
        packet = getattr(torch.ops.aten, parts[3], None)
        found: Callable[..., Any] | None = getattr(packet, parts[4], None)
        if found is not None:
            return found
    raise CheckpointError(
        f"It uses the operation '{target}', which is not computed.", "Export the network as ONNX instead."
    )


def _value(arg: dict[str, Any], values: dict[str, Any], device: torch.device) -> Any:
    """Return one argument: a value of the graph, a number, a list, or a setting."""
    ((kind, content),) = arg.items()
    if kind == "as_none":
        return None
    if kind in ("as_tensor", "as_name"):
        return values[content["name"] if isinstance(content, dict) else content]
    if kind in ("as_sym_int", "as_sym_float", "as_sym_bool", "as_optional_tensor"):
        return _value(content, values, device)
    if kind in ("as_tensors", "as_optional_tensors", "as_sym_ints", "as_sym_floats", "as_sym_bools"):
        return [_value(each if kind != "as_tensors" else {"as_tensor": each}, values, device) for each in content]
    if kind == "as_scalar_type":
        return _DTYPES[content]
    if kind == "as_memory_format":
        return _FORMATS[content]
    if kind == "as_layout":
        return torch.strided
    if kind == "as_device":
        return device
    return content


def _names(outputs: list[dict[str, Any]]) -> Iterator[str]:
    for output in outputs:
        ((kind, content),) = output.items()
        if kind == "as_tensors":
            yield from (str(each["name"]) for each in content)
        elif kind == "as_tensor":
            yield str(content["name"])
        elif kind != "as_none":
            yield str(content["as_name"])


def _is_list(outputs: list[dict[str, Any]]) -> bool:
    return len(outputs) == 1 and "as_tensors" in outputs[0]
