"""Learning: the CRF's parameters that suit a person's corrections best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from segcore.crf.engines import Engine, require_engine
from segcore.crf.parameters import CrfParameters
from segcore.crf.protection import channels_of
from segcore.crf_tuning.search import Search
from segcore.crf_tuning.training_image import TrainingImage, hold_out
from segcore.crf_tuning.trial import PROTECTED_FROM, Outcome, Trials
from segcore.errors import CrfError
from segcore.metrics.scores import Scores
from segcore.progress import Progress, Task

SEARCH_PIXELS = 2_500_000
"""The search looks at no more pixels than these (a dozen windows), so that it takes well under a minute."""

HELD_OUT_PIXELS = 2_500_000
FEW = 1 / 3
"""Share of the searched windows that the coarse search makes do with."""

MOSTLY = 0.5
"""With a smaller share of known pixels a person is told that they are no fair training_image."""

_NOTHING = ("No pixel is painted or confirmed where the CRF could change something.", "Correct an image first.")


@dataclass(frozen=True)
class Tuned:
    """What a search found, measured on pixels that it never saw.

    Attributes
    ----------
    parameters : CrfParameters
        To be used from now on; the start when nothing better was found; w1 = w2 = 0 when no CRF is better than any.
    improved : bool
        Whether both together are worth more than the start on the held-out pixels.
    without, before, after : Scores
        On the held-out pixels: without a CRF, with the start, with `parameters` and `protected`; with `boundary_f`.
    held_out, searched : tuple[str, ...]
        Keys of the images. With a single one both name it, and a quarter of its tiles is held out.
    tried : int
        Sets of parameters.
    notes : tuple[str, ...]
        What a person should know, in sentences.
    protected : tuple[str, ...]
        Classes that lost IoU by the CRF on the searched images and keep the network's pixels; see
        `segcore.crf.protection`. Those of the start when it is kept.
    """

    parameters: CrfParameters
    improved: bool
    without: Scores
    before: Scores
    after: Scores
    held_out: tuple[str, ...]
    searched: tuple[str, ...]
    tried: int
    notes: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what `maskwright learn-crf --json` prints."""
        scores = {"without": self.without, "before": self.before, "after": self.after}
        return {
            "parameters": asdict(self.parameters),
            "protected": list(self.protected),
            "improved": self.improved,
            **{name: _json(score) for name, score in scores.items()},
            "held_out": list(self.held_out),
            "searched": list(self.searched),
            "tried": self.tried,
            "notes": list(self.notes),
        }


def tune(
    training_images: Sequence[TrainingImage],
    start: CrfParameters | None = None,
    names: Sequence[str] = (),
    protected: Collection[str] = (),
    seed: int = 0,
    minutes: float = 1.0,
    engine: Engine = "auto",
    device: str | None = None,
) -> Task[Tuned]:
    """Search w1, w2, θα, θβ and θγ; the number of iterations stays that of ``start``.

    Parameters
    ----------
    training_images : Sequence[TrainingImage]
        A third of the images is held out first; of a single image, a quarter of its tiles.
    start : CrfParameters or None
        What is used now; None: the defaults.
    names : Sequence[str]
        Of the channels, for the scores.
    protected : Collection[str]
        Classes that are protected now.
    seed : int
        The same seed, training images and engine give the same answer, unless the time was used up.
    minutes : float
        The search ends then with the best so far.
    engine, device
        See `segcore.crf.refine`.

    Returns
    -------
    Task[Tuned]
        `Progress.message` says how many sets were tried and the best mean IoU on the searched pixels, and
        `Progress.detail` has "tried", "mean_iou", "without_mean_iou" and "parameters" (a dict). Closing the task
        cancels within an iteration of the CRF.

    Raises
    ------
    CrfError
        Nobody vouches for a pixel, nothing is left to hold out or to search on, names that are not those of the
        channels, or what `segcore.crf.refine` raises.
    """
    start = CrfParameters() if start is None else start
    require_engine(engine)
    if not any(training_image.known.any() for training_image in training_images):
        raise CrfError(*_NOTHING)
    names = list(names) or [str(channel) for channel in range(len(training_images[0].probabilities))]
    if any(len(training_image.probabilities) != len(names) for training_image in training_images):
        raise CrfError(f"There are {len(names)} names of classes, but not as many channels.", "Predict again.")
    yield Progress(0, 0, "Preparing")
    to_search, held = hold_out(
        [training_image for training_image in training_images if training_image.known.any()], seed
    )
    to_search, held = windows(to_search, SEARCH_PIXELS), windows(held, HELD_OUT_PIXELS)
    if not to_search or not held:
        raise CrfError("There are too few corrected pixels to hold some of them out.", "Correct one more image first.")
    trials, measured = (Trials(some, names, engine, device) for some in (to_search, held))
    few = Trials(to_search[: max(1, round(len(to_search) * FEW))], names, engine, device)
    for part in (trials, few, measured):
        yield from part.prepare()
    search = Search(trials, few, start, seed, 60.0 * minutes)
    best = yield from search.run()

    def told(share: float) -> Progress:
        return Progress(0.99 + 0.005 * (measured.tried - 1 + share), 1.0, "Measuring on held-out pixels")

    now = channels_of(protected, names)
    before = after = yield from measured.run(start, told, now)
    if (best.parameters, best.protected) != (start, now):
        after = yield from measured.run(best.parameters, told, best.protected)
    improved = after.worth > before.worth
    kept = after if improved else before
    return Tuned(
        kept.parameters,
        improved,
        measured.without,
        before.scores,
        kept.scores,
        _keys(held),
        _keys(to_search),
        search.tried,
        tuple(_notes(kept, improved, measured, to_search)),
        tuple(names[channel] for channel in kept.protected),
    )


def windows(training_images: Sequence[TrainingImage], most: int) -> list[TrainingImage]:
    """Return windows of the images, at most so many pixels (but one): one of each image before the second of any.

    Images that the network was not trained on come first.
    """
    turns: Counter[str] = Counter()
    ranked: list[tuple[bool, int, TrainingImage]] = []
    for training_image in training_images:
        for window in training_image.windows():
            turns[training_image.key] += 1
            ranked.append((training_image.seen, turns[training_image.key], window))
    ranked.sort(key=lambda entry: entry[:2])
    found: list[TrainingImage] = []
    for _, _, window in ranked:
        if not found or window.truth.size <= most:
            found.append(window)
            most -= window.truth.size
    return found


def _notes(kept: Outcome, improved: bool, measured: Trials, searched: Sequence[TrainingImage]) -> Iterator[str]:
    """Yield what a person should know."""
    without = measured.without
    if not improved:
        yield "Nothing better was found on the held-out pixels, so the settings stay as they are."
    if kept.parameters.w1 == kept.parameters.w2 == 0:
        yield "On these images no CRF is better than any: its weights are 0."
    elif kept.scores.mean_iou < without.mean_iou:
        yield "On the held-out pixels the CRF costs mean IoU; it only moves borders."
    for name, iou in kept.scores.iou.items():
        lost = (without.iou[name] or 0.0) - (iou or 0.0)
        if lost > PROTECTED_FROM:
            yield f"The CRF costs {name} {100 * lost:.1f} points of IoU on the held-out pixels."
    images = {training_image.key: training_image.seen for training_image in (*searched, *measured.training_images)}
    if any(images.values()):
        yield (
            f"The network was trained on {sum(images.values())} of these {len(images)} images. It is surer of them "
            "than of new ones, for which a stronger CRF may be better."
        )
    known = float(np.mean([training_image.known.mean() for training_image in (*searched, *measured.training_images)]))
    if len(images) == 1:
        yield "All comes from one image: correct another one for numbers to rely on."
    elif known < MOSTLY:
        yield (
            f"Only {known:.0%} of these pixels are painted or confirmed, likely where the network was wrong, which "
            "flatters any CRF: finish a few images for fairer numbers."
        )


def _keys(training_images: Sequence[TrainingImage]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(training_image.key for training_image in training_images))


def _json(scores: Scores) -> dict[str, Any]:
    return {name: value for name, value in scores.to_json().items() if name != "confusion"}
