from __future__ import annotations

import json

import pytest

from segcore.errors import ProjectError
from segcore.project.marks import LONGEST, Mark, Verdict
from segcore.project.project import Access, Project
from tests.segcore.project.small_project import reopened


def test_marks_come_back_and_empty_ones_are_not_written(project):
    wrong = Mark(Verdict.REJECTED, True, "the crack\ngoes on “right”")
    project.marks.put({"a.png": wrong, "a.jpg": Mark(flagged=True)})
    project.marks.put({"a.jpg": Mark()})
    assert project.marks.all() == {"a.png": wrong}
    data = json.loads((project.root / "marks.json").read_text("utf-8"))
    assert data["images"] == {"a.png": {"verdict": "rejected", "flagged": True, "note": wrong.note}}
    assert reopened(project).marks.all() == {"a.png": wrong}


def test_a_project_without_the_file_has_no_marks(project):
    assert project.marks.all() == {}
    assert not (project.root / "marks.json").exists()
    assert project.warnings == []


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"schema": 2, "images": {}}', '{"schema": 1, "images": {"a.png": {"verdict": "x"}}}']
)
def test_a_damaged_file_is_told_and_kept_aside_by_the_next_mark(project, text):
    path = project.root / "marks.json"
    path.write_text(text)
    assert project.marks.all() == {}
    assert "cannot be read" in project.warnings[0]
    assert path.read_text() == text
    project.marks.put({"a.png": Mark(flagged=True)})
    assert (project.root / "marks.json.damaged").read_text() == text
    assert list(project.marks.all()) == ["a.png"]


def test_an_id_that_leads_out_of_the_project_is_dropped(project):
    (project.root / "marks.json").write_text('{"schema": 1, "images": {"../x": {"flagged": true}}}')
    assert project.marks.all() == {}


def test_who_only_reads_writes_nothing(project):
    project.marks.put({"a.png": Mark(flagged=True)})
    with Project.open(project.root, Access.READ) as reader:
        assert reader.marks.all() == {"a.png": Mark(flagged=True)}
        with pytest.raises(ProjectError):
            reader.marks.put({"a.png": Mark()})


def test_what_another_process_wrote_meanwhile_stays(project):
    project.marks.put({"a.png": Mark(flagged=True)})
    path = project.root / "marks.json"
    path.write_text(path.read_text("utf-8").replace("a.png", "a.jpg"), "utf-8")
    project.marks.put({"a.png": Mark(note="x")})
    assert project.marks.all() == {"a.jpg": Mark(flagged=True), "a.png": Mark(note="x")}


def test_a_note_has_an_end():
    assert len(Mark(note="x" * (LONGEST + 5)).note) == LONGEST
