from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from PIL import Image

from app.formats.export_dialog import ExportOrder
from segcore.formats.export_options import ExportOptions
from segcore.project.project import Project
from tests.app.window.open_window import CLASSES, wait_image

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_a_project_that_was_left_is_let_go(qtbot, opened, tmp_path, caplog):
    """Each left open files and its list of images until the window was closed."""
    caplog.set_level("CRITICAL")  # pytest keeps what is logged, with its traceback
    other = tmp_path / "other"
    other.mkdir()
    Image.fromarray(np.zeros((40, 60, 3), np.uint8)).save(other / "o.png")
    Project.for_folder(other, CLASSES).close()
    left = weakref.ref(opened.document.project)
    opened.exporting.export(ExportOrder(("png",), tmp_path / "out", ExportOptions()))
    opened.training.start()  # nothing is corrected: it says so
    qtbot.waitUntil(lambda: (tmp_path / "out" / "classes.json").is_file() and not opened.jobs.busy)
    qtbot.waitUntil(lambda: not opened.training.running)
    opened.open_path(other)
    wait_image(qtbot, opened, "o.png")
    qtbot.waitUntil(lambda: not opened.jobs.busy)
    gc.collect()
    assert left() is None, gc.get_referrers(left())
