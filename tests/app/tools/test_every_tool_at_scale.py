"""Every tool in the real window, by mouse events, at several zooms and scales of the display; what the screen shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.tools.toolbox import TABLE
from tests.app.tools.at_scale.gestures import GESTURES
from tests.app.tools.at_scale.session import WINDOW
from tests.systems import linux_only

ROOT = Path(__file__).resolve().parents[3]
ALL = (0.25, 1.0, 8.0)


def test_every_tool_has_a_gesture():
    assert list(GESTURES) == [row.name for row in TABLE]


@linux_only("Qt's offscreen platform is configured by a path without a colon")
@pytest.mark.parametrize(("scale", "zooms"), [(1.0, ALL), (1.5, ALL), (2.0, (1.0,)), (3.0, (8.0,))])
def test_what_is_drawn_is_seen_painted_and_taken_back_without_a_trace(tmp_path, scale, zooms):
    """A process of its own: Qt takes the scale of the display when it starts."""
    width, height = (round(side * scale) for side in WINDOW)
    screen = {"name": "screen", "x": 0, "y": 0, "width": width, "height": height}
    screen |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1.0}
    config = tmp_path / "screen.json"
    config.write_text(
        json.dumps({"synchronousWindowSystemEvents": False, "windowFrameMargins": False, "screens": [screen]})
    )
    environment = {"QT_QPA_PLATFORM": f"offscreen:configfile={config}", "QT_SCALE_FACTOR": str(scale)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.app.tools.at_scale.session", str(tmp_path), *map(str, zooms)],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    wrong = json.loads(done.stdout)
    found = [f"{name} at {zoom}: {what}" for name, at in wrong.items() for zoom, each in at.items() for what in each]
    assert not found, "\n".join(found)
