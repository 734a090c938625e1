"""LiveHead: a linear model on frozen features that follows every stroke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.decision import best_of
from segcore.adaptation.fine_head import FineHead, FineImage, FineOptions
from segcore.adaptation.feature_pyramid import STRIDE, FeaturePyramid, Floats, expand, gather
from segcore.adaptation.normaliser import Normaliser
from segcore.adaptation.ridge import Linear, Sums, fit
from segcore.adaptation.trust import Trust
from segcore.adaptation.upsampling import GuidedUpsampling, bilinear
from segcore.editing.brush import Covered
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import Provenance
from segcore.metrics.boundary import disk


Scores = tuple[tuple[int, ...], Floats]
"""Class values, and their scores at `STRIDE`, float32 [h, w, C], about 0-1."""


@dataclass(frozen=True)
class LiveOptions:
    """How the head learns and decides.

    Attributes
    ----------
    ridge : float
        Pull of the weights towards zero.
    stroke_weight : float
        Of all cells of a stroke together, at most; a cell weighs at most 1.
    image_weight : float
        Of a class with n cells in a done image: this times the root of n.
    decay : float
        What earlier images count when one more is done, 0-1.
    gain : float
        By so much the score of a new class must be above that of the label a pixel has before it flips.
    rare_gain : float
        The same, when a rare class loses the pixel.
    rare : float
        Share of the known pixels, 0-1, below which a class is rare; see `Trust`.
    precision : float
        See `Trust`.
    """

    ridge: float = 30.0
    stroke_weight: float = 60.0
    image_weight: float = 3.0
    decay: float = 0.98
    gain: float = 0.4
    rare_gain: float = 0.2
    rare: float = 0.03
    precision: float = 0.85
    trust_decay: float = 0.9
    guided: bool = False
    fine: bool = True
    fine_strokes: bool = False
    fine_hidden: int = 96
    fine_ridge: float = 10.0
    fine_stroke: float = 60.0


@dataclass
class _Open:
    """The image that is worked on."""

    image: NDArray[np.uint8]
    pyramid: FeaturePyramid
    levels: tuple[Floats, ...]
    sums: Sums
    upsampling: GuidedUpsampling | None = None
    first: Scores | None = None
    first_planes: dict[int, NDArray[np.float16]] = field(default_factory=dict)
    fine: FineImage | None = None
    painted: dict[int, float] = field(default_factory=dict)

    def plane(self, scores: Floats) -> Floats:
        """Float32 [h, w] at `STRIDE` -> float32 [H, W]."""
        return bilinear(scores, self.image) if self.upsampling is None else self.upsampling(scores)


class LiveHead:
    """Learns from strokes and from done images; decides the labels of all pixels that no person vouches for."""

    def __init__(self, options: LiveOptions | None = None) -> None:
        self.options = options or LiveOptions()
        self._normaliser: Normaliser | None = None
        self._past: Sums | None = None
        self._open: _Open | None = None
        self._linear: Linear | None = None
        self._fine = FineHead(FineOptions(hidden=self.options.fine_hidden, ridge=self.options.fine_ridge, stroke_weight=self.options.fine_stroke)) if self.options.fine else None
        self._trust = Trust(self.options.precision, self.options.rare, self.options.trust_decay)

    def open_image(self, image: NDArray[np.uint8], pyramid: FeaturePyramid) -> None:
        """Work on this image, uint8 RGB [H, W, 3], from now on."""
        if self._normaliser is None:
            self._normaliser = Normaliser.of(pyramid)
            self._past = Sums.none(pyramid.channels + 1)
        self._open = _Open(image, pyramid, self._normaliser(pyramid), Sums.none(pyramid.channels + 1))
        if self.options.guided:
            self._open.upsampling = GuidedUpsampling(image)
        self._fit()
        self._open.first = self.scores()
        if self._fine is not None:
            self._open.fine = self._fine.look(image)
            self._fine.fit(self._open.fine)
        if self._open.first is not None:
            self._open.first_planes = {v: p.astype(np.float16) for v, p in self._planes(self._open.first)}

    def add_stroke(self, covered: Covered, value: int) -> None:
        """Learn that these pixels are of this class."""
        now = self._now()
        if now.fine is not None and self._fine is not None and self.options.fine_strokes:
            mask = np.zeros(now.fine.shape, np.bool_)
            mask[covered.box.slices] = covered.mask
            self._fine.learn(now.fine, mask, value, self._coarse(self.scores()))
            self._fine.fit(now.fine)
        rows, columns, share = cells(covered, now.pyramid.shape)
        weights = share * min(1.0, self.options.stroke_weight / max(1e-6, float(share.sum())))
        now.sums.add(self._features(rows, columns), weights, value)
        now.painted[value] = now.painted.get(value, 0.0) + float(covered.mask.sum())
        self._fit()

    def finish_image(self, labels: NDArray[np.uint8]) -> None:
        """Keep what is known of the open image, uint8 [H, W] with 255 where nothing is; nothing is open afterwards."""
        now = self._now()
        assert self._past is not None
        self._judge_first(labels)
        if self._fine is not None and now.fine is not None and now.first is not None:
            self._fine.decay()
            coarse = self._coarse(now.first)
            for value in np.unique(labels[labels != IGNORE_INDEX]).tolist():
                if value not in coarse:
                    continue
                self._fine.learn(now.fine, labels == value, value, coarse, done=True)
        self._past.decay(self.options.decay)
        for value in np.unique(labels[labels != IGNORE_INDEX]).tolist():
            share = _shares(labels == value)
            rows, columns = np.nonzero(share >= 0.5)
            if rows.size:
                weights = np.full(rows.size, self.options.image_weight / np.sqrt(rows.size), np.float32)
                self._past.add(self._features(rows, columns), weights, value)
        self._open = None

    def scores(self) -> Scores | None:
        """Return what the coarse head says; None while no class is known."""
        if self._linear is None:
            return None
        now, linear = self._now(), self._linear
        total = np.full((*now.pyramid.shape, len(linear.values)), 1 / len(linear.values), np.float32)
        total += linear.weights[-1]
        first = 0
        for level, stride in zip(now.levels, now.pyramid.strides, strict=True):
            part = level @ linear.weights[first : first + level.shape[2]]
            total += expand(part, stride // STRIDE, now.pyramid.shape)
            first += level.shape[2]
        return linear.values, total

    def decide(self, labels: NDArray[np.uint8], provenance: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return new labels, uint8 [H, W], 255 where a pixel stays as it is."""
        now = self._now()
        found = self.scores()
        if found is None:
            return np.full_like(labels, IGNORE_INDEX)
        bias = {value: self._trust.bias(value, now.painted) for value in found[0]}
        best = best_of(((v, plane - np.float32(bias[v])) for v, plane in self._planes(found)), labels)
        needed = np.full(256, self.options.gain, np.float32)
        for value, each in bias.items():
            if each > 0:
                needed[value] = self.options.rare_gain
        needed[IGNORE_INDEX] = -np.inf
        takes = (provenance < Provenance.PAINTED) & (best.gain >= cv2.LUT(labels, needed))
        return np.where(takes, best.values, np.uint8(IGNORE_INDEX))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _planes(self, scores: Scores) -> Iterator[tuple[int, Floats]]:
        """Yield class values with their scores, float32 [H, W]."""
        now = self._now()
        if self._fine is None or now.fine is None:
            for channel, value in enumerate(scores[0]):
                yield value, now.plane(np.ascontiguousarray(scores[1][..., channel]))
            return
        for value, mixed in self._fine.mixed(*scores).items():
            plane = now.plane(mixed)
            yield value, plane + now.fine.planes[value] if value in now.fine.planes else plane

    def _coarse(self, scores: Scores | None) -> dict[int, Floats]:
        """Return the coarse scores at full size by class value."""
        if scores is None:
            return {}
        now = self._now()
        return {v: now.plane(np.ascontiguousarray(scores[1][..., channel])) for channel, v in enumerate(scores[0])}

    def _judge_first(self, labels: NDArray[np.uint8]) -> None:
        """See how right the scores were that the image was opened with."""
        now = self._now()
        known = labels != IGNORE_INDEX
        self._trust.count({value: float((labels == value).sum()) for value in np.unique(labels[known]).tolist()})
        if not now.first_planes:
            return
        best = best_of(((v, plane.astype(np.float32)) for v, plane in now.first_planes.items()), labels)
        for value in now.first_planes:
            said = (best.values == value) & known
            if said.any() and self._trust.share(value, {}) < 2 * self.options.rare:
                near = cv2.dilate((labels == value).view(np.uint8), disk(2)) > 0
                self._trust.learn(value, best.lead[said], near[said])

    def _now(self) -> _Open:
        assert self._open is not None
        return self._open

    def _fit(self) -> None:
        assert self._past is not None
        sums = self._past.plus(self._now().sums)
        self._linear = fit(sums, self.options.ridge) if sums.xy else None

    def _features(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Floats:
        now = self._now()
        parts = [
            gather(level, stride // STRIDE, rows, columns)
            for level, stride in zip(now.levels, now.pyramid.strides, strict=True)
        ]
        return np.concatenate([*parts, np.ones((rows.size, 1), np.float32)], axis=1)


def cells(covered: Covered, shape: tuple[int, int]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Return rows and columns of the cells that are covered in part, and of each the share, 0-1."""
    box = covered.box
    top, left = box.top // STRIDE * STRIDE, box.left // STRIDE * STRIDE
    mask = np.pad(covered.mask, ((box.top - top, 0), (box.left - left, 0)))
    share = _shares(mask)
    rows, columns = np.nonzero(share)
    return rows + top // STRIDE, columns + left // STRIDE, share[rows, columns]


def _shares(mask: NDArray[np.bool_]) -> Floats:
    """Bool [H, W] -> float32 [ceil(H / STRIDE), ceil(W / STRIDE)]: share of each cell that is set."""
    padded = np.pad(mask, ((0, -mask.shape[0] % STRIDE), (0, -mask.shape[1] % STRIDE)))
    blocks = padded.reshape(padded.shape[0] // STRIDE, STRIDE, padded.shape[1] // STRIDE, STRIDE)
    return np.asarray(blocks.mean((1, 3), dtype=np.float32), np.float32)
