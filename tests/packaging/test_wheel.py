"""The wheel and the source distribution of `make wheel`: nothing is missing, and the installed program works."""

from __future__ import annotations

import json
import subprocess
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import segcore

ROOT = Path(__file__).resolve().parents[2]
NOTICES = "resources/THIRD_PARTY_NOTICES.txt"
"""Written by packaging/notices.py just before."""
PACKAGES = ("app/", "segcore/", "resources/")
PAGES = ".data/data/share/doc/maskwright/"
"""Where the wheel holds the pages of *Help > Documentation*."""
WINDOW = r"""
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

run = QApplication.exec

def watched(self=None):
    from app.window.main_window import MainWindow
    window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
    timer = QTimer(window, interval=20)

    def look():
        if window.document.image is not None and not window.actions_["open_folder"].icon().isNull():
            timer.stop()
            print(window.windowTitle())
            window.close()

    timer.timeout.connect(look)
    timer.start()
    return run()

QApplication.exec = watched
from app.__main__ import main
sys.exit(main(["demo"]))
"""


@pytest.fixture(scope="module")
def tracked() -> set[str]:
    """What git tracks and is there, as paths within the checkout."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("there is no git checkout to compare with")
    return {name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()}


def test_the_source_distribution_has_all_that_git_tracks_and_nothing_else(dist, tracked):
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as source:
        names = {name.partition("/")[2] for name in source.getnames() if source.getmember(name).isfile()}
    made = {name for name in names if name.startswith("maskwright.egg-info/")} | {"PKG-INFO", "setup.cfg", NOTICES}
    assert tracked - names == set()
    assert names - tracked - made == set()


def test_the_wheel_has_every_file_of_the_packages_and_the_pages_and_nothing_else(wheel, tracked):
    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
    pages = {name.partition(PAGES)[2] for name in names if PAGES in name}
    assert {name for name in names if PAGES not in name} == {name for name in tracked if name.startswith(PACKAGES)} | {
        NOTICES
    }
    pictures_and_pages = (".md", ".webp", ".png", ".svg")
    within = {name for name in tracked if name.startswith("docs/") and name.endswith(pictures_and_pages)}
    assert pages == within | {name for name in tracked if name.endswith(".md") and "/" not in name}


def test_help_finds_the_pages(run, installed):
    done = run("python", "-c", "from app.window.pages_dialog import pages_folder; print(pages_folder())")
    assert done.stdout.strip() == str(installed.resolve() / "share" / "doc" / "maskwright"), done.stderr


def test_it_is_imported_from_where_it_is_installed(run, installed):
    done = run("python", "-c", "import app, segcore, resources; print(app, segcore, resources)")
    assert done.stdout.count(str(installed)) == 3, done.stdout + done.stderr


def test_the_version(run):
    done = run("maskwright", "--version")
    assert (done.stdout, done.stderr, done.returncode) == (f"maskwright {segcore.__version__}\n", "", 0)


def test_the_bundled_model_predicts_an_image_of_the_sample(run, installed, tmp_path):
    models = run("maskwright", "models", "--json")
    assert models.returncode == 0, models.stderr
    assert "starter" in {entry["name"] for entry in json.loads(models.stdout)}
    image = next(installed.rglob("resources/sample/roads/images/*.jpg"))
    done = run("maskwright", "predict", str(image), "--model", "starter", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    labels = np.asarray(Image.open(tmp_path / "out" / f"{image.stem}.png"))
    with Image.open(image) as picture:
        assert labels.shape == picture.size[::-1]
    assert len(np.unique(labels)) > 1


def test_the_window_opens_the_sample_project(run):
    done = run("python", "-c", WINDOW)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("Maskwright[*]")
