from __future__ import annotations

import math

import pytest
import torch
from torch.optim.swa_utils import AveragedModel

from segcore.models.starter import Starter
from segcore.training.budget import Budget
from segcore.training.weight_average import averaged


def filled(value: float) -> Starter:
    segmenter = Starter(2)
    with torch.no_grad():
        segmenter.classifier.bias.fill_(value)
    return segmenter


def bias(average: AveragedModel) -> float:
    return float(average.module.classifiers()[0].bias[0])


def test_a_trusted_start_is_left_slowly_and_another_quickly():
    trusted, plain = averaged(filled(0.0), 10.0, trusted=True), averaged(filled(0.0), 10.0)
    for average in (trusted, plain):
        average.update_parameters(filled(1.0))
    assert bias(trusted) == pytest.approx(0.1)
    assert bias(plain) == pytest.approx(1 / 1.5)
    trusted.update_parameters(filled(1.0))
    assert bias(trusted) == pytest.approx(0.19)


def test_counters_are_copied():
    now = Starter(2)
    now.whiten[0].num_batches_tracked.fill_(7)
    average = averaged(Starter(2), 10.0)
    average.update_parameters(now)
    assert int(average.module.state_dict()["whiten.0.num_batches_tracked"]) == 7


def test_a_budget_of_time_keeps_the_end_free(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("segcore.training.budget.time.monotonic", lambda: now[0])
    budget = Budget(None, 60.0, started=90.0)
    budget.reserve(10.0)
    budget.begin()  # 40 seconds are for training
    assert not budget.over  # the first step always may begin
    budget.step = 1
    now[0] = 120.0
    assert budget.fraction == pytest.approx(0.5)
    assert budget.seconds_left == pytest.approx(30.0)
    now[0] = 140.0
    assert budget.over


def test_a_budget_of_steps_estimates_the_time_left(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("segcore.training.budget.time.monotonic", lambda: now[0])
    budget = Budget(10, None, started=0.0)
    assert math.isinf(budget.seconds_left)
    budget.begin()
    budget.step, now[0] = 4, 2.0
    assert budget.fraction == pytest.approx(0.4)
    assert budget.seconds_left == pytest.approx(3.0)
