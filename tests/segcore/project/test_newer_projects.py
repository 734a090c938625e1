"""Files of a newer Maskwright: they are shown as far as they are understood, and never changed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from segcore import __version__
from segcore.adaptation.head_file import load_head, save_head
from segcore.adaptation.live_head import LiveHead
from segcore.adaptation.project_head import save_project_head
from segcore.editing import diff
from segcore.errors import AdaptationError, CheckpointError, ProjectError
from segcore.journal.journal import Journal, journal_path, recall
from segcore.models.checkpoint_info import read_checkpoint_info
from segcore.progress import drive
from segcore.project.label_versions import FACTS
from segcore.project.marks import Mark
from segcore.project.packing import PackChoices, pack
from segcore.project.project import Access, Project
from segcore.project.project_places import head_path
from tests.segcore.project.small_project import CLASSES, painted, prediction


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def made_newer(root: Path, **changes: object) -> None:
    for name in ("project.json", "project.json.bak"):
        path = root / name
        data = json.loads(path.read_bytes()) | {"schema": 2, "written_by": "3.1"} | changes
        path.write_text(json.dumps(data))


@pytest.fixture
def newer(project) -> Path:
    """The folder of a closed project with labels and a prediction that Maskwright 3.1 wrote."""
    project.save_label_map("a.png", painted())
    project.save_prediction("a.png", prediction())
    project.marks.put({"a.png": Mark(note="x")})
    project.close()
    made_newer(project.root, colours={"ignore": "#000000"})
    return project.root


def test_a_newer_project_is_shown_read_only_and_both_versions_are_named(newer):
    before = contents(newer)
    with Project.open(newer) as project:
        assert "Maskwright 3.1 (schema 2)" in project.read_only
        assert f"Maskwright {__version__} (schema 1)" in project.read_only
        assert "Update Maskwright" in project.read_only
        assert np.array_equal(project.load_label_map("a.png").labels, painted().labels)
        assert project.load_prediction("a.png") is not None
        assert project.marks.all() == {"a.png": Mark(note="x")}
        assert project.warnings == []
    assert contents(newer) == before


def test_nothing_changes_a_newer_project(newer, tmp_path):
    before = contents(newer)
    with Project.open(newer) as project:
        for attempt in (
            lambda: project.save_label_map("a.png", painted(2)),
            lambda: project.set_setting("a", 1),
            lambda: project.set_classes(CLASSES.added("more")),
            lambda: project.save_prediction("a.png", prediction()),
            lambda: project.marks.put({"a.png": Mark()}),
            lambda: project.versions.keep("a.png", "Brush", 1_000_000),
            lambda: project.new_checkpoint_path(),
            lambda: save_project_head(project, LiveHead()),
            lambda: project.take_over(),
            lambda: drive(pack(project, tmp_path / "p.zip", PackChoices())),
        ):
            with pytest.raises(ProjectError, match=r"3\.1"):
                attempt()
    assert contents(newer) == before
    assert not (tmp_path / "p.zip").exists()


def test_a_newer_project_whose_file_is_not_understood_is_refused(newer):
    made_newer(newer, classes={"road": 0})
    before = contents(newer)
    for access in Access:
        with pytest.raises(ProjectError, match=rf"3\.1 \(schema 2\).*{__version__}"):
            Project.open(newer, access)
    assert contents(newer) == before


def test_the_journal_of_a_newer_version_is_kept_beside_the_new_one(project):
    path = journal_path(project.root, "a.png")
    path.parent.mkdir()
    path.write_bytes(b"MWHIST\x00\x02what it says now")
    before, after = painted(), painted(2)
    found = recall(project.root, "a.png", before, project.classes, project.class_history)
    assert "version 2, this one knows 1" in found.warning
    assert found.history.undo() is None
    assert path.read_bytes() == b"MWHIST\x00\x02what it says now"  # as long as nobody edits
    _stroke(found.journal, before, after)
    assert path.with_name("a.png.journal.version-2").read_bytes() == b"MWHIST\x00\x02what it says now"
    _stroke(found.journal, after, before)
    again = recall(project.root, "a.png", before, project.classes, project.class_history)
    assert again.warning == ""
    again.history.undo()
    assert again.history.undo() is not None


def _stroke(journal: Journal, before, after) -> None:
    journal.edit(diff(before, after, "Brush"))
    journal.write()


def test_the_live_head_of_a_newer_version_is_kept_beside_the_new_one(project):
    path = head_path(project.root)
    save_head(path, LiveHead(), CLASSES)
    with np.load(path) as file:
        arrays = dict(file)
    header = json.loads(bytes(arrays["header"])) | {"version": 2}
    np.savez(path, **(arrays | {"header": np.frombuffer(json.dumps(header).encode(), np.uint8)}))
    data = path.read_bytes()
    with pytest.raises(AdaptationError, match="version 2, this one knows 1"):
        load_head(path, CLASSES)
    save_head(path, LiveHead(), CLASSES)
    assert path.with_name("head.npz.version-2").read_bytes() == data
    load_head(path, CLASSES)


def test_a_checkpoint_of_a_newer_version_is_told_and_passed_over(project):
    header = json.dumps({"__metadata__": {"maskwright": json.dumps({"schema": 2})}}).encode()
    path = project.root / "checkpoints" / "version-001.safetensors"
    path.parent.mkdir()
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(CheckpointError, match="schema 2, this one knows 1"):
        read_checkpoint_info(path)
    assert project.checkpoints() == []
    assert "schema 2, this one knows 1" in project.warnings[0]
    assert project.new_checkpoint_path().name == "version-002.safetensors"


def test_marks_of_a_newer_version_are_told_and_kept(project):
    path = project.root / "marks.json"
    path.write_text('{"schema": 2, "marks": []}')
    assert project.marks.all() == {}
    assert "schema 2, this one knows 1" in project.warnings[0]
    project.marks.put({"a.png": Mark(flagged=True)})
    assert path.with_name("marks.json.damaged").read_text() == '{"schema": 2, "marks": []}'


def test_versions_of_labels_of_a_newer_maskwright_are_left_out(project):
    project.save_label_map("a.png", painted())
    version = project.versions.keep("a.png", "Brush", 1_000_000)
    facts = project.root / "versions" / "a.png" / f"{version.stem}{FACTS}"
    facts.write_text(json.dumps(json.loads(facts.read_bytes()) | {"schema": 2}))
    assert project.versions.of("a.png") == []
