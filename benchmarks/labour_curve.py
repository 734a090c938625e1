"""Compare runs of benchmarks/labour.py: a table, and curves of strokes and seconds an image against images done.

    python benchmarks/labour_curve.py RUN.json … [--plot FILE.svg]

Each RUN.json is what one run printed. The curves are means over the last five images. The table's ratios are those to
the run of the same data in mode "brush", if there is one.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np

OVER = 5
"""Images of the moving mean."""
WIDTH, HEIGHT, LEFT, TOP, GAP = 330, 190, 46, 30, 70
"""Pixels: of one plot, its margins, and between the two."""
COLOURS = ("#666666", "#d1495b", "#2e86ab", "#3a7d44", "#e08e0b", "#7b4fa3", "#444e86")


def smoothed(values: list[float]) -> list[float]:
    """Return the mean of each value and up to four before it."""
    return [float(np.mean(values[max(0, end - OVER) : end])) for end in range(1, len(values) + 1)]


def table(runs: list[dict[str, Any]]) -> list[str]:
    """Return the lines of a Markdown table."""
    brush = {run["data"]: run for run in runs if run["mode"] == "brush"}
    lines = [
        "| data, mode | images | strokes | of brush | last third | to 95 % | person's seconds | machine's |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for run in runs:
        base = brush.get(run["data"])
        ratio = f"{run['actions'] / base['actions']:.2f}" if base else "–"
        lines.append(
            f"| {run['data']}, {run['mode']} | {run['images']} | {run['actions']:.1f} | {ratio} |"
            f" {run['actions_last_third']:.1f} | {run['to_95']:.1f} | {run['person_seconds']:.0f} |"
            f" {run['machine_seconds']:.1f} |"
        )
    return lines


def plot(runs: list[dict[str, Any]]) -> str:
    """Return an SVG picture with two plots beside each other: strokes, and seconds."""
    width, height = 2 * WIDTH + LEFT + GAP + 10, HEIGHT + TOP + 50 + 16 * len(runs)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"',
        ' font-family="sans-serif" font-size="11">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for number, (key, title) in enumerate((("actions", "strokes an image"), ("seconds", "seconds an image"))):
        parts += _axes(runs, key, title, LEFT + number * (WIDTH + GAP))
    for number, run in enumerate(runs):
        y = TOP + HEIGHT + 50 + 16 * number
        parts.append(f'<path d="M{LEFT},{y - 4}h24" stroke="{COLOURS[number % len(COLOURS)]}" stroke-width="2"/>')
        parts.append(f'<text x="{LEFT + 30}" y="{y}">{escape(run["data"])}, {escape(run["mode"])}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axes(runs: list[dict[str, Any]], key: str, title: str, left: int) -> list[str]:
    curves = [smoothed([float(row[key]) for row in run["curve"]]) for run in runs]
    top = 10 * float(np.ceil(max(max(curve) for curve in curves) / 10)) or 10.0
    most = max(2, *(len(curve) for curve in curves))
    parts = [f'<text x="{left}" y="{TOP - 12}" font-weight="bold">{title}, mean of the last {OVER}</text>']
    for share in (0.0, 0.5, 1.0):
        y = TOP + HEIGHT * (1 - share)
        parts.append(f'<path d="M{left},{y:.1f}h{WIDTH}" stroke="#dddddd"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{top * share:.0f}</text>')
    for image in (1, most):
        x = left + WIDTH * (image - 1) / (most - 1)
        parts.append(f'<text x="{x:.1f}" y="{TOP + HEIGHT + 16}" text-anchor="middle">{image}</text>')
    parts.append(f'<text x="{left + WIDTH / 2}" y="{TOP + HEIGHT + 16}" text-anchor="middle">images done</text>')
    for number, curve in enumerate(curves):
        points = " ".join(
            f"{left + WIDTH * n / (most - 1):.1f},{TOP + HEIGHT * (1 - value / top):.1f}"
            for n, value in enumerate(curve)
        )
        colour = COLOURS[number % len(COLOURS)]
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
    return parts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN.json")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg")
    args = parser.parse_args()
    runs = [json.loads(path.read_text("utf-8")) for path in args.runs]
    print("\n".join(table(runs)))
    if args.plot is not None:
        args.plot.write_text(plot(runs), "utf-8")


if __name__ == "__main__":
    main()
