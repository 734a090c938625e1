"""Weights that are not on this machine: a command downloads them with --yes or after a question, and never offline."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest
from PIL import Image

from segcore.cli import main
from segcore.models import torchvision_models
from segcore.models.torchvision_models import TorchvisionEntry
from tests.segcore.models.weights_server import serving

MODEL = "lraspp_mobilenetv3"


@pytest.fixture
def server(monkeypatch):
    """It has another file than the published one: that a command says so shows that it asked for it."""
    entry = torchvision_models.TORCHVISION[MODEL]
    with serving() as server:

        class Weights:
            url = server.address

        monkeypatch.setitem(torchvision_models.TORCHVISION, MODEL, TorchvisionEntry(entry.builder, Weights()))
        yield server


@pytest.fixture
def predict(tmp_path):
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "a.png")
    return ["predict", str(tmp_path / "a.png"), "--model", MODEL, "--out", str(tmp_path / "out")]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_without_a_terminal_the_command_says_what_to_add(server, predict, capsys):
    assert main(predict) == 1
    said = capsys.readouterr().err
    assert server.address in said
    assert "12.5 MB" in said
    assert "--yes" in said
    assert server.asked == []


def test_yes_downloads_for_this_command_only(server, predict, capsys):
    assert main([*predict, "--yes"]) == 1
    assert "not the published one" in capsys.readouterr().err
    assert server.asked == [""]
    assert main(predict) == 1
    assert server.asked == [""]


@pytest.mark.parametrize(("answer", "asked"), [("y\n", [""]), ("\n", []), ("", [])])
def test_a_terminal_is_asked(server, predict, capsys, monkeypatch, answer, asked):
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    assert main(predict) == 1
    assert f"downloaded from {server.address}" in terminal.getvalue()
    assert "Download them now? [y/N]" in terminal.getvalue()
    assert server.asked == asked


@pytest.mark.parametrize("variable", [False, True])
def test_offline_wins(server, predict, capsys, monkeypatch, variable):
    if variable:
        monkeypatch.setenv("MASKWRIGHT_OFFLINE", "1")
    assert main([*predict, "--yes", *([] if variable else ["--offline"])]) == 1
    assert "stay offline" in capsys.readouterr().err
    assert server.asked == []
