"""Packages that only some models need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from segcore.errors import MaskwrightError
from segcore.models.optional_package import optional_package
from tests.segcore.small_onnx import write

ROOT = Path(__file__).resolve().parents[3]


def test_a_package_that_is_there_is_returned_and_one_that_is_not_is_said():
    missing = MaskwrightError("This needs the package no_such_package_here.", "Install it.")
    assert optional_package("json", missing) is json
    with pytest.raises(MaskwrightError) as caught:
        optional_package("no_such_package_here", missing)
    assert caught.value is missing
    assert isinstance(caught.value.__cause__, ImportError)


def test_onnxruntime_sends_nothing_home_and_notes_nothing_in_the_persons_folders(tmp_path):
    """What it does is decided while it is imported: so in a process of its own, with a home of its own."""
    write(tmp_path / "net.onnx")
    home = tmp_path / "home"
    home.mkdir()
    words = (
        "from segcore.models.optional_package import optional_package\n"
        "package = optional_package('onnxruntime', None)\n"
        "package.InferenceSession('net.onnx', providers=['CPUExecutionProvider'])\n"
    )
    surroundings = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    surroundings |= {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", words], cwd=tmp_path, env=surroundings, check=True)
    assert not [path for path in home.rglob("*") if path.is_file()]
