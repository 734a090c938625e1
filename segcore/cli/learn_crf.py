"""``maskwright learn-crf``: tune the CRF parameters on corrected images."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from segcore.cli.console import print_json, say, show, warn
from segcore.cli.evaluate import percent
from segcore.cli.inference import add_inference_arguments, inference_options
from segcore.cli.numbers import label_value, positive, seed
from segcore.crf import ENGINES, CrfParameters, parameters_of, read_parameters, write_parameters
from segcore.crf.parameters_file import PROTECTED, SETTING, protected_of
from segcore.errors import ProjectBusyError, UsageError
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.project.project import Access, Project

if TYPE_CHECKING:
    from segcore.crf_tuning.training_image import TrainingImage
    from segcore.crf_tuning.tuning import Tuned
    from segcore.prediction import Predictor
    from segcore.progress import Task


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser(
        "learn-crf",
        help="tune the CRF parameters on corrected images",
        description="Searches w1, w2, theta_alpha, theta_beta and theta_gamma on corrected images and measures the "
        "gain on held-out images. If there is a gain, the project keeps the new parameters.",
    )
    parser.add_argument(
        "project", nargs="?", type=Path, metavar="PROJECT", help="project whose corrected images are used"
    )
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder of images, instead of a project")
    parser.add_argument("--labels", type=Path, metavar="DIR", help="folder of label maps, named like the images")
    parser.add_argument("--classes", type=Path, metavar="FILE", help="classes of the labels (default: the model's)")
    parser.add_argument(
        "--ignore-index", type=label_value, default=IGNORE_INDEX, metavar="N", help="label value to ignore"
    )
    parser.add_argument(
        "--model", metavar="M", help="catalogue name or checkpoint (default for a project: its stored predictions)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write the parameters to this file, for --crf-parameters"
    )
    parser.add_argument(
        "--start", type=Path, metavar="FILE", help="parameters to start from and compare with (default: those in use)"
    )
    parser.add_argument(
        "--minutes", type=positive, default=2.0, metavar="T", help="time limit of the search in minutes (default 2)"
    )
    parser.add_argument("--seed", type=seed, default=0, metavar="S")
    parser.add_argument("--engine", choices=ENGINES, default="auto", help="CRF engine; auto: fast")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    add_inference_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    return parser


def run(args: argparse.Namespace) -> int:
    """Tune, store and print the parameters."""
    folders = (args.images, args.labels)
    if args.project is not None and any(folder is not None for folder in (*folders, args.classes)):
        raise UsageError(
            "A project has its own images, labels and classes.", "Leave out --images, --labels and --classes."
        )
    if args.project is None and (None in folders or args.model is None):
        raise UsageError("No corrected images are given.", "Give a project, or --images, --labels and --model.")
    predictor = None if args.model is None else _predictor(args)
    if args.project is None:
        assert predictor is not None
        found = _tune(args, *_of_folders(args, predictor), CrfParameters(), ())
    else:
        with Project.open(args.project, Access.READ) as project:
            found = _of_project(args, project, predictor)
        if found.improved:
            _keep(args.project, found)
    if args.out is not None:
        write_parameters(args.out, found.parameters, found.protected)
    if args.json:
        print_json(found.to_json())
    else:
        say(*_report(found))
    return 0


def _of_project(args: argparse.Namespace, project: Project, predictor: Predictor | None) -> Tuned:
    from segcore.crf_tuning.training_images import project_training_images

    settings = project.settings
    start, protected = parameters_of(settings), protected_of(settings)
    return _tune(args, project_training_images(project, predictor), project.classes.names, start, protected)


def _keep(root: Path, found: Tuned) -> None:
    """Store the parameters in the project, unless another process writes it."""
    try:
        with Project.open(root) as project:
            project.set_setting(SETTING, {**asdict(found.parameters), PROTECTED: list(found.protected)})
    except ProjectBusyError as error:
        warn(f"The parameters are not stored in the project. {error.message} Write them to a file with --out.")


def _of_folders(args: argparse.Namespace, predictor: Predictor) -> tuple[Task[list[TrainingImage]], list[str]]:
    from segcore.crf_tuning.training_images import folder_training_images
    from segcore.training.folder_pairs import pair_folders

    pairs, without = pair_folders(args.images, args.labels)
    if without:
        warn(f"{len(without)} images have no label map and are skipped: {', '.join(without[:5])}")
    classes = predictor.model.classes if args.classes is None else ClassSet.from_file(args.classes)
    return folder_training_images(pairs, classes, predictor, args.ignore_index), classes.names


def _tune(
    args: argparse.Namespace,
    reading: Task[list[TrainingImage]],
    names: Sequence[str],
    start: CrfParameters,
    protected: Sequence[str],
) -> Tuned:
    from segcore.crf_tuning.tuning import tune

    if args.start is not None:
        start, protected = read_parameters(args.start), ()
    training_images = show(reading, "Read")
    search = tune(training_images, start, names, protected, args.seed, args.minutes, args.engine, args.device)
    return show(search, "Tune")


def _predictor(args: argparse.Namespace) -> Predictor:
    from segcore.models.catalogue import load_model
    from segcore.prediction import Predictor, choose_device

    options = inference_options(args)
    choose_device(args.device)
    return Predictor(show(load_model(args.model), "Load model"), args.device, options)


def _report(found: Tuned) -> list[str]:
    """Return lines: scores without the CRF, with the old and the new parameters, then the parameters."""
    columns = (found.without, found.before, found.after)
    rows = [("mean IoU", *(percent(scores.mean_iou) for scores in columns))]
    rows.append(("boundary F-score", *(percent(scores.boundary_f) for scores in columns)))
    rows += [(name, *(percent(scores.iou[name]) for scores in columns)) for name in found.without.iou]
    width = max(len(row[0]) for row in rows)
    lines = [f"{'':{width}}  without   before    after   ({len(found.held_out)} held-out images)"]
    lines += [f"{name:{width}}  {left:>7}  {middle:>7}  {right:>7}" for name, left, middle, right in rows]
    lines.append("")
    lines += [f"{name:{width}}  {value:>7g}" for name, value in asdict(found.parameters).items()]
    if found.protected:
        lines.append(f"--crf-protect {','.join(found.protected)}: protected classes, which keep their predicted pixels")
    lines += [
        f"{found.tried} sets tried; tuned on {len(found.searched)} images, validated on {len(found.held_out)}",
        *found.notes,
    ]
    return lines
