"""What is installed: the wheel of `make wheel` in a clean environment outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

DIST = os.environ.get("MASKWRIGHT_DIST", "")
"""Folder with one wheel and one source distribution; `make wheel` builds it."""


@pytest.fixture(scope="session")
def dist() -> Path:
    if not DIST:
        pytest.skip("`make wheel` builds the package and runs these tests on it")
    return Path(DIST).resolve()


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    (wheel,) = dist.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an environment with the wheel; its dependencies are those of the environment that runs the tests."""
    venv = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    python = str(venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(pip, check=True)
    where = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    site = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True).stdout.strip()
    (Path(site) / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"])
    return venv


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a program of the environment in an empty folder; nothing of the checkout is on its path."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    programs = installed / ("Scripts" if os.name == "nt" else "bin")
    place = tmp_path / "elsewhere"
    place.mkdir()

    def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(programs / program), *arguments]
        return subprocess.run(
            command, cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=200
        )

    return run
