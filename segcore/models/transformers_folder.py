"""Folders of Hugging Face's transformers: ``config.json``, ``preprocessor_config.json`` and safetensors.

Nothing is unpickled, no code of the folder runs, nothing is downloaded.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from segcore.errors import CheckpointError, MaskwrightError
from segcore.models.architectures import build
from segcore.models.description import Description, DescriptionNeededError, described, read_object
from segcore.models.input_rules import InputRules
from segcore.models.model import Model, classes_of_channels
from segcore.models.preprocess import FILTERS, Preprocess
from segcore.models.program_output import preprocess_of
from segcore.models.transformers_network import NETWORKS, cleaned, configuration, network_type, transformers

WEIGHTS = ("model.safetensors", "model.safetensors.index.json")
PROCESSORS = ("preprocessor_config.json", "processor_config.json")
_SIDES = ("height", "width", "shortest_edge", "longest_edge")
_TAKEN = (
    *("size", "max_size", "size_divisor", "do_resize", "resample", "do_rescale", "rescale_factor"),
    *("do_normalize", "image_mean", "image_std", "do_flip_channel_order"),
)
_OF_THE_LIBRARY = frozenset(each.processor for each in NETWORKS.values())
_RESAMPLE = {0: "nearest", 1: "lanczos", 2: "bilinear", 3: "bicubic"}
"""Pillow's numbers."""


def load_transformers(folder: Path, description: Description | None = None) -> Model:
    """Read a folder written by ``save_pretrained``.

    Parameters
    ----------
    folder : Path
        The folder.
    description : Description or None
        Class names and preprocessing in place of the folder's own.

    Raises
    ------
    DescriptionNeededError
        The folder does not say class names (``id2label``), mean or std.
    CheckpointError
        Files are missing, the network is of an unknown type, takes other than three channels, or its weights do not
        fit.
    MaskwrightError
        transformers is not installed.
    """
    raw = read_object(folder / "config.json")
    try:
        kind, config = network_type(raw), cleaned(raw)
    except CheckpointError as error:
        raise CheckpointError(f"{folder}: {error.message}", error.remedy) from error
    require_safetensors(folder)
    processor = _processor(folder, kind.processor)
    names = _names(raw)
    channels = len(names) if names is not None else _count(raw)
    body = config.get("backbone_config")
    taken = raw.get("num_channels", body.get("num_channels", 3) if isinstance(body, dict) else 3)
    if taken != 3:
        raise CheckpointError(f"{folder} takes images of {taken} channels.", "Choose a network for RGB images.")
    if description is None:
        description = described(folder, _description(names, processor, folder))
    if description.missing() or description.classes is None:
        raise DescriptionNeededError(folder, description, channels)
    if len(description.classes) != channels:
        raise CheckpointError(
            f"{folder} has {channels} output channels, but {len(description.classes)} class names.",
            "Name one class a channel, in their order.",
        )
    classes_of_channels(channels, folder)
    preprocess = _sized(preprocess_of(description, folder), processor, folder)
    multiple = config.get(kind.multiple, 1) if kind.multiple else 1
    size = _pair(config.get("image_size")) if kind.fixed else None
    if kind.squares and preprocess.size is not None and preprocess.size[0] == preprocess.size[1]:
        size = preprocess.size
    rules = InputRules(
        description.channels == "BGR", multiple if isinstance(multiple, int) else 1, size, "resize", kind.least
    )
    text = json.dumps({"model": config, "rules": rules.to_json()})
    architecture = f"transformers:network={raw['model_type']}"
    segmenter: Any = build(architecture, channels, text)
    _fill(segmenter.network, folder, kind.name, configuration(config, channels))
    name = folder.resolve().name
    return Model(segmenter.eval(), architecture, description.classes, preprocess, name, {}, [{"source": name}])


def require_safetensors(folder: Path) -> None:
    """Raise CheckpointError when a folder has no weights in safetensors."""
    if any((folder / name).is_file() for name in WEIGHTS):
        return
    pickled = sorted(each.name for kind in ("*.bin", "*.pt", "*.pth", "*.ckpt") for each in folder.glob(kind))
    what = f"only pickled weights ({pickled[0]}), which are not opened" if pickled else "no weights"
    raise CheckpointError(
        f"{folder} has {what}: {WEIGHTS[0]} is missing.",
        "Save the model again: model.save_pretrained(folder, safe_serialization=True).",
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the library's notes and progress bars off the terminal."""
    library = transformers()
    level = library.logging.get_verbosity()
    library.logging.set_verbosity_error()
    bars = library.logging.is_progress_bar_enabled()
    library.logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        library.logging.set_verbosity(level)
        if bars:
            library.logging.enable_progress_bar()


def _fill(network: Any, folder: Path, name: str, config: Any) -> None:
    """Load the folder's weights through the library, which knows the keys of its older versions."""
    remedy = "Choose a network for semantic segmentation, saved with its head."
    try:
        with quiet():
            loaded, report = getattr(transformers(), name).from_pretrained(
                folder,
                config=config,
                local_files_only=True,
                use_safetensors=True,
                trust_remote_code=False,
                output_loading_info=True,
            )
    except Exception as error:  # the library raises errors of many kinds
        line = str(error).strip().partition("\n")[0][:300]
        raise CheckpointError(
            f"{folder}: its weights do not fit config.json, or are damaged ({line}).", remedy
        ) from error
    wanted, given = network.state_dict(), loaded.float().state_dict()
    missing = sorted(key for key in report["missing_keys"] if key in wanted)
    if missing:
        raise CheckpointError(f"{folder} misses {len(missing)} weights of {name}, such as '{missing[0]}'.", remedy)
    network.load_state_dict({key: value for key, value in given.items() if key in wanted})


def _processor(folder: Path, usual: str) -> dict[str, Any]:
    """Return how the library makes the input: what the folder says, and its class's own values for the rest.

    ``usual``: the class where the folder does not name one of the library. Nothing when the folder has no such file.
    Raises CheckpointError.
    """
    path = next((folder / name for name in PROCESSORS if (folder / name).is_file()), None)
    found = {} if path is None else read_object(path)
    inside = found.get("image_processor")
    given = inside if isinstance(inside, dict) else found
    if not given:
        return {}
    said = str(given.get("image_processor_type", given.get("feature_extractor_type")))
    plain = said.replace("FeatureExtractor", "ImageProcessor").removesuffix("Fast")
    name = next(each for each in (plain, usual) if each == usual or each in _OF_THE_LIBRARY)
    try:
        with quiet():
            made = getattr(transformers(), name).from_dict({key: given[key] for key in _TAKEN if key in given})
    except MaskwrightError:
        raise
    except Exception as error:  # the library raises errors of many kinds
        line = str(error).strip().partition("\n")[0][:300]
        raise CheckpointError(
            f"{path}: the library does not understand how images are made for the network ({line}).",
            "Save the image processor again: processor.save_pretrained(folder).",
        ) from error
    values = {key: getattr(made, key, None) for key in _TAKEN}
    size = values["size"]
    if size is not None:
        values["size"] = {key: side for key in _SIDES if (side := _part(size, key)) is not None}
    if "MobileViT" in name:
        values["do_normalize"] = False  # this processor never does, whatever its file says
    return values


def _part(size: Any, key: str) -> Any:
    return size.get(key) if isinstance(size, Mapping) else getattr(size, key, None)


def _names(config: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the class names; None when they are missing or the library's own (LABEL_0 and so on)."""
    names = config.get("id2label")
    if not isinstance(names, dict) or all(str(name) == f"LABEL_{key}" for key, name in names.items()):
        return None
    return names


def _count(config: Mapping[str, Any]) -> int:
    named, given = config.get("id2label"), config.get("num_labels")
    if isinstance(named, dict) and named:
        return len(named)
    return given if isinstance(given, int) and given else 2  # the library's own number


def _description(names: dict[str, Any] | None, processor: dict[str, Any], folder: Path) -> Description:
    said: dict[str, Any] = {"id2label": names} if names is not None else {}
    if processor:
        plain = not processor["do_normalize"] or processor["image_mean"] is None
        said |= {
            "mean": [0.0] * 3 if plain else _numbers(processor["image_mean"]),
            "std": [1.0] * 3 if plain else _numbers(processor["image_std"]),
            "scale": processor["rescale_factor"] if processor["do_rescale"] else 1.0,
            "channels": "BGR" if processor["do_flip_channel_order"] else "RGB",
        }
    return Description().updated(said, folder / "config.json")


def _sized(preprocess: Preprocess, processor: dict[str, Any], folder: Path) -> Preprocess:
    """Return it with the processor's size and filter. Raises CheckpointError for a size that is not understood."""
    size = processor.get("size")
    if not processor.get("do_resize") or not size:
        return preprocess
    given = processor.get("resample")
    resample = _RESAMPLE.get(int(given), "bilinear") if isinstance(given, int) else "bilinear"
    data: dict[str, Any]
    if isinstance(size.get("shortest_edge"), int):
        data = {"short_side": size["shortest_edge"], "long_side": size.get("longest_edge")}
        data["divisor"] = processor.get("size_divisor") or 1
    elif pair := _pair((size.get("height"), size.get("width"))):
        data = {"size": pair}
    else:
        raise CheckpointError(
            f"{folder} resizes images to {json.dumps(size)[:100]}, which is not understood.",
            "Give height and width, or shortest_edge, as size in its preprocessor_config.json.",
        )
    assert resample in FILTERS
    return Preprocess.from_json({**preprocess.to_json(), **data, "resample": resample})


def _numbers(values: Any) -> Any:
    return list(values) if isinstance(values, tuple) else values


def _pair(size: Any) -> tuple[int, int] | None:
    pair = (size, size) if isinstance(size, int) else tuple(size) if isinstance(size, list | tuple) else ()
    return (pair[0], pair[1]) if len(pair) == 2 and all(type(side) is int and side > 0 for side in pair) else None
