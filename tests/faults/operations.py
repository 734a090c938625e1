"""Operations: what a person would do with a file, each with the app's own functions, telling what they were told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from segcore.errors import MaskwrightError, ProjectError
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive
from tests.faults.outside_operations import (
    import_set,
    live_head,
    merge_packed,
    network,
    nifti_images,
    stack,
    versions,
)
from tests.faults.report import STROKE, Report, digest
from tests.faults.specimen import AHEAD, CLASSES, PROJECT

MOST_IMAGES = 12
MARKED = "sub/b.jpg"


def _open(cage: Path, report: Report):
    from app.project.opening import Opened, find

    found = drive(find(cage / PROJECT))
    if not isinstance(found, Opened):
        raise ProjectError(f"{cage / PROJECT} was taken for a folder of images.")
    report.opened = True
    report.told += found.project.warnings
    return found.project


def _visit(project, image_id: str, report: Report, paint: bool) -> None:
    """Go to an image, as the window does; paint on it and save."""
    from app.document.loaded_image import load_image
    from app.worklist.thumbnail_maker import thumbnail
    from segcore.editing import diff

    with suppress(MaskwrightError):
        project.size(image_id)
    thumbnail(project.image_path(image_id), 96, 72)
    loaded = load_image(project, image_id)
    if loaded.warning and not (image_id == AHEAD and "brought them back" in loaded.warning):
        report.told.append(loaded.warning)
    report.decoded = max(report.decoded, loaded.image.nbytes)
    labels = LabelMap(loaded.label_map.labels.copy(), loaded.label_map.provenance.copy())
    report.loaded[image_id] = [digest(labels.labels), digest(labels.provenance)]
    if loaded.prediction is not None:
        report.answer += digest(loaded.prediction.labels)
    if not paint:
        return
    if loaded.history is not None:
        steps = 0
        while (edit := loaded.history.undo()) is not None:
            edit.undo(labels)
            steps += 1
        for _ in range(steps):
            edit = loaded.history.redo()
            assert edit is not None
            edit.redo(labels)
        if report.loaded[image_id] != [digest(labels.labels), digest(labels.provenance)]:
            raise AssertionError("undoing everything and doing it again leads to other labels")
    labels = LabelMap(labels.labels.copy(), labels.provenance.copy())
    labels.labels[:STROKE, :STROKE] = 1
    labels.provenance[:STROKE, :STROKE] = Provenance.PAINTED
    project.save_label_map(image_id, labels)
    report.painted.append(image_id)
    if loaded.journal is not None:
        loaded.journal.edit(diff(loaded.label_map, labels, "Brush"))
        try:
            loaded.journal.write()
        except MaskwrightError as error:
            report.tell(error)
    again = load_image(project, image_id).label_map
    if not (np.array_equal(again.labels, labels.labels) and np.array_equal(again.provenance, labels.provenance)):
        raise AssertionError(f"what was saved for {image_id} is not what is loaded")


def _look(cage: Path, report: Report, paint: Callable[[str], bool]) -> None:
    from segcore.formats.export import export_project
    from segcore.project.marks import Mark

    project = _open(cage, report)
    try:
        for image_id in project.image_ids()[:MOST_IMAGES]:
            try:
                _visit(project, image_id, report, paint(image_id))
            except MaskwrightError as error:
                report.tell(error)
        for act in (
            project.checkpoints,
            lambda: project.mapping_for(CLASSES),
            lambda: project.set_setting("seen", 1),
            lambda: drive(project.class_usage(1)),
            lambda: project.marks.put({MARKED: Mark(note="seen")}),
            lambda: drive(export_project(project, ["png", "voc"], cage / "out")),
            lambda: drive(project.rescan()),
            lambda: [(record.state.name, record.width) for record in project.records()],
            project.index.count,
        ):
            try:
                act()
            except MaskwrightError as error:
                report.tell(error)
        report.logged = [text for text in project.warnings if text not in report.told]
    finally:
        project.close()


def image(cage: Path, path: Path, report: Report) -> None:
    """Open the project and go to an image."""
    from segcore.images.image import image_size
    from segcore.images.list_images import list_images

    assert list(list_images(cage / "photos"))
    try:
        image_size(path)
    except MaskwrightError as error:
        report.tell(error)
    _look(cage, report, lambda image_id: image_id.startswith("x."))


def labels(cage: Path, path: Path, report: Report) -> None:
    """Open the project, go to every image, paint on one."""
    _look(cage, report, lambda image_id: image_id == "a.png")


def look(cage: Path, path: Path, report: Report) -> None:
    """Open the project, go to every image, paint on all."""
    _look(cage, report, lambda image_id: True)


def unplugged(cage: Path, path: Path, report: Report) -> None:
    """As `look`, with the images on a disk that is not there."""
    (cage / "photos").rename(cage / "photos away")
    try:
        look(cage, path, report)
    finally:
        (cage / "photos away").rename(cage / "photos")


def ahead(cage: Path, path: Path, report: Report) -> None:
    """As `labels`, painting on the image whose last stroke is in the journal only."""
    _look(cage, report, lambda image_id: image_id == AHEAD)


def model(cage: Path, path: Path, report: Report) -> None:
    """List versions, load this one, predict an image with it, use it as the project's."""
    from segcore.images.image import read_image
    from segcore.models.catalogue import load_model
    from segcore.models.checkpoint_info import read_checkpoint_info
    from segcore.models.lineage import seen_by
    from segcore.prediction.options import PredictOptions
    from segcore.prediction.predictor import Predictor, to_labels

    project = _open(cage, report)
    try:
        infos = project.checkpoints()
        if path.suffix == ".safetensors":
            with suppress(MaskwrightError):
                infos = [*infos, read_checkpoint_info(path)]
        for info in infos:
            seen_by(info.lineage)
            project.mapping_for(info.classes)
        found = drive(load_model(str(path)))
        predictor = Predictor(found, "cpu", PredictOptions(precision="float32", prepare=False))
        probabilities = drive(predictor.probabilities(read_image(cage / "photos" / "a.png")))
        if not np.isfinite(probabilities).all():
            raise AssertionError("probabilities that are not finite")
        report.answer = digest(to_labels(probabilities, found.classes))
        project.active_model = str(path)
        project.mapping_for(found.classes)
        report.told += [text for text in project.warnings if text not in report.told]
    finally:
        project.close()


def resume(cage: Path, path: Path, report: Report) -> None:
    """Go on with an interrupted training."""
    from segcore.training.resume import load_state

    report.opened = True
    load_state(path, {"seed": 1})


def classes(cage: Path, path: Path, report: Report) -> None:
    """Make a project with a list of classes, and open it again."""
    from segcore.labels.classes import ClassSet
    from segcore.project.project import Project

    report.opened = True
    found = ClassSet.from_file(path)
    with Project.create(cage / "new", cage / "photos", found):
        pass
    with Project.open(cage / "new") as project:
        assert project.classes.names == found.names
        _export_and_read(project, cage)
    shutil.rmtree(cage / "new")


def _export_and_read(project, cage: Path) -> None:
    from segcore.formats.export import export_project
    from segcore.formats.png import read_png
    from segcore.formats.voc import read_voc

    labels = LabelMap.blank(*project.size("a.png"))
    labels.labels[:], labels.provenance[:] = project.classes.indices[-1], Provenance.CONFIRMED
    project.save_label_map("a.png", labels)
    drive(export_project(project, ["png", "voc"], cage / "out"))
    for read in (read_png, read_voc):
        assert read(cage / "out").classes.indices.tolist() == project.classes.indices.tolist()


def crf(cage: Path, path: Path, report: Report) -> None:
    """Read the CRF's parameters and the classes it protects."""
    from dataclasses import asdict

    from segcore.crf.parameters_file import read_parameters, read_protected

    report.opened = True
    found = read_parameters(path)
    read_protected(path)
    if not all(np.isfinite(value) for value in asdict(found).values() if isinstance(value, int | float)):
        raise AssertionError(f"parameters that are not finite: {found}")


def export(cage: Path, path: Path, report: Report) -> None:
    """Read an exported data set, every label map of it."""
    from segcore.formats.png import read_png
    from segcore.formats.voc import read_voc
    from segcore.training.folder_pairs import pair_folders

    report.opened = True
    form = path.relative_to(cage / "side").parts[0]
    folder = (read_png if form == "png" else read_voc)(cage / "side" / form)
    for key in list(folder.files)[:MOST_IMAGES]:
        try:
            folder.read(key)
        except MaskwrightError as error:
            report.tell(error)
    pair_folders(cage / "photos", cage / "side" / "png" / "labels")


def settings(cage: Path, path: Path, report: Report) -> None:
    """Start the window with these settings, change one, close it, and read them again."""
    from PySide6.QtWidgets import QApplication
    from shiboken6 import delete

    from app.appearance.theme import Look
    from app.settings.settings import Settings
    from app.window.main_window import MainWindow

    report.opened = True
    found = Settings(path)
    window = MainWindow(found, Look(found))
    try:
        window.show()
        QApplication.processEvents()
        found["brush.radius"] = 33.0
        found["open.folder"] = str(cage)
        found.writer()()
    finally:
        window.shutdown()
        delete(window)
    if found.warning:
        report.told.append(found.warning)
    if Settings(path)["brush.radius"] != 33.0:
        raise AssertionError("what was changed is not kept")


def training(cage: Path, path: Path, report: Report) -> None:
    """Take up a training that another window left, and show what came of it."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    from app.jobs.job_bar import JobBar
    from app.jobs.job_runner import JobRunner
    from app.training.curves import Curves
    from app.training.result_dialog import TrainingResultDialog
    from app.training.training_left import left_training
    from app.training.training_run import TrainingRun

    report.opened = True
    left = left_training(cage / PROJECT)
    if left is None:
        return
    jobs = JobRunner()
    run, bar, curves, ended = TrainingRun(left[0], jobs), JobBar(), Curves(), []

    def move(steps) -> None:
        for detail in (step.detail for step in steps if "step" in step.detail):
            curves.add(float(detail["step"]), detail.get("loss"), detail.get("mean_iou"))

    run.heard.connect(move)
    for signal in (run.succeeded, run.failed):
        signal.connect(ended.append)
    bar.watch(run)
    run.take_up(left[1])
    while not ended:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    jobs.shutdown()
    outcome = ended[0]
    if isinstance(outcome, MaskwrightError):
        report.tell(outcome)
        return
    _ = outcome.headline, outcome.verdict, outcome.better
    if outcome.before is not None:
        curves.set_baseline(outcome.before.mean_iou)
    curves.grab()
    TrainingResultDialog(outcome, CLASSES, True).deleteLater()


OPERATIONS: dict[str, Callable[[Path, Path, Report], None]] = {
    f.__name__: f
    for f in (
        *(image, labels, look, unplugged, ahead, model, resume, classes, crf, export, settings, training),
        *(import_set, merge_packed, stack, nifti_images, network, live_head, versions),
    )
}
