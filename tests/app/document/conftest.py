from __future__ import annotations

import pytest

from tests.app.document.desk import Desk


@pytest.fixture
def sit(qapp, qtbot, monkeypatch, tmp_path):
    desks = []

    def sit(**intervals) -> Desk:
        desks.append(Desk(monkeypatch, tmp_path, **intervals))
        return desks[-1]

    yield sit
    for desk in desks:
        desk.project.gate.set()
        desk.jobs.shutdown()


@pytest.fixture
def desk(sit):
    return sit()
