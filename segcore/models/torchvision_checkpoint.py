"""torchvision's segmentation checkpoints (.pth state dicts): which network a file belongs to, and its classes."""

from __future__ import annotations

import pickle
import warnings
import zipfile
from pathlib import Path

import torch
from torch import Tensor

from segcore.classes import ClassSet
from segcore.errors import CheckpointError
from segcore.models.architectures import build
from segcore.models.catalogue_entries import CATALOGUE, VOC_NAMES
from segcore.models.model import Model, fill
from segcore.models.segmenter import Segmenter
from segcore.models.torchvision_models import PREPROCESS, TORCHVISION

_AUXILIARY = "aux_classifier."


def load_torchvision(path: Path) -> Model:
    """Read a state dict of one of torchvision's segmentation networks; see `load_checkpoint`."""
    state = _read_state_dict(path)
    for architecture in _candidates(path):
        network = _segmenter_for(architecture, state)
        if network is None:
            continue
        fresh = network.state_dict()
        state.update({key: fresh[key] for key in fresh if key.startswith(_AUXILIARY) and key not in state})
        fill(network, state, path, architecture)
        voc = network.num_classes == len(VOC_NAMES)
        names = VOC_NAMES if voc else [f"class {index}" for index in range(network.num_classes)]
        published = path.name == CATALOGUE[architecture].weights
        lineage = [{"source": TORCHVISION[architecture].weights.url if published else path.name}]
        metrics = TORCHVISION[architecture].weights.meta["_metrics"] if published else {}
        return Model(
            network.eval(),
            architecture,
            ClassSet.from_names(list(names)),
            PREPROCESS,
            architecture if published else path.stem,
            dict(metrics),
            lineage,
        )
    raise CheckpointError(
        f"{path} fits none of torchvision's segmentation networks that Maskwright knows.",
        f"It has to be the state dict of one of: {', '.join(TORCHVISION)}.",
    )


def _segmenter_for(architecture: str, state: dict[str, Tensor]) -> Segmenter | None:
    """Build the network if a state dict (without an auxiliary head, too) is one of its kind, else None."""
    with torch.device("meta"):
        shapes = {key: value.shape for key, value in build(architecture, 1).state_dict().items()}
        heads = [key for key in shapes if key.startswith("classifier.") and len(shapes[key]) == 4][-1:]
    outside = [key for key in shapes.keys() ^ state.keys() if not key.startswith(_AUXILIARY)]
    if outside or not heads:
        return None
    inside = [key for key in shapes if key.startswith("backbone.")]
    if any(shapes[key] != state[key].shape for key in inside):
        return None
    return build(architecture, len(state[heads[0]]))


def _candidates(path: Path) -> list[str]:
    """Architectures to try: the one that the file is named after, as torchvision names them, comes first."""
    published = {
        entry.name: entry.weights.split("-")[0].removesuffix("_coco") for entry in CATALOGUE.values() if entry.weights
    }
    return sorted(published, key=lambda name: not path.name.startswith((published[name], name)))


def _read_state_dict(path: Path) -> dict[str, Tensor]:
    remedy = "Maskwright reads only plain state dicts: save it again with torch.save(model.state_dict(), path)."
    try:
        with warnings.catch_warnings(), path.open("rb") as file:  # by its path, torch would trust a wrong suffix
            warnings.simplefilter("ignore")  # torch warns of the pickle's version before it refuses it
            loaded = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(f"{path} is a pickle that holds more than weights and was not opened.", remedy) from error
    except (RuntimeError, EOFError, OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise CheckpointError(
            f"{path} is damaged or truncated ({type(error).__name__}).", "Copy it again from its source."
        ) from error
    if isinstance(loaded, dict) and isinstance(loaded.get("model"), dict):
        loaded = loaded["model"]
    if not isinstance(loaded, dict) or not all(isinstance(value, Tensor) for value in loaded.values()):
        raise CheckpointError(f"{path} is no state dict.", remedy)
    return {str(key): value.float() if value.is_floating_point() else value for key, value in loaded.items()}
