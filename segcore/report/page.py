"""The report's page: one HTML file without scripts, well-formed as XML too, every text escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from segcore import __version__
from segcore.labels.classes import ClassSet
from segcore.metrics.scores import Scores
from segcore.report.charts import curve, reliability
from segcore.report.evidence import Evidence, Picture
from segcore.report.pictures import data_uri
from segcore.report.style import CSS
from segcore.training.comparison import Comparison
from segcore.training.verdict_text import headline, verdict_lines

DASH = "–"
STRONGEST = 0.55
"""Opacity of a full cell of the confusion matrix: its number must be readable, also on a dark page."""
_FORBIDDEN = re.compile("[^\t\n\r -~\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def page(evidence: Evidence) -> str:
    """Return the whole HTML document."""
    title = f"{evidence.version} in {evidence.project}"
    before = evidence.before or "no model that knows the classes"
    sections = (
        f"<h1>{text(title)}</h1>",
        f'<p class="quiet">Compared with {text(before)} on {len(evidence.comparison.changes)} held-out images. '
        f"Measured on the labels as they are now; Maskwright {__version__}.</p>",
        _verdict(evidence.comparison),
        _section("Classes", _classes(evidence.comparison, evidence.classes)),
        _section("Training", _curves(evidence.lineage)),
        _section("Confusion matrix", _matrix(evidence.scores, evidence.classes) + _confusions(evidence.comparison)),
        _section("Calibration", _calibration(evidence)),
        _section("Images that lost most", _images(evidence.worst)),
        _section("Images that gained most", _images(evidence.best)),
        _section("Lineage", _lineage(evidence.lineage)),
    )
    return (
        '<!DOCTYPE html>\n<html lang="en" xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8" />'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}" />'
        '<meta name="viewport" content="width=device-width, initial-scale=1" />'
        f"<title>{text(title)}</title><style>{CSS}</style></head><body>{''.join(sections)}</body></html>\n"
    )


def text(value: object) -> str:
    """Escape a text for HTML and XML; characters that neither may hold become a replacement character."""
    return escape(_FORBIDDEN.sub("\ufffd", str(value)))


def _section(title: str, content: str) -> str:
    return f"<section><h2>{title}</h2>{content}</section>" if content else ""


def _verdict(comparison: Comparison) -> str:
    first, *others = verdict_lines(comparison)
    head = headline(comparison)
    lines = "".join(f"<p>{text(line)}</p>" for line in (first.removeprefix(head).strip(), *others))
    return f'<div class="verdict"><strong>{text(head)}</strong>{lines}</div>'


def _classes(comparison: Comparison, classes: ClassSet) -> str:
    rows = []
    for each in comparison.classes:
        found = classes.named(each.name)
        color = "transparent" if found is None else "rgb({}, {}, {})".format(*found.color)
        name = f'<span class="swatch" style="background: {color}"></span>{text(each.name)}'
        interval = DASH if each.interval is None else " … ".join(_points(bound) for bound in each.interval)
        rows.append(
            [name, str(each.images), _percent(each.before), _percent(each.after), _change(each.change), interval]
        )
    whole = DASH if comparison.interval is None else " … ".join(_points(bound) for bound in comparison.interval)
    rows.append(
        [
            "<strong>mean</strong>",
            str(comparison.images),
            _percent(comparison.before),
            _percent(comparison.after),
            _change(comparison.change),
            whole,
        ]
    )
    titles = ["class", "images", "IoU before, %", "IoU after, %", "change, points", "95 % interval"]
    note = '<p class="quiet">Intervals by bootstrap over images; none for a class that is in fewer than five.</p>'
    return _table(titles, rows) + note


def _curves(lineage: Sequence[dict[str, Any]]) -> str:
    step = lineage[-1] if lineage else {}
    found = step.get("curve")
    if not isinstance(found, dict):
        return ""
    loss, mean_iou = (_series(found.get(name)) for name in ("loss", "mean_iou"))
    before = step.get("mean_iou_before")
    line = float(before) if isinstance(before, int | float) else None
    charts = curve("Loss", loss) + curve("Mean IoU on held-out images (dashed: before)", mean_iou, line, 3)
    return f'<div class="row">{charts}</div>' if charts else ""


def _series(points: object) -> list[tuple[float, float]]:
    if not isinstance(points, list):
        return []
    return [
        (float(each[0]), float(each[1]))
        for each in points
        if isinstance(each, list | tuple) and len(each) == 2 and all(isinstance(n, int | float) for n in each)
    ]


def _matrix(scores: Scores, classes: ClassSet) -> str:
    head = "".join(f"<th>{text(name)}</th>" for name in scores.iou)
    rows = []
    for name, row in zip(scores.iou, scores.confusion, strict=True):
        total = sum(row)
        cells = "".join(
            f'<td style="background: rgba(var(--accent), {STRONGEST * n / max(1, total):.3f})" title="{n:,} pixels">'
            f"{f'{100 * n / total:.0f}' if total else ''}</td>"
            for n in row
        )
        rows.append(f"<tr><td>{text(name)}</td>{cells}</tr>")
    about = '<p class="quiet">Rows: what it is. Columns: what the new model says. Percent of the row.</p>'
    return f'{about}<div class="scroll"><table class="matrix"><tr><th></th>{head}</tr>{"".join(rows)}</table></div>'


def _confusions(comparison: Comparison) -> str:
    rows = [
        [
            f"{text(each.truth)} taken for {text(each.guess or 'no class')}",
            f"{each.before:,}",
            f"{each.after:,}",
            f"{each.after - each.before:+,}",
        ]
        for each in comparison.confusions
    ]
    return _table(["confusions that changed most", "pixels before", "after", "change"], rows) if rows else ""


def _calibration(evidence: Evidence) -> str:
    before, after = evidence.uncalibrated, evidence.calibrated
    about = (
        f"Expected calibration error {100 * before.error:.1f} % at temperature 1, and "
        f"{100 * evidence.calibration_error:.1f} % at a temperature that is fitted on one half of the images and "
        f"measured on the other. The version's temperature, fitted on all of them, is {evidence.temperature:.2f}. "
        "A bar on the dashed line says what is true: of the pixels with 90 % confidence 90 in 100 are right. "
        "Darker bars have more pixels."
    )
    charts = reliability("At temperature 1", before)
    charts += reliability(f"At temperature {evidence.temperature:.2f}, as it predicts", after)
    return f'<p>{text(about)}</p><div class="row">{charts}</div>'


def _images(pictures: Sequence[Picture]) -> str:
    blocks = []
    for picture in pictures:
        change = picture.change
        scores = f"mean IoU {_percent(change.before)} → {_percent(change.after)} %"
        panels = "".join(
            f'<figure><img alt="{title}" src="{data_uri(panel)}" /><figcaption>{title}</figcaption></figure>'
            for title, panel in picture.panels.items()
        )
        blocks.append(f'<p><strong>{text(change.key)}</strong>, {scores}</p><div class="images">{panels}</div>')
    return "".join(blocks)


def _lineage(lineage: Sequence[dict[str, Any]]) -> str:
    titles = ["trained from", "date", "images", "held out", "steps", "mean IoU before, %", "after, %", "verdict"]
    rows = []
    for step in lineage:
        comparison = step.get("comparison")
        verdict = comparison.get("verdict", DASH) if isinstance(comparison, dict) else DASH
        cells = [
            step.get("trained_from", step.get("source", DASH)),
            str(step.get("date", DASH))[:16].replace("T", " "),
            _count(step.get("trained_on"), step.get("train_images")),
            _count(step.get("measured_on"), step.get("held_out_images")),
            step.get("steps", DASH),
            _percent(step.get("mean_iou_before")),
            _percent(step.get("mean_iou_after")),
            str(verdict).replace("_", " "),
        ]
        rows.append([text(cell) for cell in cells])
    return _table(titles, rows) if rows else ""


def _count(marks: object, number: object) -> str:
    return str(len(marks)) if isinstance(marks, list) else DASH if number is None else str(number)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; the cells are HTML already."""
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><tr>{head}</tr>{body}</table></div>'


def _percent(share: object) -> str:
    return f"{100 * share:.1f}" if isinstance(share, int | float) else DASH


def _points(change: float) -> str:
    return f"{round(100 * change, 1) + 0.0:+.1f}"  # never -0.0


def _change(change: float | None) -> str:
    if change is None:
        return DASH
    kind = "good" if change > 0 else "bad" if change < 0 else "quiet"
    return f'<span class="{kind}">{_points(change)}</span>'
