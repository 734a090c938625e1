"""When torch is loaded in the background."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from app.settings.settings import Settings
from app.window import main_window
from app.window.main_window import MainWindow
from segcore.editing import Box
from segcore.labels.classes import ClassSet
from segcore.project.project import Project

ROOT = Path(__file__).resolve().parents[3]


def test_what_is_painted_is_saved_first(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(main_window, "WARM_UP_MS", 1_000)
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.fromarray(np.full((64, 96, 3), 90, np.uint8)).save(photos / "a.png")
    Project.for_folder(photos, ClassSet.from_names(["background", "crack"])).close()
    window = MainWindow(Settings(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    unsaved = []

    def warm_up():
        unsaved.append(window.autosaver.pending)
        return window.jobs.submit("io", lambda: None, quiet=True)

    monkeypatch.setattr(window.predictions, "warm_up", warm_up)
    window.show()
    window.open_path(photos)
    qtbot.waitUntil(lambda: window.document.image_id == "a.png")
    qtbot.waitUntil(lambda: len(unsaved) > 0)
    unsaved.clear()
    recorder = window.document.begin("Paint")
    recorder.paint(Box(0, 0, 8, 8), np.ones((8, 8), np.bool_), 1)
    window.document.commit(recorder)
    assert window.autosaver.pending
    window._load_torch()
    assert unsaved == []
    qtbot.waitUntil(lambda: len(unsaved) > 0)
    assert unsaved == [False]
    window.shutdown()


def test_torch_waits_until_live_or_a_model_is_wanted(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(main_window, "WARM_UP_MS", 100)
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.fromarray(np.full((64, 96, 3), 90, np.uint8)).save(photos / "a.png")
    settings = Settings(tmp_path / "settings.json")
    settings["live"] = False
    root = Project.for_folder(photos, ClassSet.from_names(["background", "crack"]))
    root.close()
    window = MainWindow(settings)
    qtbot.addWidget(window)
    loaded = []

    def warm_up():
        loaded.append(window.document.project)
        return window.jobs.submit("io", lambda: None, quiet=True)

    monkeypatch.setattr(window.predictions, "warm_up", warm_up)
    window.show()
    window.open_path(photos)
    qtbot.waitUntil(lambda: window.document.image_id == "a.png")
    qtbot.waitUntil(lambda: not window._warm_up.isActive())
    qtbot.wait(50)
    assert loaded == []
    assert not window.predictions.in_use
    window.document.project.active_model = "starter"
    assert window.predictions.in_use
    window.document.project.set_setting("model", None)
    window.live.switch(True)
    qtbot.waitUntil(lambda: len(loaded) > 0)
    window.shutdown()


def test_the_plan_of_a_training_needs_no_torch(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.fromarray(np.full((64, 96, 3), 90, np.uint8)).save(photos / "a.png")
    project = Project.for_folder(photos, ClassSet.from_names(["background", "crack"]))
    project.close()
    code = """if True:
        import sys
        from pathlib import Path
        from segcore.project.model_choice import DEFAULT_MODEL
        from app.training.training_plan import plan_and_models
        from segcore.project.project import Project
        project = Project.open(Path(sys.argv[1]))
        print(plan_and_models(project, DEFAULT_MODEL, 0, DEFAULT_MODEL))
        project.close()
        assert "torch" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", code, str(project.root)], check=True, cwd=ROOT, timeout=60)


def test_damaged_settings_are_told_and_written_anew(qtbot, tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "dark", "window.state": "AAAA/wAAAAD9", "recent.projects": [5]}')
    window = MainWindow(Settings(path))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: "window.state" in window.banner.text)
    qtbot.waitUntil(path.is_file)
    assert Settings(path)["theme"] == "dark"
    assert Settings(path).warning == ""
    assert (tmp_path / "settings.json.damaged").is_file()
    window.shutdown()
