"""The training recipe, to be read from top to bottom."""

from __future__ import annotations

import copy
import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import torch
from torch import Tensor, nn

from segcore.atomic import writing
from segcore.errors import TrainingError
from segcore.learn.average import Average
from segcore.learn.batches import Batches
from segcore.learn.budget import Budget, one_cycle
from segcore.learn.evaluate import evaluate
from segcore.learn.losses import segmentation_loss
from segcore.learn.request import DEFAULT_MINUTES, Recipe, TrainRequest, TrainResult
from segcore.learn.split import fingerprint
from segcore.metrics import Scores
from segcore.models.catalogue import model_for_training
from segcore.models.checkpoint import save_checkpoint
from segcore.models.model import Model
from segcore.models.segmenter import Segmenter
from segcore.predict import Predictor, choose_device, is_out_of_memory
from segcore.progress import Progress, Task

__all__ = ["Recipe", "TrainRequest", "TrainResult", "train"]

VALIDATION_SHARE = 0.2
"""At most about this share of the time goes into validation."""

SAVING_SECONDS = 0.5


@dataclass(frozen=True)
class Best:
    """The state of the averaged network that did best on the held-out pixels so far."""

    step: int
    scores: Scores
    state: dict[str, Tensor]


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
        No training image or no held-out image can be read with its label map (others are passed over).
    ProjectError
        The checkpoint cannot be written (no space left, ...).
    CheckpointError, WeightsUnavailableError, DeviceError
        As `model_for_training` and `choose_device`.
    """
    started = time.monotonic()
    request.check()
    device = choose_device(request.device)
    torch.manual_seed(request.seed)
    model = yield from model_for_training(request.model, request.classes)
    return (yield from Training(request, model, device, started).run())


class Training:
    """One training on its way."""

    def __init__(self, request: TrainRequest, model: Model, device: torch.device, started: float) -> None:
        self.request, self.model, self.device, self.started = request, model, device, started
        self.recipe = request.recipe
        self.segmenter = model.segmenter
        self.batches = Batches(
            request.train, request.classes, model.preprocess, self.recipe, request.seed, request.ignore_index
        )
        self.batch = self.recipe.batch
        self.before: Scores | None = None
        self.best: Best | None = None

    def run(self) -> Task[TrainResult]:
        """Read, measure, learn, save."""
        request = self.request
        yield from self.batches.read()
        self.weights = torch.from_numpy(self.batches.weights).to(self.device)
        yield from self._measure_before()
        self.segmenter.to(self.device).to(memory_format=torch.channels_last)
        self.average = Average(self.segmenter, self.recipe.horizon, trusted=self.knows_all)
        with ThreadPoolExecutor(1, "batches") as pool:
            try:
                yield from self._learn(pool)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
        yield self._progress({}, "Saving the checkpoint")
        best = self._save()
        return TrainResult(
            checkpoint=request.out,
            before=self.before,
            after=best.scores,
            improved=self.before is None or best.scores.mean_iou > self.before.mean_iou,
            seconds=time.monotonic() - self.started,
            best_step=best.step,
            steps=self.budget.step,
            skipped=dict(self.batches.skipped),
        )

    def _measure_before(self) -> Task[None]:
        """Score the model as it came; not when it knows none of the classes."""
        known = torch.stack([conv.weight.flatten(1).any(1) for conv in self.segmenter.classifiers()]).any(0)
        self.knows_all = bool(known.all())
        began = time.monotonic()
        if bool(known.any()):
            self.before = yield from self._validate(
                self.segmenter, Progress(0, 0, "Measuring the model before training")
            )
        request = self.request
        seconds = None if request.epochs is not None else 60.0 * (request.minutes or DEFAULT_MINUTES)
        epochs = self.recipe.continued_epochs if request.epochs is None and self.knows_all else request.epochs
        steps = None if epochs is None else max(1, math.ceil(epochs * len(self.batches) / self.batch))
        self.budget = Budget(steps, seconds, self.started)
        self.budget.reserve(time.monotonic() - began + SAVING_SECONDS)

    def _learn(self, pool: ThreadPoolExecutor) -> Task[None]:
        recipe, budget = self.recipe, self.budget
        gentle = min(recipe.continued_most, recipe.continued * len(self.batches)) if self.knows_all else 1.0
        head_first = 0.0 if self.knows_all else recipe.head_first
        backbone = self.segmenter.backbone()
        head = {"params": list(self.segmenter.head_parameters()), "highest": gentle * recipe.head_rate, "from": 0.0}
        rest = {
            "params": list(backbone.parameters()),
            "highest": gentle * recipe.backbone_rate,
            "from": head_first,
        }
        optimizer = torch.optim.AdamW(
            [head, rest], betas=(0.9, recipe.memory), weight_decay=recipe.weight_decay, fused=True
        )
        short = budget.seconds is not None and budget.seconds <= 60.0 * recipe.short_minutes
        fixed = self.segmenter.early_layers() if short else []
        ready = pool.submit(self.batches.draw, self.batch)
        validations, done = recipe.validations, 0
        detail: dict[str, Any] = {}
        budget.begin()
        while not budget.over:
            images, truths = ready.result()
            ready = pool.submit(self.batches.draw, self.batch)
            fraction = budget.fraction
            for group in optimizer.param_groups:
                since = (fraction - group["from"]) / (1.0 - group["from"])
                group["lr"] = one_cycle(max(0.0, since)) * group["highest"]
            backbone.requires_grad_(fraction >= head_first)
            for layer in fixed:
                layer.requires_grad_(False)
            try:
                loss = self._step(optimizer, images[: self.batch], truths[: self.batch])
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                yield self._smaller_batch(error)
                continue
            budget.step += 1
            if not math.isfinite(loss):
                raise self._not_a_number()
            self.average.update(self.segmenter)
            detail = {"step": budget.step, "loss": loss, "seconds_left": self._seconds_left()}
            yield self._progress(detail)
            due = int(budget.fraction * validations)
            if due > done and not budget.over:
                cost = yield from self._keep_best(detail)
                if budget.seconds is not None:
                    validations = max(1, min(validations, int(VALIDATION_SHARE * budget.seconds / max(cost, 1e-3))))
                done = int(budget.fraction * validations)
        yield from self._keep_best(detail)

    def _step(self, optimizer: torch.optim.Optimizer, images: Tensor, truths: Tensor) -> float:
        """One step of gradient descent; return the loss. When it is no number, the weights stay."""
        training_mode(self.segmenter, live_norms=len(images) > 1)
        truths = truths.to(self.device)
        inputs = self.model.preprocess.normalise(images.to(self.device)).contiguous(memory_format=torch.channels_last)
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

    def _validate(self, segmenter: Segmenter, shown: Progress) -> Task[Scores]:
        predictor = Predictor(replace(self.model, segmenter=segmenter), self.device.type)
        request = self.request
        failures: list[tuple[str, str]] = []
        task = evaluate(predictor, request.validate, request.classes, request.ignore_index, failures=failures)
        try:
            while True:
                try:
                    next(task)
                except StopIteration as stop:
                    scores: Scores = stop.value
                    break
                yield shown
        finally:
            task.close()
        self.batches.skipped.update(failures)
        return scores

    def _keep_best(self, detail: dict[str, Any]) -> Task[float]:
        """Validate the average, keep it when it is the best so far; return the seconds this took."""
        began = time.monotonic()
        scores = yield from self._validate(self.average.segmenter, self._progress(detail, "Validating"))
        if self.best is None or scores.mean_iou > self.best.scores.mean_iou:
            state = copy.deepcopy(self.average.segmenter.state_dict())
            self.best = Best(self.budget.step, scores, state)
        cost = time.monotonic() - began
        self.budget.reserve(1.2 * cost + SAVING_SECONDS)
        yield self._progress(detail | {"mean_iou": scores.mean_iou, "seconds_left": self._seconds_left()})
        return cost

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
        return self._progress({}, f"Out of memory: continuing with crops by {self.batch}")

    def _not_a_number(self) -> TrainingError:
        remedy = "Train again with another seed; if it stays, check the images for damage."
        if self.best is not None:
            best = self._save()
            remedy = (
                f"The state of step {best.step} (mean IoU {best.scores.mean_iou:.3f}) was saved as {self.request.out}."
            )
        return TrainingError(f"The loss was no number any more at step {self.budget.step}.", remedy)

    def _seconds_left(self) -> float | None:
        left = self.budget.seconds_left
        return round(left, 1) if math.isfinite(left) else None

    def _progress(self, detail: dict[str, Any], message: str = "") -> Progress:
        budget = self.budget
        clock = budget.elapsed, budget.elapsed + budget.seconds_left
        done, total = clock if budget.seconds else (budget.step, budget.steps or 0)
        return Progress(min(done, total), total, message or f"Training, step {budget.step}", detail)

    def _save(self) -> Best:
        request, budget, best = self.request, self.budget, self.best
        assert best is not None
        self.average.segmenter.load_state_dict(best.state)
        entry = {
            "trained_from": self.model.name,
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "train_images": len(self.batches),
            "held_out_images": len(request.validate),
            "classes": request.classes.names,
            "seed": request.seed,
            "epochs": request.epochs,
            "minutes": None if budget.seconds is None else budget.seconds / 60.0,
            "steps": budget.step,
            "best_step": best.step,
            "mean_iou_before": None if self.before is None else self.before.mean_iou,
            "mean_iou_after": best.scores.mean_iou,
            "trained_on": sorted(fingerprint(pair.key) for pair in request.train),
        }
        made = Model(
            self.average.segmenter,
            self.model.architecture,
            request.classes,
            self.model.preprocess,
            request.out.stem,
            best.scores.to_json(),
            [*self.model.lineage, entry],
        )
        with writing(request.out):
            save_checkpoint(request.out, made, half=request.half)
        return best


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
