"""Continual training: it goes on from its last state, reads new images, waits, and offers what is better."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import torch

from segcore.errors import TrainingError
from segcore.hardware.parent_watch import ParentWatch
from segcore.labels.classes import ClassSet
from segcore.models.checkpoint_info import read_checkpoint_info
from segcore.models.lineage import fingerprint
from segcore.progress import Progress, drive
from segcore.training import continual
from segcore.training.candidate import HeldOut
from segcore.training.comparison import Verdict
from segcore.training.continual import ContinualRequest, ContinualTraining
from segcore.training.control import Control
from segcore.training.learner import Learner
from segcore.training.watched_states import StateFolder
from tests.segcore.training.painted_project import correct, painted_project


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


class Bench:
    """Runs trainings of a project step by step, and hears what they say."""

    def __init__(self, project):
        folder = project.root / "training" / "keep-learning"
        self.control = folder / "control.json"
        self.request = ContinualRequest(
            project.root, folder, "starter", self.control, device="cpu", validate_seconds=0.01, candidate_seconds=0.01
        )
        self.request = replace(self.request, reread_seconds=0.01)
        self.candidates, self.said = [], []
        self.battery = False

    def run(self, until, **changes):
        """Train until ``until(said)`` holds, which is asked after each step."""
        parent, self.said = ParentWatch(), []
        request = replace(self.request, **changes)
        training = ContinualTraining(request, parent, self.candidates.append, lambda: self.battery)

        def hear(step):
            self.said.append(step)
            if until(self.said):
                parent.stop()
            assert len(self.said) < 600, "it never came"

        drive(training.run(), hear)
        return self.said


def steps(said):
    return [each.detail["step"] for each in said if "loss" in each.detail]


def messages(said):
    return {each.message for each in said}


@pytest.fixture
def bench(tmp_path):
    with painted_project(tmp_path, 8, 4) as project:
        found = Bench(project)
        found.project = project
        yield found


def test_it_learns_and_goes_on_from_its_state(bench):
    bench.run(lambda said: len(steps(said)) == 12)
    info = read_checkpoint_info(bench.request.state)
    assert info.lineage[-1]["steps"] == 12
    assert list(info.classes.names) == ["dark", "bright"]
    earlier = len(info.lineage)
    bench.run(lambda said: len(steps(said)) == 3)
    again = read_checkpoint_info(bench.request.state)
    assert len(again.lineage) == earlier, "all continual trainings share one step of the lineage"
    assert not list(bench.request.folder.glob("*.snapshot"))


def test_a_damaged_state_is_given_up(bench):
    bench.run(lambda said: len(steps(said)) == 2)
    bench.request.state.write_bytes(bench.request.state.read_bytes()[:-1000])
    said = bench.run(lambda said: len(steps(said)) == 2)
    assert "The last state is damaged: starting from the model in use" in messages(said)
    assert read_checkpoint_info(bench.request.state).lineage[-1]["steps"] == 2


def test_it_starts_with_the_first_corrected_image(tmp_path):
    with painted_project(tmp_path, 2, 0) as project:
        bench = Bench(project)

        def until(said):
            if len(said) == 1:
                assert said[0].message == "Waiting for a corrected image"
                correct(project, 0)
                Control(changes=1).write(bench.control)
            return bool(steps(said))

        bench.run(until)


def test_new_images_are_read_when_the_control_says_so(bench):
    def until(said):
        if len(steps(said)) == 3:
            correct(bench.project, 4)
            correct(bench.project, 5)
            Control(changes=1).write(bench.control)
        return len(steps(said)) == 6

    said = bench.run(until)
    learned_from = {message for message in messages(said) if message.startswith("Learning from")}
    assert learned_from == {"Learning from 2 images", "Learning from 4 images"}, "two are held out"
    assert steps(said) == [1, 2, 3, 4, 5, 6], "the same network goes on"


def test_no_image_is_both_trained_on_and_held_out_as_the_project_grows(bench):
    held_out = []
    for number in range(4, 8):
        bench.run(lambda said: any("mean_iou" in each.detail for each in said))
        lineage = read_checkpoint_info(bench.request.candidate).lineage[-1]
        held_out += lineage["measured_on"]
        assert not set(held_out) & set(read_checkpoint_info(bench.request.state).lineage[-1]["trained_on"])
        correct(bench.project, number)
    assert fingerprint("00.png") in {*held_out, *lineage["trained_on"]}


def test_too_few_images_are_offered_but_judged_as_too_few(bench):
    bench.run(lambda _: bool(bench.candidates))
    candidate = bench.candidates[0]
    assert candidate.comparison.verdict is Verdict.TOO_FEW
    assert candidate.before is None, "the network from ImageNet knows no class"
    assert candidate.after.mean_iou == read_checkpoint_info(candidate.checkpoint).metrics["mean_iou"]


def test_what_is_left_out_is_said_with_the_candidate(bench):
    bench.project.image_path("01.png").write_bytes(b"damaged")
    for image_id in ("00.png", "02.png", "03.png"):
        bench.project.save_label_map(image_id, bench.project.load_label_map(image_id), picture="another")
    bench.run(lambda _: bool(bench.candidates))
    (candidate,) = bench.candidates
    assert list(candidate.skipped) == ["01.png"]
    assert "01.png" in candidate.skipped["01.png"]
    (warning,) = candidate.warnings
    assert "replaced by" in warning


def test_what_is_no_better_than_the_model_in_use_is_not_offered(bench):
    bench.run(lambda _: bool(bench.candidates) and bench.candidates[-1].after.mean_iou > 0.9)
    in_use = bench.request.folder / "in use.safetensors"
    bench.request.candidate.rename(in_use)
    perfect = read_checkpoint_info(in_use).metrics["mean_iou"]
    bench.candidates.clear()
    bench.request.state.unlink()  # so it starts from the model in use, and its first average is no better
    said = bench.run(lambda said: any("mean_iou" in each.detail for each in said), model=str(in_use))
    (found,) = [each.detail for each in said if "mean_iou" in each.detail]
    assert found["mean_iou_in_use"] == pytest.approx(perfect)
    assert [each.after.mean_iou > perfect for each in bench.candidates] == [True] * len(bench.candidates)


def test_it_waits_on_battery_and_goes_on_with_the_same_network(bench):
    def until(said):
        if len(steps(said)) == 2:
            bench.battery = True
        if said[-1].detail.get("paused"):
            assert said[-1].message == "Paused: the machine runs on battery"
            bench.battery = False
        return len(steps(said)) == 4

    said = bench.run(until)
    assert [each.detail["paused"] for each in said if "paused" in each.detail] == [1]
    assert steps(said) == [1, 2, 3, 4]


def test_it_waits_while_the_control_says_so(bench):
    Control(paused="a fine-tuning runs").write(bench.control)

    def until(said):
        if said[-1].detail.get("paused"):
            assert said[-1].message == "Paused: a fine-tuning runs"
            Control().write(bench.control)
        return bool(steps(said))

    bench.run(until)
    assert "Paused: a fine-tuning runs" in messages(bench.said)


def test_classes_that_are_added_are_learned_by_the_same_network(bench):
    bench.run(lambda said: len(steps(said)) == 3)
    bench.project.set_classes(ClassSet.from_names(["dark", "bright", "new"]))
    said = bench.run(lambda said: len(steps(said)) == 2)
    assert not any("damaged" in message for message in messages(said))
    assert list(read_checkpoint_info(bench.request.state).classes.names) == ["dark", "bright", "new"]


def test_measuring_the_model_in_use_takes_a_fifth_of_the_time_at_most(bench, monkeypatch):
    ended: list[float] = []

    def slowly(_):
        ended.append(time.monotonic())
        time.sleep(0.1)
        yield Progress(0, 0, "Validating")

    monkeypatch.setattr(HeldOut, "measure_before", slowly)

    def until(said):
        Control(changes=len(said)).write(bench.control)  # something new after each step
        return len(ended) == 2

    bench.run(until, reread_seconds=0.0, validate_seconds=1e6)
    assert ended[1] - ended[0] >= 0.1 + 0.1 / continual.VALIDATION_SHARE


def test_states_of_other_classes_are_forgotten(bench):
    Control(changes=1, watched={"07.png": str(bench.project.image_path("07.png"))}).write(bench.control)
    folder = StateFolder(bench.request.folder / "states")
    changed: list[int] = []

    def until(_):
        if len(folder.steps()) >= 3 and not changed:
            changed.append(folder.steps()[-1])
            bench.project.set_classes(ClassSet.from_names(["dark", "bright", "new"]))
            Control(changes=2, watched={"07.png": str(bench.project.image_path("07.png"))}).write(bench.control)
        return bool(changed) and folder.steps()[-1:] < changed

    bench.run(until)
    assert changed


def test_nan_is_told_and_the_last_state_stays(bench, monkeypatch):
    bench.run(lambda said: len(steps(said)) == 3)
    kept = bench.request.state.read_bytes()
    monkeypatch.setattr(Learner, "step", lambda *_: float("nan"))
    with pytest.raises(TrainingError, match="NaN"):
        bench.run(lambda _: False)
    assert bench.request.state.read_bytes() == kept


def test_a_crop_that_does_not_fit_makes_the_batch_smaller_and_then_fails(bench, monkeypatch):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr(Learner, "step", full)
    with pytest.raises(TrainingError, match="not enough memory"):
        bench.run(lambda _: False)


def test_it_waits_when_memory_is_short(bench, monkeypatch):
    monkeypatch.setattr(continual, "LEAST_MEMORY", 1 << 60)
    bench.run(lambda said: bool(said[-1].detail.get("paused")))
    assert "Paused: memory is short" in messages(bench.said)
    assert not bench.request.state.exists()


def test_watched_images_are_predicted_and_a_chosen_state_is_offered(bench):
    path = bench.project.image_path("07.png")
    watched = {"07.png": str(path), "gone.png": str(path) + "x"}
    Control(watched=watched).write(bench.control)
    folder = StateFolder(bench.request.folder / "states")
    bench.run(lambda _: len(folder.steps()) >= 3)
    first = folder.steps()[0]
    state = folder.read(first)
    assert list(state.labels) == ["07.png"]
    assert state.labels["07.png"].shape == (64, 64)
    assert set(state.labels["07.png"].ravel()) <= {0, 1}
    bench.candidates.clear()
    Control(watched=watched, keep=first).write(bench.control)
    bench.run(lambda _: any(each.chosen for each in bench.candidates), candidate_seconds=1e6)
    assert [(each.step, each.chosen) for each in bench.candidates] == [(first, True)]
