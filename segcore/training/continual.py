"""Continual training: goes on beside the window from its own last state, on the images that are corrected by now.

The state is the averaged network as a checkpoint. It goes on after every interruption, also when classes were added or
removed meanwhile. At each validation it is compared with the model in use on the held-out images; see `worth_offering`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import torch

from segcore.errors import MaskwrightError
from segcore.hardware.memory import available_memory
from segcore.hardware.parent_watch import ParentWatch
from segcore.hardware.power import on_battery
from segcore.hardware.priority import half_of_the_cores
from segcore.models.catalogue import model_for_training
from segcore.models.checkpoint import load_checkpoint
from segcore.models.lineage import seen_by
from segcore.prediction import choose_device
from segcore.progress import Progress, Task
from segcore.project.snapshot_folder import snapshot_folder
from segcore.training.batches import Batches
from segcore.training.candidate import Candidate, HeldOut, State, worth_offering
from segcore.training.clock import Clock
from segcore.training.comparison import Verdict
from segcore.training.continual_network import RECIPE, ContinualNetwork, load_last_state
from segcore.training.control import Control, ControlFile
from segcore.training.holdout import split
from segcore.training.looks import Looks
from segcore.training.project_pairs import ProjectPairs, project_pairs
from segcore.training.request import TrainRequest
from segcore.training.watched_states import StateFolder, WatchedState
from segcore.training.watching import watch

VALIDATION_SHARE = 0.2
"""At most about this share of the time goes into validation."""

READING_SHARE = 0.1
"""At most about this share of the time goes into reading the project again."""

STATE_SECONDS = 120.0
"""The state is written about so often."""

LEAST_MEMORY = 300_000_000
"""Bytes; with less that is free the training waits."""

LOOK_SECONDS = 1.0
"""A training that waits looks so often whether it still must."""


@dataclass(frozen=True)
class ContinualRequest:
    """What to learn from, and where the state is.

    Attributes
    ----------
    project : Path
        The project folder; only read.
    folder : Path
        For the state, the candidate and the watched states.
    model : str
        The model in use, as `model_for_training` takes it: where the training starts, and what candidates are compared
        with.
    control : Path or None
        See `segcore.training.control`.
    seed : int
        Of the hold-out and of the crops.
    device : str
        See `choose_device`.
    validate_seconds, reread_seconds, candidate_seconds : float
        At least so long lies between two validations, two readings of the project, two decisions whether a state is
        offered.
    """

    project: Path
    folder: Path
    model: str
    control: Path | None = None
    seed: int = 0
    device: str = "auto"
    validate_seconds: float = 60.0
    reread_seconds: float = 20.0
    candidate_seconds: float = 300.0

    @property
    def state(self) -> Path:
        """The checkpoint of the averaged network as it is now."""
        return self.folder / "state.safetensors"

    @property
    def looks(self) -> Path:
        """How often the held-out images were looked at."""
        return self.folder / "looks.json"

    @property
    def candidate(self) -> Path:
        """The checkpoint of the latest candidate."""
        return self.folder / "candidate.safetensors"


class ContinualTraining:
    """A training without an end of its own.

    Parameters
    ----------
    request : ContinualRequest
        What and where.
    parent : ParentWatch
        Says when to stop; the state is saved then.
    on_candidate : callable
        Called with each candidate once its file is there.
    battery : callable
        Whether the machine runs on battery.
    """

    def __init__(
        self,
        request: ContinualRequest,
        parent: ParentWatch,
        on_candidate: Callable[[Candidate], None],
        battery: Callable[[], bool] = on_battery,
    ) -> None:
        self._request, self._parent = request, parent
        self._on_candidate, self._battery = on_candidate, battery
        self._control = ControlFile(request.control)
        self._states = StateFolder(request.folder / "states")
        self._looks = Looks(request.looks)
        self._device = choose_device(request.device)
        self._in_use = request.model
        self._network: ContinualNetwork | None = None
        self._kept: int | None = None
        self._began = Clock(0.0)
        self._read, self._saved = Clock(request.reread_seconds), Clock(STATE_SECONDS)
        self._validated, self._offered = Clock(request.validate_seconds), Clock(request.candidate_seconds)

    def run(self) -> Task[None]:
        """Learn until it is time to stop; the state is on the disk then.

        Yields
        ------
        Progress
            ``total`` is 0; ``detail`` has ``step`` and ``loss``, after a validation ``mean_iou``, ``mean_iou_in_use``
            and ``verdict``; ``paused`` is 1 while the training waits.

        Raises
        ------
        TrainingError
            The loss became NaN, or there is no memory for a single crop.
        MaskwrightError
            The model in use cannot be trained; the project cannot be read.
        """
        torch.set_num_threads(half_of_the_cores())
        cv2.setNumThreads(1)
        torch.manual_seed(self._request.seed)
        try:
            while not self._parent.stopping:
                with snapshot_folder(self._request.folder / "labels") as folder:
                    changes = self._wanted.changes
                    cost = Clock(0.0)
                    data = yield from project_pairs(self._request.project, folder)
                    self._read.seconds = max(self._request.reread_seconds, cost.elapsed / READING_SHARE)
                    self._read.restart()
                    if data.pairs:
                        yield from self._learn_from(data, changes)
                    else:
                        yield from self._wait(partial(self._reason_without_images, changes))
        finally:
            self._save_state()

    @property
    def _wanted(self) -> Control:
        return self._control.now()

    # --- learning ----------------------------------------------------------------------------------------------

    def _learn_from(self, data: ProjectPairs, changes: int) -> Task[None]:
        """Take steps until the images or the model in use are others than these."""
        network = yield from self._network_for(data)
        in_use = yield from model_for_training(self._in_use, data.classes)
        request = self._train_request(data, network.seen | seen_by(in_use.lineage))
        batches = Batches(request.train, data.classes, network.preprocess, RECIPE, request.seed, request.ignore_index)
        yield from batches.read()
        held_out = HeldOut(request, in_use, self._device, batches)
        cost = Clock(0.0)
        yield from held_out.measure_before()
        self._read.seconds = max(self._read.seconds, cost.elapsed / VALIDATION_SHARE)
        self._read.restart()
        network.learn_from(request.train, batches, data.classes)
        count = len(request.train)
        learning = f"Learning from {count} images" if count > 1 else "Learning from 1 image"
        while not self._parent.stopping:
            wanted = self._wanted
            if wanted.changes != changes and self._read.due:
                return
            if wanted.model not in ("", self._in_use):
                self._in_use = wanted.model
                return
            yield from self._wait(self._reason_to_wait)
            if self._parent.stopping:
                return
            loss = network.take_step()
            detail = {"step": network.step, "loss": loss} if loss is not None else {}
            yield Progress(0, 0, learning, detail)
            if self._validated.due:
                yield from self._validate(network, held_out)
            if wanted.keep not in (None, self._kept):
                self._kept = wanted.keep
                yield from self._offer_chosen(held_out, self._kept)
            if self._saved.due:
                self._save_state()

    def _network_for(self, data: ProjectPairs) -> Task[ContinualNetwork]:
        """Return the network; loaded again when the classes are others, from its own state or the model in use."""
        if self._network is None or self._network.classes.names != data.classes.names:
            self._save_state()
            if self._network is not None:
                self._states.clear()  # their classes are others, and the steps are counted from 1 again
            state = self._request.state
            there = state.is_file()
            found = yield from load_last_state(state, data.classes, self._device)
            if found is None:
                if there:
                    yield Progress(0, 0, "The last state is damaged: starting from the model in use")
                found = yield from ContinualNetwork.load(self._in_use, data.classes, self._device)
            self._network = found
        return self._network

    def _train_request(self, data: ProjectPairs, seen: frozenset[str]) -> TrainRequest:
        train, held_out = split(data.pairs, self._request.seed, seen)
        request = TrainRequest(
            train,
            held_out,
            data.classes,
            self._in_use,
            self._request.candidate,
            seed=self._request.seed,
            device=self._request.device,
            recipe=RECIPE,
            project=data.name,
        )
        request.check()
        return request

    def _save_state(self) -> None:
        self._saved.restart()
        if self._network is not None:
            with suppress(MaskwrightError, OSError):  # the state before stays, and learning goes on
                self._network.save(self._request.state)

    # --- validating --------------------------------------------------------------------------------------------

    def _validate(self, network: ContinualNetwork, held_out: HeldOut) -> Task[None]:
        """Measure the averaged network, show the watched images, and offer it when it is worth that."""
        cost = Clock(0.0)
        model = network.version("continual", {}, {"steps": network.step})
        found = yield from held_out.measure(model)
        look = self._looks.next(Path(self._in_use).name, held_out.images)
        comparison = held_out.compare(found, network.seen, look)
        decides = self._offered.due
        if decides:
            self._offered.restart()
            if comparison.verdict is not Verdict.TOO_FEW:
                self._looks.count()
        if decides and worth_offering(comparison):
            state = State(model, found, comparison, network.step, self._began.elapsed)
            self._on_candidate(held_out.offer(state, chosen=False))
        seen = WatchedState(network.step, found.scores.mean_iou)
        shown = replace(model, metrics=found.scores.to_json())
        yield from watch(shown, self._device.type, self._wanted, self._states, seen)
        detail = {
            "step": network.step,
            "mean_iou": found.scores.mean_iou,
            "mean_iou_in_use": held_out.before.scores.mean_iou if held_out.before else None,
            "held_out": comparison.images,
            "verdict": comparison.verdict.value,
        }
        yield Progress(0, 0, "Validated", detail)
        self._validated.seconds = max(self._request.validate_seconds, cost.elapsed / VALIDATION_SHARE)
        self._validated.restart()

    def _offer_chosen(self, held_out: HeldOut, step: int) -> Task[None]:
        """Offer the state of a step that a person chose; its weights are in the folder of the watched states."""
        try:
            model = load_checkpoint(self._states.weights(step))
            found = yield from held_out.measure(model)
            look = self._looks.next(Path(self._in_use).name, held_out.images)
            comparison = held_out.compare(found, seen_by(model.lineage), look)
            state = State(model, found, comparison, step, self._began.elapsed)
            self._on_candidate(held_out.offer(state, chosen=True))
        except MaskwrightError as error:
            yield Progress(0, 0, f"The state of step {step} cannot be kept: {error.message}")

    # --- waiting -----------------------------------------------------------------------------------------------

    def _reason_without_images(self, changes: int) -> str:
        return "Waiting for a corrected image" if self._wanted.changes == changes else ""

    def _reason_to_wait(self) -> str:
        if self._wanted.paused:
            return f"Paused: {self._wanted.paused}"
        if self._battery():
            return "Paused: the machine runs on battery"
        if available_memory() < LEAST_MEMORY:
            return "Paused: memory is short"
        return ""

    def _wait(self, reason: Callable[[], str]) -> Task[None]:
        """Wait while there is a reason."""
        while (text := reason()) and not self._parent.stopping:
            yield Progress(0, 0, text, {"paused": 1})
            self._parent.wait(LOOK_SECONDS)
