from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from segcore.images.indexed_png import write_indexed_png
from segcore.labels.classes import ClassSet
from segcore.models.checkpoint import load_checkpoint
from segcore.models.checkpoint_info import read_checkpoint_info
from segcore.models.lineage import fingerprint
from segcore.prediction import Predictor
from segcore.progress import drive
from segcore.training.comparison import Comparison, Verdict, compare
from segcore.training.dataset import Pair
from segcore.training.recipe import Recipe
from segcore.training.request import TrainRequest
from segcore.training.training_curve import MOST_POINTS, TrainingCurve
from segcore.training.training_loop import train
from segcore.training.verdict_text import verdict_lines

CLASSES = ClassSet.from_names(["ground", "blob"])
SMALL = Recipe(batch=2, crop_pixels=64 * 64, validations=2)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # the fixtures train, too
    yield
    torch.set_num_threads(before)


def scene(folder: Path, number: int) -> Pair:
    """A dark ground with a bright red blob somewhere."""
    random = np.random.default_rng(number)
    image = random.integers(20, 60, (64, 64, 3), dtype=np.uint8)
    y, x = random.integers(0, 32, 2)
    labels = np.zeros((64, 64), np.uint8)
    labels[y : y + 32, x : x + 32] = 1
    image[labels == 1] += np.array([180, 0, 0], np.uint8)
    Image.fromarray(image).save(folder / f"{number}.png")
    write_indexed_png(folder / f"{number}.labels.png", labels, CLASSES.palette())
    return Pair(f"{number}.png", folder / f"{number}.png", folder / f"{number}.labels.png")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("scenes")


@pytest.fixture(scope="module")
def first(folder) -> TrainRequest:
    """A good model, trained on scenes 0 to 3, judged on 4 to 8; there was none before."""
    scenes = [scene(folder, number) for number in range(12)]
    out = folder / "first.safetensors"
    return TrainRequest(
        tuple(scenes[:4]), tuple(scenes[4:9]), CLASSES, "starter", out, epochs=12, device="cpu", recipe=SMALL
    )


@pytest.fixture(scope="module")
def judged(first) -> Comparison:
    return drive(train(first)).comparison


def test_the_first_model_is_better_than_none(judged):
    assert judged.verdict is Verdict.BETTER
    assert judged.before == 0.0
    assert judged.after > 0.8
    assert judged.images == 5


def test_verdict_temperature_and_curve_travel_in_the_checkpoint(first, judged):
    step = read_checkpoint_info(first.out).lineage[-1]
    found = Comparison.from_json(step["comparison"])
    assert (found.verdict, found.interval, found.classes) == (judged.verdict, judged.interval, judged.classes)
    assert {each.key for each in found.changes} == {fingerprint(pair.key) for pair in first.validate}
    calibration = step["calibration"]
    assert calibration["error_after"] <= calibration["error_before"] + 1e-3
    model = load_checkpoint(first.out)
    assert model.temperature == calibration["temperature"] != 1.0
    assert [step for step, _ in step["curve"]["loss"]][:2] == [1, 2]
    assert step["curve"]["mean_iou"][-1][1] <= 1.0
    json.dumps(step)


def test_a_poor_model_is_not_shown_to_be_better_than_the_one_in_use(first, judged):
    poor = replace(first, out=first.out.with_name("poor.safetensors"), epochs=0.1, against=str(first.out))
    result = drive(train(poor))
    assert result.before is not None
    assert result.before.mean_iou == pytest.approx(judged.after, abs=0.02)
    assert result.comparison.verdict is Verdict.NOT_SHOWN
    assert not result.improved
    assert verdict_lines(result.comparison)[0].startswith(
        ("The new model is not shown to be better. Mean IoU", "The new model is worse. Mean IoU")
    )


def test_images_that_the_model_in_use_was_trained_on_do_not_judge(first, judged):
    pairs = (*first.train, *first.validate)
    other = replace(
        first,
        train=pairs[5:],
        validate=pairs[:5],
        out=first.out.with_name("other.safetensors"),
        epochs=0.1,
        against=str(first.out),
    )
    comparison = drive(train(other)).comparison
    assert (comparison.images, comparison.seen) == (1, 4)
    assert comparison.verdict is Verdict.TOO_FEW
    assert any("do not count" in line for line in verdict_lines(comparison))


def test_two_checkpoints_are_compared_as_in_training(first, judged):
    after = Predictor(load_checkpoint(first.out), "cpu")
    found = drive(compare(None, after, first.validate, CLASSES))
    assert found == judged
    same = drive(compare(after, after, first.validate, CLASSES))
    assert same.verdict is Verdict.NOT_SHOWN
    assert same.change == 0.0
    with_trained = drive(compare(None, after, (*first.validate, *first.train), CLASSES))
    assert with_trained.seen == 4


def test_a_curve_keeps_its_shape_in_few_points():
    curve = TrainingCurve()
    for step in range(1, 5001):
        curve.add(step, 1.0 / step)
        if step == 2500:
            curve = TrainingCurve.from_json(json.loads(json.dumps(curve.to_json())))
    steps = [step for step, _ in curve.loss]
    assert MOST_POINTS / 2 - 1 <= len(steps) <= MOST_POINTS
    assert len({b - a for a, b in pairwise(steps)}) == 1
