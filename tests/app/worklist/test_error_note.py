from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from app.document.session import Session
from app.worklist.image_panel import ImagePanel
from segcore.progress import drive
from segcore.project.project import Project
from tests.segcore.worklist.labelled_project import predicted, prediction, project_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
NAMES = {f"{n}.png": (n, (90, 120, 60)) for n in range(7)}


@pytest.fixture
def project(tmp_path):
    with project_of(tmp_path, NAMES) as made:
        for name in NAMES:
            predicted(made, name, prediction(0, np.s_[20:30, 20:40]))
    with Project.open(made.root) as again:
        yield again


@pytest.fixture
def panel(qtbot, session):
    panel = ImagePanel(session)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def finish(project: Project, name: str, changed: int) -> None:
    label_map = project.load_label_map(name)
    label_map.labels[20:30, 20 : 20 + changed] = 1
    project.save_label_map(name, label_map.confirm())


def open_it(session: Session, project: Project) -> None:
    session.records.take(project, project.records())
    session.document.set_project(project)


def test_without_enough_done_images_it_says_what_is_missing(panel, session, project):
    finish(project, "0.png", 10)
    open_it(session, project)
    assert panel.errors.text() == "Mark 4 more predicted images as done to see how much is still wrong."
    assert panel.errors.isVisible()


def test_five_done_images_give_an_estimate_without_being_asked(qtbot, panel, session, project):
    for n in range(5):
        finish(project, f"{n}.png", 10 + n)
    open_it(session, project)
    qtbot.waitUntil(lambda: panel.errors.text().startswith("About"))
    assert panel.errors.text().startswith("About 0.7\u00a0% of the pixels are still wrong (")
    assert "5 done images" in panel.errors.toolTip()
    assert "about 0.0\u00a0% remain wrong" in panel.errors.toolTip()


def test_below_the_limit_it_says_that_one_can_stop(qtbot, panel, session, project):
    for n in range(5):
        finish(project, f"{n}.png", 3)
    open_it(session, project)
    panel.ranking.want()
    qtbot.waitUntil(lambda: "you can stop" in panel.errors.text())


def test_nobody_is_told_to_stop_while_images_have_no_prediction(qtbot, panel, session, project):
    for n in range(5):
        finish(project, f"{n}.png", 3)
    Image.new("RGB", (60, 40)).save(project.images / "new.png")
    drive(project.rescan(0.0))
    open_it(session, project)
    panel.ranking.want()
    qtbot.waitUntil(lambda: panel.errors.text().startswith("About"))
    assert "of the predicted pixels" in panel.errors.text()
    assert panel.errors.text().endswith("Images without a prediction: 1.")


def test_nothing_corrected_is_told(qtbot, panel, session, project):
    for n in range(5):
        finish(project, f"{n}.png", 0)
    open_it(session, project)
    panel.ranking.want()
    qtbot.waitUntil(lambda: "cannot be told" in panel.errors.text())


def test_a_project_without_predictions_has_no_line(panel, session, tmp_path):
    with project_of(tmp_path / "other", {"a.png": (1, (9, 9, 9))}) as plain:
        open_it(session, plain)
        assert not panel.errors.isVisible()


def test_another_project_forgets_the_estimate(qtbot, panel, session, project, tmp_path):
    for n in range(5):
        finish(project, f"{n}.png", 10)
    open_it(session, project)
    panel.ranking.want()
    qtbot.waitUntil(lambda: panel.errors.text().startswith("About"))
    with project_of(tmp_path / "other", {"a.png": (1, (9, 9, 9))}) as plain:
        open_it(session, plain)
        assert panel.errors.text().startswith("Mark 5 more")
        assert not panel.errors.isVisible()
