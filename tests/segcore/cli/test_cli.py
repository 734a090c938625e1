from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import segcore
import segcore.cli
import segcore.cli.new
from segcore.cli import VERBS, main
from segcore.cli.console import show
from segcore.errors import ProjectError
from segcore.progress import Progress
from tests.systems import posix_only

ROOT = Path(segcore.__file__).parent.parent


def test_verbs():
    assert {
        "demo",
        "new",
        "predict",
        "train",
        "keep-learning",
        "evaluate",
        "learn-crf",
        "adapt",
        "worklist",
        "audit",
        "report",
        "export",
        "import",
        "convert",
        "models",
        "pack",
        "unpack",
        "stacks",
        "merge",
        "doctor",
    } == VERBS


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"maskwright {segcore.__version__}\n"


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_has_help(verb, capsys):
    assert main([verb, "--help"]) == 0
    assert f"maskwright {verb}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["new"], ["new", "--nonsense"], ["export", "x", "--format", "coco"], ["-v"]])
def test_usage_errors_are_2(arguments, capsys):
    assert main(arguments) == 2
    assert "usage: maskwright" in capsys.readouterr().err


def test_errors_are_1_and_say_what_to_do(tmp_path, capsys):
    assert main(["export", str(tmp_path), "--format", "png", "--out", str(tmp_path / "o")]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"maskwright: {tmp_path} is no Maskwright project. Choose a folder")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (KeyboardInterrupt(), "Stopped.\n"),
        (ProjectError("It broke.", "Mend it."), "maskwright: It broke. Mend it.\n"),
        (OSError(5, "Input/output error"), "maskwright: [Errno 5] Input/output error\n"),
    ],
)
def test_how_a_command_ends(monkeypatch, capsys, error, text):
    def fail(args):
        raise error

    monkeypatch.setattr(segcore.cli.new, "run", fail)
    assert main(["new", "p", "--images", "i", "--classes", "c"]) == 1
    assert capsys.readouterr().err == text


def test_a_bug_is_not_hidden(monkeypatch):
    def fail(args):
        raise ZeroDivisionError

    monkeypatch.setattr(segcore.cli.new, "run", fail)
    with pytest.raises(ZeroDivisionError):
        main(["new", "p", "--images", "i", "--classes", "c"])


def counting(freed):
    try:
        for done in range(4):
            yield Progress(done, 4, f"image {done}")
        return "result"
    finally:
        freed.append(True)


def test_show_draws_a_bar_and_returns(capsys):
    freed = []
    assert show(counting(freed), "Count") == "result"
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Count: 100%" in captured.err
    assert "left" in captured.err
    assert freed == [True]


def test_an_interrupt_closes_the_task():
    freed = []

    def interrupted():
        try:
            yield Progress(0, 1)
            raise KeyboardInterrupt
        finally:
            freed.append(True)

    with pytest.raises(KeyboardInterrupt):
        show(interrupted(), "Count")
    assert freed == [True]


@posix_only("no such pipes on Windows")
def test_a_reader_that_goes_away():
    code = "import sys; sys.stdin.read(); from segcore.cli import main; sys.exit(main(['--help']))"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    process.stdin.close()
    with process.stderr:
        assert process.stderr.read() == ""
    assert process.wait(timeout=60) in (0, 1)


def test_a_name_that_the_terminal_cannot_show():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "segcore", "export", "größe", "--format", "png", "--out", "o"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert r"gr\xf6\xdfe is no Maskwright project" in done.stderr
