"""The training recipe, to be read from top to bottom."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Any

import torch

from segcore.errors import CheckpointError, StoppedError, TrainingError
from segcore.files.atomic import writing
from segcore.metrics.scores import Scores
from segcore.models.catalogue import model_for_training
from segcore.models.checkpoint import load_checkpoint, save_checkpoint
from segcore.models.model import Model
from segcore.prediction import choose_device, is_out_of_memory
from segcore.progress import Progress, Task
from segcore.training.batches import Batches
from segcore.training.budget import Budget
from segcore.training.comparison import Comparison, judge
from segcore.training.control import ControlFile
from segcore.training.dataset import training_warnings
from segcore.training.distributed import World, current_world
from segcore.training.known_classes import known_classes
from segcore.training.learner import Learner, Part
from segcore.training.model_before import ModelBefore, measure_before
from segcore.training.optimizers import share_of_rates
from segcore.training.peak import peak_memory, reset_peak_memory
from segcore.training.prefetch import Ahead, drawing_threads
from segcore.training.request import DEFAULT_MINUTES, Recipe, TrainRequest, TrainResult
from segcore.training.resume import (
    StateFile,
    TrainingState,
    random_states,
    set_random_states,
)
from segcore.training.training_curve import TrainingCurve
from segcore.training.training_log import Log
from segcore.training.validation import Best, Validation
from segcore.training.version import new_version
from segcore.training.watched_states import StateFolder, WatchedState
from segcore.training.watching import watch

__all__ = ["Recipe", "TrainRequest", "TrainResult", "train"]

SAVING_SECONDS = 0.5


def train(request: TrainRequest) -> Task[TrainResult]:
    """Train or fine-tune; closing the task leaves nothing behind but the state from which a long one can go on.

    Yields
    ------
    Progress
        At least one a step; ``detail`` has ``step``, ``loss``, ``images_per_second``, ``seconds_left`` and, after a
        validation, ``mean_iou``.

    Raises
    ------
    TrainingError
        Nothing to learn from; numbers that do not go together; the loss becomes NaN (names the step); no
        memory for a single crop; a state to resume from that is missing or of another training.
    ImageError, LabelError
        No training image or no held-out image can be read with its label map (others are passed over).
    ProjectError
        The checkpoint cannot be written (no space left, ...).
    CheckpointError, WeightsUnavailableError, DeviceError
        As `model_for_training` and `choose_device`.
    """
    started = time.monotonic()
    request.check()
    world = current_world()
    device = choose_device(request.device)
    log = Log(request.log if world.leads else None)
    try:
        with world.explain():
            torch.manual_seed(request.seed)
            loading = model_for_training(request.model, request.classes, request.weights, request.start)
            model = yield from world.in_turn(loading)
            return (yield from Training(request, model, device, started, log, world).run())
    finally:
        log.close()


class Training:
    """One training on its way."""

    def __init__(
        self, request: TrainRequest, model: Model, device: torch.device, started: float, log: Log, world: World
    ) -> None:
        self.request, self.model, self.device, self.started = request, model, device, started
        self.log, self.world = log, world
        self.recipe = request.recipe
        self.segmenter = model.segmenter
        self.batches = Batches(
            request.train, request.classes, model.preprocess, self.recipe, request.seed, request.ignore_index
        )
        on_cuda = device.type == "cuda" and self.recipe.cuda_batch is not None
        self.batch = self.recipe.cuda_batch or 1 if on_cuda else self.recipe.batch
        if self.batch < world.size:
            raise TrainingError(
                f"A batch of {self.batch} crops is too small for {world.size} processes.",
                f"Start at most {self.batch}, or choose a recipe with larger batches.",
            )
        self.validation = Validation(request, model, device, world)
        self.state_file = StateFile(request, model.architecture)
        self.curve = TrainingCurve()
        self.control = ControlFile(request.control)
        self.states = StateFolder(request.out.with_name(f"{request.out.name}.states"))
        self.learnt, self.learning_seconds = 0, 0.0
        reset_peak_memory(device)

    def run(self) -> Task[TrainResult]:
        """Read, measure, learn, save."""
        request = self.request
        yield from self.batches.read()
        for warning in self._warnings():
            yield Progress(0, 0, warning)
        state = self.state_file.read() if request.resume else None
        if state is None:
            known = known_classes(self.model)
            self.knows_all = all(known)
            measuring = measure_before(request, self.model, known, self.validation, self.world)
            self.before, self.measuring_seconds = yield from measuring
        self._begin(state)
        try:
            yield from self._learn()
        finally:
            self.ahead.close()
        yield self._progress({}, "Saving the checkpoint")
        best = yield from self._sampled()
        comparison = self._save(best)
        before = self.before.scores
        if self.world.leads:
            self.state_file.remove()
        return TrainResult(
            checkpoint=request.out,
            before=before,
            after=best.scores,
            comparison=comparison,
            improved=before is None or best.scores.mean_iou > before.mean_iou,
            seconds=self.budget.elapsed,
            best_step=best.step,
            steps=self.budget.step,
            skipped=self._skipped(),
            warnings=self._warnings(),
            unknown_before=() if before is None else self.before.unknown,
            images_per_second=self._images_per_second(),
            peak_memory=peak_memory(self.device),
        )

    def _skipped(self) -> dict[str, str]:
        everywhere = self.world.gather(self.batches.skipped | self.validation.failures)
        return {key: message for part in everywhere for key, message in part.items()}

    def _warnings(self) -> tuple[str, ...]:
        everywhere = self.world.gather(self.batches.replaced)
        return training_warnings(self.batches.missing, {key for part in everywhere for key in part})

    def _begin(self, state: TrainingState | None) -> None:
        """Make ready for the first step, or for the one after ``state``."""
        request, recipe = self.request, self.recipe
        if state is not None:
            self._recall(state.notes)
        seconds = None if request.epochs is not None else 60.0 * (request.minutes or DEFAULT_MINUTES)
        epochs = recipe.continued_epochs if request.epochs is None and self.knows_all else request.epochs
        crops = self.batch * recipe.accumulate
        counted = epochs is not None and math.isfinite(epochs)
        steps = max(1, math.ceil((epochs or 0.0) * len(self.batches) / crops)) if counted else None
        self.budget = Budget(steps, seconds, self.started, self.world)
        self.budget.reserve(self.measuring_seconds + SAVING_SECONDS)
        gentle = min(recipe.continued_most, recipe.continued * len(self.batches)) if self.knows_all else 1.0
        short = seconds is not None and seconds <= 60.0 * recipe.short_minutes
        self.resumable = not short
        self.segmenter.to(self.device).to(memory_format=torch.channels_last)
        self.learner = Learner(
            self.segmenter,
            self.model.preprocess,
            recipe,
            torch.from_numpy(self.batches.weights).to(self.device),
            knows_all=self.knows_all,
            gentle=gentle * share_of_rates(self.segmenter, recipe),
            short=short,
            precision=request.precision,
            compiled=request.compiled,
            world=self.world,
        )
        self.budget.begin()
        if state is not None:
            self._go_on(state)
        position = 0 if state is None else state.notes["position"]
        depth = recipe.accumulate * (3 if self.device.type == "cuda" else 1)
        self.ahead = Ahead(
            self.batches, position, drawing_threads(self.device), depth, rank=self.world.rank, size=self.world.size
        )

    def _learn(self) -> Task[None]:
        budget = self.budget
        detail: dict[str, Any] = {"step": budget.step}
        while not budget.over and not (budget.step and self.control.now().finish):
            began, position = time.monotonic(), self.ahead.position
            try:
                loss = self.learner.step(self._draw(), budget.fraction)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                self.ahead.position = position
                yield self._smaller_batch(error)
                continue
            budget.step += 1
            if not math.isfinite(loss):
                raise self._not_a_number()
            self.learnt += self.ahead.position - position
            self.learning_seconds += time.monotonic() - began
            detail = {
                "step": budget.step,
                "loss": loss,
                "seconds_left": self._seconds_left(),
                "images_per_second": round(self._images_per_second(), 3),
            }
            self.log.step(detail, self.learner.rates)
            self.curve.add(budget.step, loss)
            yield self._progress(detail)
            if self.validation.due(budget.fraction) and not budget.over:
                cost = yield from self._keep_best(detail)
                self.validation.plan(budget.fraction, cost, budget.seconds)
                self._keep_state(validated=True)
            self._keep_state(validated=False)
            self._stop_if_asked()
        yield from self._keep_best(detail)
        yield from self._take_chosen(detail)

    def _draw(self) -> list[Part]:
        """Draw the crops of one step, in the parts that go through the network together."""
        return [self.ahead.take(self.batch) for _ in range(self.recipe.accumulate)]

    def _keep_best(self, detail: dict[str, Any]) -> Task[float]:
        """Validate the average, keep it when it is the best so far; return the seconds this took."""
        began = time.monotonic()
        shown = self._progress(detail, "Validating")
        scores = yield from self.validation.keep_best(self.learner.mean, self.budget.step, shown)
        state = WatchedState(self.budget.step, scores.mean_iou)
        yield from watch(self._model_now(scores), self.device.type, self.control.now(), self.states, state)
        self.log.scores(self.budget.step, scores)
        self.curve.validated(self.budget.step, scores.mean_iou)
        cost: float = self.world.agreed(time.monotonic() - began)
        self.budget.reserve(1.2 * cost + SAVING_SECONDS)
        yield self._progress(detail | {"mean_iou": scores.mean_iou, "seconds_left": self._seconds_left()})
        return cost

    def _model_now(self, scores: Scores) -> Model:
        return replace(self.model, segmenter=self.learner.mean, name=self.request.out.stem, metrics=scores.to_json())

    def _take_chosen(self, detail: dict[str, Any]) -> Task[None]:
        """Take the state that a person chose in the place of the best."""
        step = self.control.now().keep
        if step is None or not self.states.weights(step).is_file():
            return
        try:
            chosen = load_checkpoint(self.states.weights(step)).segmenter.to(self.device)
        except CheckpointError as error:
            yield self._progress(
                detail, f"The state of step {step} cannot be read; the best one is kept: {error.message}"
            )
            return
        measured = yield from self.validation.measure(chosen, self._progress(detail, "Measuring the chosen state"))
        self.validation.best = Best(step, measured, chosen.state_dict())

    def _smaller_batch(self, error: BaseException) -> Progress:
        if self.world.size > 1:
            raise TrainingError(
                f"Process {self.world.rank} of {self.world.size} ran out of memory with a share of {self.batch} crops.",
                "Start more processes, or choose a recipe with smaller batches.",
            ) from error
        remedy = "Close other programs, or choose a smaller model such as the starter."
        self.batch = self.learner.give_up_step(self.batch, error, remedy)
        return self._progress({}, f"Out of memory: continuing with crops by {self.batch}")

    def _not_a_number(self) -> TrainingError:
        remedy = "Train again with another seed; if it stays, check the images for damage."
        if self.validation.best is not None:
            best = self.validation.best
            self._save(best)
            remedy = (
                f"The state of step {best.step} (mean IoU {best.scores.mean_iou:.3f}) was saved as {self.request.out}."
            )
        return TrainingError(f"The loss became NaN at step {self.budget.step}.", remedy)

    def _images_per_second(self) -> float:
        return self.learnt / self.learning_seconds if self.learning_seconds > 0 else 0.0

    def _seconds_left(self) -> float | None:
        left = self.budget.seconds_left
        return round(left, 1) if math.isfinite(left) else None

    def _progress(self, detail: dict[str, Any], message: str = "") -> Progress:
        budget = self.budget
        clock = budget.elapsed, budget.elapsed + budget.seconds_left
        done, total = clock if budget.seconds else (budget.step, budget.steps or 0)
        return Progress(min(done, total), total, message or f"Training, step {budget.step}", detail)

    def _sampled(self) -> Task[Best]:
        """Return the best state; one from before an interruption is measured again, for its temperature."""
        best = self.validation.best
        assert best is not None
        if best.measured.sample is None:
            self.learner.mean.load_state_dict(best.state)
            shown = self._progress({}, "Measuring the best state again")
            best = replace(best, measured=(yield from self.validation.measure(self.learner.mean, shown)))
        return best

    def _save(self, best: Best) -> Comparison:
        request, budget = self.request, self.budget
        before = None if self.before.measured is None else self.before.measured.images
        comparison = judge(before, best.measured.images, request.validate, request.classes, self.before.seen)
        facts = {
            "train_images": len(self.batches),
            "minutes": None if budget.seconds is None else budget.seconds / 60.0,
            "steps": budget.step,
            "compared_with": self.before.name,
            "curve": self.curve.to_json(),
        }
        made = new_version(request, self.model, self.learner.mean, self.before.scores, best, comparison, facts)
        if self.world.leads:
            with writing(request.out):
                save_checkpoint(request.out, made, half=request.half)
        self.world.gather(None)  # until it is there
        return comparison

    def _keep_state(self, validated: bool) -> None:
        """Write the training state when that is due."""
        if self.world.leads and self.resumable and self.state_file.due(validated):
            self._write_state()

    def _write_state(self) -> None:
        best = self.validation.best
        tensors = self.learner.state()
        tensors |= {f"random/{name}": value for name, value in random_states().items()}
        tensors |= {f"best/{name}": value for name, value in (best.state if best else {}).items()}
        notes = {
            "budget": self.budget.state(),
            "position": self.ahead.position,
            "batch": self.batch,
            "validation": self.validation.notes(),
            "knows_all": self.knows_all,
            "average_steps": int(self.learner.average.n_averaged) - 1,
            "before": self.before.to_json(),
            "curve": self.curve.to_json(),
        }
        self.state_file.write(TrainingState(tensors, notes))

    def _stop_if_asked(self) -> None:
        """Write the state and raise StoppedError when one of the processes was asked to end."""
        stopping = self.request.stopping
        if stopping is None or not any(self.world.gather(stopping())):
            return
        if not self.resumable:
            raise StoppedError(
                f"The training was stopped at step {self.budget.step}.", "It was too short for a state: start it again."
            )
        if self.world.leads:
            self._write_state()
        self.world.gather(None)  # until it is there
        raise StoppedError(
            f"The training was stopped at step {self.budget.step}; its state is written.",
            "The same command with --resume goes on.",
        )

    def _recall(self, notes: dict[str, Any]) -> None:
        """Take over what was measured before an interruption."""
        self.measuring_seconds = 0.0
        self.knows_all = notes["knows_all"]
        self.before = ModelBefore.from_json(notes["before"])
        self.curve = TrainingCurve.from_json(notes["curve"])

    def _go_on(self, state: TrainingState) -> None:
        """Be where the training was interrupted."""
        notes = state.notes
        self.learner.restore(state.part)
        self.learner.average.n_averaged.fill_(notes["average_steps"] + 1)
        self.batch = notes["batch"]
        self.validation.restore(notes["validation"], state.part("best"))
        self.budget.restore(notes["budget"])
        set_random_states(state.part("random"))
