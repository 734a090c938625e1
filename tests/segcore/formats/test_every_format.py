"""Every row of the registry: a project goes out and, as a folder and as a zip file, comes back into another one."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest
from PIL import Image

from segcore.formats import registry
from segcore.formats.export import export_project
from segcore.formats.export_options import ExportOptions
from segcore.formats.import_labels import ImportChoices, import_labels
from segcore.formats.import_plan import plan_import
from segcore.formats.new_classes import unknown_values, with_new_classes
from segcore.formats.open_labels import recognised
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Project

IDS = ["x.jpg", "x.png", "a b/x.jpg", "a b/ü y.jpg"]
CLASSES = ClassSet.from_names(["background", "road", "Straße", "car"])


def labels(seed):
    rng = np.random.default_rng(seed)
    coarse = rng.choice(np.array([0, 1, 2, 3, 255], np.uint8), (5, 6))
    return np.kron(coarse, np.ones((6, 6), np.uint8))


@pytest.fixture
def images(tmp_path):
    for image_id in IDS:
        (tmp_path / "images" / image_id).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (36, 30)).save(tmp_path / "images" / image_id)
    return tmp_path / "images"


@pytest.mark.parametrize("key", registry.format_keys(written=True))
def test_a_project_goes_out_and_comes_back(tmp_path, images, key):
    if key == "hf":
        pytest.importorskip("pyarrow")
    maps = {image_id: labels(seed) for seed, image_id in enumerate(IDS)}
    out = tmp_path / "out"
    with Project.create(tmp_path / "p", images, CLASSES) as project:
        for image_id, each in maps.items():
            project.import_labels(image_id, each)
        report = drive(export_project(project, [key], out, ExportOptions(copy_images=True, background=True)))
    assert set(report.exported) == set(IDS)
    assert not list(out.rglob("*.part"))
    assert recognised(out).key == key
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        for path in (path for path in out.rglob("*") if path.is_file()):
            archive.write(path, path.relative_to(out).as_posix())
    for source in (out, tmp_path / "out.zip"):
        with Project.create(tmp_path / f"again{source.suffix}", images, CLASSES) as again:
            plan = drive(plan_import(again, source))
            told = drive(import_labels(again, plan, ImportChoices(plan.mapping())))
            assert set(told.imported) == set(IDS)
            assert not told.skipped
            assert not told.problems
            wrong = sum(int((again.load_label_map(i).ground_truth() != maps[i]).sum()) for i in IDS)
        assert wrong <= sum(entry.pixels or 0 for entry in report.different), "what is different is in the report"


@pytest.mark.parametrize("key", registry.format_keys(written=True))
def test_a_project_without_these_classes_gets_them_all(tmp_path, images, key):
    """The background, too, also where black means no label in files of other programs."""
    if key == "hf":
        pytest.importorskip("pyarrow")
    mine = np.repeat(np.arange(4, dtype=np.uint8), 270).reshape(30, 36)
    with Project.create(tmp_path / "p", images, CLASSES) as project:
        project.import_labels("a b/ü y.jpg", mine)
        drive(export_project(project, [key], tmp_path / "out", ExportOptions(background=True)))
    with Project.create(tmp_path / "q", images, ClassSet.from_names(["something else"])) as other:
        plan = drive(plan_import(other, tmp_path / "out"))
        wanted = {each.value for each in unknown_values(plan.values)}
        classes, mapping = with_new_classes(other.classes, plan.values, plan.mapping(), wanted)
        other.set_classes(classes)
        drive(import_labels(other, plan, ImportChoices(mapping)))
        found = other.load_label_map("a b/ü y.jpg").labels
    assert [classes.find(int(found[row, 0])).name for row in (0, 8, 15, 29)] == CLASSES.names
