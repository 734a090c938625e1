"""``maskwright train``: train or fine-tune a model on corrected images."""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from segcore.cli import FAILED, USAGE
from segcore.cli.console import print_json, say, show, speaks, warn
from segcore.cli.numbers import count, label_value, positive, seed, whole
from segcore.cli.preemption import noticing_preemption
from segcore.errors import MaskwrightError, TrainingError, UsageError
from segcore.hardware.priority import lower_session
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.metrics.scores import Scores
from segcore.progress import Progress, Task, drive
from segcore.project.project import Access, Project

if TYPE_CHECKING:
    from segcore.training.dataset import Pair
    from segcore.training.recipe import Recipe
    from segcore.training.request import TrainRequest, TrainResult

NICENESS = 5
SHOWN = 5
"""Images that were left out, of many, that the report names."""
_side = whole(1, 10_000)

RECIPE_NAMES = ("quick", "full", "fcn", "fcn_heavy", "deeplab_v1", "deeplab", "deeplab_v3", "pspnet")
"""Those of `segcore.training.recipe.RECIPES`, named here so that ``--help`` needs no torch."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser(
        "train",
        help="train or fine-tune a model",
        description="Train on a project's corrected pixels, or on a folder of images and one of label maps. A part "
        "of the images is held out, and the state that does best on it is saved.",
    )
    parser.add_argument("project", nargs="?", type=Path, metavar="PROJECT", help="learn from its corrected pixels")
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder of images, instead of a project")
    parser.add_argument("--labels", type=Path, metavar="DIR", help="folder of label maps, named like the images")
    parser.add_argument("--classes", type=Path, metavar="FILE", help="classes.json, or a text file of names")
    parser.add_argument(
        "--ignore-index", type=label_value, default=IGNORE_INDEX, metavar="N", help="label value that does not count"
    )
    parser.add_argument("--val-images", type=Path, metavar="DIR", help="hold these out instead of a part of the images")
    parser.add_argument("--val-labels", type=Path, metavar="DIR", help="their label maps")
    parser.add_argument(
        "--model", required=True, metavar="M", help="name of the catalogue (see `maskwright models`) or a checkpoint"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="CKPT", help="the checkpoint to write")
    parser.add_argument(
        "--against", metavar="M", help="the model in use, which the new one has to be better than (default: --model)"
    )
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=positive, metavar="N", help="how often each image is seen")
    length.add_argument("--minutes", type=positive, metavar="T", help="time on the clock, all included (default 1.5)")
    _add_recipe(parser)
    parser.add_argument("--seed", type=seed, default=0, metavar="S")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--half", action="store_true", help="store the weights in float16")
    parser.add_argument("--json-lines", action="store_true", help="print progress and result as JSON, one a line")
    parser.add_argument("--control", type=Path, metavar="FILE", help="what a window wants; see docs/architecture.md")
    parser.add_argument("--log", type=Path, metavar="DIR", help="write TensorBoard's files and log.jsonl there")
    parser.add_argument(
        "--resume", action="store_true", help="go on where the same command was interrupted, from CKPT.resume"
    )
    return parser


def _add_recipe(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("recipe", "numbers of the training; the papers' recipes are made for --epochs")
    group.add_argument(
        "--recipe",
        choices=("auto", *RECIPE_NAMES),
        default="auto",
        help="full is for more than five minutes, the others are named after their papers (default: auto)",
    )
    group.add_argument("--batch", type=count, metavar="N", help="crops that go through the network together")
    group.add_argument("--accumulate", type=count, metavar="N", help="batches whose gradients make one step")
    group.add_argument("--crop", type=size, metavar="HxW", help="size of the crops in pixels")
    group.add_argument("--loss", choices=("cross_entropy", "ohem", "lovasz"), help="what is minimised")
    group.add_argument("--weights", type=Path, metavar="FILE", help="local file of ImageNet weights; none: random ones")
    group.add_argument("--start", type=Path, metavar="CKPT", help="take over the tensors that fit, as FCN-32s for 16s")
    group.add_argument("--precision", choices=("auto", "float32", "bf16"), default="auto")
    group.add_argument(
        "--compile", action="store_true", help="torch.compile: slow to begin, then faster steps on a GPU"
    )


def run(args: argparse.Namespace) -> int:
    """Train; exit code 75 when SIGTERM came before the end; with ``--json-lines`` see `_for_a_window`."""
    with _told_how_to_go_on(args.out):
        if not args.json_lines:
            with noticing_preemption() as preempted:
                say(*_report(show(_task(args, preempted), "Train")))
                return _finish()
        return _for_a_window(args)


def _for_a_window(args: argparse.Namespace) -> int:
    """Train and print JSON, errors too; SIGTERM is how a window cancels, and nothing is kept then."""
    with stoppable():
        with suppress(OSError, AttributeError):
            if os.nice(0) == 0:
                os.nice(NICENESS)  # the desktop that listens goes first
        lower_session(NICENESS)
        try:
            result = drive(_task(args), _print_progress)
        except MaskwrightError as error:
            if not speaks():
                raise
            _line({"event": "error", "message": error.message, "remedy": error.remedy})
            return USAGE if isinstance(error, UsageError) else FAILED
        except OSError as error:
            _line({"event": "error", "message": str(error), "remedy": "Check the disk and its permissions."})
            return FAILED
        _line(
            {
                "event": "result",
                "checkpoint": str(result.checkpoint),
                "before": None if result.before is None else result.before.to_json(),
                "after": result.after.to_json(),
                "unknown_before": result.unknown_before,
                "improved": result.improved,
                "comparison": result.comparison.to_json(),
                "seconds": round(result.seconds, 3),
                "best_step": result.best_step,
                "steps": result.steps,
                "skipped": result.skipped,
                "warnings": result.warnings,
                "images_per_second": round(result.images_per_second, 3),
                "peak_memory": result.peak_memory,
            }
        )
        return _finish()


def _finish() -> int:
    from segcore.training.distributed import current_world

    return current_world().finish()


def size(text: str) -> tuple[int, int]:
    """Read ``HxW``, pixels. Raises ArgumentTypeError."""
    height, cross, width = text.lower().partition("x")
    if not cross:
        raise argparse.ArgumentTypeError(f"'{text:.60}' is no size such as 360x480 (height, width)")
    return _side(height), _side(width)


def _task(args: argparse.Namespace, stopping: Callable[[], bool] | None = None) -> Task[TrainResult]:
    from segcore.training.training_loop import train

    yield Progress(0, 0, "Starting")
    if args.project is None:
        return (yield from train(replace(_request(args), stopping=stopping)))
    if args.images or args.labels or args.classes:
        raise UsageError("A project has its own images, labels and classes.", "Give it alone.")
    with _snapshot(args.out) as folder:
        request = _request(args, *(yield from _of_project(args.project, folder)))
        return (yield from train(replace(request, stopping=stopping)))


def _request(
    args: argparse.Namespace, pairs: Sequence[Pair] = (), classes: ClassSet | None = None, project: str = ""
) -> TrainRequest:
    """Turn the arguments, and what was read from a project, into a request. Raises MaskwrightError."""
    from segcore.models.lineage import fingerprint, seen_by
    from segcore.training.folder_pairs import pair_folders
    from segcore.training.holdout import split
    from segcore.training.request import TrainRequest

    if (args.val_images is None) != (args.val_labels is None):
        raise UsageError("--val-images and --val-labels belong together.", "Give both or neither.")
    if classes is None:
        if not (args.images and args.labels and args.classes):
            raise UsageError("There is nothing to train on.", "Give a project, or --images, --labels and --classes.")
        classes = ClassSet.from_file(args.classes)
        pairs, without = pair_folders(args.images, args.labels)
        _report_missing(without)
    seen = seen_by(_lineage(args.model)) | seen_by(_lineage(args.against or args.model))
    if args.val_images is not None:
        held_out, without = pair_folders(args.val_images, args.val_labels)
        _report_missing(without)
    else:
        pairs, held_out = split(pairs, args.seed, seen)
    known = sum(pair.part == "all" and fingerprint(pair.key) in seen for pair in held_out)
    if known:
        warn(
            f"The model was trained on {known} of the {len(held_out)} held-out images before: its scores are too good."
        )
    return TrainRequest(
        train=tuple(pairs),
        validate=held_out,
        classes=classes,
        model=args.model,
        out=args.out,
        epochs=args.epochs,
        minutes=args.minutes,
        seed=args.seed,
        device=args.device,
        ignore_index=args.ignore_index,
        half=args.half,
        recipe=_recipe(args),
        weights=args.weights,
        start=args.start,
        resume=args.resume,
        log=args.log,
        precision=args.precision,
        compiled=args.compile,
        control=args.control,
        project=project,
        against=args.against or "",
    )


def _recipe(args: argparse.Namespace) -> Recipe:
    """Return the recipe that is named, or fits the time, with the numbers that are given."""
    from segcore.training.recipe import FULL, QUICK, RECIPES

    recipe = RECIPES.get(args.recipe) or (FULL if (args.minutes or 0.0) > QUICK.short_minutes else QUICK)
    given: dict[str, Any] = {name: getattr(args, name) for name in ("batch", "accumulate", "crop", "loss")}
    if args.batch is not None:
        given["cuda_batch"] = args.batch
    return replace(recipe, **{name: value for name, value in given.items() if value is not None})


@contextmanager
def _snapshot(out: Path) -> Iterator[Path]:
    """Make the folder of the snapshot beside the checkpoint, in one of the processes, and remove it at the end."""
    from segcore.project.snapshot_folder import SUFFIX, snapshot_folder
    from segcore.training.distributed import current_world

    with snapshot_folder(out) if current_world().leads else nullcontext(out.parent / f"{out.name}{SUFFIX}") as folder:
        yield folder


def _of_project(root: Path, folder: Path) -> Task[tuple[tuple[Pair, ...], ClassSet, str]]:
    """Read a project's corrected images, from a snapshot of their labels, its classes and its name; change no file."""
    from segcore.project.snapshot import take_snapshot
    from segcore.training.dataset import Pair
    from segcore.training.distributed import current_world

    world = current_world()
    with Project.open(root, Access.READ) as project:
        found: list[tuple[str, str, str, str]] = []
        if world.leads:
            taken = yield from take_snapshot(project, folder)
            found = [(each.image_id, str(each.image), str(each.labels), str(each.provenance)) for each in taken]
        pairs = tuple(
            Pair(key, Path(image), Path(labels), Path(provenance))
            for key, image, labels, provenance in world.agreed(found)
        )
        if not pairs:
            raise TrainingError(f"No image of {root} is corrected yet.", "Paint or confirm some pixels first.")
        return pairs, project.classes, project.name


def _lineage(model: str) -> list[dict[str, Any]]:
    """Return what the checkpoint was trained on; nothing for a name of the catalogue or a foreign file."""
    from segcore.models.checkpoint_info import read_checkpoint_info

    with suppress(MaskwrightError, OSError):
        return read_checkpoint_info(Path(model)).lineage
    return []


def _report_missing(without: tuple[str, ...]) -> None:
    if without:
        warn(f"{len(without)} images have no label map and are passed over: {', '.join(without[:5])}")


def _print_progress(step: Progress) -> None:
    _line({"event": "progress", "done": step.done, "total": step.total, "message": step.message, **step.detail})


def _line(event: dict[str, Any]) -> None:
    print_json(event, indent=None)


def _report(result: TrainResult) -> list[str]:
    from segcore.cli.evaluate import percent
    from segcore.training.verdict_text import verdict_lines

    before = result.before.iou if result.before is not None else {}
    rows = [(name, percent(before.get(name)), percent(iou)) for name, iou in result.after.iou.items()]
    rows.append(("mean IoU", percent(_mean(result.before)), percent(result.after.mean_iou)))
    width = max(len(row[0]) for row in rows)
    lines = [f"{'held-out images':{max(width, 15)}}  before   after"]
    lines += [f"{name:{max(width, 15)}}  {left:>6}  {right:>6}" for name, left, right in rows]
    skipped = list(result.skipped.values())
    lines += [f"skipped: {message}" for message in skipped[:SHOWN]]
    if len(skipped) > SHOWN:
        lines.append(f"skipped: {len(skipped) - SHOWN} more images; --json-lines names all")
    lines += result.warnings
    lines += verdict_lines(result.comparison)
    lines.append(f"{result.checkpoint}: step {result.best_step} of {result.steps}, {result.seconds:.0f} s")
    return lines


def _mean(scores: Scores | None) -> float | None:
    return None if scores is None else scores.mean_iou


@contextmanager
def _told_how_to_go_on(out: Path) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        from segcore.training.resume import state_path

        if state_path(out).exists():
            warn(f"{state_path(out)} is kept: the same command with --resume goes on from there.")
        raise


@contextmanager
def stoppable() -> Iterator[None]:
    """Treat SIGTERM like Ctrl+C: the task is closed, nothing is left behind, the exit code is 1."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not the main thread: the caller stops us by closing the task
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
