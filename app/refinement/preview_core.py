"""PreviewCore: runs the CRF on the visible part of an image. For the crf lane; no Qt."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.jobs.torch_preload import open_torch_libraries
from segcore.editing import Box
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import Provenance
from segcore.progress import Progress, Task, mapped

if TYPE_CHECKING:
    from segcore.crf import CrfParameters, Engine
    from segcore.crf.fast import FastCrf
    from segcore.labels.label_map import LabelMap
    from segcore.labels.probability_map import ProbabilityMap

MARGIN = 0.1
"""Share of width and height that the CRF sees around the visible part."""
PRESENT = 13
"""Of 255: a class whose probability is below this everywhere is left out, because it cannot win."""
LEAST_REACH = 0.1


@dataclass(frozen=True)
class VisibleArea:
    """The inputs of a preview, taken on the UI thread; the arrays are the document's own.

    Attributes
    ----------
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    prediction : ProbabilityMap
        [H, W].
    label_map : LabelMap
        [H, W]; painted and confirmed pixels are certain and stay.
    box : Box
        The visible pixels.
    step : float
        Image pixels for one pixel of the CRF, in each direction; at least 1.
    parameters : CrfParameters
        Parameters for the image at its own size.
    engine : Engine
        See `segcore.crf.refine`.
    device : str | None
        Of the fast engine; None: the GPU if there is one with enough free memory.
    grid_pixels : int | None
        Of the fast engine's coarse grid: fewer are faster and less exact; None: as many as it needs.
    protected : frozenset[int]
        Class values of the protected classes; see `segcore.crf.protection`.
    """

    image: NDArray[np.uint8]
    prediction: ProbabilityMap
    label_map: LabelMap
    box: Box
    step: float
    parameters: CrfParameters
    engine: Engine = "auto"
    device: str | None = None
    grid_pixels: int | None = None
    protected: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Preview:
    """Labels of the whole image, refined inside ``box``.

    Attributes
    ----------
    labels : NDArray[np.uint8]
        [H, W] of the whole image.
    box : Box
        Where they may differ from the image's labels.
    step : float
        `VisibleArea.step`.
    pixels : int
        Number of pixels that the CRF worked on.
    seconds : float
        Computing time.
    """

    labels: NDArray[np.uint8]
    box: Box
    step: float
    pixels: int
    seconds: float


@dataclass(frozen=True)
class _Scene:
    """The part of an image at the CRF's size. ``probabilities`` float32 [c, h, w] for the class values ``values``."""

    image: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    values: NDArray[np.uint8]


class PreviewCore:
    """Keeps everything that depends only on the visible pixels, so that new parameters need only the inference."""

    def __init__(self) -> None:
        self._area: VisibleArea | None = None
        self._painted: frozenset[int] = frozenset()
        self._scene: _Scene | None = None
        self._crf: FastCrf | None = None

    def preview(self, area: VisibleArea) -> Task[Preview]:
        """Refine the visible part; yields after each iteration. Raises CrfError and torch's errors."""
        if area.engine != "exact":
            yield Progress(0, 0)
            open_torch_libraries()
            import segcore.crf.fast  # noqa: F401  not timed: it happens once
        begun = time.perf_counter()
        yield Progress(0, area.parameters.iterations)
        around = _around(area)
        scene = self._seen(area, around)
        refined = yield from self._refined(area, scene, around)
        labels = _installed(area, around, refined)
        pixels = scene.image.shape[0] * scene.image.shape[1]
        return Preview(labels, area.box, area.step, pixels, time.perf_counter() - begun)

    def forget(self) -> None:
        """Release the image."""
        self._area = self._scene = self._crf = None

    def _seen(self, area: VisibleArea, around: Box) -> _Scene:
        before = self._area
        same = (
            before is not None
            and before.image is area.image
            and before.prediction is area.prediction
            and (before.box, before.step) == (area.box, area.step)
        )
        painted = _painted(area, around)
        if self._scene is None or not same or not painted <= self._painted:
            self._crf = None
            self._scene, self._painted = _scene(area, around, painted), painted
        elif before is None or _backend_key(before) != _backend_key(area):
            self._crf = None
        elif self._crf is not None and before.parameters != area.parameters:
            self._crf = self._crf.with_parameters(_at_step(area.parameters, area.step))
        self._area = area
        return self._scene

    def _refined(self, area: VisibleArea, scene: _Scene, around: Box) -> Task[NDArray[np.uint8]]:
        """Return the winning class values, uint8 [h, w] at the CRF's size."""
        if len(scene.values) < 2:
            return np.full(scene.image.shape[:2], scene.values[0], np.uint8)
        parameters = _at_step(area.parameters, area.step)
        known = _known(area, scene, around)
        if area.engine == "exact":
            from segcore.crf import refine

            given = with_evidence(scene.probabilities.copy(), range(len(scene.values)), known)
            marginals = yield from refine(scene.image, given, parameters, engine="exact")
        else:
            from segcore.crf.engines import Backend
            from segcore.crf.fast import FastCrf

            if self._crf is None:
                device = Backend.for_choice(area.engine, area.device, len(scene.values)).device
                self._crf = FastCrf(scene.image, parameters, device, area.grid_pixels)
            inferring = self._crf.infer(scene.probabilities, known)
            marginals = yield from mapped(inferring, lambda done: Progress(done, parameters.iterations))
        from segcore.crf.protection import protect

        channels = [channel for channel, value in enumerate(scene.values) if int(value) in area.protected]
        winner: NDArray[np.uint8] = scene.values[protect(marginals, scene.probabilities, channels).argmax(0)]
        return winner


def with_evidence(
    probabilities: NDArray[np.float32], values: Iterable[int], known: NDArray[np.uint8]
) -> NDArray[np.float32]:
    """Make probabilities, float32 [C, H, W], 0 or 1 where the class is known; changes and returns the array.

    ``values`` are the channels' class values in ``known``, uint8 [H, W]; pixels of other values (255) stay.
    """
    values = tuple(values)
    certain = np.isin(known, values)
    for channel, value in zip(probabilities, values, strict=True):
        np.copyto(channel, known == value, where=certain)
    return probabilities


def _backend_key(area: VisibleArea) -> tuple[object, ...]:
    return area.engine, area.device, area.grid_pixels


def _around(area: VisibleArea) -> Box:
    x, y = round(area.box.width * MARGIN), round(area.box.height * MARGIN)
    box = area.box
    return Box(box.left - x, box.top - y, box.right + x, box.bottom + y).clipped(*area.image.shape[:2])


def _at_step(parameters: CrfParameters, step: float) -> CrfParameters:
    return replace(
        parameters,
        theta_alpha=max(LEAST_REACH, parameters.theta_alpha / step),
        theta_gamma=max(LEAST_REACH, parameters.theta_gamma / step),
    )


def _size(box: Box, step: float) -> tuple[int, int]:
    """(width, height) at the CRF's size."""
    return max(1, round(box.width / step)), max(1, round(box.height / step))


def _scene(area: VisibleArea, around: Box, painted: frozenset[int]) -> _Scene:
    import cv2  # only now: the window must be seen soon

    size = _size(around, area.step)
    rows, columns = around.slices

    def small(array: NDArray[np.uint8]) -> NDArray[np.uint8]:
        part = np.ascontiguousarray(array[rows, columns])
        if (part.shape[1], part.shape[0]) == size:
            return part
        return cv2.resize(part, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)

    here, planes = [], []
    for channel, value in zip(area.prediction.probabilities, area.prediction.indices, strict=True):
        plane = small(channel)
        if cv2.minMaxLoc(plane)[1] >= PRESENT or int(value) in painted:
            here.append(value)
            planes.append(plane)
    if not planes:  # no class of the project is visible here
        here, planes = list(area.prediction.indices[:1]), [np.full(size[::-1], 255, np.uint8)]
    probabilities = np.stack(planes).astype(np.float32)
    total = probabilities.sum(0)
    np.divide(probabilities, total, out=probabilities, where=total > 0)
    np.copyto(probabilities, np.float32(1.0 / len(planes)), where=total == 0)
    return _Scene(small(area.image), probabilities, np.array(here, np.uint8))


def _painted(area: VisibleArea, around: Box) -> frozenset[int]:
    """Return the class values that a person painted or confirmed here."""
    import cv2  # only now: the window must be seen soon

    labels, provenance = (
        np.ascontiguousarray(array[around.slices]) for array in (area.label_map.labels, area.label_map.provenance)
    )
    human = np.where(provenance >= Provenance.PAINTED, np.uint8(255), np.uint8(0))
    counts = cv2.calcHist([labels], [0], human, [256], [0, 256])
    return frozenset(int(value) for value in np.flatnonzero(counts))


def _known(area: VisibleArea, scene: _Scene, around: Box) -> NDArray[np.uint8]:
    """Uint8 [h, w]: the channel of what a person painted or confirmed, 255 elsewhere."""
    import cv2  # only now: the window must be seen soon

    label_map = area.label_map
    labels, provenance = (
        cv2.resize(
            np.ascontiguousarray(array[around.slices]), scene.image.shape[1::-1], interpolation=cv2.INTER_NEAREST
        )
        for array in (label_map.labels, label_map.provenance)
    )
    channels = np.full(256, IGNORE_INDEX, np.uint8)
    channels[scene.values] = np.arange(len(scene.values), dtype=np.uint8)
    return np.where(provenance >= Provenance.PAINTED, cv2.LUT(labels, channels), np.uint8(IGNORE_INDEX))


def _installed(area: VisibleArea, around: Box, refined: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a copy of all labels with the refined ones where `LabelMap.accept` would change them."""
    import cv2  # only now: the window must be seen soon

    full = cv2.resize(refined, (around.width, around.height), interpolation=cv2.INTER_NEAREST)
    box, rows, columns = area.box, *area.box.slices
    inner = full[box.top - around.top :, box.left - around.left :][: box.height, : box.width]
    labels = area.label_map.labels.copy()
    change = area.label_map.provenance[rows, columns] < Provenance.PAINTED
    change &= area.prediction.labels[rows, columns] != IGNORE_INDEX
    np.copyto(labels[rows, columns], inner, where=change)
    return labels
