"""torchvision's segmentation checkpoints (.pth state dicts): which network a file belongs to, and its classes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from torch import Tensor

from segcore.errors import CheckpointError
from segcore.labels.classes import ClassSet
from segcore.models.architectures import build, outline
from segcore.models.catalogue_entries import CATALOGUE
from segcore.models.description import Description, described
from segcore.models.model import Model, classes_of_channels, fill
from segcore.models.preprocess import Preprocess
from segcore.models.program_output import preprocess_of
from segcore.models.segmenter import Segmenter
from segcore.models.torchvision_models import PREPROCESS, TORCHVISION
from segcore.models.weights_file import read_weights

_AUXILIARY = "aux_classifier."


def load_torchvision(path: Path) -> Model:
    """Read a state dict of one of torchvision's segmentation networks; see `load_checkpoint`."""
    state = _bare(read_weights(path))
    for architecture in _candidates(path):
        try:
            network = _segmenter_for(architecture, state)
        except CheckpointError as error:
            raise CheckpointError(f"{path}: {error.message}", error.remedy) from error
        if network is None:
            continue
        fresh = network.state_dict()
        auxiliary = [
            key for key in fresh if key.startswith(_AUXILIARY)
        ]  # only for training; it may be of other classes
        fits = all(key in state and state[key].shape == fresh[key].shape for key in auxiliary)
        state.update({key: fresh[key] for key in auxiliary if not fits})
        fill(network, state, path, architecture)
        if network.num_classes == 1:  # one class against the background, whose logit is 0: softmax is the sigmoid
            network.keep_channels([None, 0])
        published = path.name == CATALOGUE[architecture].weights
        lineage = [{"source": TORCHVISION[architecture].weights.url if published else path.name}]
        metrics = TORCHVISION[architecture].weights.meta["_metrics"] if published else {}
        classes, preprocess = _said(network.num_classes, path)
        return Model(
            network.eval(),
            architecture,
            classes,
            preprocess,
            architecture if published else path.stem,
            dict(metrics),
            lineage,
        )
    raise CheckpointError(
        f"{path} does not fit a torchvision segmentation network that Maskwright knows.",
        f"Choose the state dict of one of: {', '.join(TORCHVISION)}.",
    )


def _bare(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors without what DataParallel (``module.``) and others put before all their names."""
    first = {key.partition(".")[0] for key in state}
    if len(first) != 1 or any(key.partition(".")[2] == "" for key in state):
        return state
    return _bare({key.partition(".")[2]: tensor for key, tensor in state.items()})


def _said(channels: int, path: Path) -> tuple[ClassSet, Preprocess]:
    """Return class names and preprocessing of the JSON file beside it, or torchvision's."""
    start = Description(mean=PREPROCESS.mean, std=PREPROCESS.std, short_side=PREPROCESS.short_side)
    said = described(path, start)
    if channels == 2 and said.classes is not None and len(said.classes) == 1:
        said = replace(said, classes=ClassSet.in_voc_colors(["background", *said.classes.names]))
    if said.classes is not None and len(said.classes) != channels:
        raise CheckpointError(
            f"{path} has {channels} output channels, but {len(said.classes)} class names.",
            "Name one class a channel, in their order.",
        )
    return said.classes or classes_of_channels(channels, path), preprocess_of(said, path)


def _segmenter_for(architecture: str, state: dict[str, Tensor]) -> Segmenter | None:
    """Build the network if the state dict (with or without auxiliary head) fits it, else return None."""
    shapes = {key: value.shape for key, value in outline(architecture, 1).state_dict().items()}
    heads = [key for key in shapes if key.startswith("classifier.") and len(shapes[key]) == 4][-1:]
    outside = [key for key in shapes.keys() ^ state.keys() if not key.startswith(_AUXILIARY)]
    if outside or not heads:
        return None
    inside = [key for key in shapes if key.startswith("backbone.")]
    if any(shapes[key] != state[key].shape for key in inside) or state[heads[0]].dim() != len(shapes[heads[0]]):
        return None
    return build(architecture, len(state[heads[0]]))


def _candidates(path: Path) -> list[str]:
    """Return the architectures to try; the one in the file's name comes first."""
    published = {
        entry.name: entry.weights.split("-")[0].removesuffix("_coco") for entry in CATALOGUE.values() if entry.weights
    }
    return sorted(published, key=lambda name: not path.name.startswith((published[name], name)))
