from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import __main__ as entry
from tests.systems import linux_only

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    code = (
        "import sys; from app.__main__ import main; code = main(sys.argv[1:]);"
        "print('QT' if any(m.startswith('PySide6') for m in sys.modules) else 'NOQT',"
        " 'TORCH' if 'torch' in sys.modules else 'NOTORCH', file=sys.stderr); sys.exit(code)"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, text=True, cwd=ROOT, env={**env, **environment}, timeout=120, check=False,
    )  # fmt: skip


def test_headless_verbs_never_import_qt(tmp_path):
    done = run("models", "--help")
    assert done.returncode == 0
    assert "NOQT" in done.stderr
    assert "usage" in done.stdout


@linux_only("other systems always have a display")
@pytest.mark.parametrize("arguments", [[], ["demo"], ["some/folder"]])
def test_without_a_display_it_says_so_and_what_to_do(arguments):
    done = run(*arguments)
    assert done.returncode == 1
    assert "no display" in done.stderr
    assert "maskwright demo --headless OUT" in done.stderr
    assert "NOQT" in done.stderr


def test_too_many_arguments_is_a_usage_error(capsys):
    assert entry.main(["one", "two"]) == 2
    assert "usage" in capsys.readouterr().err


def test_paths_and_the_demo_reach_the_window(monkeypatch):
    seen = []
    monkeypatch.setattr(entry, "run_window", lambda path, sample="": seen.append((path, sample)) or 0)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert entry.main([]) == 0
    assert entry.main(["photos"]) == 0
    assert entry.main(["demo"]) == 0
    assert entry.main(["demo", "--sample", "nuclei"]) == 0
    assert seen == [(None, ""), (Path("photos"), ""), (None, "roads"), (None, "nuclei")]


@pytest.mark.parametrize("rest", [["--sample", "cats"], ["--sample"], ["photos"]])
def test_a_wrong_demo_is_a_usage_error(rest, capsys):
    assert entry.main(["demo", *rest]) == 2
    assert "usage: maskwright demo" in capsys.readouterr().err


def test_the_window_comes_without_what_is_slow_to_import():
    code = "import sys, segcore.cli, app.window.main_window; "
    code += "sys.exit(' '.join({'torch', 'cv2', 'tqdm', 'hashlib'} & {*sys.modules}) or 0)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
