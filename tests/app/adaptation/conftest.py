from __future__ import annotations

import pytest

from tests.app.adaptation.live_desk import LiveDesk


@pytest.fixture
def sit(qapp, qtbot, tmp_path, monkeypatch):
    """Make desks in the same folder, one after another."""
    desks: list[LiveDesk] = []

    def sit() -> LiveDesk:
        desks.append(LiveDesk(qtbot, tmp_path, monkeypatch))
        return desks[-1]

    yield sit
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(sit):
    return sit().begin()
