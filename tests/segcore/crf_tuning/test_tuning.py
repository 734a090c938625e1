from __future__ import annotations

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from segcore.crf.parameters import CrfParameters
from segcore.crf_tuning.search import COARSE, RANGES, Search, spread
from segcore.crf_tuning.training_image import TrainingImage
from segcore.crf_tuning.trial import Outcome, Trials
from segcore.crf_tuning.tuning import tune, windows
from segcore.errors import CrfError
from segcore.progress import Progress, drive

HEIGHT, WIDTH = 40, 52


def blob(number: int, noise: float = 0.0) -> TrainingImage:
    """A bright disk on dark ground; the network's borders are blurred and its opinion is noisy."""
    rng = np.random.default_rng(number)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    middle = rng.integers((16, 18), (24, 34))
    truth = ((y - middle[0]) ** 2 + (x - middle[1]) ** 2 < rng.integers(8, 12) ** 2).astype(np.uint8)
    image = np.where(truth[..., None] > 0, 200, 60) + rng.normal(0, 4, (HEIGHT, WIDTH, 3))
    rough = cv2.GaussianBlur(truth.astype(np.float32), (0, 0), 4.0) + rng.normal(0, noise, truth.shape)
    share = np.clip(rough, 0.02, 0.98).astype(np.float32)
    return TrainingImage(str(number), np.clip(image, 0, 255).astype(np.uint8), np.stack([1 - share, share]), truth)


def told(share: float) -> Progress:
    return Progress(share, 1.0)


@pytest.fixture(scope="module")
def lesson():
    """What is learned from four noisy blobs."""
    steps = []
    with pytest.MonkeyPatch.context() as patch:  # a short search is a search, too
        patch.setattr("segcore.crf_tuning.search.COARSE", 4)
        patch.setattr("segcore.crf_tuning.search.FACTORS", (2.0,))
        learned = drive(_search(), steps.append)
    return learned, steps


def _search():
    return tune([blob(number, 0.3) for number in range(4)], None, ["ground", "blob"], minutes=5)


def test_it_finds_what_helps_on_images_that_it_has_not_searched(lesson):
    learned, _ = lesson
    assert learned.improved
    assert learned.after.mean_iou > learned.without.mean_iou + 0.05
    assert learned.after.mean_iou > learned.before.mean_iou
    assert learned.after.boundary_f > learned.before.boundary_f
    assert not set(learned.held_out) & set(learned.searched)
    assert sorted(learned.held_out + learned.searched) == list("0123")
    assert len(learned.held_out) == 1
    assert learned.tried > 8
    for name, (low, high) in RANGES.items():
        assert low <= getattr(learned.parameters, name) <= high
    assert learned.parameters.iterations == CrfParameters().iterations


def test_its_scores_are_those_of_the_held_out_images(lesson):
    learned, _ = lesson
    held = [blob(int(key), 0.3) for key in learned.held_out]
    protected = tuple(["ground", "blob"].index(name) for name in learned.protected)
    again = drive(Trials(held, ["ground", "blob"]).run(learned.parameters, told, protected))
    assert again.scores == learned.after


def test_it_tells_how_far_it_is(lesson):
    learned, steps = lesson
    shares = [step.fraction for step in steps]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert 0.99 <= shares[-1] <= 1.0
    told = [step for step in steps if step.detail]
    assert [step.detail["tried"] for step in told] == sorted(step.detail["tried"] for step in told)
    assert told[-1].detail["parameters"].keys() == CrfParameters.__dataclass_fields__.keys()
    assert "mean IoU" in told[-1].message
    assert json.loads(json.dumps(learned.to_json()))["parameters"]["w1"] == learned.parameters.w1


def test_the_same_seed_gives_the_same():
    def once(seed: int) -> list[CrfParameters]:
        return spread(CrfParameters(iterations=3), seed)

    assert once(4) == once(4) != once(5)
    assert {parameters.iterations for parameters in once(4)} == {3}
    for name, (low, high) in RANGES.items():  # one in each of the equal parts of the logarithmic range
        parts = [np.log(getattr(p, name) / low) / np.log(high / low) * COARSE for p in once(4)]
        assert sorted(int(part) for part in parts) == list(range(COARSE))


def test_where_nothing_helps_the_start_stays():
    def perfect(number: int) -> TrainingImage:
        training_image = blob(number)
        noise = np.random.default_rng(number).integers(0, 256, training_image.image.shape, np.uint8)
        sure = np.stack([training_image.truth == 0, training_image.truth == 1]).astype(np.float32)
        return replace(training_image, image=noise, probabilities=sure)

    start = CrfParameters(w1=0.5, iterations=2)
    learned = drive(tune([perfect(number) for number in range(3)], start, minutes=0.02))
    assert not learned.improved
    assert learned.parameters == start
    assert learned.before == learned.after
    assert "current ones stay" in " ".join(learned.notes)


def lines(number: int) -> TrainingImage:
    """Thin lines, right in the network's opinion, in an image that shows nothing of them; a blob that it does show."""
    training_image = blob(number, 0.3)
    truth, line = training_image.truth.copy(), np.zeros(training_image.truth.shape, np.bool_)
    line[:, 4 + number :: 21] = True
    truth[line] = 2
    probabilities = np.concatenate([training_image.probabilities, np.zeros_like(training_image.probabilities[:1])])
    probabilities = np.where(line, np.array([0.3, 0.1, 0.6], np.float32)[:, None, None], probabilities)
    return replace(training_image, truth=truth, probabilities=probabilities)


def test_a_class_that_the_crf_eats_is_protected():
    names = ["ground", "blob", "line"]
    strong = CrfParameters(w1=4.0, w2=3.0)
    trials = Trials([lines(0), lines(1)], names)
    eaten = drive(trials.run(strong, told, ()))
    assert eaten.scores.iou["line"] < 0.5 < trials.without.iou["line"]
    protected = drive(trials.run(strong, told))
    assert protected.protected == (2,)
    assert protected.scores.iou["line"] >= 0.95
    assert protected.scores.iou["blob"] > trials.without.iou["blob"]
    assert protected.worth > eaten.worth


def test_without_weights_there_is_no_crf():
    trials = Trials([blob(0)], ["a", "b"])
    outcome = drive(trials.run(CrfParameters(w1=0, w2=0), told))
    assert outcome == Outcome(CrfParameters(w1=0, w2=0), (), trials.without)


def test_the_search_ends_in_time(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("segcore.crf_tuning.search.time.monotonic", lambda: now[0])
    trials = Trials([blob(0)], ["a", "b"])
    drive(trials.prepare())

    def run(parameters, told, protected=None):
        now[0] += 1.0
        yield told(1.0)
        return Outcome(parameters, (), trials.without)

    monkeypatch.setattr(trials, "run", run)
    best = drive(Search(trials, trials, CrfParameters(), 0, seconds=10.0).run())
    assert now[0] <= 12.0
    assert best.parameters.w1 == 0.0  # nothing was worth more than no CRF


def test_a_single_image_is_held_out_by_tiles():
    learned = drive(tune([blob(3, 0.3)], None, minutes=0.02))
    assert learned.held_out == learned.searched == ("3",)
    assert any("one image" in note for note in learned.notes)
    assert learned.before.iou.keys() == {"0", "1"}


def test_images_that_the_network_was_trained_on_are_told():
    training_images = [replace(blob(number, 0.3), seen=number < 3) for number in range(4)]
    learned = drive(tune(training_images, None, minutes=0.02))
    assert learned.held_out == ("3",)
    assert any("trained on 3 of these 4" in note for note in learned.notes)


def test_painted_pixels_alone_are_no_fair_sample():
    def painted(number: int) -> TrainingImage:
        training_image = blob(number, 0.3)
        truth = training_image.truth.copy()
        truth[:, 20:] = 255
        return replace(training_image, truth=truth)

    learned = drive(tune([painted(number) for number in range(2)], None, minutes=0.02))
    assert any("Only 38% of these pixels" in note for note in learned.notes)  # 20 of 52 columns


def test_it_can_be_stopped():
    task = tune([blob(number, 0.3) for number in range(3)], None)
    for _ in range(4):
        next(task)
    task.close()
    with pytest.raises(StopIteration):
        next(task)


def test_windows_come_from_every_image_before_any_gives_a_second(monkeypatch):
    monkeypatch.setattr("segcore.crf_tuning.training_image.WINDOW", 24)
    training_images = [replace(blob(number), seen=number == 0) for number in range(3)]
    found = windows(training_images, 5 * 24 * 24)
    assert [window.key for window in found] == ["1", "2", "1", "2", "0"]
    assert all(window.truth.shape == (24, 24) for window in found)
    assert len(windows(training_images, 1)) == 1  # at least one


def test_errors_say_what_to_do():
    unknown = replace(blob(0), truth=np.full((HEIGHT, WIDTH), 255, np.uint8))
    for training_images in ([], [unknown]):
        with pytest.raises(CrfError, match="No painted or confirmed pixel"):
            drive(tune(training_images))
    with pytest.raises(CrfError, match="3 class names"):
        drive(tune([blob(0)], None, ["a", "b", "c"]))
    lonely = np.full((HEIGHT, WIDTH), 255, np.uint8)
    lonely[20, 20] = 1
    with pytest.raises(CrfError, match="too few corrected pixels"):
        drive(tune([replace(blob(0), truth=lonely)]))
    with pytest.raises(CrfError, match="no engine 'slow'"):
        drive(tune([blob(0)], engine="slow"))
