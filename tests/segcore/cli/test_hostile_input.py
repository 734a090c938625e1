"""Whatever is given to the command line ends with a message and an exit code, and commands no terminal."""

import json
import os
import unicodedata

import numpy as np
import pytest
from PIL import Image

from segcore.cli import main
from tests.systems import linux_only

HOSTILE = "a\x1b[2J\x1b]0;title\x07\n\rmaskwright: all is well\x9b\u202e\u2066\x7f\u2028b"
NAMES = ("r\x1b[31med.jpg", "n\nmaskwright: all is well.png", "b\u202egpj.jpg", "c\x9b2J\x7f.png", "s\udcff.png")
pytestmark = linux_only("other systems have no such names")


def harmless(text: str) -> str:
    """Return what a terminal got after checking that it holds no control but the ends of lines."""
    assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in "\n\r"]
    return text


@pytest.fixture
def images(tmp_path):
    """A folder with one sound image and others whose names and contents are hostile."""
    folder = tmp_path / "images"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_bytes(b"\x1b[31m no image")
    Image.fromarray(np.zeros((40, 40, 3), np.uint8)).save(folder / "sound.png")
    return folder


def test_predict_tells_broken_images_and_goes_on(images, tmp_path, capfd):
    arguments = ["predict", str(images), "--model", "starter", "--out", str(tmp_path / "out"), "--device", "cpu"]
    assert main(arguments) == 1
    told = capfd.readouterr()
    assert "1 predicted, 5 failed" in harmless(told.out)
    assert r"r\x1b[31med.jpg" in harmless(told.err)
    assert not [line for line in told.err.split("\n") if line.startswith("maskwright: all is well")]
    assert (tmp_path / "out" / "sound.png").is_file()
    assert main([*arguments, "--json"]) == 1
    report = json.loads(harmless(capfd.readouterr().out))
    assert {failure["image"] for failure in report["failures"]} == set(NAMES)


def test_evaluate_tells_broken_images_and_goes_on(images, tmp_path, capfd):
    labels = tmp_path / "labels"
    labels.mkdir()
    for name in (*NAMES, "sound.png"):
        Image.fromarray(np.zeros((40, 40), np.uint8)).save(labels / f"{name}.png", "PNG")
    arguments = ["evaluate", "--images", str(images), "--labels", str(labels), "--model", "starter", "--device", "cpu"]
    assert main(arguments) == 1
    told = capfd.readouterr()
    assert "mean IoU" in harmless(told.out)
    assert sum(line.startswith("maskwright: ") for line in harmless(told.err).split("\n")) == len(NAMES)


COMMANDS = [
    ["X"],
    ["models", "X"],
    ["demo", "--headless", "X", "--minutes", "X"],
    ["new", "X", "--images", "X", "--classes", "X"],
    ["export", "X", "--format", "png", "--out", "X"],
    ["export", "p", "--format", "X", "--out", "o"],
    ["predict", "X", "--model", "X", "--out", "out"],
    ["predict", "image", "--model", "X", "--out", "out"],
    ["predict", "image", "--model", "X", "--out", "file/out"],
    ["predict", "image", "--model", "starter", "--out", "out", "--crf-w1", "X"],
    ["predict", "image", "--model", "starter", "--out", "out", "--crf", "auto", "--crf-parameters", "X"],
    ["predict", "image", "--model", "starter", "--out", "out", "--crf", "auto", "--crf-w1", "9" * 400],
    ["predict", "image", "--model", "starter", "--out", "out", "--crf", "auto", "--crf-theta-beta", "nan"],
    ["predict", "image", "--model", "starter", "--out", "out", "--crf", "auto", "--crf-iterations", "9" * 400],
    ["predict", "image", "--model", "starter", "--out", "out", "--tile", "9" * 5000],
    ["predict", "image", "--model", "starter", "--out", "out", "--scales", "nan,X"],
    ["predict", "image", "--model", "starter", "--out", "out", "--scales", "nan"],
    ["train", "X", "--model", "X", "--out", "X"],
    ["train", "--images", "X", "--labels", "X", "--classes", "X", "--model", "starter", "--out", "X", "--json-lines"],
    ["evaluate", "--model", "X", "--images", "X", "--labels", "X"],
    ["learn-crf", "X"],
    ["learn-crf", "--images", "X", "--labels", "X", "--model", "X"],
    ["convert", "X", "--to", "onnx", "--out", "X"],
    ["convert", "X", "--to", "onnx", "--out", "o", "--size", "X"],
]


@pytest.mark.parametrize(
    "given", [HOSTILE, "n" * 5000, "file", "folder", "deep.json", "", "a\0b", "s\udcff", "/dev/null"], ids=repr
)
def test_no_command_ends_with_a_traceback(given, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_bytes(os.urandom(1000))
    (tmp_path / "folder").mkdir()
    (tmp_path / "deep.json").write_text("[" * 200_000)
    Image.fromarray(np.zeros((40, 40, 3), np.uint8)).save(tmp_path / "image", "PNG")
    for command in COMMANDS:
        code = main([given if word == "X" else word for word in command])
        told = capfd.readouterr()
        assert code in (1, 2), command
        assert harmless(told.err).strip() or json.loads(told.out.split("\n")[-2])["event"] == "error", command
        harmless(told.out)


def test_names_that_a_path_cannot_have_in_a_batch(tmp_path, capfd):
    """An output folder that is a file, and one that cannot be made."""
    Image.fromarray(np.zeros((40, 40, 3), np.uint8)).save(tmp_path / "image.png")
    (tmp_path / "file").write_bytes(b"")
    for out in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / ("n" * 300)):
        arguments = ["predict", str(tmp_path / "image.png"), "--model", "starter", "--out", str(out), "--device", "cpu"]
        assert main(arguments) == 1
        assert "maskwright: " in harmless(capfd.readouterr().err)


def test_only_the_console_prints():
    """Everything that the command line says goes through `segcore.cli.console`, which escapes it."""
    import ast
    from pathlib import Path

    import segcore.cli

    for path in Path(segcore.cli.__file__).parent.glob("*.py"):
        calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        printing = [call for call in calls if isinstance(call, ast.Name) and call.id == "print"]
        assert path.name in ("console.py", "__init__.py") or not printing, path.name
