"""What one training writes: found again, published once, gone when it is decided; hostile records are passed over."""

import json
import os
import platform
from dataclasses import replace

import psutil
import pytest
from PIL import Image

from app.training.training_folder import TrainingFolder, TrainingRecord
from app.training.training_left import left_training
from app.training.training_process import ProcessMark
from segcore.hardware.process_birth import birth
from segcore.labels.classes import ClassSet
from segcore.project.project import Project
from tests.systems import needs_links, posix_only

ENDED = ProcessMark(platform.node(), 2**22 + 5, 1.0)
"""No process can have this number on Linux."""


@pytest.fixture
def folder(tmp_path):
    found = TrainingFolder(tmp_path, "version-003")
    found.write(TrainingRecord(ENDED, held_out=4))
    return found


def test_a_record_is_read_as_it_was_written(folder):
    assert folder.read() == TrainingRecord(ENDED, 4, "")
    assert TrainingFolder.all_in(folder.project) == [folder]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"schema": 1}',
        '{"schema": 2, "process": {"host": "h", "pid": 5, "started": 1}, "held_out": 1, "checkpoint": ""}',
        '{"schema": 1, "process": {"host": "h", "pid": 0, "started": 1}, "held_out": 1, "checkpoint": ""}',
        '{"schema": 1, "process": {"host": "h", "pid": 1, "started": 1}, "held_out": 1, "checkpoint": ""}',
        '{"schema": 1, "process": {"host": "h", "pid": -9, "started": 1}, "held_out": 1, "checkpoint": ""}',
        '{"schema": 1, "process": {"host": "h", "pid": 5, "started": 1}, "held_out": 1, "checkpoint": "../x"}',
        '{"schema": 1, "process": {"host": "h", "pid": 5, "started": 1}, "held_out": 1, "checkpoint": "a\\udffb"}',
        '{"schema": 1, "process": {"host": "h", "pid": 5, "started": 1}, "held_out": 1e400, "checkpoint": ""}',
        '{"schema": 1, "process": {"host": "h", "pid": 1' + "0" * 400 + ', "started": 1}, "held_out": 1e4',
    ],
)
def test_a_damaged_record_is_none(folder, text):
    (folder.path / "training.json").write_text(text)
    assert folder.read() is None
    assert TrainingFolder.all_in(folder.project) == []


@posix_only("no pipes in folders")
def test_a_record_that_is_no_file_is_none(folder):
    record = folder.path / "training.json"
    record.unlink()
    os.mkfifo(record)
    assert folder.read() is None


def test_a_checkpoint_is_published_once(folder):
    folder.out.write_bytes(b"weights")
    path = folder.publish()
    assert path == folder.project / "checkpoints" / "version-003.safetensors"
    assert path.read_bytes() == b"weights"
    assert not folder.out.exists()
    assert folder.publish() == path
    assert folder.read().checkpoint == path.name


def test_a_version_of_the_same_name_is_not_replaced(folder):
    versions = folder.project / "checkpoints"
    versions.mkdir()
    (versions / "version-003.safetensors").write_bytes(b"another")
    folder.out.write_bytes(b"weights")
    path = folder.publish()
    assert path.name == "version-004.safetensors"
    assert (versions / "version-003.safetensors").read_bytes() == b"another"


def test_publishing_that_was_cut_short_goes_on(folder):
    folder.out.write_bytes(b"weights")
    folder.write(replace(folder.read(), checkpoint="version-003.safetensors"))
    assert folder.publish().read_bytes() == b"weights"


def test_nothing_to_publish(folder):
    assert folder.publish() is None
    assert not (folder.project / "checkpoints").exists()


@needs_links
def test_removing_takes_everything_and_follows_no_link(folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine").touch()
    (folder.path / "link").symlink_to(outside)
    (folder.path / ".x.part").touch()
    folder.remove()
    assert not (tmp_path / "training").exists()
    assert (outside / "mine").exists()


@needs_links
@pytest.mark.parametrize("linked", ["training", "training/version-003"])
def test_a_folder_that_is_a_link_is_left_alone(tmp_path, linked):
    outside = tmp_path / "outside"
    real = outside if linked.endswith("003") else outside / "version-003"
    real.mkdir(parents=True)
    project = tmp_path / "p"
    (project / linked).parent.mkdir(parents=True)
    (project / linked).symlink_to(outside)
    folder = TrainingFolder(project, "version-003")
    folder.write(TrainingRecord(ENDED))
    assert TrainingFolder.all_in(project) == []
    folder.remove()
    assert (real / "training.json").exists()


def test_a_fresh_folder_is_of_no_version_and_of_no_training(tmp_path):
    (tmp_path / "images").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "images" / "a.png")
    with Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["x"])) as project:
        project.new_checkpoint_path().touch()
        assert TrainingFolder.fresh(project).name == "version-002"
        TrainingFolder(project.root, "version-002").write(TrainingRecord(ENDED))
        assert TrainingFolder.fresh(project).name == "version-003"


def test_a_later_process_with_the_same_number_is_another():
    me = psutil.Process()
    mark = ProcessMark(platform.node(), me.pid, me.create_time())
    assert mark.lives()
    assert not replace(mark, started=mark.started - 60).lives()
    assert not replace(mark, host="another machine").lives()
    assert replace(mark, host="another machine").elsewhere
    assert not ENDED.lives()
    assert not replace(ENDED, pid=10**30).lives()
    assert ProcessMark.from_json(json.loads(json.dumps(vars(mark)))) == mark


def test_a_process_is_the_same_after_the_clock_was_set():
    me = psutil.Process()
    mark = ProcessMark(platform.node(), me.pid, me.create_time() + 3600, birth(me.pid))
    assert mark.lives() is bool(mark.birth), "elsewhere than on Linux the time of the start is kept, and counts"
    assert not replace(mark, birth="another boot/1").lives()
    assert ProcessMark.from_json(json.loads(json.dumps(vars(mark)))) == mark


def test_what_a_window_left_that_died_while_starting_goes_after_a_day(tmp_path):
    old, new, foreign = (tmp_path / "training" / f"version-00{n}" for n in (1, 2, 3))
    for path in (old, new, foreign):
        path.mkdir(parents=True)
        for name in ("progress.jsonl", "errors.log", ".abcdefgh.part", f"{path.name}.safetensors.resume"):
            (path / name).touch()
    (foreign / "my notes.txt").touch()
    for path in (old, foreign):
        for each in (*path.iterdir(), path):
            os.utime(each, (1.0, 1.0))
    assert left_training(tmp_path) is None
    assert (old.exists(), new.exists(), foreign.exists()) == (False, True, True)
