"""Learner: the network with its optimiser, loss, precision and running average; it takes one step at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from segcore.errors import TrainingError
from segcore.models.preprocess import Preprocess
from segcore.models.segmenter import Segmenter
from segcore.training.all_reduce import total
from segcore.training.batches import Crop
from segcore.training.distributed import ALONE, World, together
from segcore.training.losses import SegmentationLoss
from segcore.training.optimizers import optimizer_for, set_rates
from segcore.training.precision import autocast_type, classify_in_float32, fast_cuda
from segcore.training.recipe import Precision, Recipe
from segcore.training.weight_average import averaged

Part = Crop
"""Images uint8 [N, 3, h, w], truths and confirmed uint8 [N, h, w] that go through the network together."""


class Learner:
    """A network that learns.

    Parameters
    ----------
    segmenter : Segmenter
        On its device; parameters that do not require a gradient now never learn.
    preprocess : Preprocess
        Normalises the images.
    recipe : Recipe
        The numbers.
    weights : Tensor
        Float32 [C], of the classes, on the device.
    knows_all : bool
        Whether the model knows all of the classes already: its average is trusted from the start.
    gentle : float
        The rates are multiplied by this.
    short : bool
        Leave the backbone's early layers as they are.
    precision : {"auto", "float32", "bf16"}
        See `autocast_type`.
    compiled : bool
        Run the network through torch.compile.
    world : World
        The processes that learn together, each from its own crops of every batch; all take the same steps.
    """

    def __init__(
        self,
        segmenter: Segmenter,
        preprocess: Preprocess,
        recipe: Recipe,
        weights: Tensor,
        knows_all: bool,
        gentle: float,
        short: bool,
        precision: Precision,
        compiled: bool,
        world: World = ALONE,
    ) -> None:
        self.segmenter, self.preprocess, self.recipe = segmenter, preprocess, recipe
        self.device = weights.device
        self.loss = SegmentationLoss(recipe, weights, segmenter.auxiliary_weights)
        self.type = autocast_type(precision, self.device, segmenter)
        self.average = averaged(segmenter, recipe.horizon, trusted=knows_all)
        if self.type is not None and self.device.type == "cpu":
            classify_in_float32(segmenter)
        early = {id(p) for layer in segmenter.early_layers() for p in layer.parameters()} if short else set()
        learning = [p for p in segmenter.parameters() if p.requires_grad and id(p) not in early]
        segmenter.requires_grad_(False)
        inside = {id(p) for p in segmenter.backbone().parameters()}
        self._body = [p for p in learning if id(p) in inside]
        self._head = [p for p in learning if id(p) not in inside]
        self._head_first = 0.0 if knows_all or not self._head else recipe.head_first
        self.optimizer = optimizer_for(segmenter, learning, recipe, gentle, self._head_first)
        for parameter in learning:
            parameter.requires_grad_(True)
        self._world = world
        network = world.parallel(segmenter, changing=self._head_first > 0)
        self._network = torch.compile(network) if compiled else network

    def step(self, parts: Sequence[Part], fraction: float) -> float:
        """Take one step of gradient descent on a batch that comes in parts; return the batch's loss.

        ``fraction`` (0.0 to 1.0) says how much of the training is over. When the loss is not finite, the weights stay.
        """
        set_rates(self.optimizer, self.recipe, fraction)
        for parameter in self._head:
            parameter.requires_grad_(True)
        for parameter in self._body:
            parameter.requires_grad_(fraction >= self._head_first)
        self.optimizer.zero_grad(set_to_none=True)
        with fast_cuda(self.device):
            loss = self._gradients(parts)
        nn.utils.clip_grad_norm_((*self._head, *self._body), self.recipe.clip)
        value = float(loss)
        if math.isfinite(value):
            self.optimizer.step()
            self.average.update_parameters(self.segmenter)
        return value

    @property
    def mean(self) -> Segmenter:
        """The network with the averaged weights, in evaluation mode."""
        return cast(Segmenter, self.average.module)

    def state(self) -> dict[str, Tensor]:
        """Return all that a step depends on, by name: ``network/``, ``average/`` and ``optimizer/``; for `restore`."""
        found = {f"network/{key}": value for key, value in self.segmenter.state_dict().items()}
        found |= {f"average/{key}": value for key, value in self.mean.state_dict().items()}
        for number, parameter in enumerate(self._parameters()):
            for key, value in self.optimizer.state[parameter].items():
                if isinstance(value, Tensor):
                    found[f"optimizer/{number}/{key}"] = value
        return found

    def restore(self, part: Callable[[str], dict[str, Tensor]]) -> None:
        """Go back to a `state`, of which ``part(name)`` returns the tensors below ``name/``."""
        self.segmenter.load_state_dict(part("network"))
        self.mean.load_state_dict(part("average"))
        for number, parameter in enumerate(self._parameters()):
            self.optimizer.state[parameter] = {
                # Moments lie in memory as their parameter does: fused steps go through both in the order of memory.
                key: torch.empty_like(parameter).copy_(value)
                if value.shape == parameter.shape
                else value.to(self.device)
                for key, value in part(f"optimizer/{number}").items()
            }

    def _parameters(self) -> Iterator[nn.Parameter]:
        return (parameter for group in self.optimizer.param_groups for parameter in group["params"])

    def give_up_step(self, batch: int, error: BaseException, remedy: str) -> int:
        """Free what a step of ``batch`` crops holds that was too much for the memory; return half of the batch.

        Raises TrainingError with this remedy when it was a single crop.
        """
        if batch == 1:
            raise TrainingError("There is not enough memory to train on a single crop.", remedy) from error
        self.optimizer.zero_grad(set_to_none=True)
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        return batch // 2

    @property
    def rates(self) -> dict[str, float]:
        """The highest learning rate now of the head and of the backbone (a group that learns from the start or not)."""
        body = {id(p) for p in self._body}
        found: dict[str, float] = {}
        for group in self.optimizer.param_groups:
            name = "backbone" if id(group["params"][0]) in body else "head"
            found[name] = max(found.get(name, 0.0), group["lr"])
        return found

    def _gradients(self, parts: Sequence[Part]) -> Tensor:
        """Add up the gradients of all parts as if the batch had come in one piece; return its loss, a scalar."""
        placed = [
            (
                _placed(images, self.device),
                _placed(truths, self.device).long(),
                1.0 - (1.0 - self.recipe.confirmed) * _placed(confirmed, self.device),
            )
            for images, truths, confirmed in parts
        ]
        amounts = torch.stack([self.loss.amount(truths, weights) for _, truths, weights in placed])
        shares = torch.ones_like(amounts) if self.recipe.summed else amounts / total(amounts.sum()).clamp(min=1e-6)
        crops = min(len(truths) for _, truths, _ in placed) * self._world.size
        training_mode(self.segmenter, live_norms=crops > 1, backbone_too=self.recipe.train_norms)
        whole = torch.zeros((), device=self.device)
        for number, ((images, truths, weights), share) in enumerate(zip(placed, shares, strict=True), start=1):
            with together(self._network, number == len(placed)):
                loss = share * self.loss(self._forward(images), truths, weights)
                # The gradients become the mean over the processes, but the losses of their shares add up.
                (self._world.size * loss).backward()
            whole += loss.detach()
        return total(whole)

    def _forward(self, images: Tensor) -> dict[str, Tensor]:
        inputs = self.preprocess.normalise(images).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, self.type, enabled=self.type is not None):
            outputs: dict[str, Tensor] = self._network(inputs)
        return outputs


def _placed(tensor: Tensor, device: torch.device) -> Tensor:
    """Copy to the device; to a GPU from locked memory, without waiting."""
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)


def training_mode(segmenter: Segmenter, live_norms: bool, backbone_too: bool = False) -> None:
    """Training mode, with the backbone's normalisation fixed at its published statistics.

    A few images say less about these statistics than ImageNet did. The head's stay live when there is more than one
    crop; with ``backbone_too`` the backbone's as well.
    """
    segmenter.train()
    if live_norms and backbone_too:
        return
    fixed = segmenter.backbone() if live_norms else segmenter
    for module in fixed.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.eval()
