"""Recipe: the numbers of a training, ours and those of the papers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from segcore.errors import TrainingError

Optimizer = Literal["adamw", "sgd"]
Schedule = Literal["one_cycle", "poly", "step", "fixed"]
Loss = Literal["cross_entropy", "ohem", "lovasz"]
Precision = Literal["auto", "float32", "bf16"]

MIN_CROP = 32
"""Pixels; what every network takes."""

SUMMED_RATE = 1e-6
"""A loss that is summed over all pixels is some 100,000 times as large as their mean; so is its gradient."""


@dataclass(frozen=True)
class Recipe:
    """The numbers of the recipe.

    Attributes
    ----------
    batch : int
        Crops that go through the network together.
    cuda_batch : int or None
        The same on a CUDA device; None: as elsewhere.
    accumulate : int
        Batches whose gradients are added up for one step: the gradient of a batch so many times as large, except that
        normalisation, Dice, OHEM and Lovász see one part at a time.
    crop_pixels : float
        A crop has the shape of the median image, cut down to about this many pixels.
    crop : (int, int) or None
        Height and width of the crops instead.
    optimizer : {"adamw", "sgd"}
        AdamW (Loshchilov and Hutter 2019), or stochastic gradient descent with momentum as in the papers.
    momentum : float
        Of SGD; AdamW's first beta.
    memory : float
        AdamW's second beta; 0.999 reaches back further than a short training lasts.
    head_rate, backbone_rate : float
        Highest learning rates.
    plain : float
        Both rates are multiplied by this when the backbone has no batch normalisation (VGG16, AlexNet): nothing else
        holds the scale of its layers.
    large : float
        Both rates are multiplied by this when the backbone has more than ten million weights (ResNet-50) and batch
        normalisation: our rates are those of small ones, and a large one would forget its ImageNet weights.
    bias_rate : float
        The rate of biases is multiplied by this.
    weight_decay : float
        Of the weights; in SGD it is added to the gradient, in AdamW it is apart from it.
    bias_decay : bool
        Whether biases decay too.
    schedule : {"one_cycle", "poly", "step", "fixed"}
        How the rates change; see `segcore.training.schedules`.
    warm_up : float
        For this share of the training the rates rise linearly.
    scale, colour, flip, balance, rotation, blur
        See `Augment`.
    weight_power : float
        Class weights are frequency ** -weight_power.
    loss : {"cross_entropy", "ohem", "lovasz"}
        See `segcore.training.losses`.
    dice : float
        Share of soft Dice beside it.
    confirmed : float
        Weight, 0.0-1.0, of a pixel whose prediction a person left in an image that they marked as done; painted pixels
        weigh 1. Not looking closely enough is likelier than painting wrong. Lovász takes no weights.
    summed : bool
        The loss is the sum over the pixels and not their mean (cross entropy alone, with tiny rates).
    clip : float
        The gradient's norm is cut down to this.
    train_norms : bool
        Batch normalisation of the backbone follows the batches too, instead of keeping ImageNet's statistics.
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
        Steps that the average reaches back; 1: the average is the network itself.
    """

    batch: int = 2
    cuda_batch: int | None = None
    accumulate: int = 1
    crop_pixels: float = 120_000
    crop: tuple[int, int] | None = None
    optimizer: Optimizer = "adamw"
    momentum: float = 0.9
    memory: float = 0.99
    head_rate: float = 6e-3
    backbone_rate: float = 5e-4
    plain: float = 0.1
    large: float = 1.0
    bias_rate: float = 1.0
    weight_decay: float = 1e-2
    bias_decay: bool = True
    schedule: Schedule = "one_cycle"
    warm_up: float = 0.1
    scale: tuple[float, float] = (0.75, 1.5)
    colour: float = 0.25
    flip: bool = True
    balance: float = 0.5
    rotation: float = 0.0
    blur: float = 0.0
    weight_power: float = 0.35
    loss: Loss = "cross_entropy"
    dice: float = 0.5
    confirmed: float = 0.5
    summed: bool = False
    clip: float = 5.0
    train_norms: bool = False
    head_first: float = 0.1
    short_minutes: float = 5.0
    continued: float = 0.03
    continued_most: float = 0.3
    continued_epochs: float = 16.0
    validations: int = 6
    horizon: float = 20.0

    def check(self) -> None:
        """Refuse numbers that cannot work, alone or together. Raises TrainingError."""
        bad = next((words for wrong, words in self._faults() if wrong), None)
        if bad is not None:
            message, remedy = bad
            raise TrainingError(message, remedy)

    def _faults(self) -> list[tuple[bool, tuple[str, str]]]:
        counts = {"batch": self.batch, "accumulate": self.accumulate, "cuda_batch": self.cuda_batch or 1}
        small = [f"{name} = {n}" for name, n in counts.items() if n < 1]
        rates = (self.head_rate, self.backbone_rate)
        chosen = (
            ("optimiser", self.optimizer, Optimizer),
            ("schedule", self.schedule, Schedule),
            ("loss", self.loss, Loss),
        )
        what, name, choices = next((c for c in chosen if c[1] not in get_args(c[2])), ("", "", None))
        return [
            (bool(what), (f"There is no {what} '{name}'.", f"Choose one of: {', '.join(get_args(choices))}.")),
            (bool(small), (f"A training with {', '.join(small)} has nothing to learn from.", "Choose at least 1.")),
            (
                self.crop is not None and min(self.crop) < MIN_CROP,
                (f"Crops of {self.crop} pixels are too small.", f"Choose at least {MIN_CROP}x{MIN_CROP}."),
            ),
            (
                not all(0.0 <= rate < math.inf for rate in rates) or max(rates) == 0.0,
                (f"With learning rates of {rates} nothing can be learnt.", "Choose one above 0."),
            ),
            (
                not 0.0 <= self.confirmed <= 1.0,
                (f"Confirmed pixels cannot weigh {self.confirmed}.", "Choose a weight from 0.0 to 1.0."),
            ),
            (
                not 0.0 < self.scale[0] <= self.scale[1],
                (f"No image can be scaled by {self.scale}.", "Give two factors above 0, the smaller one first."),
            ),
            (
                not (0.0 <= self.momentum < 1.0 and 0.0 <= self.warm_up < 1.0 and 0.0 <= self.head_first < 1.0),
                ("Momentum, warm-up and head_first are shares.", "Choose numbers from 0.0 to below 1.0."),
            ),
            (
                self.summed and (self.loss != "cross_entropy" or self.dice > 0),
                ("Only cross entropy can be summed over the pixels.", "Choose it alone, or the mean of the loss."),
            ),
            (
                self.summed and (self.optimizer != "sgd" or max(rates) > SUMMED_RATE),
                (
                    "A loss that is summed over the pixels goes with SGD and tiny rates only.",
                    f"Choose sgd and rates of at most {SUMMED_RATE:g}, as the recipe fcn_heavy has them.",
                ),
            ),
            (
                self.train_norms and self.batch < 2,
                ("Normalisation cannot learn from single crops.", "Choose a batch of at least 2, or another recipe."),
            ),
        ]


QUICK = Recipe()
"""A minute or two on a few images: what the window's button does."""

FULL = Recipe(
    batch=4,
    cuda_batch=12,
    crop_pixels=180_000,
    head_rate=3e-3,
    large=0.25,
    scale=(0.5, 2.0),
    memory=0.999,
    head_first=0.0,
    validations=12,
    horizon=200.0,
)
"""Ten minutes to hours on hundreds of images."""

PAPER = Recipe(
    optimizer="sgd",
    schedule="fixed",
    warm_up=0.0,
    colour=0.0,
    balance=0.0,
    plain=1.0,
    weight_power=0.0,
    dice=0.0,
    confirmed=1.0,
    clip=math.inf,
    head_first=0.0,
    short_minutes=0.0,
    continued=1.0,
    continued_most=1.0,
    continued_epochs=math.inf,
    validations=12,
    horizon=1.0,
)
"""What the recipes of the papers share: SGD with momentum, plain cross entropy, the last state of the weights."""

FCN = Recipe(
    **vars(PAPER)
    | {
        "batch": 20,
        "crop_pixels": math.inf,
        "head_rate": 1e-4,
        "backbone_rate": 1e-4,
        "bias_rate": 2.0,
        "weight_decay": 5e-4,
        "bias_decay": False,
        "scale": (1.0, 1.0),
        "flip": False,
    }
)
"""Long, Shelhamer and Darrell 2015, section 4.3 (Optimization): SGD with momentum 0.9 on batches of 20 whole images,
fixed rate 1e-4 for VGG16 (1e-3 for AlexNet, 5e-5 for GoogLeNet), weight decay 5e-4, doubled rate for biases; no
augmentation, which brought them nothing. That biases do not decay is in the authors' published network definitions."""

FCN_HEAVY = Recipe(
    **vars(FCN) | {"batch": 1, "momentum": 0.99, "summed": True, "head_rate": 1e-10, "backbone_rate": 1e-10}
)
"""Shelhamer, Long and Darrell 2017, section 4 (heavy learning): one image a step, momentum 0.99, and a loss that is not
divided by the number of pixels. Rate 1e-10 for FCN-32s; the authors go on with 1e-12 for FCN-16s, 1e-14 for FCN-8s."""

DEEPLAB_V1 = Recipe(
    **vars(PAPER)
    | {
        "batch": 20,
        "crop": (321, 321),
        "backbone_rate": 1e-3,
        "head_rate": 1e-2,
        "weight_decay": 5e-4,
        "schedule": "step",
        "bias_rate": 2.0,
        "bias_decay": False,
        "scale": (1.0, 1.0),
    }
)
"""Chen et al. 2015, section 5.1 (Training): batches of 20, rate 0.001 (0.01 for the last layer) times 0.1 after each
third (2000 of 6000 steps), momentum 0.9, weight decay 5e-4. Crops of 321 pixels, mirroring and the doubled rate of
biases are in the authors' published network definitions."""

DEEPLAB = Recipe(
    **vars(DEEPLAB_V1) | {"batch": 10, "schedule": "poly", "scale": (0.5, 1.5)},
)
"""Chen et al. 2018 (DeepLab v2), section 4.1: as v1, with the poly rate of power 0.9 and batches of 10 (Table 2), and
images scaled by 0.5 to 1.5 (Table 4)."""

DEEPLAB_V3 = Recipe(
    **vars(PAPER)
    | {
        "batch": 16,
        "crop": (513, 513),
        "backbone_rate": 7e-3,
        "head_rate": 7e-3,
        "weight_decay": 1e-4,
        "schedule": "poly",
        "scale": (0.5, 2.0),
        "train_norms": True,
    }
)
"""Chen et al. 2017 (DeepLab v3), section 4.1: poly rate from 0.007, crops of 513, batches of 16 with batch
normalisation that learns, images scaled by 0.5 to 2 and mirrored. Weight decay 1e-4 is in the authors' code."""

PSPNET = Recipe(
    **vars(PAPER)
    | {
        "batch": 16,
        "crop": (473, 473),
        "backbone_rate": 1e-2,
        "head_rate": 1e-1,
        "weight_decay": 1e-4,
        "schedule": "poly",
        "scale": (0.5, 2.0),
        "rotation": 10.0,
        "blur": 0.5,
        "train_norms": True,
    }
)
"""Zhao et al. 2017, section 5.1 (Implementation Details): poly rate from 0.01 with power 0.9, momentum 0.9, weight
decay 1e-4, batches of 16 with batch normalisation that learns; mirroring, resizing by 0.5 to 2, rotation by up to 10
degrees and Gaussian blur. Crops of 473 and the tenfold rate of the head are in the authors' published code. The weight
0.4 of the auxiliary loss (section 5.2) belongs to the network."""

RECIPES = {
    "quick": QUICK,
    "full": FULL,
    "fcn": FCN,
    "fcn_heavy": FCN_HEAVY,
    "deeplab_v1": DEEPLAB_V1,
    "deeplab": DEEPLAB,
    "deeplab_v3": DEEPLAB_V3,
    "pspnet": PSPNET,
}
