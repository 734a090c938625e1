"""Large images: predicted piece by piece, so that their probabilities are never in memory as a whole.

Beside the image itself only one tile and the strips that its neighbours share (see `blending`) are in memory, and what
is made of them: pages of memory-mapped files (`predict_large`; they appear whole or not at all), or a byte for each
class and pixel (`predict_in_pieces`).
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from segcore.crf import Crf
from segcore.errors import DeviceError
from segcore.files.atomic import hidden_beside, writing
from segcore.hardware.memory import collect_garbage
from segcore.images.blending import Piece, blended, in_memory
from segcore.images.tiling import Tile
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.labels.probability_map import ProbabilityMap
from segcore.prediction import MIN_SIDE, Predictor, is_out_of_memory
from segcore.prediction.temperature import calibrated
from segcore.progress import Progress, Task

Labelled = Callable[[NDArray[np.float32]], NDArray[np.uint8]]

ORDINARY_BYTES = 1 << 30
"""Probabilities, float32 [C, H, W], up to this size are kept in memory as a whole."""

RESIZED_BYTES = 4 << 30
"""A model that resizes its input answers in its own size; above this the answer is refused."""

STRIP_BYTES = 1 << 29
"""What neighbouring rows of tiles share lies in a mapped temporary file when it is larger."""

_BAND = 256


def is_large(height: int, width: int, num_classes: int) -> bool:
    """Whether an image's probabilities are better not held in memory as a whole."""
    return height * width * num_classes * 4 > ORDINARY_BYTES


def predict_large(
    predictor: Predictor,
    image: NDArray[np.uint8],
    labelled: Labelled,
    labels: Path,
    probabilities: Path | None = None,
    crf: Crf | None = None,
) -> Task[NDArray[np.uint8]]:
    """Predict an image of any size into memory-mapped .npy files.

    Parameters
    ----------
    predictor : Predictor
        Used in the calling thread.
    image : NDArray[np.uint8]
        RGB, [H, W, 3]; may itself be memory-mapped.
    labelled : callable
        From float32 [C, h, w] probabilities of a piece to its uint8 [h, w] labels.
    labels : Path
        The .npy file to make: uint8 [H, W].
    probabilities : Path or None
        Another one: float16 [C, H, W], 0-1.
    crf : Crf or None
        Refine the probabilities, tile by tile; `pieces` says what that takes.

    Returns
    -------
    Task[NDArray[np.uint8]]
        The labels, mapped for reading; the same as those of `Predictor.probabilities`. One step a tile, whose detail
        holds ``seconds_left``. Closing the task removes the unfinished files.

    Raises
    ------
    DeviceError
        When the memory does not suffice even for the smallest tile.
    CrfError
        The CRF's engine is not there or failed.
    ProjectError
        The files cannot be written; a full disk is noticed before the work begins.
    """
    height, width = image.shape[:2]
    wanted: list[tuple[Path, Any, tuple[int, ...]]] = [(labels, np.uint8, (height, width))]
    if probabilities is not None:
        channels = predictor.model.segmenter.num_classes
        wanted.append((probabilities, np.float16, (channels, height, width)))
    parts = [hidden_beside(path, "part") for path, _, _ in wanted]
    arrays: list[Any] = []
    try:
        for part, (path, dtype, shape) in zip(parts, wanted, strict=True):
            with writing(path):
                arrays.append(_reserved(part, dtype, shape))
        for step in pieces(predictor, image, labels.parent, crf):
            if isinstance(step, Progress):
                yield step
                continue
            arrays[0][step.rows, step.columns] = labelled(step.probabilities)
            if probabilities is not None:
                arrays[1][:, step.rows, step.columns] = step.probabilities
        for array, (path, _, _) in zip(arrays, wanted, strict=True):
            with writing(path):
                array.flush()
        array = None
        arrays.clear()  # Windows renames no file that is mapped
        for part, (path, _, _) in zip(parts, wanted, strict=True):
            with writing(path):
                os.replace(part, path)
    finally:
        array = None
        arrays.clear()
        for part in parts:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    mapped: NDArray[np.uint8] = np.load(labels, mmap_mode="r", allow_pickle=False)
    return mapped


def predict_in_pieces(
    predictor: Predictor,
    image: NDArray[np.uint8],
    mapping: ClassMapping,
    classes: ClassSet,
    crf: Crf | None = None,
) -> Task[ProbabilityMap]:
    """Predict an image of any size in a project's classes, with a byte a class and pixel in memory, not four.

    Parameters
    ----------
    predictor : Predictor
        Used in the calling thread.
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    mapping : ClassMapping
        From the model's classes to ``classes``.
    classes : ClassSet
        The project's.
    crf : Crf or None
        Refine the probabilities first, tile by tile.

    Returns
    -------
    Task[ProbabilityMap]
        The same as of `Predictor.probabilities`, `Crf.refine` and `ClassMapping.apply`. One step a tile, with an
        estimate of the time left. Raises DeviceError, CrfError.
    """
    height, width = image.shape[:2]
    model = predictor.model
    probabilities = np.zeros((len(classes), height, width), np.uint8)
    labels, uncertainty = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint8)
    for step in pieces(predictor, image, crf=crf):
        if isinstance(step, Progress):
            yield step
            continue
        found = mapping.apply(step.probabilities, model.classes, classes, model.name)
        probabilities[:, step.rows, step.columns] = found.probabilities
        labels[step.rows, step.columns] = found.labels
        uncertainty[step.rows, step.columns] = found.uncertainty
    return ProbabilityMap(probabilities, labels, uncertainty, classes.indices, model.name)


def _reserved(path: Path, dtype: Any, shape: tuple[int, ...]) -> Any:
    """Make a mapped file whose room on the disk is taken: writing to a hole on a full disk would kill the process."""
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    path.parent.mkdir(parents=True, exist_ok=True)
    _require_space(path.parent, size)
    array = np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=shape)
    with path.open("r+b") as file:
        _reserve(file.fileno(), path.parent, path.stat().st_size)
    return array


def _reserve(descriptor: int, folder: Path, size: int) -> None:
    """Give a file this size, and its room on the disk where the system can."""
    _require_space(folder, size)
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
    else:
        os.truncate(descriptor, size)


def _require_space(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < size:
        raise OSError(errno.ENOSPC, f"no space left on the disk: {size / 1e9:.1f} GB are needed")


def pieces(
    predictor: Predictor, image: NDArray[np.uint8], folder: Path | None = None, crf: Crf | None = None
) -> Iterator[Progress | Piece]:
    """Predict an image of any size piece by piece.

    Parameters
    ----------
    predictor : Predictor
        Used in the calling thread.
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    folder : Path or None
        Where a temporary file may lie; None: the system's own folder.
    crf : Crf or None
        Refine the probabilities: all of them lie in a temporary file, two bytes each, before the first piece comes.

    Yields
    ------
    Progress or Piece
        Pieces cover the image; when the device was out of memory they begin again with smaller ones. Raises
        DeviceError when the smallest do not fit either.
    """
    folder = Path(tempfile.gettempdir()) if folder is None else folder
    if crf is None:
        yield from _predicted(predictor, image, folder)
        return
    shares = _scratch((predictor.model.segmenter.num_classes, *image.shape[:2]), np.float16, folder)
    for step in _predicted(predictor, image, folder):
        if isinstance(step, Progress):
            yield step
        else:
            shares[:, step.rows, step.columns] = step.probabilities
    yield from crf.pieces(image, shares)


def _predicted(predictor: Predictor, image: NDArray[np.uint8], folder: Path) -> Iterator[Progress | Piece]:
    temperature = predictor.model.temperature
    for step in _uncalibrated(predictor, image, folder):
        if isinstance(step, Progress) or temperature == 1.0:
            yield step
        else:
            shares = calibrated(torch.from_numpy(step.probabilities), temperature).numpy()
            yield Piece(step.rows, step.columns, shares)


def _uncalibrated(predictor: Predictor, image: NDArray[np.uint8], folder: Path) -> Iterator[Progress | Piece]:
    size = predictor.model.preprocess.size_for(image.shape[0], image.shape[1])
    if size != image.shape[:2]:
        yield from _resized(predictor, image, size)
        return
    height, width = image.shape[:2]
    pixels = image
    if min(height, width) < MIN_SIDE:
        low, right = max(0, MIN_SIDE - height), max(0, MIN_SIDE - width)
        pixels = np.asarray(cv2.copyMakeBorder(image, 0, low, 0, right, cv2.BORDER_REFLECT_101), np.uint8)
    while True:
        try:
            yield from _tiled(predictor, pixels, (height, width), folder)
            return
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            note = predictor._retreat(pixels.shape[0], pixels.shape[1])
        predictor.notes.append(note)
        collect_garbage()
        yield Progress(0, 0, note)


def _tiled(
    predictor: Predictor, pixels: NDArray[np.uint8], size: tuple[int, int], folder: Path
) -> Iterator[Progress | Piece]:
    def forward(tile: Tile) -> NDArray[np.float32]:
        return np.asarray(predictor._forward(pixels[tile.rows, tile.columns]).cpu().numpy(), np.float32)

    def room(shape: tuple[int, ...]) -> NDArray[np.float32]:
        needed = int(np.prod(shape, dtype=np.int64)) * 4
        return in_memory(shape) if needed <= STRIP_BYTES else _scratch(shape, np.float32, folder)

    tiles = predictor.tiles(pixels.shape[0], pixels.shape[1])
    started = time.monotonic()
    finished = blended(tiles, forward, room)
    for number in range(len(tiles)):
        yield _progress(number, len(tiles), started)
        piece = next(finished)
        rows, columns = _within(piece.rows, size[0]), _within(piece.columns, size[1])
        shares = piece.probabilities[:, : rows.stop - rows.start, : columns.stop - columns.start]
        yield Piece(rows, columns, shares)


def _scratch(shape: tuple[int, ...], dtype: Any, folder: Path) -> Any:
    """Make an array in a mapped file without a name, which goes when the array does."""
    with writing(folder), tempfile.TemporaryFile(dir=folder) as file:
        _reserve(file.fileno(), folder, int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize)
        return np.memmap(file, dtype, "r+", shape=shape)


def _within(place: slice, end: int) -> slice:
    return slice(min(place.start, end), min(place.stop, end))


def _progress(done: int, total: int, started: float) -> Progress:
    if not done:
        return Progress(0, total, "Predicting")
    left = (time.monotonic() - started) * (total - done) / done
    words = f"{left:.0f} s" if left < 100 else f"{left / 60:.0f} min"
    return Progress(done, total, f"Predicting, about {words} left", {"seconds_left": round(left, 1)})


def _resized(predictor: Predictor, image: NDArray[np.uint8], size: tuple[int, int]) -> Iterator[Progress | Piece]:
    """Predict in the size that the model resizes to, and enlarge the answer band by band."""
    needed = size[0] * size[1] * predictor.model.segmenter.num_classes * 4
    if needed > RESIZED_BYTES:
        raise DeviceError(
            f"The model resizes this image to {size[1]} x {size[0]} pixels; its answer takes {needed / 1e9:.0f} GB.",
            "Choose a model that keeps the image's size (starter), or cut the image into smaller ones.",
        )
    coarse = torch.from_numpy((yield from predictor.uncalibrated(predictor.model.preprocess.resize(image))))
    height, width = image.shape[:2]
    for top in range(0, height, _BAND):
        rows = slice(top, min(height, top + _BAND))
        yield Progress(top, height, "Enlarging")
        yield Piece(rows, slice(0, width), _enlarged(coarse, rows, height, width))


@torch.inference_mode()
def _enlarged(coarse: torch.Tensor, rows: slice, height: int, width: int) -> NDArray[np.float32]:
    """Rows of what bilinear interpolation of float32 [C, h, w] to [C, height, width] gives."""
    last = coarse.shape[1] - 1
    places = (torch.arange(rows.start, rows.stop, dtype=torch.float64) + 0.5) * (coarse.shape[1] / height) - 0.5
    places = places.clamp(0, last)
    upper = places.floor().long()
    share = (places - upper).float()[:, None]
    band = coarse[:, upper] * (1 - share) + coarse[:, (upper + 1).clamp(max=last)] * share
    wide = functional.interpolate(band[None], (len(places), width), mode="bilinear", align_corners=False)
    return np.asarray(wide[0].numpy(), np.float32)
