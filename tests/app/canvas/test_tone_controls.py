from __future__ import annotations

import json

import numpy as np
import pytest

from app.canvas.layers import View
from app.canvas.tone_controls import PROJECT_KEY, ToneControls
from segcore.images.tone import Tone
from segcore.project.project import Project
from tests.app.canvas.spy_canvas import show
from tests.segcore.worklist.labelled_project import project_of


@pytest.fixture
def controls(session, qtbot):
    controls = ToneControls(session)
    qtbot.addWidget(controls)
    yield controls
    session.document.set_project(None)


def test_a_slider_changes_the_tone_and_reset_takes_it_back(controls):
    seen = []
    controls.tone_changed.connect(seen.append)
    controls.brightness.setValue(40)
    controls.gamma.setValue(100)
    controls.stretch.setChecked(True)
    assert seen[-1] == Tone(brightness=0.4, gamma=5.0, stretch=True)
    assert controls.reset_button.isEnabled()
    controls.reset_button.click()
    assert seen[-1] == Tone()
    assert (controls.brightness.value(), controls.stretch.isChecked()) == (0, False)


def test_the_project_keeps_the_tone(controls, session, qtbot, tmp_path):
    root = project_of(tmp_path, {"a.png": (1, (90, 120, 60))}).root
    with Project.open(root) as project:
        session.document.set_project(project)
        controls.contrast.setValue(-25)
        stored = {"brightness": 0.0, "contrast": -0.25, "gamma": 1.0, "stretch": False}
        qtbot.waitUntil(lambda: project.settings.get(PROJECT_KEY) == stored)
        session.document.set_project(None)
        assert controls.tone == Tone()
        session.document.set_project(project)
        assert controls.tone == Tone(contrast=-0.25)
        assert controls.contrast.value() == -25
        controls.reset_button.click()
        qtbot.waitUntil(lambda: PROJECT_KEY not in project.settings)
        assert PROJECT_KEY not in json.loads((root / "project.json").read_text())["settings"]
        session.document.set_project(None)


def test_the_canvas_shows_the_tone_and_the_image_stays(canvas, document):
    show(document, 60, 40)
    document.image[:] = 100
    canvas.set_opacity(View.OVERLAY, 0.0)
    canvas.tone = Tone(brightness=0.5)
    middle = canvas.grab().toImage().pixelColor(canvas.width() // 2, canvas.height() // 2)
    assert middle.red() == 164
    assert (document.image == 100).all()
    canvas.tone = Tone()
    middle = canvas.grab().toImage().pixelColor(canvas.width() // 2, canvas.height() // 2)
    assert middle.red() == 100


def test_a_tone_changes_colours_only_wherever_the_image_is(canvas, document):
    """With a tone that hardly changes black and white, each pixel is where it is without."""
    show(document, 700, 900)
    rng = np.random.default_rng(1)
    document.image[:] = (rng.random((700, 900, 1)) < 0.5) * np.uint8(255)
    canvas.set_opacity(View.OVERLAY, 0.0)
    for zoom, dx in ((0.4, 0), (1.0, 13), (3.7, -50), (9.0, 400)):
        canvas.zoom_to(zoom)
        canvas.pan_by(dx, dx / 2)
        canvas.tone = Tone()
        plain = canvas.grab().toImage()
        canvas.tone = Tone(contrast=0.01)
        toned = canvas.grab().toImage()
        size = canvas.width(), canvas.height()
        points = [(int(x), int(y)) for x, y in rng.random((200, 2)) * size]
        difference = [abs(plain.pixelColor(*p).red() - toned.pixelColor(*p).red()) for p in points]
        assert max(difference) <= 4
