"""Charts as SVG text: curves of a training, and reliability diagrams. Colours come from the page's style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from segcore.metrics.calibration import BINS, Reliability

Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 420, 220
LEFT, RIGHT, TOP, BOTTOM = 46, 10, 12, 28


def curve(title: str, points: Points, baseline: float | None = None, digits: int = 2) -> str:
    """Return a line chart over the steps of a training; a dashed line at ``baseline``, "" without points."""
    if not points:
        return ""
    values = [value for _, value in points] + ([] if baseline is None else [baseline])
    low, high = min(values), max(values)
    pad = max(1e-3, 0.08 * (high - low))
    low, high, last = max(0.0, low - pad), high + pad, max(1.0, max(step for step, _ in points))
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def place(step: float, value: float) -> tuple[float, float]:
        return LEFT + across * step / last, TOP + down * (high - value) / (high - low)

    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in points))
    parts = [_grid(f"{high:.{digits}f}", f"{low:.{digits}f}", "0", f"step {last:.0f}")]
    if baseline is not None:
        y = place(0, baseline)[1]
        parts.append(f'<line class="baseline" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" />')
    parts.append(f'<polyline class="line" points="{places}" />')
    if len(points) < 40:
        parts += [
            f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3" />' for x, y in (place(*point) for point in points)
        ]
    return _svg(title, parts)


def reliability(title: str, found: Reliability) -> str:
    """Return a reliability diagram: accuracy by confidence as bars, the diagonal, and the share of pixels as dots."""
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    parts = [_grid("100 %", "0", "0", "confidence 100 %")]
    total = max(1, int(found.pixels.sum()))
    for number in range(BINS):
        if not found.pixels[number]:
            continue
        height = down * float(found.accuracy[number])
        x, width = LEFT + across * number / BINS, across / BINS - 1.5
        share, right = found.pixels[number] / total, found.accuracy[number]
        tip = f"{share:.1%} of the pixels, confidence {found.confidence[number]:.1%}, right {right:.1%}"
        parts.append(
            f'<rect class="bar" x="{x:.1f}" y="{TOP + down - height:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'opacity="{0.35 + 0.65 * min(1.0, float(share) * BINS / 2):.2f}"><title>{escape(tip)}</title></rect>'
        )
    parts.append(f'<line class="baseline" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{TOP + down}" y2="{TOP}" />')
    return _svg(title, parts)


def _grid(high: str, low: str, first: str, last: str) -> str:
    floor = HEIGHT - BOTTOM
    lines = "".join(
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" />'
        for y in (TOP, (TOP + floor) / 2, floor)
    )
    texts = (
        (LEFT - 6, TOP + 4, "end", high),
        (LEFT - 6, floor, "end", low),
        (LEFT, HEIGHT - 8, "start", first),
        (WIDTH - RIGHT, HEIGHT - 8, "end", last),
    )
    return lines + "".join(
        f'<text x="{x}" y="{y}" text-anchor="{side}">{escape(text)}</text>' for x, y, side, text in texts
    )


def _svg(title: str, parts: Sequence[str]) -> str:
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg></figure>'
    )
