"""Learning: the CRF's parameters that suit a person's corrections best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from segcore.crf.engines import Engine, require_engine
from segcore.crf.parameters import CrfParameters
from segcore.crf.sample import Sample, hold_out
from segcore.crf.search import Search
from segcore.crf.sparing import channels_of
from segcore.crf.trial import SPARED_FROM, Outcome, Trials
from segcore.errors import CrfError
from segcore.metrics import Scores
from segcore.progress import Progress, Task

SEARCH_PIXELS = 2_500_000
"""The search looks at no more pixels than these (a dozen windows), so that it takes well under a minute."""

HELD_OUT_PIXELS = 2_500_000
FEW = 1 / 3
"""Share of the searched windows that the coarse search makes do with."""

MOSTLY = 0.5
"""With a smaller share of known pixels a person is told that they are no fair sample."""

_NOTHING = ("No pixel is painted or confirmed where the CRF could change something.", "Correct an image first.")


@dataclass(frozen=True)
class Learned:
    """What a search found, measured on pixels that it never saw.

    Attributes
    ----------
    parameters : CrfParameters
        To be used from now on; the start when nothing better was found; w1 = w2 = 0 when no CRF is better than any.
    improved : bool
        Whether both together are worth more than the start on the held-out pixels.
    without, before, after : Scores
        On the held-out pixels: without a CRF, with the start, with `parameters` and `spared`; with `boundary_f`.
    held_out, searched : tuple[str, ...]
        Keys of the images. With a single one both name it, and a quarter of its tiles is held out.
    tried : int
        Sets of parameters.
    notes : tuple[str, ...]
        What a person should know, in sentences.
    spared : tuple[str, ...]
        Classes that lost IoU by the CRF on the searched images and keep the network's pixels; see
        `segcore.crf.sparing`. Those of the start when it is kept.
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
    spared: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what `maskwright learn-crf --json` prints."""
        scores = {"without": self.without, "before": self.before, "after": self.after}
        return {
            "parameters": asdict(self.parameters),
            "spared": list(self.spared),
            "improved": self.improved,
            **{name: _json(score) for name, score in scores.items()},
            "held_out": list(self.held_out),
            "searched": list(self.searched),
            "tried": self.tried,
            "notes": list(self.notes),
        }


def learn(
    samples: Sequence[Sample],
    start: CrfParameters | None = None,
    names: Sequence[str] = (),
    spared: Collection[str] = (),
    seed: int = 0,
    minutes: float = 1.0,
    engine: Engine = "auto",
    device: str | None = None,
) -> Task[Learned]:
    """Search w1, w2, θα, θβ and θγ; the number of iterations stays that of ``start``.

    Parameters
    ----------
    samples : Sequence[Sample]
        See `segcore.crf.samples`. A third of the images is held out first; of a single image, a quarter of its tiles.
    start : CrfParameters or None
        What is used now; None: the defaults.
    names : Sequence[str]
        Of the channels, for the scores.
    spared : Collection[str]
        Classes that are spared now.
    seed : int
        The same seed, samples and engine give the same answer, unless the time was used up.
    minutes : float
        The search ends then with the best so far.
    engine, device
        See `segcore.crf.refine`.

    Returns
    -------
    Task[Learned]
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
    if not any(sample.known.any() for sample in samples):
        raise CrfError(*_NOTHING)
    names = list(names) or [str(channel) for channel in range(len(samples[0].probabilities))]
    if any(len(sample.probabilities) != len(names) for sample in samples):
        raise CrfError(f"There are {len(names)} names of classes, but not as many channels.", "Predict again.")
    yield Progress(0, 0, "Preparing")
    to_search, held = hold_out([sample for sample in samples if sample.known.any()], seed)
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

    now = channels_of(spared, names)
    before = after = yield from measured.run(start, told, now)
    if (best.parameters, best.spared) != (start, now):
        after = yield from measured.run(best.parameters, told, best.spared)
    improved = after.worth > before.worth
    kept = after if improved else before
    return Learned(
        kept.parameters,
        improved,
        measured.without,
        before.scores,
        kept.scores,
        _keys(held),
        _keys(to_search),
        search.tried,
        tuple(_notes(kept, improved, measured, to_search)),
        tuple(names[channel] for channel in kept.spared),
    )


def windows(samples: Sequence[Sample], most: int) -> list[Sample]:
    """Return windows of the samples, at most so many pixels (but one): one of each image before the second of any.

    Images that the network was not trained on come first.
    """
    turns: Counter[str] = Counter()
    ranked: list[tuple[bool, int, Sample]] = []
    for sample in samples:
        for window in sample.windows():
            turns[sample.key] += 1
            ranked.append((sample.seen, turns[sample.key], window))
    ranked.sort(key=lambda entry: entry[:2])
    found: list[Sample] = []
    for _, _, window in ranked:
        if not found or window.truth.size <= most:
            found.append(window)
            most -= window.truth.size
    return found


def _notes(kept: Outcome, improved: bool, measured: Trials, searched: Sequence[Sample]) -> Iterator[str]:
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
        if lost > SPARED_FROM:
            yield f"The CRF costs {name} {100 * lost:.1f} points of IoU on the held-out pixels."
    images = {sample.key: sample.seen for sample in (*searched, *measured.samples)}
    if any(images.values()):
        yield (
            f"The network was trained on {sum(images.values())} of these {len(images)} images. It is surer of them "
            "than of new ones, for which a stronger CRF may be better."
        )
    known = float(np.mean([sample.known.mean() for sample in (*searched, *measured.samples)]))
    if len(images) == 1:
        yield "All comes from one image: correct another one for numbers to rely on."
    elif known < MOSTLY:
        yield (
            f"Only {known:.0%} of these pixels are painted or confirmed, likely where the network was wrong, which "
            "flatters any CRF: finish a few images for fairer numbers."
        )


def _keys(samples: Sequence[Sample]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sample.key for sample in samples))


def _json(scores: Scores) -> dict[str, Any]:
    return {name: value for name, value in scores.to_json().items() if name != "confusion"}
