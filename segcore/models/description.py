"""Description: what a file of weights does not say by itself: class names and preprocessing. Never imports torch.

It is read from a file's own metadata, or from JSON beside it: ``net.json`` for ``net.onnx``, ``maskwright.json`` in a
folder::

    {"class_names": ["road", "sky"], "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
     "scale": 0.00392156862745098, "channels": "RGB", "fit": "tiles"}

The input is ``(pixel * scale - mean) / std`` with pixels 0-255, in the order of ``channels``.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from segcore.errors import CheckpointError, ClassesError
from segcore.files.atomic import atomic_write_bytes
from segcore.files.regular_file import read_regular
from segcore.labels.classes import IGNORE_INDEX, ClassSet

IN_FOLDER = "maskwright.json"
ORDERS = ("RGB", "BGR")
FITS = ("tiles", "resize")
UNIT = 1 / 255
_LARGEST_FILE = 4_000_000
NAME_KEYS = ("classes", "class_names", "names", "labels", "id2label", "label_names")
"""Under which class names are found; the first that holds names counts."""
_KEYS = {
    "mean": ("mean", "image_mean", "pixel_mean"),
    "std": ("std", "image_std", "pixel_std"),
    "scale": ("scale", "rescale_factor"),
    "channels": ("channels", "channel_order", "color_order", "input_space"),
    "fit": ("fit",),
    "short_side": ("short_side",),
}

Three = tuple[float, float, float]


@dataclass(frozen=True)
class Description:
    """Class names and preprocessing; None: not said.

    Attributes
    ----------
    classes : ClassSet or None
        One class a channel.
    mean, std : (float, float, float) or None
        In the order of ``channels``, for values of ``pixel * scale``.
    scale : float
        What pixels of 0-255 are multiplied by.
    channels : str
        ``RGB`` or ``BGR``.
    fit : str
        How an image fits a network with one input size: ``tiles`` or ``resize``.
    short_side : int or None
        The image is resized so that its shorter side has this many pixels; None keeps the size.
    """

    classes: ClassSet | None = None
    mean: Three | None = None
    std: Three | None = None
    scale: float = UNIT
    channels: str = "RGB"
    fit: str = "tiles"
    short_side: int | None = None

    def missing(self) -> list[str]:
        """Name what is not said."""
        return [
            name for name, value in (("class_names", self.classes), ("mean", self.mean), ("std", self.std)) if not value
        ]

    def in_units(self) -> tuple[Three, Three]:
        """Return mean and std in the order RGB for pixels in 0-1, as `Preprocess` wants them."""
        assert self.mean is not None
        assert self.std is not None
        factor = UNIT / self.scale
        (a, b, c), (d, e, f) = (tuple(value * factor for value in values) for values in (self.mean, self.std))
        return ((a, b, c), (d, e, f)) if self.channels == "RGB" else ((c, b, a), (f, e, d))

    def to_json(self) -> dict[str, Any]:
        """Return the content of a JSON file beside a model."""
        data: dict[str, Any] = {"class_names": self.classes.names} if self.classes else {}
        for key in ("mean", "std", "scale", "channels", "fit", "short_side"):
            if getattr(self, key) is not None:
                data[key] = getattr(self, key)
        return data

    def save(self, model: Path) -> Path:
        """Write it beside a model file or into a model folder; return the JSON file."""
        path = beside(model)
        atomic_write_bytes(path, json.dumps(self.to_json(), indent=1, ensure_ascii=False).encode())
        return path

    def updated(self, data: Mapping[str, Any], source: Path) -> Description:
        """Return it with what ``data`` says; keys of other tools count, too. Raises CheckpointError."""
        found = {key: next((data[k] for k in known if data.get(k) is not None), None) for key, known in _KEYS.items()}
        names = (data.get(key) for key in NAME_KEYS)
        try:
            named: dict[str, Any] = {
                "classes": _classes(next((value for value in names if isinstance(value, list | dict | str)), None)),
                "mean": _three(found["mean"]),
                "std": _three(found["std"]),
                "scale": _number(found["scale"], 1e-6, 1e3),
                "channels": _one_of(found["channels"], ORDERS, str.upper),
                "fit": _one_of(found["fit"], FITS, str.lower),
                "short_side": _side(found["short_side"]),
            }
        except (ValueError, TypeError, KeyError, AttributeError, SyntaxError, ClassesError) as error:
            raise CheckpointError(
                f"{source} describes a model, but cannot be read ({error}).", f"Mend it, for example: {EXAMPLE}"
            ) from error
        if named["std"] is not None and min(abs(value) for value in named["std"]) < 1e-8:
            raise CheckpointError(f"{source} has a std of zero.", "Write the standard deviation of each channel.")
        return replace(self, **{key: value for key, value in named.items() if value is not None})


EXAMPLE = '{"class_names": ["road", "sky"], "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}'


class DescriptionNeededError(CheckpointError):
    """A model does not say what its channels mean, or how its input is made.

    Parameters
    ----------
    path : Path
        The model's file or folder.
    found : Description
        What is known.
    channels : int or None
        How many classes its output has, where that is known.
    missing : list[str]
        What is not said; by default what ``found`` lacks. Where it does not, the rest of ``found`` is a guess.
    """

    def __init__(
        self, path: Path, found: Description, channels: int | None, missing: Sequence[str] | None = None
    ) -> None:
        told = " and ".join(", ".join(missing or found.missing()).rsplit(", ", 1))
        count = f" for its {channels} classes" if channels is not None and found.classes is None else ""
        super().__init__(
            f"{path} does not say its {told}{count}.",
            f"Write them into {beside(path)}, for example {EXAMPLE}; or import it in the window, which asks for them.",
        )
        self.path, self.found, self.channels = path, found, channels


def beside(model: Path) -> Path:
    """Return the JSON file that describes a model: beside a file, inside a folder."""
    return model / IN_FOLDER if model.is_dir() else model.with_suffix(".json")


def described(model: Path, start: Description) -> Description:
    """Return ``start`` with what the JSON file of a model says, if there is one. Raises CheckpointError."""
    path = beside(model)
    return start.updated(read_object(path), path) if path.is_file() else start


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON object. Raises CheckpointError."""
    try:
        data = json.loads(read_regular(path, _LARGEST_FILE).decode("utf-8-sig"), parse_constant=_constant)
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} cannot be read ({error}).", "Mend it, or get it again.") from error
    if not isinstance(data, dict):
        raise CheckpointError(f"{path} is no JSON object.", f"Mend it, for example: {EXAMPLE}")
    return data


def _constant(name: str) -> float:
    if name == "NaN":  # many checks of other libraries let it pass
        raise ValueError("a number is NaN")
    return float(name)


def decoded(metadata: Mapping[str, str]) -> dict[str, Any]:
    """Read texts of metadata that hold JSON or a Python literal; other texts stay texts. Nothing is executed."""
    return {key: _literal(text) for key, text in metadata.items()}


def _literal(text: str) -> Any:
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return text


def _classes(value: Any) -> ClassSet | None:
    """Read names as a list, as a text with commas or lines, by channel, or as our class lists."""
    if value is None:
        return None
    if isinstance(value, str):
        value = [name.strip() for name in value.replace("\n", ",").split(",") if name.strip()]
    if isinstance(value, dict):
        by_channel = {int(key): name for key, name in value.items()}
        if sorted(by_channel) != list(range(len(by_channel))):
            raise ValueError("its class names do not count 0, 1, 2 …")
        value = [by_channel[channel] for channel in range(len(by_channel))]
    if not isinstance(value, list) or not 1 <= len(value) <= IGNORE_INDEX:
        raise ValueError(f"its class names are no list of 1 to {IGNORE_INDEX} names")
    if all(isinstance(entry, dict) for entry in value):
        return ClassSet.from_json(value)
    return ClassSet.in_voc_colors(distinct([_text(name) for name in value]))


def distinct(names: list[str]) -> list[str]:
    """Add numbers to the later ones among equal names: ``screen``, ``screen 2``."""
    taken: set[str] = set()
    for place, name in enumerate(names):
        number, new = 1, name
        while new.strip().casefold() in taken:
            number += 1
            new = f"{name} {number}"
        taken.add(new.strip().casefold())
        names[place] = new
    return names


def _text(name: Any) -> str:
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"{name!r} is no class name")
    return name


def _three(values: Any) -> Three | None:
    if values is None:
        return None
    if isinstance(values, str):
        values = [float(part) for part in values.replace(";", ",").split(",")]
    if isinstance(values, int | float):
        values = [values] * 3
    first, second, third = (_number(value, -1e6, 1e6) for value in values)
    if first is None or second is None or third is None:
        raise ValueError("one of three numbers is missing")
    return first, second, third


def _number(value: Any, low: float, high: float) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"{value!r} is not a number from {low:g} to {high:g}")
    return float(value)


def _one_of(value: Any, known: tuple[str, ...], form: Any) -> str | None:
    if value is None:
        return None
    if form(value) not in known:
        raise ValueError(f"{value!r} is none of {', '.join(known)}")
    return str(form(value))


def _side(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 8 <= value <= 8192:
        raise ValueError(f"the short side is {value!r}, not 8 to 8192 pixels")
    return value
