from __future__ import annotations

import pytest

from app.document.document import Document
from tests.app.canvas.spy_canvas import CLASSES, SpyCanvas


@pytest.fixture
def document(qapp):
    document = Document()
    document.set_classes(CLASSES)
    yield document
    document.clear_image()


@pytest.fixture
def canvas(document, qtbot):
    canvas = SpyCanvas(document)
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas
