"""Fixtures of several rooms of the desktop."""

from __future__ import annotations

import pytest

from app.settings.settings import Settings


@pytest.fixture
def settings(tmp_path):
    settings = Settings(tmp_path / "settings.json")
    settings["hints.dismissed"] = []
    return settings


@pytest.fixture
def window(qtbot, settings, monkeypatch):
    """The main window, which loads no model by itself."""
    from app.window import main_window  # most rooms are tested without it

    monkeypatch.setattr(main_window, "WARM_UP_MS", 1_000_000)
    window = main_window.MainWindow(settings)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.shutdown()
