from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from benchmarks.labour_curve import HEIGHT, TOP, plot, smoothed, table


def run(mode, strokes):
    curve = [{"actions": each, "seconds": 2.0 * each} for each in strokes]
    mean = sum(strokes) / len(strokes)
    about = {"data": "a<b", "mode": mode, "images": len(strokes), "actions": mean, "actions_last_third": strokes[-1]}
    return about | {"to_95": 1.0, "person_seconds": 2.0, "machine_seconds": 0.5, "curve": curve}


def test_the_mean_is_over_the_last_five_images():
    assert smoothed([10, 20, 30, 40, 50, 60]) == pytest.approx([10, 15, 20, 25, 30, 40])


def test_ratios_are_those_to_the_brush():
    lines = table([run("brush", [20, 40]), run("live", [10, 5])])
    assert lines[2].startswith("| a<b, brush | 2 | 30.0 | 1.00 | 40.0 |")
    assert lines[3].startswith("| a<b, live | 2 | 7.5 | 0.25 | 5.0 |")
    assert "| – |" in table([run("live", [10])])[2]


def test_the_plot_is_a_picture_whose_curves_end_where_the_runs_end():
    root = ElementTree.fromstring(plot([run("brush", [20, 40]), run("live", [10, 0])]))
    lines = [each.get("points").split() for each in root.iter("{http://www.w3.org/2000/svg}polyline")]
    assert len(lines) == 4
    # Strokes go up to 30: the largest mean. The brush ends there; live ends at 5.
    assert float(lines[0][1].split(",")[1]) == pytest.approx(TOP)
    assert float(lines[1][1].split(",")[1]) == pytest.approx(TOP + HEIGHT * (1 - 5 / 30), abs=0.1)
