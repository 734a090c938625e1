"""Loads models by catalogue name, downloading weights if needed, or from a checkpoint file."""

from __future__ import annotations

from pathlib import Path

from segcore.errors import CheckpointError, MaskwrightError, UsageError, WeightsUnavailableError
from segcore.labels.class_mapping import join_by_name
from segcore.labels.classes import ClassSet
from segcore.models.architectures import NEWEST, Architecture, build, is_architecture
from segcore.models.catalogue_entries import (
    BUNDLED_CHECKPOINT,
    CATALOGUE,
    CatalogueEntry,
    weights_folder,
    weights_path,
)
from segcore.models.checkpoint import load_checkpoint
from segcore.models.checkpoint_header import is_there, require_file
from segcore.models.fetch import fetch
from segcore.models.imagenet import imagenet_file, imagenet_state
from segcore.models.model import Model
from segcore.models.outside_files import is_outside
from segcore.models.segmenter import Segmenter
from segcore.progress import Progress, Task

__all__ = ["RANDOM", "build", "load_model", "model_for_training"]

RANDOM = Path("none")
"""Given instead of a file of ImageNet weights: start from random weights."""


def load_model(name_or_path: str) -> Task[Model]:
    """Load a model for prediction.

    Parameters
    ----------
    name_or_path : str
        A catalogue name (published weights are downloaded if needed; ``starter`` is the bundled checkpoint), a
        checkpoint of Maskwright, or a torchvision state dict.

    Returns
    -------
    Task[Model]
        Reports the download in bytes; what is there when it is closed is continued the next time.

    Raises
    ------
    CheckpointError
        The model is unknown, or its file is damaged.
    WeightsUnavailableError
        Published weights are not on this machine and cannot be downloaded, or nobody agreed to it
        (`DownloadNeededError`); names the file and its folder.
    """
    entry = CATALOGUE.get(name_or_path)
    if entry is None:
        path = Path(name_or_path)
        if not is_there(path):
            raise CheckpointError(
                f"The model '{name_or_path}' does not exist.",
                f"Give the path of a checkpoint, or one of: {', '.join(CATALOGUE)}.",
            )
        if not is_outside(path):
            require_file(path)
    elif entry.weights is None:
        bundled = weights_path(entry)
        if bundled is None:
            raise WeightsUnavailableError(
                f"The bundled checkpoint {Path(BUNDLED_CHECKPOINT).name} is missing in this installation.",
                "Install Maskwright again, or train the starter and give the path of its checkpoint.",
            )
        path = bundled
    else:
        path = yield from _published(entry)
    yield Progress(0, 0, "Loading the model")
    return load_checkpoint(path)


def model_for_training(
    name_or_path: str, classes: ClassSet, weights: Path | None = None, start: Path | None = None
) -> Task[Model]:
    """Load or build a model to train for ``classes``.

    Channels of classes that the model knows by name continue; the logits of new classes start at zero.

    Parameters
    ----------
    name_or_path : str
        An architecture with options (``fcn8s``, ``pspnet:backbone=resnet101``), which starts from ImageNet weights; a
        checkpoint, which continues; or a published model, which continues unless ``weights`` or ``start`` is given.
        ``starter`` is the architecture; to continue its checkpoint, give the path.
    classes : ClassSet
        The classes to train for.
    weights : Path or None
        A file of ImageNet weights for the backbone; ``Path("none")`` starts from random ones.
    start : Path or None
        A checkpoint, also of another architecture, whose tensors of equal name and shape are copied (FCN's stages:
        32s, 16s, 8s). Other tensors keep the architecture's initial values, such as zero for a new skip.

    Raises
    ------
    UsageError
        ``weights`` or ``start`` together with a checkpoint, or ``weights`` for an architecture that takes none.
    CheckpointError, WeightsUnavailableError
        Like `load_model` and `imagenet_state`; or ``start`` shares no tensor with the architecture.
    """
    published = name_or_path in CATALOGUE and CATALOGUE[name_or_path].weights is not None
    if is_architecture(name_or_path.partition(":")[0]) and not (published and weights is None and start is None):
        architecture = Architecture.parse(NEWEST.get(name_or_path, name_or_path))
        return (yield from _new(architecture, classes, weights, start))
    if weights is not None or start is not None:
        raise UsageError(
            f"'{name_or_path}' has its own weights; --weights and --start are for a new network.",
            "Leave them out, or choose an architecture (see `maskwright models`).",
        )
    model = yield from load_model(name_or_path)
    model.segmenter.keep_channels(join_by_name(classes.names, model.classes.names))
    return Model(model.segmenter, model.architecture, classes, model.preprocess, model.name, {}, list(model.lineage))


def _new(architecture: Architecture, classes: ClassSet, weights: Path | None, start: Path | None) -> Task[Model]:
    yield Progress(0, 0, f"Building {architecture}")
    segmenter = build(str(architecture), len(classes))
    model = Model(segmenter, str(architecture), classes, segmenter.preprocess, str(architecture))
    coarser = None if start is None else load_checkpoint(start)
    if weights is not None or coarser is None or not _covers(coarser, segmenter):
        yield from _load_imagenet(model, weights)
    elif coarser is not None:
        model.preprocess = coarser.preprocess
    if start is not None and coarser is not None:
        _take_over(model, coarser, start)
    return model


def _load_imagenet(model: Model, weights: Path | None) -> Task[None]:
    name = model.segmenter.imagenet
    if weights == RANDOM or (weights is None and name is None):
        model.lineage.append({"source": "random weights"})
        return
    if name is None:
        raise UsageError(f"'{model.architecture}' takes no ImageNet weights.", f"Use --weights {RANDOM}.")
    path = yield from imagenet_file(name, weights)
    state = yield from imagenet_state(name, weights)
    try:
        model.segmenter.load_imagenet(state)
    except MaskwrightError as error:
        raise type(error)(f"{path}: {error.message}", error.remedy) from error
    model.lineage.append({"source": f"{name}, ImageNet", "file": path.name})


def _covers(coarser: Model, segmenter: Segmenter) -> bool:
    """Whether a checkpoint has the whole backbone of a network."""
    given = coarser.segmenter.state_dict()
    inside = {id(value) for value in segmenter.backbone().state_dict(keep_vars=True).values()}
    return all(
        key in given and given[key].shape == value.shape
        for key, value in segmenter.state_dict(keep_vars=True).items()
        if id(value) in inside
    )


def _take_over(model: Model, coarser: Model, start: Path) -> None:
    coarser.segmenter.keep_channels(join_by_name(model.classes.names, coarser.classes.names))
    wanted = model.segmenter.state_dict()
    given = {
        key: value
        for key, value in coarser.segmenter.state_dict().items()
        if key in wanted and wanted[key].shape == value.shape
    }
    if not given:
        raise CheckpointError(
            f"{start} is a '{coarser.architecture}', which shares no tensors with '{model.architecture}'.",
            "Start from a checkpoint of the same family.",
        )
    model.segmenter.load_state_dict(given, strict=False)
    model.lineage[:0] = coarser.lineage
    model.lineage.append({"start": start.name, "architecture": coarser.architecture, "tensors": len(given)})


def _published(entry: CatalogueEntry) -> Task[Path]:
    from segcore.models.torchvision_models import TORCHVISION

    here = weights_path(entry)
    if here is not None:
        return here
    assert entry.weights is not None
    return (yield from fetch(TORCHVISION[entry.name].weights.url, weights_folder() / entry.weights, entry.megabytes))
