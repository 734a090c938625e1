"""Projects that earlier versions of Maskwright made: they open, nothing in them is lost, and no file is rewritten."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from segcore.adaptation.project_head import load_project_head
from segcore.journal.journal import recall
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.label_map import LabelMap, State
from segcore.project.marks import Mark, Verdict
from segcore.project.project import Project
from tests.segcore.project.old_projects.make import SHAPE, labels, mapping, provenance

FIXTURES = sorted((Path(__file__).parent / "old_projects").glob("*.zip"))
CACHES = {"index.sqlite", "index.sqlite-shm", "index.sqlite-wal", ".writer.lock", "writer.json"}


def since(version: str) -> list[Path]:
    return [path for path in FIXTURES if path.stem >= version]


def versions(path: Path) -> str:
    return path.stem


@pytest.fixture
def unpacked(request, tmp_path) -> Path:
    """The project folder of a fixture."""
    with zipfile.ZipFile(request.param) as archive:
        archive.extractall(tmp_path)
    return tmp_path / "photos.maskwright"


def every_version(first: str = "0"):
    return pytest.mark.parametrize("unpacked", since(first), indirect=True, ids=versions)


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name not in CACHES
    }


def same(first: LabelMap, second: LabelMap) -> bool:
    return np.array_equal(first.labels, second.labels) and np.array_equal(first.provenance, second.provenance)


def test_there_is_a_project_of_each_layout_that_ever_was():
    assert [path.stem for path in FIXTURES] == ["0.1", "0.3", "0.5", "0.6", "0.7", "0.8"]


@every_version()
def test_labels_classes_and_states_are_as_they_were(unpacked):
    expected = LabelMap(labels(), provenance())
    gone = expected.labels == 3  # a class that was removed after it was painted
    expected.labels[gone], expected.provenance[gone] = IGNORE_INDEX, 0
    with Project.open(unpacked) as project:
        assert (project.read_only, project.warnings) == ("", [])
        assert project.classes.names == ["road", "sky", "tree"]
        assert project.class_history.removed == {3: "gone"}
        found = project.load_label_map("a.png")
        assert np.array_equal(found.labels, expected.labels)
        assert np.array_equal(found.provenance, expected.provenance)
        assert (found.labels[0] == IGNORE_INDEX).all()
        assert found.provenance[0].tolist() == [0] * 6 + [2] * 6  # "ignore" that a person painted stays painted
        assert (project.load_label_map("b.png").labels == 2).all()
        # Every pixel of b.png is painted, which 0.1 took for done; only a person says so now.
        states = [project.state(image_id) for image_id in ("a.png", "b.png", "c.png")]
        assert states == [State.IN_PROGRESS, State.IN_PROGRESS, State.DONE]
        project.set_classes(project.classes.added("gone"))
        assert np.array_equal(project.load_label_map("a.png").labels, labels())


@every_version()
def test_settings_mapping_prediction_and_model_versions_are_as_they_were(unpacked):
    with Project.open(unpacked) as project:
        assert project.settings["crf"] == {"w1": 4.0}
        assert project.mapping_for(ClassSet.from_names(["car", "sky"])) == mapping()
        prediction = project.load_prediction("a.png")
        assert prediction is not None
        assert (prediction.labels == 1).all()
        assert (prediction.uncertainty == 51).all()
        assert project.record("a.png").uncertainty == pytest.approx(51 / 255)
        (version,) = project.checkpoints()
        assert (version.name, version.metrics, version.lineage) == (
            "version 1",
            {"mean_iou": 0.5},
            [{"name": "starter"}],
        )
        assert version.classes.names == project.classes.names


@every_version()
def test_opening_and_closing_rewrites_nothing_but_the_index(unpacked):
    before = contents(unpacked)
    Project.open(unpacked).close()
    assert contents(unpacked) == before


@every_version()
def test_a_project_goes_on_and_every_image_that_is_not_saved_keeps_its_files(unpacked):
    before = contents(unpacked)
    with Project.open(unpacked) as project:
        changed = project.load_label_map("c.png")
        changed.labels[0], changed.provenance[0] = 0, 2
        project.save_label_map("c.png", changed)
        project.set_setting("crf", {"w1": 5.0})
    after = contents(unpacked)
    assert {name for name in before if before[name] != after[name]} == {
        "labels/c.png.png",
        "provenance/c.png.png",
        "project.json",
        "project.json.bak",
    }
    with Project.open(unpacked) as project:
        assert same(project.load_label_map("c.png"), changed)
        assert project.settings == {"crf": {"w1": 5.0}}


@every_version("0.3")
def test_the_journal_brings_back_the_stroke_that_was_not_saved(unpacked):
    with Project.open(unpacked) as project:
        before = project.load_label_map("b.png")
        found = recall(unpacked, "b.png", before, project.classes, project.class_history)
    assert found.is_newer
    assert (found.label_map.labels[-1] == 1).all()
    assert (found.label_map.labels[:-1] == 2).all()
    found.history.undo().undo(found.label_map)
    assert same(found.label_map, before)


@every_version("0.6")
def test_the_live_head_knows_its_image(unpacked):
    with Project.open(unpacked) as project:
        assert load_project_head(project, network="test").state()[1] == {"a.png": True}


@every_version("0.7")
def test_marks_and_versions_of_labels_are_as_they_were(unpacked):
    with Project.open(unpacked) as project:
        assert project.marks.all() == {"c.png": Mark(Verdict.REJECTED, True, "look again")}
        (version,) = project.versions.of("c.png")
        kept = project.versions.load("c.png", version, project.classes, project.class_history)
        assert version.what == "Brush"
        assert same(kept, LabelMap(np.full(SHAPE, 1, np.uint8), np.full(SHAPE, 3, np.uint8)))
