"""TrainRequest and TrainResult: what is asked of a training, and what comes of it."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from pathlib import Path

from segcore.classes import IGNORE_INDEX, ClassSet
from segcore.errors import TrainingError
from segcore.learn.dataset import Pair
from segcore.metrics import Scores

DEFAULT_MINUTES = 1.5


@dataclass(frozen=True)
class Recipe:
    """The numbers of the recipe.

    Attributes
    ----------
    batch : int
        Crops a step.
    crop_pixels : int
        A crop has the shape of the median image, cut down to about this many pixels.
    head_rate, backbone_rate : float
        Highest learning rates of AdamW (Loshchilov and Hutter 2019).
    weight_decay : float
        Of AdamW.
    scale, colour, balance
        See `Augment`.
    weight_power : float
        Class weights are frequency ** -weight_power.
    dice : float
        Share of soft Dice in the loss.
    clip : float
        The gradient's norm is cut down to this.
    memory : float
        AdamW's second beta; 0.999 reaches back further than a short training lasts.
    head_first : float
        For this share of the training only the head learns, which takes a third of the time a step; not when the
        model knows all of the classes already.
    short_minutes : float
        A training of at most so many minutes leaves the backbone's early layers as they are and gets more steps.
    continued : float
        When the model knows all of the classes, both rates are multiplied by this for each training image (up to
        `continued_most`): a few images must not make it forget the others.
    continued_most : float
        See `continued`.
    continued_epochs : float
        In that case a training by the clock ends when it has seen each image so often; after that it only learns them
        by heart.
    validations : int
        How often the average of the weights is validated.
    horizon : float
        Steps that the average reaches back.
    """

    batch: int = 2
    crop_pixels: int = 120_000
    head_rate: float = 6e-3
    backbone_rate: float = 5e-4
    weight_decay: float = 1e-2
    scale: tuple[float, float] = (0.75, 1.5)
    colour: float = 0.25
    balance: float = 0.5
    weight_power: float = 0.35
    dice: float = 0.5
    clip: float = 5.0
    memory: float = 0.99
    head_first: float = 0.1
    short_minutes: float = 5.0
    continued: float = 0.03
    continued_most: float = 0.3
    continued_epochs: float = 16.0
    validations: int = 6
    horizon: float = 20.0


QUICK = Recipe()
"""A minute or two on a few images: what the window's button does."""

FULL = Recipe(
    batch=4,
    crop_pixels=180_000,
    head_rate=3e-3,
    scale=(0.5, 2.0),
    memory=0.999,
    head_first=0.0,
    validations=12,
    horizon=200.0,
)
"""Ten minutes to hours on hundreds of images."""

RECIPES = {"quick": QUICK, "full": FULL}


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

    def check(self) -> None:
        """Refuse what cannot work before the work starts. Raises TrainingError."""
        if not self.train or not self.validate:
            raise TrainingError("There is nothing to learn from.", "Correct at least one image first.")
        if self.epochs is not None and self.minutes is not None:
            raise TrainingError("Both epochs and minutes are given.", "Give one of them.")
        if not all(0 < n < math.inf for n in (self.epochs, self.minutes) if n is not None):
            raise TrainingError("Training needs more than no time, and less than all of it.", "Give a positive number.")
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
    improved : bool
        Whether ``after`` has the higher mean IoU (or there was no before).
    seconds : float
        In all.
    best_step, steps : int
        The step that the checkpoint is from, and how many there were.
    skipped : dict[str, str]
        Training images that could not be read, by key, with the reason.
    """

    checkpoint: Path
    before: Scores | None
    after: Scores
    improved: bool
    seconds: float
    best_step: int
    steps: int
    skipped: dict[str, str] = field(default_factory=dict)
