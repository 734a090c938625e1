"""The catalogue at work: models by name, fetched when they are not here, or from a checkpoint file."""

from __future__ import annotations

import hashlib
import os
import re
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from segcore.class_mapping import join_by_name
from segcore.classes import ClassSet
from segcore.errors import CheckpointError, WeightsUnavailableError
from segcore.models.architectures import build
from segcore.models.catalogue_entries import (
    BUNDLED_CHECKPOINT,
    CATALOGUE,
    CatalogueEntry,
    weights_folder,
    weights_path,
)
from segcore.models.checkpoint import load_checkpoint
from segcore.models.model import Model
from segcore.progress import Progress, Task

__all__ = ["build", "fetch", "load_model", "model_for_training"]

_CHUNK = 1 << 18
_TIMEOUT = 10.0


def load_model(name_or_path: str) -> Task[Model]:
    """Make a model ready for prediction.

    Parameters
    ----------
    name_or_path : str
        A name of the catalogue (published weights are fetched when they are not here; ``starter`` is the bundled
        checkpoint), a checkpoint of Maskwright, or a torchvision state dict.

    Returns
    -------
    Task[Model]
        Reports the download in bytes; closing it removes the unfinished part.

    Raises
    ------
    CheckpointError
        No such model, or a damaged file.
    WeightsUnavailableError
        Published weights are neither here nor can be fetched; names the file to bring and the folder for it.
    """
    entry = CATALOGUE.get(name_or_path)
    if entry is None:
        path = Path(name_or_path)
        if not path.exists():
            raise CheckpointError(
                f"There is no model '{name_or_path}'.",
                f"Give the path of a checkpoint, or one of: {', '.join(CATALOGUE)}.",
            )
    elif entry.weights is None:
        bundled = weights_path(entry)
        if bundled is None:
            raise WeightsUnavailableError(
                f"The bundled checkpoint {Path(BUNDLED_CHECKPOINT).name} is not in this installation.",
                "Install Maskwright again, or train the starter and give the path of its checkpoint.",
            )
        path = bundled
    else:
        path = yield from _published(entry)
    yield Progress(0, 0, f"Loading {path.name}")
    return load_checkpoint(path)


def model_for_training(name_or_path: str, classes: ClassSet) -> Task[Model]:
    """Make a model ready to be trained for ``classes``.

    Channels of a class that the model already knows by name continue; new classes start at zero, so that at first
    they are no better and no worse than an undecided pixel. ``starter`` is the plain network with ImageNet weights
    in its encoder; the path of its checkpoint continues from there.

    Raises what `load_model` raises.
    """
    if name_or_path == "starter":
        from segcore.models.starter import PREPROCESS, Starter, load_imagenet

        yield Progress(0, 0, "Loading ImageNet weights")
        segmenter = Starter(len(classes))
        load_imagenet(segmenter)
        segmenter.keep_channels([None] * len(classes))
        source = {"source": "EfficientNet-Lite0, ImageNet"}
        return Model(segmenter, "starter", classes, PREPROCESS, "starter", {}, [source])
    model = yield from load_model(name_or_path)
    partners = join_by_name(classes.names, model.classes.names)
    model.segmenter.keep_channels(partners)
    return Model(model.segmenter, model.architecture, classes, model.preprocess, model.name, {}, list(model.lineage))


def _published(entry: CatalogueEntry) -> Task[Path]:
    from segcore.models.torchvision_models import TORCHVISION

    here = weights_path(entry)
    if here is not None:
        return here
    assert entry.weights is not None
    return (yield from fetch(TORCHVISION[entry.name].weights.url, weights_folder() / entry.weights))


def fetch(url: str, target: Path) -> Task[Path]:
    """Fetch a file of published weights.

    The part fetched so far is ``target`` + ``.part``; it takes the place of ``target`` when it is complete and its
    SHA-256 starts with the digits in its name (``name-0123abcd.pth``, the convention of torch.hub). Closing the task
    removes the part.

    Raises
    ------
    WeightsUnavailableError
        No connection, refused, cut short, or other content; names the file to bring and the folder for it.
    """
    part = target.with_name(target.name + ".part")
    try:
        yield Progress(0, 0, f"Fetching {target.name}")
        part.parent.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(url, timeout=_TIMEOUT) as response, part.open("wb") as file:
            total = int(response.headers.get("Content-Length") or 0)
            digest, done = hashlib.sha256(), 0
            while chunk := response.read(_CHUNK):
                file.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                yield Progress(done, total, f"Fetching {target.name}")
            file.flush()
            os.fsync(file.fileno())
        expected = re.search(r"-([0-9a-f]{8,})\.", target.name)
        if done < total or (expected and not digest.hexdigest().startswith(expected.group(1))):
            raise _unavailable(url, target, f"what arrived ({done} bytes) is not the published file")
        os.replace(part, target)
        return target
    except (OSError, ValueError) as error:  # URLError, timeouts and broken connections are OSErrors
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise _unavailable(url, target, str(error)) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _unavailable(url: str, target: Path, reason: str) -> WeightsUnavailableError:
    return WeightsUnavailableError(
        f"The weights {target.name} are not on this machine and could not be fetched ({reason}).",
        f"Go online and try again, or bring the file {target.name} from {url} and put it into {target.parent}.",
    )
