"""The training recipe, to be read from top to bottom."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from segcore.classes import IGNORE_INDEX, ClassSet
from segcore.errors import MaskwrightError, TrainingError
from segcore.learn.augment import Augment
from segcore.learn.average import Average
from segcore.learn.budget import Budget, one_cycle
from segcore.learn.dataset import Dataset, Pair
from segcore.learn.evaluate import evaluate
from segcore.learn.losses import class_weights, pixel_counts, segmentation_loss
from segcore.learn.split import fingerprint
from segcore.metrics import Scores
from segcore.models.catalogue import model_for_training
from segcore.models.checkpoint import Model, save_checkpoint
from segcore.models.segmenter import Segmenter
from segcore.predict import Predictor, choose_device, is_out_of_memory
from segcore.progress import Progress, Task

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
        For this share of the training only the head learns, which takes a third of the time a step.
    validations : int
        How often the average of the weights is validated.
    horizon : float
        Steps that the average reaches back.
    """

    batch: int = 2
    crop_pixels: int = 120_000
    head_rate: float = 6e-3
    backbone_rate: float = 1e-3
    weight_decay: float = 1e-2
    scale: tuple[float, float] = (0.75, 1.5)
    colour: float = 0.25
    balance: float = 0.5
    weight_power: float = 0.5
    dice: float = 0.5
    clip: float = 5.0
    memory: float = 0.99
    head_first: float = 0.3
    validations: int = 6
    horizon: float = 20.0


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
        One of them; without either, 1.5 minutes. Minutes are those of the wall clock, all included; with epochs the
        result is the same for the same seed, machine and number of threads.
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
        if min(1.0 if n is None else n for n in (self.epochs, self.minutes)) <= 0:
            raise TrainingError("Training needs more than no time.", "Give a positive number.")
        both = {(p.key, p.part) for p in self.train} & {(p.key, p.part) for p in self.validate}
        if both:
            raise TrainingError(
                f"'{sorted(both)[0][0]}' is both trained on and held out.", "Validate on other images than these."
            )


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
    """

    checkpoint: Path
    before: Scores | None
    after: Scores
    improved: bool
    seconds: float
    best_step: int
    steps: int


def train(request: TrainRequest) -> Task[TrainResult]:
    """Train or fine-tune; closing the task leaves nothing behind.

    Yields
    ------
    Progress
        At least one a step; ``detail`` has ``step``, ``loss``, ``seconds_left`` and, after a validation, ``mean_iou``.

    Raises
    ------
    TrainingError
        Nothing to learn from; the loss is no number any more (names the step); no memory for a single crop.
    ImageError, LabelError
        A file is damaged or labels do not fit; names it.
    CheckpointError, WeightsUnavailableError, DeviceError
        As `model_for_training` and `choose_device`.
    """
    started = time.monotonic()
    request.check()
    device = choose_device(request.device)
    torch.manual_seed(request.seed)
    model = yield from model_for_training(request.model, request.classes)
    run = _Run(request, model, device, started)
    with ThreadPoolExecutor(1, "batches") as pool:
        try:
            return (yield from run.everything(pool))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


class _Run:
    """The state of one training."""

    def __init__(self, request: TrainRequest, model: Model, device: torch.device, started: float) -> None:
        self.request, self.recipe, self.device, self.started = request, request.recipe, device, started
        self.model = model
        self.segmenter = model.segmenter
        self.data = Dataset(request.train, request.classes, model.preprocess, request.ignore_index)
        self.batch = self.recipe.batch
        self.best: tuple[float, int, Scores, dict[str, Tensor]] | None = None

    def everything(self, pool: ThreadPoolExecutor) -> Task[TrainResult]:
        request = self.request
        weights = yield from self._read()
        before = yield from self._before()
        self.segmenter.to(self.device).to(memory_format=torch.channels_last)
        self.average = Average(self.segmenter, self.recipe.horizon)
        self.weights = torch.from_numpy(weights).to(self.device)
        yield from self._learn(pool)
        assert self.best is not None
        _, step, after, state = self.best
        self.average.segmenter.load_state_dict(state)
        yield Progress(1, 1, "Saving the checkpoint")
        self._save(before, after, step)
        return TrainResult(
            checkpoint=request.out,
            before=before,
            after=after,
            improved=before is None or after.mean_iou > before.mean_iou,
            seconds=time.monotonic() - self.started,
            best_step=step,
            steps=self.budget.step,
        )

    def _read(self) -> Task[np.ndarray[Any, np.dtype[np.float32]]]:
        """Read every training image once: class weights, crop size, and errors before the work starts."""
        channels = len(self.request.classes)
        counts = np.zeros(channels, np.int64)
        shapes: list[tuple[int, ...]] = []
        for number in range(len(self.data)):
            yield Progress(number, len(self.data), "Reading the images")
            truth = self.data[number].truth
            counts += pixel_counts([truth], channels)
            shapes.append(truth.shape)
        if not counts.any():
            raise TrainingError(
                "No pixel of the training images has a label that counts.", "Paint or confirm some pixels first."
            )
        height, width = (float(n) for n in np.median(np.array(shapes), axis=0))
        shrink = min(1.0, math.sqrt(self.recipe.crop_pixels / (height * width)))
        self.augment = Augment(
            height=max(32, round(height * shrink / 32) * 32),
            width=max(32, round(width * shrink / 32) * 32),
            scale=self.recipe.scale,
            colour=self.recipe.colour,
            balance=self.recipe.balance,
        )
        # Images without a single pixel that counts have nothing to say.
        self.numbers = [n for n in range(len(self.data)) if self.data[n].points]
        return class_weights(counts, self.recipe.weight_power)

    def _before(self) -> Task[Scores | None]:
        knows = any(bool(conv.weight.any()) for conv in self.segmenter.classifiers()[:1])
        if not knows:
            return None
        return (yield from self._validate(self.segmenter, Progress(0, 0, "Measuring the model before training")))

    def _validate(self, segmenter: Segmenter, shown: Progress) -> Task[Scores]:
        predictor = Predictor(replace_segmenter(self.model, segmenter), self.device.type)
        task = evaluate(predictor, self.request.validate, self.request.classes, self.request.ignore_index)
        try:
            while True:
                try:
                    next(task)
                except StopIteration as stop:
                    scores: Scores = stop.value
                    return scores
                yield shown
        finally:
            task.close()

    def _learn(self, pool: ThreadPoolExecutor) -> Task[None]:
        request, recipe = self.request, self.recipe
        epoch = len(self.numbers) / self.batch
        steps = None if request.epochs is None else max(1, math.ceil(request.epochs * epoch))
        seconds = None if steps is not None else 60.0 * (request.minutes or DEFAULT_MINUTES)
        self.budget = budget = Budget(steps, seconds, self.started)
        head_first, backbone = recipe.head_first, self.segmenter.backbone()
        optimizer = torch.optim.AdamW(
            [
                {"params": list(self.segmenter.head_parameters()), "highest": recipe.head_rate, "from": 0.0},
                {"params": list(backbone.parameters()), "highest": recipe.backbone_rate, "from": head_first},
            ],
            betas=(0.9, recipe.memory),
            weight_decay=recipe.weight_decay,
        )
        draws = self._draws()
        ready = pool.submit(self._crops, draws, self.batch)
        budget.begin()
        validated = 0
        while not budget.over:
            images, truths = ready.result()
            ready = pool.submit(self._crops, draws, self.batch)
            fraction = budget.fraction
            for group in optimizer.param_groups:
                since = (fraction - group["from"]) / (1.0 - group["from"])
                group["lr"] = one_cycle(max(0.0, since)) * group["highest"]
            backbone.requires_grad_(fraction >= head_first)
            try:
                loss = self._step(optimizer, images, truths)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                yield self._smaller_batch(error)
                continue
            budget.step += 1
            if not math.isfinite(loss):
                raise self._not_a_number()
            self.average.update(self.segmenter)
            detail: dict[str, Any] = {"step": budget.step, "loss": loss, "seconds_left": self._seconds_left()}
            yield self._progress(detail)
            due = int(budget.fraction * recipe.validations)
            if due > validated or budget.over:
                validated = due
                yield from self._validated(detail)

    def _draws(self) -> Iterator[tuple[int, int]]:
        """(image, seed of its crop) without end: every image once in each round, in random order."""
        random = np.random.default_rng(self.request.seed)
        while True:
            for place in random.permutation(len(self.numbers)):
                yield self.numbers[int(place)], int(random.integers(2**32))

    def _crops(self, draws: Iterator[tuple[int, int]], count: int) -> tuple[Tensor, Tensor]:
        """Uint8 [N, 3, h, w] and int64 [N, h, w]; in a thread, while the last step is computed."""
        crops = [
            self.augment(self.data[n], np.random.default_rng(seed)) for n, seed in (next(draws) for _ in range(count))
        ]
        images = torch.from_numpy(np.stack([image for image, _ in crops])).permute(0, 3, 1, 2)
        return images, torch.from_numpy(np.stack([truth for _, truth in crops])).long()

    def _step(self, optimizer: torch.optim.Optimizer, images: Tensor, truths: Tensor) -> float:
        images, truths = images[: self.batch].to(self.device), truths[: self.batch].to(self.device)
        training_mode(self.segmenter, live_norms=len(images) > 1)
        inputs = self.model.preprocess.normalise(images).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            outputs = self.segmenter(inputs)
        loss = segmentation_loss(outputs, truths, self.weights, self.recipe.dice)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.segmenter.parameters(), self.recipe.clip)
        value = float(loss.detach())
        if math.isfinite(value):
            optimizer.step()
        return value

    def _smaller_batch(self, error: BaseException) -> Progress:
        if self.batch == 1:
            raise TrainingError(
                "There is not enough memory to train on a single crop.",
                "Close other programs, or choose a smaller model such as the starter.",
            ) from error
        self.batch //= 2
        self.segmenter.zero_grad(set_to_none=True)
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        return self._progress({}, f"Out of memory: continuing with {self.batch} crops a step")

    def _not_a_number(self) -> MaskwrightError:
        remedy = "Train again with another seed; if it stays, check the images for damage."
        if self.best is not None:
            _, step, after, state = self.best
            self.average.segmenter.load_state_dict(state)
            self._save(None, after, step)
            remedy = f"The state of step {step} (mean IoU {after.mean_iou:.3f}) was saved as {self.request.out}."
        return TrainingError(f"The loss was no number any more at step {self.budget.step}.", remedy)

    def _validated(self, detail: dict[str, Any]) -> Task[None]:
        """Validate the average, keep it when it is the best so far, and say how it did."""
        began = time.monotonic()
        scores = yield from self._validate(self.average.segmenter, self._progress(detail, "Validating"))
        self.budget.reserve(1.2 * (time.monotonic() - began) + 0.5)
        if self.best is None or scores.mean_iou > self.best[0]:
            state = copy.deepcopy(self.average.segmenter.state_dict())
            self.best = scores.mean_iou, self.budget.step, scores, state
        yield self._progress(detail | {"mean_iou": scores.mean_iou, "seconds_left": self._seconds_left()})

    def _seconds_left(self) -> float | None:
        left = self.budget.seconds_left
        return round(left, 1) if math.isfinite(left) else None

    def _progress(self, detail: dict[str, Any], message: str = "") -> Progress:
        budget = self.budget
        done, total = (budget.step, budget.steps) if budget.steps else (budget.elapsed, budget.seconds or 0.0)
        return Progress(min(done, total), total, message or f"Training, step {budget.step}", detail)

    def _save(self, before: Scores | None, after: Scores, step: int) -> None:
        request, budget = self.request, self.budget
        entry = {
            "trained_from": self.model.name,
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "train_images": len(self.numbers),
            "held_out_images": len(request.validate),
            "classes": request.classes.names,
            "seed": request.seed,
            "epochs": request.epochs,
            "minutes": None if budget.seconds is None else budget.seconds / 60.0,
            "steps": budget.step,
            "best_step": step,
            "mean_iou_before": None if before is None else before.mean_iou,
            "mean_iou_after": after.mean_iou,
            "trained_on": sorted(fingerprint(pair.key) for pair in request.train),
        }
        made = Model(
            self.average.segmenter,
            self.model.architecture,
            request.classes,
            self.model.preprocess,
            request.out.stem,
            after.to_json(),
            [*self.model.lineage, entry],
        )
        save_checkpoint(request.out, made, half=request.half)


def replace_segmenter(model: Model, segmenter: Segmenter) -> Model:
    """Return the model around another network of the same kind."""
    return replace(model, segmenter=segmenter)


def training_mode(segmenter: Segmenter, live_norms: bool) -> None:
    """Training mode, with the backbone's normalisation fixed at its published statistics.

    A few images say less about these statistics than ImageNet did. The head's stay live when there is more than one
    crop.
    """
    segmenter.train()
    fixed = segmenter.backbone() if live_norms else segmenter
    for module in fixed.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
