from __future__ import annotations

import json
import tomllib

import numpy as np
import pytest
from PIL import Image

import segcore.project.sample_project
from resources import resource
from segcore.errors import ProjectError
from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import State
from segcore.project.project import Project
from segcore.project.sample_project import NUCLEI, ROADS, SAMPLES, install_sample


@pytest.fixture
def bundled(tmp_path, monkeypatch):
    """A sample of five images, four of them labelled."""
    sample = tmp_path / "resources" / "sample" / "roads"
    (sample / "images").mkdir(parents=True)
    (sample / "labels").mkdir()
    for n in range(5):
        Image.new("RGB", (6, 4), (n, n, n)).save(sample / "images" / f"{n}.jpg")
        if n != 2:
            Image.fromarray(np.full((4, 6), n % 2, np.uint8)).save(sample / "labels" / f"{n}.png")
    (sample / "classes.json").write_text(json.dumps([{"name": "a"}, {"name": "b"}]))
    monkeypatch.setattr(segcore.project.sample_project, "resource", lambda name: tmp_path / "resources" / name)
    return sample


def test_a_first_time_person_finds_some_images_corrected(bundled, tmp_path):
    assert list(ROADS.labels()) == ["0.jpg", "1.jpg", "3.jpg", "4.jpg"]
    with Project.open(install_sample(tmp_path / "here")) as project:
        assert project.root == tmp_path / "here"
        assert project.image_ids() == [f"{n}.jpg" for n in range(5)]
        assert project.corrected_ids() == ["0.jpg", "1.jpg", "3.jpg", "4.jpg"]
        assert project.state("0.jpg") == State.DONE
        assert (project.load_label_map("1.jpg").labels == 1).all()


def test_what_a_person_did_stays_and_lost_images_come_back(bundled, tmp_path):
    root = install_sample(tmp_path / "here", corrected=2)
    with Project.open(root) as project:
        project.import_labels("3.jpg", np.ones((4, 6), np.uint8))
    (root / "images" / "4.jpg").unlink()
    with Project.open(install_sample(root)) as project:
        assert project.corrected_ids() == ["0.jpg", "1.jpg", "3.jpg"]
        assert len(project.image_ids()) == 5


def test_by_default_it_lies_with_the_persons_data(bundled, user_folders):
    root = install_sample()
    assert root.is_relative_to(user_folders)
    assert root.name == "sample"  # its name since version 0.1: what a person did there is found again


def test_without_the_sample(tmp_path, monkeypatch):
    monkeypatch.setattr(segcore.project.sample_project, "resource", lambda name: tmp_path / name)
    with pytest.raises(ProjectError, match="not in this installation"):
        install_sample(tmp_path / "here")
    assert not (tmp_path / "here").exists()


def test_cells_begin_with_nothing_labelled(tmp_path):
    with Project.open(install_sample(tmp_path / "here", sample=NUCLEI)) as project:
        assert project.classes.names == ["background", "nucleus"]
        assert len(project.image_ids()) == 10
        assert project.corrected_ids() == []
        assert {project.state(image_id) for image_id in project.image_ids()} == {State.NEW}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=str)
def test_each_sample_is_small_and_says_where_it_comes_from(sample):
    """The real files of this installation."""
    files = [path for path in sample.source.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < {"roads": 2_000_000, "nuclei": 1_000_000}[sample.key]
    text = (sample.source / "ATTRIBUTION.md").read_text("utf-8")
    assert {"roads": "MIT licence", "nuclei": "CC0 1.0"}[sample.key] in text
    classes = ClassSet.from_file(sample.source / "classes.json")
    labels, held_out = sample.labels(), sample.held_out()
    assert (len(labels), len(held_out)) == {"roads": (4, 8), "nuclei": (2, 2)}[sample.key]
    assert not set(labels) & set(held_out)
    for image_id, path in (labels | held_out).items():
        with Image.open(sample.source / "images" / image_id) as image:
            shown = read_indexed_png(path, (image.height, image.width))
        assert set(np.unique(shown).tolist()) <= {*classes.indices, 255}


def test_the_samples_are_packaged():
    patterns = tomllib.loads((resource("..") / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    assert patterns["package-data"]["resources"] == ["**/*"]
    assert "resources*" in patterns["packages"]["find"]["include"]
