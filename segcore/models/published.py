"""Loads published tensors into a module."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from segcore.errors import CheckpointError


def take_over(module: nn.Module, published: Mapping[str, Tensor], name: str, prefix: str = "") -> None:
    """Load published tensors under a prefix into a module; other tensors are ignored.

    Parameters
    ----------
    module : nn.Module
        Every tensor is loaded; only BatchNorm's counters may be missing.
    published : Mapping[str, Tensor]
        Float16 or float32 by key.
    name : str
        Name of the published weights, for messages.
    prefix : str
        Prefix of the module's keys in ``published``.

    Raises
    ------
    CheckpointError
        A tensor is missing or has another shape; the module does not change.
    """
    state: dict[str, Tensor] = {}
    for key, wanted in module.state_dict().items():
        given = published.get(prefix + key)
        if given is None and key.endswith("num_batches_tracked"):
            continue
        if given is None or given.shape != wanted.shape:
            what = "is missing" if given is None else f"has shape {list(given.shape)}, not {list(wanted.shape)}"
            raise CheckpointError(
                f"The ImageNet weights do not fit {name}: '{prefix + key}' {what}.",
                f"Choose weights that were published for {name}.",
            )
        state[key] = given
    module.load_state_dict(state, strict=False)
