"""``maskwright predict``: label maps for images, by a model."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segcore.cli import FAILED
from segcore.cli.console import print_json, say, show, warn
from segcore.cli.crf_flags import add_crf_arguments, channels_of, crf_of, protected_names
from segcore.cli.inference import add_inference_arguments, inference_options
from segcore.cli.preemption import RESUME, Preemption, noticing_preemption
from segcore.cli.result_mark import is_result, mark_of, notes_of
from segcore.cli.shard_report import write_report
from segcore.cli.shards import Shard, current_shard
from segcore.errors import ImageError, MaskwrightError
from segcore.files.atomic import atomic_write, writing
from segcore.formats.label_names import label_names
from segcore.images.geo.reading import read_georeference
from segcore.images.geo.world_file import write_world_files
from segcore.images.images_below import images_below, pages_in
from segcore.images.indexed_png import write_indexed_png
from segcore.images.page_path import file_of
from segcore.images.picture import Picture
from segcore.labels.classes import ClassSet
from segcore.progress import Progress, Task
from segcore.project.project import Access, Project
from segcore.project.project_file import is_project

if TYPE_CHECKING:
    from segcore.models.model import Model
    from segcore.prediction.batch import BatchItem

Labelled = Callable[[NDArray[np.float32]], NDArray[np.uint8]]


@dataclass(frozen=True)
class Source:
    """An image to predict: its file, its path within the person's folder, and its result's path without suffix."""

    path: Path
    relative: str
    target: Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser(
        "predict",
        help="predict label maps",
        description="Write one indexed PNG an image, of its size and named like it, its folders kept. Images that "
        "share a folder and a stem (a.jpg, a.tif) keep their suffix: a.jpg.png, a.tif.png.",
    )
    parser.add_argument(
        "sources", nargs="+", type=Path, metavar="PROJECT|IMAGE", help="a project, or images and folders of images"
    )
    parser.add_argument(
        "--model", required=True, metavar="M", help="name of the catalogue (see `maskwright models`) or a checkpoint"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the label maps")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    add_inference_arguments(parser)
    add_crf_arguments(parser)
    parser.add_argument(
        "--probabilities",
        action="store_true",
        help="also write .npz files: probabilities, float16 [C, H, W], and classes, the names of the model's classes",
    )
    parser.add_argument(
        "--shard",
        type=Shard.parse,
        metavar="I/N",
        help="predict part I of N of the images (default: what SLURM says of job array and srun, else all)",
    )
    parser.add_argument(
        "--resume", action="store_true", help="leave out images whose results by this model and these options are there"
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="write the report as JSON; with shards, one for all when all are done",
    )
    parser.add_argument("--json", action="store_true", help="print a report as JSON")
    return parser


def run(args: argparse.Namespace) -> int:
    """Predict; exit code 1 when an image failed, 75 when SIGTERM came before the end."""
    with noticing_preemption() as preempted:
        return _predict(args, preempted)


def _predict(args: argparse.Namespace, preempted: Preemption) -> int:
    from segcore.models.catalogue import load_model
    from segcore.prediction import Predictor, choose_device
    from segcore.prediction.batch import BatchItem, ResultFiles, predict_into_files, predict_many
    from segcore.training.distributed import current_world

    started = time.monotonic()
    world = current_world()
    shard = current_shard() if args.shard is None else args.shard
    options = inference_options(args)
    crf_of(args)  # refuse wrong flags before anything is opened or loaded
    _refuse_project_files(args.out.resolve())
    project = Project.open(args.sources[0], Access.READ) if _is_project(args.sources) else None
    try:
        crf = crf_of(args, project.settings if project else None)
        sources = _of_project(project, args.out) if project else _of_paths(args.sources, args.out)
        choose_device(args.device)
        model = show(world.in_turn(load_model(args.model)), "Load model")
        labelled, classes = _labelling(model, project)
        if crf is not None:
            crf = replace(
                crf, protected=_protected(protected_names(args, project.settings if project else None), model, project)
            )
        predictor = Predictor(model, args.device, options)
        by_key = {source.relative: source for source in sources}
        decides: dict[str, object] = {
            "options": options,
            "crf": crf,
            "classes": classes.to_json(),
            "model": model.classes.names,
        }
        if project is not None:
            decides["mapping"] = project.mapping_for(model.classes)
        mark = mark_of(args.model, decides)

        def files_of(item: BatchItem) -> ResultFiles:
            target = by_key[item.key].target
            return ResultFiles(_suffixed(target, ".png"), _suffixed(target, ".npz") if args.probabilities else None)

        def write(item: BatchItem, image: NDArray[np.uint8], probabilities: NDArray[np.float32]) -> None:
            files = files_of(item)
            write_world_files(files.labels, read_georeference(by_key[item.key].path))
            if files.probabilities is not None:
                with writing(files.probabilities), atomic_write(files.probabilities) as file:
                    names = np.array(model.classes.names)
                    np.savez_compressed(file, probabilities=probabilities.astype(np.float16), classes=names)
            with writing(files.labels):  # last: the mark in it says that everything is there
                notes = notes_of(mark, Picture.of(item.stamp, image))
                write_indexed_png(files.labels, labelled(probabilities), classes.palette(), notes)

        def predict_large(item: BatchItem, image: NDArray[np.uint8]) -> Task[None]:
            write_world_files(files_of(item).labels, read_georeference(by_key[item.key].path))
            notes = notes_of(mark, Picture.of(item.stamp, image))
            yield from predict_into_files(predictor, image, files_of(item), labelled, classes, crf, notes)

        def is_there(item: BatchItem) -> bool:
            files = files_of(item)
            shares_are_there = files.probabilities is None or files.probabilities.is_file()
            return shares_are_there and is_result(files.labels, mark, item.image_path)

        ours = shard.of(sources)
        mine = world.shard([BatchItem(source.relative, source.path) for source in ours])
        items = show(_left(mine, is_there, preempted), "Look for results") if args.resume else mine
        report = show(predict_many(predictor, items, write, crf, predict_large, preempted), "Predict")
    finally:
        if project is not None:
            project.close()
    failures = sorted((key, message) for part in world.gather(report.failures) for key, message in part)
    already, not_tried = (sum(world.gather(n)) for n in (len(mine) - len(items), report.passed_over))
    done, notes = len(ours) - already - not_tried - len(failures), world.notes(predictor.notes)
    for note in notes:
        warn(note)
    for key, message in failures:
        warn(f"{key}: {message}")
    seconds = round(time.monotonic() - started, 3)
    found = {
        "images": done,
        "already_there": already,
        "not_tried": not_tried,
        "shard": str(shard),
        "failures": [{"image": key, "message": message} for key, message in failures],
        "seconds": seconds,
        "device": predictor.device_name,
        "precision": predictor.precision,
        "model": model.name,
        "notes": notes,
    }
    if args.report is not None and world.leads:
        write_report(args.report, found, shard)
    if args.json:
        print_json(found)
    else:
        told = [
            f"{done} predicted",
            f"{already} were there" * bool(already),
            f"{len(failures)} failed" * bool(failures),
        ]
        part = f"part {shard}, " if shard.count > 1 else ""
        say(f"{part}{', '.join(filter(None, told))}, in {seconds:.1f} s on {predictor.device_name}: {args.out}")
    if not_tried:
        warn(f"Stopped by SIGTERM with {not_tried} images left: the same command with --resume goes on.")
        return world.finish(RESUME)
    return world.finish(FAILED if failures else 0)


def _left(
    items: Sequence[BatchItem], is_there: Callable[[BatchItem], bool], stopping: Callable[[], bool]
) -> Task[list[BatchItem]]:
    """Return the items whose results are not there; once ``stopping``, also those that were not looked for."""
    left = []
    for number, item in enumerate(items):
        yield Progress(number, len(items), item.key)
        if stopping() or not is_there(item):
            left.append(item)
    return left


def _labelling(model: Model, project: Project | None) -> tuple[Labelled, ClassSet]:
    """From probabilities to labels: in the project's classes, or without one in the model's own."""
    from segcore.prediction import to_labels

    if project is None:
        return (lambda probabilities: to_labels(probabilities, model.classes)), model.classes
    mapping, classes = project.mapping_for(model.classes), project.classes
    if all(value is None for _, value in mapping.pairs):
        warn(f"No class of '{model.name}' has a partner in the project: every pixel stays unlabelled (255).")
    return (lambda shares: mapping.labels(shares, model.classes, classes)), classes


def _protected(names: Sequence[str], model: Model, project: Project | None) -> tuple[int, ...]:
    """Channels of the model that are one of these classes, of the project or without one the model's own."""
    if project is None:
        return channels_of(names, model.classes)
    values = {each.index for each in project.classes if each.name in names}
    return project.mapping_for(model.classes).channels(values, model.classes)


def _is_project(sources: list[Path]) -> bool:
    projects = [source for source in sources if source.is_dir() and is_project(source)]
    if projects and len(sources) > 1:
        raise MaskwrightError(f"{projects[0]} is a project.", "Give one project, or only images and folders.")
    return bool(projects)


def _refuse_project_files(out: Path) -> None:
    """Raise MaskwrightError when the results could replace what a person painted in some project."""
    for root in (out, *out.parents):
        inside = out.relative_to(root).parts[:1]
        if inside in ((), ("labels",), ("provenance",), ("predictions",)) and is_project(root):
            raise MaskwrightError(f"{out} holds a project's own files.", "Choose another folder for --out.")


def _of_project(project: Project, out: Path) -> list[Source]:
    return _named([(project.image_path(key), key) for key in project.image_ids()], out)


def _of_paths(paths: list[Path], out: Path) -> list[Source]:
    found: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            inside = [(path / name, name) for name in images_below(path)]
            found += [pair for pair in inside if not pair[0].resolve().is_relative_to(out.resolve())]
        elif path.exists():
            found += [(path, path.name), *((path / page, f"{path.name}/{page}") for page in pages_in(path))]
        elif (file := file_of(path)).exists():
            found.append((path, f"{file.name}/{path.name}"))
        else:
            raise ImageError(f"{path} is not there.", "Check the path.")
    return _named(found, out)


def _named(images: list[tuple[Path, str]], out: Path) -> list[Source]:
    """Choose each result's place. Raises MaskwrightError when two would collide or one would replace an image."""
    if not images:
        raise ImageError("There is no image to predict.", "Check the folder.")
    twice = [key for key, count in Counter(key for _, key in images).items() if count > 1]
    if twice:
        raise MaskwrightError(f"Two images are called {twice[0]}.", "Predict them in two calls, into two folders.")
    names = label_names([key for _, key in images])
    sources = [Source(path, key, out / names[key]) for path, key in images]
    places = Counter(str(source.target).casefold() for source in sources)
    originals = {path.resolve() for path, _ in images}
    for source in sources:
        result = _suffixed(source.target, ".png")
        if places[str(source.target).casefold()] > 1:
            raise MaskwrightError(f"Two results would be called {result}.", "Rename one of the images.")
        if result.resolve() in originals:
            raise MaskwrightError(f"The result {result} would replace an image.", "Choose another folder for --out.")
    return sources


def _suffixed(target: Path, suffix: str) -> Path:
    """Append a suffix; unlike with_suffix, keeps what looks like one already (photo.2024)."""
    return target.with_name(target.name + suffix)
