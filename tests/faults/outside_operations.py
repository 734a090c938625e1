"""Operations on what other programs wrote: import, unpack and merge, open a stack, load a network, go on with Live."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from segcore.errors import LabelError, MaskwrightError
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive
from tests.faults.report import STROKE, Report, digest
from tests.faults.specimen import CLASSES, PROJECT
from tests.faults.specimen_sets import HEAD_NETWORK, SET

if TYPE_CHECKING:
    from segcore.project.project import Project

PAINTED = "a.png"


def import_set(cage: Path, path: Path, report: Report) -> None:
    """Import a data set into a new project in which a person has painted."""
    from segcore.formats.import_labels import ImportChoices, import_labels
    from segcore.formats.import_plan import plan_import
    from segcore.formats.open_labels import labels_near, recognised
    from segcore.project.project import Project

    report.opened = True
    name = path.relative_to(cage / SET).parts[0]
    source, key = cage / SET / name, None if name.endswith(" zip") else name
    if key is None:
        source = path
    recognised(source)
    labels_near(source)
    with Project.create(cage / "new", cage / "photos", CLASSES) as project:
        _paint(project)
        try:
            plan = drive(plan_import(project, source, key))
        except MaskwrightError as error:
            if not any(str(each) in str(error) for each in (path, source, path.name)):
                raise AssertionError(f"which file is damaged is not told: {error}") from error
            raise
        report.told += [plan.label_set.warning] if plan.label_set.warning else []
        found = drive(import_labels(project, plan, ImportChoices(plan.mapping())))
        report.told += [f"{each.name}: {each.reason}" for each in found.skipped]
        report.told += [f"{each.place}: {each.reason}" for each in (*plan.problems, *found.problems)]
        report.told += [f"no labels: {each}" for each in plan.without] + [f"no image: {each}" for each in plan.unused]
        _check_mine(project)
        report.rest = {image_id: digest(project.load_label_map(image_id).labels) for image_id in project.image_ids()}
    shutil.rmtree(cage / "new")


def merge_packed(cage: Path, path: Path, report: Report) -> None:
    """Unpack a project and merge it into another one in which a person has painted."""
    from segcore.project.merging import merge
    from segcore.project.pack_layout import is_packed
    from segcore.project.project import Access, Project
    from segcore.project.unpacking import unpack_project

    report.opened = True
    is_packed(path)
    with Project.create(cage / "new" / "mine", cage / "photos", CLASSES) as project:
        _paint(project)
        unpacked = drive(unpack_project(path, cage / "new" / "other"))
        report.told += [f"missing: {name}" for name in (*unpacked.missing, *unpacked.skipped)]
        with Project.open(unpacked.root, Access.READ) as other:
            merged = drive(merge(project, other))
            report.told += [*other.warnings, *(f"{each.image_id}: {each.reason}" for each in merged.skipped)]
        _check_mine(project)
    left = [each.name for each in (cage / "new").iterdir() if each.name not in ("mine", "other")]
    if left:
        raise AssertionError(f"half of an unpacked project is left: {left}")


def _paint(project: Project) -> None:
    mine = LabelMap.blank(*project.size(PAINTED))
    mine.labels[:STROKE, :STROKE], mine.provenance[:STROKE, :STROKE] = 1, Provenance.PAINTED
    project.save_label_map(PAINTED, mine)


def _check_mine(project: Project) -> None:
    """What a person painted is there, and all labels are of the classes."""
    known = {*project.classes.indices.tolist(), 255}
    for image_id in project.image_ids():
        labels = project.load_label_map(image_id).labels
        if not set(np.unique(labels).tolist()) <= known:
            raise AssertionError(f"{image_id} has labels of no class")
        if image_id == PAINTED and not (labels[:STROKE, :STROKE] == 1).all():
            raise AssertionError("what a person had painted was replaced")
    if project.warnings:
        raise AssertionError(f"something of the project is damaged: {project.warnings}")


def stack(cage: Path, path: Path, report: Report) -> None:
    """Make a project of a folder of stacks, look into them, paint on a page, open it again."""
    from app.document.loaded_image import load_image
    from segcore.project.project import Project

    report.opened = True
    painted = LabelMap.blank(1, 1)
    with Project.create(cage / "new", path.parent, CLASSES) as project:
        drive(project.rescan())
        ids = project.image_ids()
        for image_id in ids[:40]:
            with suppress(MaskwrightError):
                project.size(image_id)
            try:
                loaded = load_image(project, image_id)
            except MaskwrightError as error:
                report.tell(error)
                continue
            report.decoded = max(report.decoded, loaded.image.nbytes)
            if not image_id.startswith(path.name):
                report.rest[image_id] = digest(np.ascontiguousarray(loaded.image))
            if image_id == "a.png":
                painted = LabelMap.blank(*loaded.label_map.shape)
                painted.labels[:STROKE], painted.provenance[:STROKE] = 1, Provenance.PAINTED
                project.save_label_map(image_id, painted)
        report.told += project.warnings
    with Project.open(cage / "new") as project:
        if project.image_ids() != ids:
            raise AssertionError(f"the images are others when the project is opened again: {ids} {project.image_ids()}")
        if not np.array_equal(project.load_label_map("a.png").labels, painted.labels):
            raise AssertionError("labels of another image are gone")
    shutil.rmtree(cage / "new")


def nifti_images(cage: Path, path: Path, report: Report) -> None:
    """Write stacks of NIfTI images, and look at each slice."""
    from segcore.formats.nifti_stacks import write_stacks
    from segcore.images.image import image_layout, read_image

    report.opened = True
    found = drive(write_stacks(path.parent.parent))
    report.told += found.problems
    for stack in sorted(path.parent.glob("*.tif")):
        for name in image_layout(stack).names():
            image = read_image(stack / name if name else stack)
            report.decoded = max(report.decoded, image.nbytes)
            if stack.name == "b.tif":
                report.rest[f"{stack.name}/{name}"] = digest(image)
        stack.unlink()


def network(cage: Path, path: Path, report: Report) -> None:
    """Load a network of another library, predict with it, keep it as a checkpoint, predict with that."""
    from segcore.images.image import read_image
    from segcore.models.catalogue import load_model
    from segcore.models.checkpoint import save_checkpoint
    from segcore.prediction.options import PredictOptions
    from segcore.prediction.predictor import Predictor

    report.opened = True
    folder = path.parent
    given = folder if folder.name in ("transformers", "smp") else next(folder.glob("net.[op]*"), path)
    options = PredictOptions(precision="float32", prepare=False)
    image = read_image(cage / "photos" / "a.png")
    found = drive(load_model(str(given)))
    first = drive(Predictor(found, "cpu", options).probabilities(image))
    if not np.isfinite(first).all():
        raise AssertionError("probabilities that are not finite")
    (cage / "new").mkdir()
    save_checkpoint(cage / "new" / "kept.safetensors", found)
    again = drive(load_model(str(cage / "new" / "kept.safetensors")))
    if not np.allclose(first, drive(Predictor(again, "cpu", options).probabilities(image)), atol=1e-4):
        raise AssertionError("the checkpoint predicts something else than the network that it was made of")
    shutil.rmtree(cage / "new")


def live_head(cage: Path, path: Path, report: Report) -> None:
    """Open the project and go on with Live: from its file, or afresh; then decide, leave the image and save."""
    from segcore.adaptation.live_head import LiveHead
    from segcore.adaptation.project_head import load_project_head, save_project_head
    from segcore.project.project import Project
    from tests.segcore.adaptation.scenes import dab, scene

    with Project.open(cage / PROJECT) as project:
        report.opened = True
        try:
            head = load_project_head(project, None, HEAD_NETWORK)
        except MaskwrightError as error:
            report.tell(error)
            head = LiveHead(None, HEAD_NETWORK)
        image, pyramid = scene(4)
        drive(head.open_image(image, pyramid, key="b.png"))
        for left, value in ((8, 1), (70, 2)):
            head.add_stroke(dab(left, 20), value)
        blank = LabelMap.blank(*image.shape[:2])
        decided = head.decide(blank.labels, blank.provenance).labels
        if not set(np.unique(decided).tolist()) <= {*CLASSES.indices.tolist(), 255}:
            raise AssertionError("Live decides for a class that is not there")
        drive(head.finish_image(decided))
        try:
            save_project_head(project, head)
        except MaskwrightError as error:
            report.tell(error)
        else:
            load_project_head(project, None, HEAD_NETWORK)


def versions(cage: Path, path: Path, report: Report) -> None:
    """List the earlier labels of an image, bring each back, keep the present ones."""
    from segcore.project.project import Project

    with Project.open(cage / PROJECT) as project:
        report.opened = True
        for version in project.versions.of(PAINTED):
            try:
                project.versions.load(PAINTED, version, project.classes, project.class_history)
            except LabelError as error:
                report.tell(error)
        project.versions.keep(PAINTED, "Brush", 10_000_000)
        if not project.versions.of(PAINTED):
            raise AssertionError("what was kept is not listed")
