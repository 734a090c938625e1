"""One version: the package, the change log, the command line, the window and reports."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import segcore

ROOT = Path(segcore.__file__).parents[1]
CHANGES = ROOT / "CHANGELOG.md"


@pytest.mark.skipif(not CHANGES.exists(), reason="installed without its documents")
def test_the_newest_section_of_the_change_log_is_this_version():
    sections = re.findall(r"^## (\S+)", CHANGES.read_text(encoding="utf-8"), re.MULTILINE)
    assert sections[0] == segcore.__version__
    numbers = [tuple(map(int, section.split("."))) for section in sections]
    assert numbers == sorted(set(numbers), reverse=True)


@pytest.mark.skipif(not CHANGES.exists(), reason="installed without its documents")
def test_the_package_takes_its_version_from_the_engine():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "segcore.__version__"}
