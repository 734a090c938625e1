"""Tuning: search the CRF parameters on corrected images and measure them on held-out ones."""

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
"""Pixels of the search (a dozen windows), so that it takes less than a minute."""

HELD_OUT_PIXELS = 2_500_000
FEW = 1 / 3
"""Share of the windows that the coarse search uses."""

MOSTLY = 0.5
"""With a smaller share of known pixels, a note says that the scores may be too good."""

_NOTHING = ("No painted or confirmed pixel is one that the CRF can change.", "Correct an image first.")


@dataclass(frozen=True)
class Tuned:
    """The result of a search, measured on held-out pixels.

    Attributes
    ----------
    parameters : CrfParameters
        The parameters to use: the start when nothing better was found; w1 = w2 = 0 when no CRF is best.
    improved : bool
        Whether parameters and protected classes score higher than the start on the held-out pixels.
    without, before, after : Scores
        On the held-out pixels: without a CRF, with the start, with `parameters` and `protected`; with `boundary_f`.
    held_out, searched : tuple[str, ...]
        Keys of the images. With a single image both name it, and a quarter of its tiles is held out.
    tried : int
        Number of sets tried.
    notes : tuple[str, ...]
        Sentences for the person.
    protected : tuple[str, ...]
        Classes that lost IoU by the CRF on the searched images; see `segcore.crf.protection`. When the start is
        kept, its protected classes.
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
        """Return the object that `maskwright learn-crf --json` prints."""
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
        The parameters in use; None: the defaults.
    names : Sequence[str]
        Class names of the channels, for the scores.
    protected : Collection[str]
        Names of the protected classes in use.
    seed : int
        The same seed, training images and engine give the same result, unless the time runs out.
    minutes : float
        Time limit of the search; the best set so far is the result.
    engine, device
        See `segcore.crf.refine`.

    Returns
    -------
    Task[Tuned]
        `Progress.message` gives the number of sets tried and the best mean IoU on the searched pixels;
        `Progress.detail` has "tried", "mean_iou", "without_mean_iou" and "parameters" (a dict). Closing the task
        cancels it within one iteration of the CRF.

    Raises
    ------
    CrfError
        No pixel has a known class, nothing is left to hold out or to search on, the number of names is not that of
        the channels, or any error of `segcore.crf.refine`.
    """
    start = CrfParameters() if start is None else start
    require_engine(engine)
    if not any(training_image.known.any() for training_image in training_images):
        raise CrfError(*_NOTHING)
    names = list(names) or [str(channel) for channel in range(len(training_images[0].probabilities))]
    if any(len(training_image.probabilities) != len(names) for training_image in training_images):
        raise CrfError(f"There are {len(names)} class names, but another number of channels.", "Predict again.")
    yield Progress(0, 0, "Preparing")
    to_search, held = hold_out(
        [training_image for training_image in training_images if training_image.known.any()], seed
    )
    to_search, held = windows(to_search, SEARCH_PIXELS), windows(held, HELD_OUT_PIXELS)
    if not to_search or not held:
        raise CrfError("There are too few corrected pixels to hold some out.", "Correct one more image first.")
    trials, measured = (Trials(some, names, engine, device) for some in (to_search, held))
    few = Trials(to_search[: max(1, round(len(to_search) * FEW))], names, engine, device)
    for part in (trials, few, measured):
        yield from part.prepare()
    search = Search(trials, few, start, seed, 60.0 * minutes)
    best = yield from search.run()

    def progress_at(share: float) -> Progress:
        return Progress(0.99 + 0.005 * (measured.tried - 1 + share), 1.0, "Measuring on held-out pixels")

    now = channels_of(protected, names)
    before = after = yield from measured.run(start, progress_at, now)
    if (best.parameters, best.protected) != (start, now):
        after = yield from measured.run(best.parameters, progress_at, best.protected)
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
    """Return windows of the images with at most ``most`` pixels, but at least one window.

    Each image gives one window before any gives a second. Images that the network was not trained on come first.
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
    """Yield the notes of `Tuned`."""
    without = measured.without
    if not improved:
        yield "No better parameters were found on the held-out pixels; the current ones stay."
    if kept.parameters.w1 == kept.parameters.w2 == 0:
        yield "On these images the CRF does not help; its weights are set to 0."
    elif kept.scores.mean_iou < without.mean_iou:
        yield "On the held-out pixels the CRF improves borders but lowers mean IoU."
    for name, iou in kept.scores.iou.items():
        lost = (without.iou[name] or 0.0) - (iou or 0.0)
        if lost > PROTECTED_FROM:
            yield f"The class {name} loses {100 * lost:.1f} points of IoU by the CRF on the held-out pixels."
    images = {training_image.key: training_image.seen for training_image in (*searched, *measured.training_images)}
    if any(images.values()):
        yield (
            f"The network was trained on {sum(images.values())} of these {len(images)} images, so its predictions are "
            "better here than on new images. A stronger CRF may suit new images better."
        )
    known = float(np.mean([training_image.known.mean() for training_image in (*searched, *measured.training_images)]))
    if len(images) == 1:
        yield "Only one image was used. Correct another one for reliable scores."
    elif known < MOSTLY:
        yield (
            f"Only {known:.0%} of these pixels are painted or confirmed, mostly where the network was wrong, so the "
            "scores are too optimistic. Mark a few images as done for fair scores."
        )


def _keys(training_images: Sequence[TrainingImage]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(training_image.key for training_image in training_images))


def _json(scores: Scores) -> dict[str, Any]:
    return {name: value for name, value in scores.to_json().items() if name != "confusion"}
