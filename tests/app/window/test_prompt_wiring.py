"""The network of click to segment is asked for, chosen and remembered."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QFileDialog

from app.window import prompt_wiring
from app.window.prompt_wiring import PromptWiring
from tests.segcore.prompting import networks


@pytest.fixture
def wiring(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(prompt_wiring, "prompting_folder", lambda: tmp_path / "sam")
    return opened.canvas.findChild(PromptWiring)


def test_the_tool_says_what_it_needs_until_a_network_is_chosen(opened, wiring, tmp_path, monkeypatch, qtbot):
    opened.actions_["tool_segment"].trigger()
    assert "needs a network of the SAM family" in opened.banner.text
    assert str(tmp_path / "sam") in opened.banner.text
    files = networks.write(tmp_path)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(files.encoder), ""))
    opened.actions_["segment_network"].trigger()
    assert opened.banner.text == ""
    assert wiring.files() == files
    assert opened.settings["segment.decoder"] == str(files.decoder)
    qtbot.waitUntil(lambda: not wiring._tool.waits)


def test_files_in_the_folder_are_found_and_a_dialog_that_is_closed_changes_nothing(wiring, tmp_path, monkeypatch):
    (tmp_path / "sam").mkdir()
    files = networks.write(tmp_path / "sam")
    assert wiring.files() == files
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    wiring.choose()
    assert wiring.files() == files


def test_what_it_needs_is_said_only_while_the_tool_is_in_hand(opened, wiring):
    opened.actions_["tool_segment"].trigger()
    assert opened.banner.text
    opened.actions_["tool_brush"].trigger()
    assert opened.banner.text == ""
