"""Scripts of docs/ as modules; they are in no package."""

import importlib.util
from pathlib import Path

import pytest

import segcore

ROOT = Path(segcore.__file__).parents[1]


def script(name):
    """Return a script of docs/ as a module."""
    file = ROOT / "docs" / f"{name}.py"
    if not file.exists():
        pytest.skip("installed without its documents")
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def pages():
    return script("pages")


@pytest.fixture(scope="session")
def strides():
    return script("strides")


@pytest.fixture(scope="session")
def context():
    return script("context")


@pytest.fixture(scope="session")
def largest_fault():
    return script("largest_fault").largest_fault


@pytest.fixture(scope="session")
def texts(pages):
    """The Markdown pages of the repository, by path."""
    root = pages.ROOT
    files = [
        *root.glob("*.md"),
        *(root / "docs").rglob("*.md"),
        *(root / "resources").rglob("*.md"),
        *(root / ".github").rglob("*.md"),
    ]
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in sorted(files)}
