"""PromptNetwork: an image encoder and a prompt decoder in two ONNX files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import CheckpointError, MaskwrightError, WeightsUnavailableError
from segcore.installation import to_install
from segcore.models.optional_package import optional_package
from segcore.progress import Progress, Task
from segcore.prompting.layout import Tensors, layout_of
from segcore.prompting.prompt import Prompt

FOUR = 4
"""Masks of a decoder that was exported with all of its own (Kirillov et al. 2023, "Resolving ambiguity")."""


@dataclass(frozen=True)
class Encoded:
    """An image as the decoder wants it.

    Attributes
    ----------
    tensors : dict[str, NDArray]
        By the decoder's input names.
    shape : (int, int)
        (H, W) of the image in pixels.
    """

    tensors: Tensors
    shape: tuple[int, int]

    @property
    def nbytes(self) -> int:
        """Of memory."""
        return sum(each.nbytes for each in self.tensors.values())


@dataclass(frozen=True)
class Mask:
    """What the network takes for the thing that was pointed at.

    Attributes
    ----------
    mask : NDArray[np.bool_]
        [H, W].
    score : float
        The IoU with the thing that the network expects of itself, about 0-1.
    """

    mask: NDArray[np.bool_]
    score: float


class PromptNetwork:
    """Encodes an image once, then answers each prompt in milliseconds. Use it from one thread at a time.

    Parameters
    ----------
    encoder, decoder : Any
        Sessions of onnxruntime.
    name : str
        For messages.
    """

    def __init__(self, encoder: Any, decoder: Any, name: str = "") -> None:
        self.name = name
        self._encoder, self._decoder = encoder, decoder
        self._layout = layout_of(*({each.name: each.shape for each in one.get_inputs()} for one in (encoder, decoder)))

    @property
    def family(self) -> str:
        """SAM, SAM 2 or EfficientSAM."""
        return self._layout.family

    def encode(self, image: NDArray[np.uint8]) -> Task[Encoded]:
        """Look at an image, uint8 RGB [H, W, 3]; takes from a tenth of a second to many. Raises CheckpointError."""
        yield Progress(0, 1, "Looking at the image")
        found = self._run(self._encoder, self._layout.image(image))
        named = dict(zip((each.name for each in self._encoder.get_outputs()), found, strict=True))
        wanted = self._layout.wanted
        missing = [name for name in wanted if name not in named]
        spare = [name for name in named if name not in wanted]
        if len(missing) > len(spare):
            raise CheckpointError(
                f"The decoder wants {', '.join(missing)}, which this encoder does not give.",
                "Choose the encoder and the decoder of the same network.",
            )
        # a name of its own on each side: they are in the same order
        tensors = {name: named[name if name in named else spare[missing.index(name)]] for name in wanted}
        return Encoded(tensors, (image.shape[0], image.shape[1]))

    def mask(self, encoded: Encoded, prompt: Prompt) -> Mask:
        """Return the best mask for a prompt; without any pixel when the prompt is empty. Raises CheckpointError."""
        if prompt.is_empty:
            return Mask(np.zeros(encoded.shape, np.bool_), 0.0)
        inputs = {**encoded.tensors, **self._layout.prompt(prompt, encoded.shape)}
        known = {each.name for each in self._decoder.get_inputs()}
        masks, scores, *_ = self._run(self._decoder, {name: each for name, each in inputs.items() if name in known})
        masks = np.asarray(masks, np.float32)
        masks, scores = masks.reshape(-1, *masks.shape[-2:]), np.asarray(scores, np.float32).reshape(-1)
        if len(masks) != len(scores) or not len(masks):
            raise CheckpointError(
                f"The decoder gives {len(masks)} masks and {len(scores)} scores.", "Choose another export of it."
            )
        if len(masks) == FOUR:  # the first is for clear prompts, the others for the parts that one point can mean
            clear = prompt.box is not None or len(prompt.points) > 1
            masks, scores = (masks[:1], scores[:1]) if clear else (masks[1:], scores[1:])
        best = int(scores.argmax())
        return Mask(self._layout.mask(masks[best], encoded.shape), float(scores[best]))

    def _run(self, session: Any, inputs: Tensors) -> Sequence[Any]:
        try:
            return list(session.run(None, inputs))
        except Exception as error:  # each error of onnxruntime has its own class
            raise CheckpointError(
                f"{self.name or 'The network'} cannot be run: {_first_line(error)}",
                "Choose the encoder and the decoder of the same network.",
            ) from error


def open_network(encoder: Path, decoder: Path) -> Task[PromptNetwork]:
    """Load a network from its two files.

    Raises
    ------
    WeightsUnavailableError
        A file is not there.
    CheckpointError
        A file is no ONNX network, or they do not belong together.
    MaskwrightError
        onnxruntime is not installed.
    """
    for path in (encoder, decoder):
        if not path.is_file():
            raise WeightsUnavailableError(
                f"{path.name} is not in {path.parent}.", f"Put the file there, or choose another: {path}"
            )
    onnxruntime = optional_package(
        "onnxruntime",
        MaskwrightError(
            "Click to segment needs the package onnxruntime, which is not installed.",
            to_install("onnx", "onnxruntime"),
        ),
    )
    sessions = []
    for number, path in enumerate((encoder, decoder)):
        yield Progress(number, 2, "Loading the network")
        sessions.append(_session(onnxruntime, path))
    return PromptNetwork(sessions[0], sessions[1], encoder.stem)


def _session(onnxruntime: Any, path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # its threads wait without work
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=onnxruntime.get_available_providers())
    except Exception as error:  # each error of onnxruntime has its own class
        raise CheckpointError(
            f"{path.name} is no network that onnxruntime can load: {_first_line(error)}",
            "Choose another file, or download it again.",
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
