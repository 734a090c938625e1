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
