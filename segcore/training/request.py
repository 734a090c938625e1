"""TrainRequest and TrainResult: what is asked of a training, and what comes of it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from segcore.errors import TrainingError
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.metrics.scores import Scores
from segcore.training.comparison import Comparison
from segcore.training.dataset import Pair
from segcore.training.recipe import FULL, QUICK, RECIPES, Precision, Recipe

__all__ = ["DEFAULT_MINUTES", "FULL", "QUICK", "RECIPES", "Recipe", "TrainRequest", "TrainResult"]

DEFAULT_MINUTES = 1.5


@dataclass(frozen=True)
class TrainRequest:
    """What to train, on what, for how long.

    Attributes
    ----------
    train, validate : tuple[Pair, ...]
        See `split`. No pixel may be in both.
    classes : ClassSet
        Of the labels, and of the model to be made.
    model : str
        A name of the catalogue or the path of a checkpoint, which is continued.
    out : Path
        The checkpoint to be written, whole or not at all.
    epochs, minutes : float or None
        One of them; without either, 1.5 minutes. Minutes are at most those of the wall clock, all included; with
        epochs the result is the same for the same seed, machine and number of threads.
    seed : int
        Of every random choice.
    device : str
        See `choose_device`.
    ignore_index : int
        Label value that does not count; 255 never does.
    half : bool
        Store the checkpoint in float16.
    recipe : Recipe
        The numbers.
    weights : Path or None
        A file of ImageNet weights for a network that starts from them; ``none`` starts from random ones. None: the
        published ones.
    start : Path or None
        A checkpoint whose tensors are taken over where name and shape agree, such as FCN-32s for FCN-16s.
    resume : bool
        Go on where an interrupted training with the same request stopped; see `segcore.training.resume`.
    log : Path or None
        Folder for TensorBoard's files and ``log.jsonl``.
    precision : {"auto", "float32", "bf16"}
        See `segcore.training.precision`.
    compiled : bool
        Run the network through torch.compile: minutes at first, then faster steps on a GPU.
    control : Path or None
        A file in which another program says what it wants meanwhile; see `segcore.training.control`.
    stopping : callable () -> bool, or None
        Asked after each step, of each process; when it says True, the state is written and the training ends.
    project : str
        Name of the project whose images these are; "" for folders.
    against : str
        The model in use, which the new one is compared with: a name of the catalogue or the path of a checkpoint; "":
        ``model``.
    """

    train: tuple[Pair, ...]
    validate: tuple[Pair, ...]
    classes: ClassSet
    model: str
    out: Path
    epochs: float | None = None
    minutes: float | None = None
    seed: int = 0
    device: str = "auto"
    ignore_index: int = IGNORE_INDEX
    half: bool = False
    recipe: Recipe = field(default_factory=Recipe)
    weights: Path | None = None
    start: Path | None = None
    resume: bool = False
    log: Path | None = None
    precision: Precision = "auto"
    compiled: bool = False
    control: Path | None = None
    stopping: Callable[[], bool] | None = None
    project: str = ""
    against: str = ""

    def check(self) -> None:
        """Refuse what cannot work before the work starts. Raises TrainingError."""
        if not self.train or not self.validate:
            raise TrainingError("There is nothing to learn from.", "Correct at least one image first.")
        if self.epochs is not None and self.minutes is not None:
            raise TrainingError("Both epochs and minutes are given.", "Give one of them.")
        if not all(0 < n < math.inf for n in (self.epochs, self.minutes) if n is not None):
            raise TrainingError("Training time must be positive.", "Give a number of minutes or epochs above 0.")
        self.recipe.check()
        if self.log is not None and self.log.exists() and not self.log.is_dir():
            raise TrainingError(f"{self.log} is no folder.", "Choose another folder for the log.")
        for file in (self.weights, self.start):
            if file is not None and file != Path("none") and not file.is_file():
                raise TrainingError(f"There is no file {file}.", "Give the path of a file of weights.")
        trained = {pair.image.resolve(): pair.part for pair in self.train}
        for pair in self.validate:  # by file: two folders may well use the same names
            part = trained.get(pair.image.resolve())
            if part is not None and (part, pair.part) != ("train", "validate"):
                raise TrainingError(
                    f"'{pair.key}' is both trained on and held out.", "Validate on other images than these."
                )
        if self.out.resolve() in {
            p.resolve() for pair in (*self.train, *self.validate) for p in (pair.image, pair.labels)
        }:
            raise TrainingError(f"{self.out} is one of the files to learn from.", "Choose another file.")
        folder = next(folder for folder in self.out.absolute().parents if folder.exists())
        if self.out.is_dir() or not os.access(folder, os.W_OK):
            what = "is a folder" if self.out.is_dir() else f"cannot be written: no permission in {folder}"
            raise TrainingError(f"{self.out} {what}.", "Choose another file for the checkpoint.")


@dataclass(frozen=True)
class TrainResult:
    """What came of it.

    Attributes
    ----------
    checkpoint : Path
        The new checkpoint: the state with the best mean IoU on the held-out pixels.
    before, after : Scores
        On the same held-out pixels; ``before`` is None when the model knew none of the classes.
    unknown_before : tuple[str, ...]
        Classes that the model could not name before the training: ``before`` has no IoU for them, and counts them as 0
        in its mean.
    comparison : Comparison
        Whether the new model is better than the one before.
    improved : bool
        Whether ``after`` has the higher mean IoU (or there was no before).
    seconds : float
        In all.
    best_step, steps : int
        The step that the checkpoint is from, and how many there were.
    skipped : dict[str, str]
        Training images that could not be read, by key, with the reason.
    warnings : tuple[str, ...]
        What a person should know, such as classes that never occur.
    images_per_second : float
        Crops that the network learnt from, on average over the steps alone.
    peak_memory : int
        Bytes: of the GPU where there is one, else of the process.
    """

    checkpoint: Path
    before: Scores | None
    after: Scores
    comparison: Comparison
    improved: bool
    seconds: float
    best_step: int
    steps: int
    skipped: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    unknown_before: tuple[str, ...] = ()
    images_per_second: float = 0.0
    peak_memory: int = 0
