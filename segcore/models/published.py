"""Taking over tensors that somebody published."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from segcore.errors import CheckpointError


def take_over(module: nn.Module, published: Mapping[str, Tensor], name: str, prefix: str = "") -> None:
    """Fill a module with published tensors, found below their publisher's prefix; others are left alone.

    Parameters
    ----------
    module : nn.Module
        What to fill, completely; only BatchNorm's counters may miss.
    published : Mapping[str, Tensor]
        Float16 or float32 by key.
    name : str
        Of the published weights, for messages.
    prefix : str
        Stands before the module's own keys in ``published``.

    Raises
    ------
    CheckpointError
        A tensor is missing or has another shape; the module stays as it was.
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
                f"Give weights that were published for {name}.",
            )
        state[key] = given
    module.load_state_dict(state, strict=False)
