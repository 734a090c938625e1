"""The doctor with libraries that are broken: real processes load what lies first on their path."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from segcore.cli import main
from segcore.doctor.child import Child
from segcore.doctor.project_check import size_of
from segcore.images.indexed_png import write_indexed_png
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from segcore.progress import drive
from segcore.project.project import Project


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """A torch that ends its process and a Qt without a library of the system."""
    folder = tmp_path / "broken"
    (folder / "PySide6").mkdir(parents=True)
    (folder / "torch.py").write_text("import os, sys; print('loading torch', file=sys.stderr, flush=True); os.abort()")
    text = "libEGL.so.1: cannot open shared object file: No such file or directory"
    (folder / "PySide6" / "__init__.py").write_text(f"raise ImportError({text!r})")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder


@pytest.fixture
def project(tmp_path):
    (tmp_path / "doe").mkdir()
    for name in ("a", "b"):
        write_indexed_png(tmp_path / "doe" / f"{name}.png", np.zeros((4, 5), np.uint8), np.zeros((256, 3), np.uint8))
    with Project.create(tmp_path / "doe.maskwright", tmp_path / "doe", ClassSet.from_names(["one", "two"])) as made:
        for name in ("a.png", "b.png"):
            labels = LabelMap.blank(4, 5)
            labels.labels[:2] = 1
            made.save_label_map(name, labels)
        made.labels_path("b.png").write_bytes(b"no picture")
        return made.root


def test_it_works_when_torch_and_qt_do_not_load_and_says_so(broken, project, capsys):
    files = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert main(["doctor", str(project), "--json"]) == 1
    out = capsys.readouterr().out
    found = json.loads(out)
    messages = {each["message"]: each for each in found["findings"]}
    [torch] = [text for text in messages if text.startswith("torch cannot be loaded")]
    assert "crashed" in torch
    [qt] = [text for text in messages if "libEGL.so.1" in text]
    assert "apt install libegl1" in messages[qt]["remedy"]
    [labels] = [text for text in messages if text == "Label files that cannot be read: 1"]
    assert messages[labels]["stops"]
    assert found["sections"]["Project"]["index"] == "sound"
    assert found["sections"]["Project"]["labels checked"] == "of 2 images"
    assert "b.png" not in out
    assert str(project.parent) not in out
    assert {path: path.read_bytes() for path in files} == files  # SQLite leaves -shm and -wal beside the index


def test_a_library_that_hangs_is_left_after_a_while(tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("import time; time.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    began = time.monotonic()
    answer = drive(Child(["torch"]).answer(0.5))
    assert (answer.failure, answer.late) == ("no answer within 0 s", True)
    assert time.monotonic() - began < 20


def test_closing_the_question_ends_the_process(tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("import time; time.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    child = Child(["torch"])
    asking = child.answer()
    next(asking)
    asking.close()
    assert child._process.returncode is not None


def test_a_file_that_a_save_has_just_removed_takes_no_space(tmp_path):
    (tmp_path / "a.png").write_bytes(b"four")
    assert [size_of(tmp_path / "a.png"), size_of(tmp_path / "gone.png"), size_of(tmp_path)] == [4, 0, 0]
