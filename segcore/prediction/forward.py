"""Forward: pixels through the network, by the fastest way that gives the network's labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from segcore.hardware.device import has_bf16, has_fast_bf16, is_out_of_memory
from segcore.models.cuda_graphs import CudaGraphs
from segcore.models.model import Model
from segcore.models.prepared import Prepared, plain
from segcore.prediction.options import PredictOptions

SAME_LABELS = 0.9993
"""The share of labels that bfloat16 must have in common with float32 on the first pixels; what is promised is 0.999,
and other images differ."""

EXACT = (0.1, 0.2, 0.3)
"""Of the work the shares of the first layers that stay float32, tried one after the other, until the labels agree."""

_COMPARED_SIDE = 512
_MIN_SIDE = 32

Logits = Callable[[Tensor], Tensor]


class Forward:
    """A model on a device. Which way it takes is decided at the first pixels.

    Parameters
    ----------
    model : Model
        Its network is on ``device``, in evaluation mode.
    device : torch.device
        Where it runs.
    options : PredictOptions
        Precision, scales, flip, prepare.
    notes : list[str]
        Where to say what a person should know.
    """

    def __init__(self, model: Model, device: torch.device, options: PredictOptions, notes: list[str]) -> None:
        self.model, self.device, self.options, self.notes = model, device, options, notes
        self.precision = "float32"
        self._logits: Logits | None = None

    @torch.inference_mode()
    def __call__(self, pixels: NDArray[np.uint8]) -> Tensor:
        """Uint8 [h, w, 3], 32x32 or more -> probabilities, float32 [C, h, w], on the device.

        With several scales or flips they are the mean over all of them.
        """
        height, width = pixels.shape[:2]
        total: Tensor | None = None
        for scale in self.options.scales:
            scaled = _scaled(pixels, scale)
            for mirrored in (False, True) if self.options.flip else (False,):
                shares = self._probabilities(scaled, mirrored)
                if shares.shape[2:] != (height, width):
                    shares = functional.interpolate(shares, (height, width), mode="bilinear", align_corners=False)
                total = shares if total is None else total.add_(shares)
        assert total is not None
        views = len(self.options.scales) * (1 + self.options.flip)
        return total[0] if views == 1 else total[0].div_(views)

    def logits(self, x: Tensor) -> Tensor:
        """Normalised float32 [N, 3, h, w] on the device -> logits, float32 [N, C, h, w]."""
        if self._logits is None:
            self._logits = self._choose(x)
        return self._logits(x)

    def _probabilities(self, pixels: NDArray[np.uint8], mirrored: bool) -> Tensor:
        batch = torch.from_numpy(pixels).permute(2, 0, 1).unsqueeze(0).to(self.device)
        x = self.model.preprocess.normalise(batch.flip(3) if mirrored else batch)
        # Contiguous first: over channels that lie apart the softmax is twice as fast, and nothing is copied after it.
        shares = functional.softmax(self.logits(x).contiguous(), dim=1)
        return shares.flip(3) if mirrored else shares

    def _choose(self, x: Tensor) -> Logits:
        prepare = self.options.prepare and self.model.segmenter.trainable  # a program's layers cannot be reached
        if prepare and self._wants_bf16():
            rounded = self._rounded(x)
            if rounded is not None:
                self.precision = "bf16"
                return rounded
        exact = self._prepared(torch.float32) if prepare else None
        return exact or self._plain

    def _rounded(self, x: Tensor) -> Logits | None:
        """Prepare the network in bfloat16; None when that does not give the labels of float32.

        The labels are compared in the middle of the first pixels.
        """
        if self.options.precision == "bf16":
            return self._prepared(torch.bfloat16, EXACT[0])
        top, left = (max(0, side - _COMPARED_SIDE) // 2 for side in x.shape[2:])
        part = x[..., top : top + _COMPARED_SIDE, left : left + _COMPARED_SIDE]
        labels = self._plain(part).argmax(1)
        for share in EXACT:
            rounded = self._prepared(torch.bfloat16, share)
            if rounded is None:
                return None
            if float((rounded(part).argmax(1) == labels).float().mean()) >= SAME_LABELS:
                return rounded
        return None

    def _plain(self, x: Tensor) -> Tensor:
        return plain(self.model.segmenter, x)

    def _wants_bf16(self) -> bool:
        if self.options.precision == "auto":
            return has_fast_bf16(self.device)
        wanted = self.options.precision == "bf16"
        if wanted and not has_bf16(self.device):
            self.notes.append("This processor has no convolutions in bf16: the network runs in float32.")
            return False
        return wanted

    def _prepared(self, dtype: torch.dtype, exact: float = 0.0) -> Logits | None:
        """Prepare the network; None, and a note, when it cannot be."""
        try:
            ready = Prepared(self.model.segmenter, self.device, dtype, exact)
        except Exception as error:  # a network may do anything in its forward; it still predicts as it is
            if is_out_of_memory(error):
                raise
            self.notes.append(f"The network runs as it is, not made faster ({error}).")
            return None
        return CudaGraphs(ready, self.notes) if self.device.type == "cuda" else ready


def _scaled(pixels: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    if scale == 1:
        return pixels
    height, width = (max(_MIN_SIDE, round(side * scale)) for side in pixels.shape[:2])
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cast(NDArray[np.uint8], cv2.resize(pixels, (width, height), interpolation=method))
