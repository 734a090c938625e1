"""Whatever path is given, the window says what is wrong with it and stays."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.project import navigation, opening
from app.project.opening import Packed, find
from app.settings.settings import Settings
from app.window import main_window
from app.window.main_window import MainWindow
from segcore.errors import ProjectError
from segcore.formats.export import export_project
from segcore.formats.export_options import ExportOptions
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Project
from tests.systems import posix_only

ROOT = Path(__file__).resolve().parents[3]
SURROGATE = "\udcff\udcfe"


def make(folder: Path) -> list[Path]:
    os.mkfifo(folder / "fifo")
    os.mkfifo(folder / "fifo.png")
    (folder / "new\nline").mkdir()
    (folder / SURROGATE).mkdir()
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "gone.png").symlink_to(folder / "nothing")
    (folder / "text.txt").write_text("x")
    names = ("nothing", "fifo", "fifo.png", "new\nline", "new\nline.png", SURROGATE, f"{SURROGATE}.png", "loop")
    names += ("gone.png", "text.txt", "text.txt/a.png", "a\0b.png", "x" * 300, "a/" * 2500, "\ud800")
    return [*(folder / name for name in names), Path("/dev/zero"), Path("/dev/null"), Path("~nobody-here/a.png")]


@posix_only("such paths cannot be made there")
def test_an_odd_path_is_an_error_with_a_remedy(tmp_path):
    for path in make(tmp_path):
        with pytest.raises(ProjectError) as caught:
            drive(find(path))
        assert caught.value.remedy


@posix_only("such paths cannot be made there")
def test_the_window_tells_each_and_stays(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(main_window, "WARM_UP_MS", 3_600_000)  # no torch
    window = MainWindow(Settings(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    window.show()
    width = window.width()
    for path in make(tmp_path):
        window.banner.hide()
        window.open_path(path)
        qtbot.waitUntil(lambda: window.banner.text != "")
        assert "Something went wrong" not in window.banner.text
        assert len(window.banner.text) < 1500
    window.banner.show_text("x" * 5000)
    assert window.banner.minimumSizeHint().width() < width
    assert window.width() == width
    window.shutdown()


@posix_only("such paths cannot be made there")
def test_a_path_of_the_command_line_never_ends_in_a_traceback(tmp_path):
    code = """if True:
        import sys
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication
        from app.window.main_window import MainWindow
        run = QApplication.exec
        def watched(self=None):
            window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
            timer = QTimer(window, interval=20)
            timer.timeout.connect(lambda: window.banner.text and window.close())
            timer.start()
            return run()
        QApplication.exec = watched
        from app.__main__ import main
        sys.exit(main(sys.argv[1:]))
    """
    done = subprocess.run(
        [sys.executable, "-c", code, os.fsencode(tmp_path) + b"/\xff\n" + b"x" * 5000],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def projects(folder, names):
    roots = []
    for name in names:
        (folder / name).mkdir()
        Image.new("L", (6, 4)).save(folder / name / "x.png")
        roots.append(folder / f"{name}-project")
        Project.create(roots[-1], folder / name, ClassSet.from_names(["x"])).close()
    return roots


def leave_for(qtbot, window, first, second):
    """Open one project, then the other, until the image of the first is gone and the second has not come."""
    window.open_path(first)
    qtbot.waitUntil(lambda: window.document.image_id == "x.png" and not window.navigation.busy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(navigation, "TURN_MS", 1500)  # the look below falls into it on a busy machine too
        window.open_path(second)
        qtbot.waitUntil(lambda: window.document.image is None)
    assert window.document.project.root == first
    assert window.navigation.busy


def test_between_two_projects_the_window_has_its_turn(qtbot, window, tmp_path):
    first, second = projects(tmp_path, "ab")
    leave_for(qtbot, window, first, second)
    qtbot.waitUntil(lambda: window.document.image_id == "x.png" and not window.navigation.busy)
    assert window.document.project.root == second
    qtbot.waitUntil(lambda: not (first / "writer.json").exists())


def test_a_third_project_opened_in_that_moment_takes_its_place(qtbot, window, tmp_path):
    first, second, third = projects(tmp_path, "abc")
    leave_for(qtbot, window, first, second)
    window.open_path(third)
    assert window.document.project.root == second
    qtbot.waitUntil(lambda: window.document.project.root == third and window.document.image_id == "x.png")
    qtbot.waitUntil(lambda: not (first / "writer.json").exists() and not (second / "writer.json").exists())


def test_a_window_that_is_closed_in_that_moment_gives_both_back(qtbot, window, tmp_path):
    first, second = projects(tmp_path, "ab")
    leave_for(qtbot, window, first, second)
    assert (second / "writer.json").exists()
    window.shutdown()
    assert not (first / "writer.json").exists()
    assert not (second / "writer.json").exists()


def test_a_project_whose_opening_was_cancelled_is_closed_again(qtbot, window, tmp_path, monkeypatch):
    """A person who does not want to wait for a slow folder opens another one: others may write the first again."""
    roots = projects(tmp_path, "ab")
    found, go_on = threading.Event(), threading.Event()

    def slow(path):
        made = drive(find(path))
        found.set()
        assert go_on.wait(10)
        return made

    monkeypatch.setattr(opening, "find", slow)
    window.open_path(roots[0])
    assert found.wait(10)
    assert (roots[0] / "writer.json").exists()
    window.open_path(roots[1])
    go_on.set()
    qtbot.waitUntil(lambda: window.document.image_id == "x.png" and not window.jobs.busy)
    assert window.document.project.root == roots[1]
    assert not (roots[0] / "writer.json").exists()


def data_set(tmp_path, key):
    """An export of one image in a folder of its own, with the image."""
    (tmp_path / "im").mkdir()
    Image.new("RGB", (6, 4)).save(tmp_path / "im" / "x.jpg")
    with Project.create(tmp_path / "p", tmp_path / "im", ClassSet.from_names(["background", "cell"])) as project:
        project.import_labels("x.jpg", np.ones((4, 6), np.uint8))
        drive(export_project(project, [key], tmp_path / "set", ExportOptions(copy_images=True)))
    return tmp_path / "set"


def test_the_tree_of_another_tool_is_its_images_and_labels(tmp_path):
    folder = data_set(tmp_path, "voc")
    found = drive(find(folder))
    assert (found.folder, found.labels) == (folder / "JPEGImages", folder)
    with Project.create(found.beside, found.folder, ClassSet.from_names(["cell"])):
        pass
    again = drive(find(folder))
    assert again.project.images == folder / "JPEGImages", "the project that was made for it opens again"
    again.project.close()


def test_a_file_of_labels_is_the_images_beside_it(tmp_path):
    file = data_set(tmp_path, "coco") / "annotations" / "instances_train.json"
    found = drive(find(file))
    assert (found.folder, found.labels) == (tmp_path / "set" / "images", file)
    (tmp_path / "set" / "images" / "x.jpg").unlink()
    with pytest.raises(ProjectError, match="no images beside") as caught:
        drive(find(file))
    assert "drop the labels" in caught.value.remedy


def test_a_zip_file_with_images_and_labels_is_to_be_unpacked(tmp_path):
    folder = data_set(tmp_path, "cvat")
    path = Path(shutil.make_archive(str(tmp_path / "packed" / "task"), "zip", folder))
    assert drive(find(path)) == Packed(path, is_project=False)
