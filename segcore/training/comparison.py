"""Comparison: whether a new model is better than the one before, judged on held-out images.

docs/decisions/0016-what-is-better.md has the reasons for the rule.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.metrics.bootstrap import LEVEL, interval, resampled
from segcore.metrics.image_counts import ImageCounts, iou, mean_iou, parts, total
from segcore.models.lineage import fingerprint, seen_by
from segcore.progress import Task
from segcore.training.checked_numbers import Interval, checked_difference, checked_level, checked_share

if TYPE_CHECKING:
    from segcore.prediction import Predictor
    from segcore.training.dataset import Pair

FEWEST_IMAGES = 5
"""With fewer held-out images the interval of a difference says nothing; so it is for a class that is in fewer."""

WRONG = 0.05
"""At most this share of the models that are no better is called better, over all looks at the same images."""

COLLAPSE = 0.1
"""A class that loses more IoU than this has collapsed, unless the interval of its difference reaches 0."""

CONFUSIONS = 5
"""So many confusions are listed that grew most, and so many that shrank most."""

KEPT = 10
"""In a checkpoint's lineage, so many images that lost most are kept, and so many that gained most."""


class Verdict(StrEnum):
    """What the held-out images say about a new model."""

    BETTER = "better"
    NOT_SHOWN = "not_shown"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class ClassChange:
    """IoU of one class, 0.0-1.0; None where the class is in neither truth nor prediction.

    ``interval`` is that of after - before, None when the class is in fewer than `FEWEST_IMAGES`; ``images`` says in how
    many it truly is.
    """

    name: str
    before: float | None
    after: float | None
    interval: Interval | None
    images: int

    @property
    def change(self) -> float | None:
        """After - before."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class ConfusionChange:
    """Pixels of the class ``truth`` that the models took for ``guess`` ("" for none of the classes)."""

    truth: str
    guess: str
    before: int
    after: int


@dataclass(frozen=True)
class ImageChange:
    """Mean IoU of one image, 0.0-1.0, over the classes that it truly has."""

    key: str
    before: float
    after: float


@dataclass(frozen=True)
class Comparison:
    """A new model against the one before, on the same held-out pixels.

    Attributes
    ----------
    verdict : Verdict
        See `judge`.
    images : int
        Held-out images that count.
    seen : int
        Held-out images that do not count: one of the two models was trained on them.
    regions : bool
        Parts of a single image were held out, because there is no other.
    before, after : float
        Mean IoU, 0.0-1.0; a model that does not know the classes has 0.
    interval : (float, float) or None
        Of after - before, by bootstrap over images; None with a single one.
    level : float
        Confidence of that interval, 0.0-1.0; see `level_of`. The intervals of classes are always at 0.95.
    classes : tuple[ClassChange, ...]
        In the order of the class list.
    collapsed : tuple[str, ...]
        Names of the classes that lose too much; see `COLLAPSE`.
    confusions : tuple[ConfusionChange, ...]
        Those that changed most: largest growth first, largest decrease last.
    changes : tuple[ImageChange, ...]
        Every image, from the one that lost most to the one that gained most.
    """

    verdict: Verdict
    images: int
    seen: int
    regions: bool
    before: float
    after: float
    interval: Interval | None
    classes: tuple[ClassChange, ...]
    collapsed: tuple[str, ...]
    confusions: tuple[ConfusionChange, ...]
    changes: tuple[ImageChange, ...]
    level: float = LEVEL

    @property
    def percent(self) -> str:
        """The confidence of the interval in percent: ``95``, ``98.3``, ``99.976``."""
        rest = 100.0 * (1.0 - self.level)
        digits = 0 if rest >= 2.0 else 1 - math.floor(math.log10(rest))
        return f"{100.0 * self.level:.{digits}f}"

    @property
    def change(self) -> float:
        """Mean IoU after - before."""
        return self.after - self.before

    @property
    def shown_worse(self) -> bool:
        """Whether the images show that the new model is worse."""
        return self.verdict is Verdict.NOT_SHOWN and self.interval is not None and self.interval[1] < 0.0

    @property
    def worse(self) -> tuple[ImageChange, ...]:
        """The images that lost mean IoU, the largest loss first."""
        return tuple(each for each in self.changes if each.after < each.before)

    @property
    def better(self) -> tuple[ImageChange, ...]:
        """The images that gained mean IoU, the largest gain first."""
        return tuple(each for each in reversed(self.changes) if each.after > each.before)

    def anonymous(self) -> Comparison:
        """Return a copy that names images by their `fingerprint` and has only those that changed most.

        It is for the lineage of a checkpoint, which grows with each training.
        """
        kept = self.changes if len(self.changes) <= 2 * KEPT else (*self.changes[:KEPT], *self.changes[-KEPT:])
        return replace(self, changes=tuple(replace(each, key=fingerprint(each.key)) for each in kept))

    def to_json(self) -> dict[str, Any]:
        """Return JSON values for `from_json`."""
        return asdict(self) | {"verdict": self.verdict.value}

    @classmethod
    def from_json(cls, data: Any) -> Comparison:
        """Return the inverse of `to_json`. Raises KeyError, TypeError, ValueError for anything else."""
        return cls(
            verdict=Verdict(data["verdict"]),
            images=int(data["images"]),
            seen=int(data["seen"]),
            regions=bool(data["regions"]),
            before=checked_share(data["before"]),
            after=checked_share(data["after"]),
            interval=checked_difference(data["interval"]),
            classes=tuple(
                ClassChange(
                    str(each["name"]),
                    None if each["before"] is None else checked_share(each["before"]),
                    None if each["after"] is None else checked_share(each["after"]),
                    checked_difference(each["interval"]),
                    int(each["images"]),
                )
                for each in data["classes"]
            ),
            collapsed=tuple(map(str, data["collapsed"])),
            confusions=tuple(
                ConfusionChange(str(each["truth"]), str(each["guess"]), int(each["before"]), int(each["after"]))
                for each in data["confusions"]
            ),
            changes=tuple(
                ImageChange(str(each["key"]), checked_share(each["before"]), checked_share(each["after"]))
                for each in data["changes"]
            ),
            level=checked_level(data.get("level", LEVEL)),
        )


def compare(
    before: Predictor | None,
    after: Predictor,
    pairs: Sequence[Pair],
    classes: ClassSet,
    ignore_index: int = IGNORE_INDEX,
) -> Task[Comparison]:
    """Predict the held-out images with both models and judge them.

    Images that one of the models was trained on, by their lineage, do not count.

    Parameters
    ----------
    before : Predictor or None
        The model before; None when there is none that knows the classes.
    after : Predictor
        The new one.
    pairs : sequence of Pair
        The held-out images.
    classes : ClassSet
        Classes of the labels; those of the models are joined to them by name.
    ignore_index : int
        Pixels of this value do not count; 255 never does.

    Raises
    ------
    ImageError, LabelError, DeviceError, CheckpointError
        When no image can be read or predicted; others are left out.
    """
    from segcore.training.evaluate import evaluate

    found: list[list[ImageCounts]] = []
    seen: set[str] = set()
    for predictor in (before, after):
        if predictor is not None:
            found.append([])
            seen |= seen_by(predictor.model.lineage)
            yield from evaluate(predictor, pairs, classes, ignore_index, failures=[], each=found[-1])
    return judge(None if before is None else found[0], found[-1], pairs, classes, seen)


def judge(
    before: Sequence[ImageCounts] | None,
    after: Sequence[ImageCounts],
    pairs: Sequence[Pair],
    classes: ClassSet,
    seen: Collection[str] = (),
    look: int = 1,
) -> Comparison:
    """Compare two models by the confusion matrices of the same held-out images; takes milliseconds.

    BETTER: the interval of the difference in mean IoU lies above 0, and no class has collapsed.
    TOO_FEW: fewer than `FEWEST_IMAGES` images count, or only parts of one were held out. Otherwise NOT_SHOWN.

    Parameters
    ----------
    before, after : sequence of ImageCounts
        Of the two models; images that only one of them has are left out. Without ``before``, a model that predicts
        nothing stands for it.
    pairs : sequence of Pair
        The held-out images.
    classes : ClassSet
        Gives the names of the channels.
    seen : collection of str
        Fingerprints of the images that one of the models was trained on before. When that is all of them, they are
        measured nevertheless, and count as none.
    look : int
        Which look it is, 1, 2, ..., at the same images for the same purpose; see `level_of`.
    """
    channels = len(classes)
    regions = any(pair.part != "all" for pair in pairs)
    new = {image.key: image for image in after if not image.empty}
    if before is None:
        before = [_nothing_predicted(image) for image in new.values()]
    shared = [image.key for image in before if image.key in new]
    fair = [key for key in shared if regions or fingerprint(key) not in seen]
    keys = fair or shared
    old = {image.key: image for image in before}
    sides = [old[key] for key in keys], [new[key] for key in keys]
    measured = np.stack([parts(side, channels) for side in sides])  # [2, images, 2, C]
    scores = iou(measured.sum(1))
    means = [float(np.nan_to_num(value)) for value in mean_iou(scores)]

    drawn = resampled(len(keys)) if keys else np.zeros((0, 0))
    again = iou(np.tensordot(drawn, measured, axes=(1, 1)).swapaxes(0, 1))  # [2, resamples, C]
    between = np.subtract(*reversed(mean_iou(again)))
    there = np.array([image.counts.any(1) for image in sides[0]], bool).reshape(-1, channels).sum(0)
    changes = tuple(
        ClassChange(
            name,
            _optional(scores[0, channel]),
            _optional(scores[1, channel]),
            interval(again[1, :, channel] - again[0, :, channel], len(keys))
            if there[channel] >= FEWEST_IMAGES
            else None,
            int(there[channel]),
        )
        for channel, name in enumerate(classes.names)
    )
    collapsed = tuple(each.name for each in changes if _collapsed(each))
    level = level_of(look)
    reach = interval(between, len(keys), level, student=True)
    return Comparison(
        verdict=_verdict(0 if regions else len(fair), reach, collapsed),
        images=len(fair),
        seen=len(shared) - len(fair),
        regions=regions,
        before=means[0],
        after=means[1],
        interval=reach,
        classes=changes,
        collapsed=collapsed,
        confusions=_confusions(sides[0], sides[1], classes.names),
        changes=_image_changes(sides[0], sides[1]),
        level=level,
    )


def level_of(look: int) -> float:
    """Return the confidence that the interval of the ``look``-th look (1, 2, ...) at the same held-out images needs.

    The looks share 5 % of wrong "better": the k-th may spend 5 % / (k (k + 1)), which sum to 5 % however many there are
    and however much they depend on each other (alpha spending: Lan and DeMets 1983; Bonferroni's inequality). Only one
    end of the interval can say "better", so its confidence is 1 - 2 x 5 % / (k (k + 1)): 0.95 for the first look.
    """
    return 1.0 - 2.0 * WRONG / (look * (look + 1))


def _verdict(images: int, reach: Interval | None, collapsed: Sequence[str]) -> Verdict:
    if images < FEWEST_IMAGES or reach is None:
        return Verdict.TOO_FEW
    return Verdict.BETTER if reach[0] > 0.0 and not collapsed else Verdict.NOT_SHOWN


def _collapsed(each: ClassChange) -> bool:
    change = each.change
    return change is not None and change < -COLLAPSE and (each.interval is None or each.interval[1] < 0.0)


def _confusions(
    before: Sequence[ImageCounts], after: Sequence[ImageCounts], names: Sequence[str]
) -> tuple[ConfusionChange, ...]:
    if not before:
        return ()
    matrices = [total(side, len(names)) for side in (before, after)]
    old, new = (np.concatenate([each.counts, each.missed[:, None]], axis=1) for each in matrices)
    change = new - old
    np.fill_diagonal(change, 0)
    order = np.argsort(-change, axis=None, kind="stable")
    grew = [n for n in order[:CONFUSIONS] if change.flat[n] > 0]
    shrank = [n for n in order[-CONFUSIONS:] if change.flat[n] < 0]
    guesses = [*names, ""]
    found = []
    for n in (*grew, *shrank):
        row, column = divmod(int(n), len(guesses))
        found.append(ConfusionChange(names[row], guesses[column], int(old[row, column]), int(new[row, column])))
    return tuple(found)


def _image_changes(before: Sequence[ImageCounts], after: Sequence[ImageCounts]) -> tuple[ImageChange, ...]:
    found = [ImageChange(old.key, _own_mean(old), _own_mean(new)) for old, new in zip(before, after, strict=True)]
    return tuple(sorted(found, key=lambda each: (each.after - each.before, each.key)))


def _own_mean(image: ImageCounts) -> float:
    occurs = image.counts.sum(1) > 0
    return float(iou(parts([image], image.channels))[0, occurs].mean())


def _nothing_predicted(image: ImageCounts) -> ImageCounts:
    counts = np.zeros_like(image.counts)
    counts[:, -1] = image.counts.sum(1)
    return ImageCounts.from_counts(image.key, counts)


def _optional(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
