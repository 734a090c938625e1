"""OutsideNetwork: a network of another library; Program: one that is finished and only predicts."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from segcore.errors import CheckpointError, MaskwrightError, UsageError
from segcore.hardware.device import is_out_of_memory
from segcore.models.input_rules import InputRules
from segcore.models.program_output import first_line
from segcore.models.segmenter import Segmenter


class OutsideNetwork(Segmenter):
    """A network made by another library, in our interface.

    Parameters
    ----------
    num_classes : int
        Channels of the output.
    rules : InputRules
        What it wants of its input.
    """

    def __init__(self, num_classes: int, rules: InputRules) -> None:
        super().__init__()
        self.num_classes, self.rules = num_classes, rules

    @abstractmethod
    def logits(self, x: Tensor) -> Tensor:
        """Float32 [N, 3, h, w] of a size that `rules` allow -> logits, float32 [N, C, h', w'] of any scale."""

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits by name, upsampled to the input's size; see `Segmenter`.

        Raises CheckpointError for what the other library raises, but for want of memory: then smaller tiles are tried.
        """
        try:
            return {"out": self.rules.run(self.logits, x)}
        except MaskwrightError:
            raise
        except Exception as error:
            if is_out_of_memory(error):
                raise
            raise CheckpointError(
                f"This network cannot compute an input of {x.shape[3]} x {x.shape[2]} pixels ({first_line(error)}).",
                "Its file may be damaged: get it again, or choose another model.",
            ) from error

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """Raise CheckpointError: its weights come with it."""
        raise CheckpointError("A network of another library takes no ImageNet weights.", "Leave --weights out.")


class Program(OutsideNetwork):
    """A finished program with its weights inside: it predicts and cannot be trained."""

    trainable = False

    def shape_alone(self, x: Tensor) -> Tensor:
        """Return logits without values for an input on the device "meta".

        What a program holds in memory on the way cannot be counted: it is taken for `_ASSUMED` float32 a pixel.
        """
        x.new_empty(len(x), _ASSUMED, *x.shape[2:])
        return x.new_empty(len(x), self.num_classes, *x.shape[2:])

    def classifiers(self) -> list[nn.Conv2d]:
        """Return nothing: a program's layers cannot be reached."""
        return []

    def backbone(self) -> nn.Module:
        """Return the whole."""
        return self

    def keep_channels(self, sources: list[int | None]) -> None:
        """Raise UsageError: its classes are fixed."""
        raise UsageError(
            "This network only predicts (ONNX, torch.export): it cannot be trained or given other classes.",
            "Train from another model, for example the starter; or import the network from the library that made it.",
        )


def read_config(config: str, network: str) -> dict[str, Any]:
    """Read a network's configuration out of a checkpoint. Raises CheckpointError when it is no JSON object."""
    try:
        data = json.loads(config)
    except ValueError as error:
        raise CheckpointError(f"The configuration of a network '{network}' is missing or damaged.", _AGAIN) from error
    if not isinstance(data, dict):
        raise CheckpointError(f"The configuration of a network '{network}' is no object.", _AGAIN)
    return data


_ASSUMED = 256
"""A U-Net on a ResNet-34 holds about as many at its peak."""
_AGAIN = "Import the model again from its own file or folder."
