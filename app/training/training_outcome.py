"""TrainingOutcome: what a training run produced, and how to say it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from app.appearance.numbers import points
from app.language.engine_texts import translated
from segcore.metrics.scores import Scores

if TYPE_CHECKING:
    from segcore.training.comparison import Comparison

DASH = "–"


@dataclass(frozen=True)
class TrainingOutcome:
    """What a run produced; ``before`` and ``after`` are measured on the same held-out images.

    Attributes
    ----------
    checkpoint : Path
        The new version.
    before, after : Scores or None
        None where they are not known.
    seconds : float
        How long it took.
    unknown_before : frozenset[str]
        Names of the classes that the model before could not name.
    comparison : Comparison or None
        With the model in use; None in what versions before 0.6 wrote.
    left_out : tuple[str, ...]
        Why images were left out, a sentence each, in English.
    warnings : tuple[str, ...]
        What else a person should know of the training, in English.
    """

    checkpoint: Path
    before: Scores | None
    after: Scores | None
    seconds: float
    unknown_before: frozenset[str] = frozenset()
    comparison: Comparison | None = None
    left_out: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def gain(self) -> float | None:
        """By how many percentage points the mean IoU changed, as it is shown; None when one of them is unknown."""
        if self.before is None or self.after is None:
            return None
        return change(self.before.mean_iou, self.after.mean_iou)

    @property
    def first(self) -> bool:
        """Whether the model in use knows none of the classes, and too few images are held out to judge the new version.

        Using it takes nothing away, so it is recommended.
        """
        too_few = self.comparison is not None and self.comparison.verdict.value == "too_few"
        return too_few and self.before is None and self.after is not None

    @property
    def better(self) -> bool:
        """Whether the new version may be recommended."""
        if self.comparison is not None:
            return self.shown_better or self.first
        return self.after is not None and (self.gain is None or self.gain > 0)

    @property
    def shown_better(self) -> bool:
        """Whether the comparison shows that the new version is better, so that it is used at once."""
        return self.comparison is not None and self.comparison.verdict.value == "better"

    @property
    def headline(self) -> str:
        """``41.2 → 53.8 %`` with what is known."""
        after = percent(self.after.mean_iou if self.after is not None else None)
        return f"{percent(self.before.mean_iou)} → {after} %" if self.before is not None else f"{after} %"

    @property
    def notes(self) -> str:
        """What a person should know of the training, a line each: images left out in one, and the warnings."""
        lines = [translated(warning) for warning in self.warnings]
        if self.left_out:
            text = _tr("{count} images were left out, the first because: {reason}")
            if len(self.left_out) == 1:
                text = _tr("1 image was left out: {reason}")
            lines.insert(0, text.format(count=len(self.left_out), reason=translated(self.left_out[0])))
        return "\n".join(lines)

    @property
    def verdict(self) -> str:
        """One sentence that says whether the new version is better, and why it is used or not."""
        if self.first:
            return _tr(
                "The model in use knows none of these classes, the new version does. There are too few held-out images"
                " to say how well: look at its predictions."
            )
        if self.comparison is not None:
            return comparison_text(self.comparison)
        if self.gain is None:
            return _tr("Mean IoU on the held-out images. There is no earlier result to compare it with.")
        if self.better:
            text = _tr("Mean IoU on the same held-out images: {change} points. The new version is better.")
        else:
            text = _tr("Mean IoU on the same held-out images: {change} points. The new version is not better.")
        return text.format(change=signed(self.gain))


def outcome_from_json(message: Mapping[str, Any]) -> TrainingOutcome:
    """Read the ``result`` line of ``maskwright train --json-lines``. Raises KeyError, TypeError, ValueError."""
    before, after = (scores_from_json(message.get(key)) for key in ("before", "after"))
    unknown = frozenset(map(str, message.get("unknown_before", ())))
    seconds, comparison = float(message.get("seconds", 0.0)), comparison_from_json(message.get("comparison"))
    left_out = tuple(map(str, message.get("skipped", {}).values()))
    warnings = tuple(map(str, message.get("warnings", ())))
    return TrainingOutcome(Path(message["checkpoint"]), before, after, seconds, unknown, comparison, left_out, warnings)


def comparison_from_json(data: Any) -> Comparison | None:
    """Read what ``Comparison.to_json`` wrote; None when it is missing or of another shape."""
    from segcore.training.comparison import Comparison

    with suppress(KeyError, TypeError, ValueError, AttributeError):
        return Comparison.from_json(data)
    return None


def comparison_text(found: Comparison) -> str:
    """Say in one sentence what the held-out images say about the new version."""
    from segcore.training.comparison import FEWEST_IMAGES, Verdict
    from segcore.training.holdout import HELD_OUT_SHARE

    points = signed(round(100 * found.change, 1) + 0.0)
    if found.verdict is Verdict.TOO_FEW:
        needed = round(FEWEST_IMAGES / HELD_OUT_SHARE)
        if found.regions:
            text = _tr("Not used: only parts of one image are held out, too little to judge. ")
        elif found.images == 1:
            text = _tr("Not used: 1 held-out image is too few to judge. ")
        else:
            text = _tr("Not used: {count} held-out images are too few to judge. ").format(count=found.images)
        return text + _tr("From about {needed} corrected images on there are enough.").format(needed=needed)
    if found.collapsed and not found.shown_worse:
        lost = ", ".join(found.collapsed)
        return _tr("Not used: {classes} became much worse on the held-out images.").format(classes=lost)
    low, high = (signed(round(100 * bound, 1) + 0.0) for bound in found.interval or (0.0, 0.0))
    text = _tr("Not used, because it is not shown to be better: {points} points ({level} % interval {low} to {high}).")
    if found.verdict is Verdict.BETTER:
        text = _tr("Better on the held-out images: {points} points ({level} % interval {low} to {high}).")
    elif found.shown_worse:
        text = _tr("Not used, because it is worse: {points} points ({level} % interval {low} to {high}).")
    return text.format(points=points, level=found.percent, low=low, high=high)


def scores_from_json(data: Mapping[str, Any] | None) -> Scores | None:
    """Read what ``Scores.to_json`` wrote; None when it is missing, of another shape, or no scores at all."""
    if not data:
        return None
    try:
        scores = Scores(**{field.name: data[field.name] for field in fields(Scores)})
        shares = (scores.pixel_accuracy, scores.mean_accuracy, scores.mean_iou, scores.fw_iou, *scores.iou.values())
        sound = all(share is None or 0.0 <= share <= 1.0 for share in shares) and scores.mean_iou is not None
        square = all(len(row) == len(scores.confusion) for row in scores.confusion)
        counts = all(isinstance(n, int) and 0 <= n < 1 << 53 for row in scores.confusion for n in row)
    except (KeyError, TypeError, AttributeError):
        return None
    return scores if sound and square and counts and len(scores.confusion) == len(scores.iou) else None


def change(before: float | None, after: float | None) -> float | None:
    """Return after minus before in percentage points, of the numbers as `percent` shows them: 58.0 to 57.8 is −0.2."""
    if before is None or after is None:
        return None
    return round(round(after * 100, 1) - round(before * 100, 1), 1)


def signed(points: float | None) -> str:
    """Return percentage points with their sign: ``+1.2``, ``−0.3``, ``0.0``, or a dash."""
    if points is None:
        return DASH
    return f"+{points:.1f}" if points > 0 else f"−{-points:.1f}" if points < 0 else "0.0"


def percent(value: float | None) -> str:
    """Return 0.0-1.0 in percent with one decimal, or a dash."""
    return DASH if value is None else points(value)


def _tr(text: str) -> str:
    return QCoreApplication.translate("TrainingOutcome", text)
