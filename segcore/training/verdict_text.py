"""A comparison in words, for the command line and the report; the window has its own, which can be translated."""

from __future__ import annotations

from segcore.training.comparison import COLLAPSE, FEWEST_IMAGES, Comparison, Verdict
from segcore.training.holdout import HELD_OUT_SHARE

NEEDED = (
    f"At least {FEWEST_IMAGES} are needed, which about {round(FEWEST_IMAGES / HELD_OUT_SHARE)} corrected images give."
)

WORSE = "The new model is worse."

HEADLINES = {
    Verdict.BETTER: "The new model is better.",
    Verdict.NOT_SHOWN: "The new model is not shown to be better.",
    Verdict.TOO_FEW: "There are too few held-out images to judge the new model.",
}


def verdict_lines(comparison: Comparison) -> list[str]:
    """Return the verdict, its reason, and what changed most; one sentence a line."""
    lines = [f"{headline(comparison)} {reason(comparison)}"]
    if comparison.seen:
        lines.append(
            f"{comparison.seen} held-out images do not count, because one of the two models was trained on them."
        )
    grew = [each for each in comparison.confusions if each.after > each.before][:3]
    if grew:
        shown = ", ".join(
            f"{each.truth} taken for {each.guess or 'no class'} ({each.before:,} -> {each.after:,} pixels)"
            for each in grew
        )
        lines.append(f"Confusions that grew most: {shown}.")
    if comparison.worse:
        lines.append(f"{len(comparison.worse)} of {len(comparison.changes)} images got worse.")
    return lines


def headline(comparison: Comparison) -> str:
    """Return the verdict as a sentence; a model that is shown to be worse is called that."""
    return WORSE if comparison.shown_worse else HEADLINES[comparison.verdict]


def reason(comparison: Comparison) -> str:
    """Return the sentence that explains the verdict."""
    change = f"Mean IoU {points(comparison.before)} -> {points(comparison.after)} %"
    if comparison.verdict is Verdict.TOO_FEW:
        if comparison.regions:
            return f"{change}, on parts of a single image. {NEEDED}"
        return f"{change}, on {comparison.images} images that neither model was trained on. {NEEDED}"
    assert comparison.interval is not None
    low, high = (f"{100 * bound:+.1f}" for bound in comparison.interval)
    where = f"{comparison.percent} %, {comparison.images} images"
    change = f"{change}; the difference lies between {low} and {high} points ({where})."
    if comparison.collapsed:
        lost = ", ".join(comparison.collapsed)
        change += f" These classes lose more than {100 * COLLAPSE:.0f} points: {lost}."
    return change


def points(share: float) -> str:
    """``0.5`` -> ``50.0``."""
    return f"{100 * share:.1f}"
