from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from segcore.errors import TrainingError
from segcore.images.indexed_png import write_indexed_png
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.training import resume
from segcore.training.dataset import Pair
from segcore.training.recipe import Recipe
from segcore.training.request import TrainRequest, TrainResult
from segcore.training.resume import state_path
from segcore.training.training_loop import train

CLASSES = ClassSet.from_names(["ground", "blob"])
SMALL = Recipe(batch=2, crop=(32, 64), validations=3, head_first=0.25)


@pytest.fixture(autouse=True)
def one_thread_and_a_state_after_every_step(monkeypatch):
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setattr(resume, "STATE_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(resume, "STATE_SHARE", float("inf"))
    yield
    torch.set_num_threads(before)


def request(folder: Path, **changes) -> TrainRequest:
    pairs = []
    for number in range(3):
        random = np.random.default_rng(number)
        image = random.integers(20, 60, (48, 64, 3), dtype=np.uint8)
        labels = np.zeros((48, 64), np.uint8)
        labels[10:, 20 + 8 * number :] = 1
        image[labels == 1, 0] += 150
        Image.fromarray(image).save(folder / f"{number}.png")
        write_indexed_png(folder / f"{number}.labels.png", labels, CLASSES.palette())
        pairs.append(Pair(f"{number}.png", folder / f"{number}.png", folder / f"{number}.labels.png"))
    out = folder / "out" / "new.safetensors"
    made = TrainRequest(
        tuple(pairs[:2]), tuple(pairs[2:]), CLASSES, "starter", out, epochs=8, device="cpu", recipe=SMALL
    )
    return replace(made, **changes)


def losses_of(wanted: TrainRequest, stop_after: int | None = None) -> tuple[list[float], TrainResult | None]:
    """The loss of each step, and the result; closes the training after ``stop_after`` steps."""
    losses: dict[int, float] = {}
    task = train(wanted)
    try:
        while stop_after is None or len(losses) < stop_after:
            step = next(task)
            if "loss" in step.detail:
                losses[step.detail["step"]] = step.detail["loss"]
    except StopIteration as stop:
        return list(losses.values()), stop.value
    task.close()
    return list(losses.values()), None


@pytest.mark.parametrize(
    "changes", [{}, {"optimizer": "sgd", "schedule": "poly", "warm_up": 0.0, "accumulate": 2, "rotation": 5.0}]
)
def test_losses_after_a_stop_are_those_without_one(tmp_path, changes):
    wanted = request(tmp_path, recipe=replace(SMALL, **changes), epochs=10 if "accumulate" in changes else 5)
    whole, result = losses_of(wanted)
    expected = load_file(wanted.out)
    assert len(whole) == 5
    assert not state_path(wanted.out).exists()
    wanted.out.unlink()
    # The third step's state is written after its Progress: what is there is the second's.
    first, _ = losses_of(wanted, stop_after=3)
    assert first == whole[:3]
    assert not wanted.out.exists()
    torch.manual_seed(99)
    rest, resumed = losses_of(replace(wanted, resume=True))
    assert rest == whole[2:]
    assert result is not None
    assert resumed is not None
    assert resumed.after == result.after
    assert (resumed.steps, resumed.best_step) == (result.steps, result.best_step)
    written = load_file(wanted.out)
    assert all(torch.equal(written[key], value) for key, value in expected.items())
    assert not state_path(wanted.out).exists()


@pytest.mark.parametrize(
    ("changes", "differing"),
    [({"seed": 3}, "seed"), ({"recipe": replace(SMALL, dice=0.1)}, "recipe"), ({"epochs": 9}, "epochs")],
)
def test_the_state_of_another_training_is_refused(tmp_path, changes, differing):
    wanted = request(tmp_path, epochs=3)
    losses_of(wanted, stop_after=2)
    with pytest.raises(TrainingError, match=f"another training: {differing} differ"):
        drive(train(replace(wanted, resume=True, **changes)))
    with pytest.raises(TrainingError, match="data differ"):
        drive(train(replace(wanted, resume=True, train=wanted.train[:1])))
    notes = {"__metadata__": {"maskwright_training": "[" * 200_000}}
    deep = json.dumps(notes).encode()
    state_path(wanted.out).write_bytes(len(deep).to_bytes(8, "little") + deep)
    with pytest.raises(TrainingError, match=r"new\.safetensors\.resume is damaged"):
        drive(train(replace(wanted, resume=True)))
    state_path(wanted.out).write_bytes(b"no state")
    with pytest.raises(TrainingError, match=r"new\.safetensors\.resume is damaged"):
        drive(train(replace(wanted, resume=True)))


def test_nothing_to_resume_is_said(tmp_path):
    with pytest.raises(TrainingError, match="nothing to resume"):
        drive(train(request(tmp_path, resume=True)))


def test_a_short_training_by_the_clock_writes_no_state(tmp_path):
    wanted = request(tmp_path, epochs=None, minutes=0.5)
    losses_of(wanted, stop_after=3)
    assert not wanted.out.parent.exists()
