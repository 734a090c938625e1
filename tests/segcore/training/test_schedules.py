from __future__ import annotations

import pytest
import torch

from segcore.models.starter import Starter
from segcore.training.optimizers import optimizer_for, set_rates
from segcore.training.recipe import RECIPES, Recipe
from segcore.training.schedules import rate_at


@pytest.mark.parametrize(
    ("fraction", "schedule", "warm_up", "rate"),
    [
        (0.05, "one_cycle", 0.1, 0.5),
        (0.1, "one_cycle", 0.1, 1.0),
        (0.55, "one_cycle", 0.1, 0.5),
        (1.0, "one_cycle", 0.1, 0.0),
        (0.0, "poly", 0.0, 1.0),
        (0.5, "poly", 0.0, 0.535886731268),  # 0.5 ** 0.9
        (1.0, "poly", 0.0, 0.0),
        (0.05, "poly", 0.1, 0.454766),  # half of 0.9 ** 0.9 = 0.909532
        (0.33, "step", 0.0, 1.0),
        (0.34, "step", 0.0, 0.1),
        (0.67, "step", 0.0, 0.01),
        (1.0, "step", 0.0, 0.01),
        (0.9, "fixed", 0.0, 1.0),
    ],
)
def test_rates_by_hand(fraction, schedule, warm_up, rate):
    assert rate_at(fraction, schedule, warm_up) == pytest.approx(rate, abs=1e-6)


def test_deeplab_multiplies_the_rate_of_the_head_and_of_biases():
    segmenter = Starter(3)
    recipe = RECIPES["deeplab"]
    optimizer = optimizer_for(segmenter, segmenter.parameters(), recipe)
    assert isinstance(optimizer, torch.optim.SGD)
    set_rates(optimizer, recipe, 0.5)
    poly = 0.535886731268
    of = {id(p): group for group in optimizer.param_groups for p in group["params"]}
    assert len(of) == len(list(segmenter.parameters()))
    head, head_bias = of[id(segmenter.classifier.weight)], of[id(segmenter.classifier.bias)]
    assert (head["lr"], head["weight_decay"], head["momentum"]) == (pytest.approx(1e-2 * poly), 5e-4, 0.9)
    assert (head_bias["lr"], head_bias["weight_decay"]) == (pytest.approx(2e-2 * poly), 0.0)
    body = of[id(next(p for p in segmenter.backbone().parameters() if p.ndim == 4))]
    assert body["lr"] == pytest.approx(1e-3 * poly)


def test_adamw_decays_everything_and_the_backbone_begins_later():
    segmenter = Starter(3)
    recipe = Recipe()
    optimizer = optimizer_for(segmenter, segmenter.parameters(), recipe, gentle=0.5, head_first=0.2)
    assert isinstance(optimizer, torch.optim.AdamW)
    head, body = optimizer.param_groups
    assert head["weight_decay"] == body["weight_decay"] == recipe.weight_decay
    set_rates(optimizer, recipe, 0.1)
    assert head["lr"] == pytest.approx(0.5 * recipe.head_rate)
    assert body["lr"] == pytest.approx(0.5 * recipe.backbone_rate * 0.02)
    set_rates(optimizer, recipe, 0.28)  # 0.08 of the remaining 0.8 is a tenth: the warm-up is over
    assert body["lr"] == pytest.approx(0.5 * recipe.backbone_rate)


def test_a_step_of_sgd_with_momentum_by_hand():
    segmenter = Starter(2)
    weight = segmenter.classifier.bias
    optimizer = optimizer_for(segmenter, [weight], Recipe(optimizer="sgd", weight_decay=0.0))
    optimizer.param_groups[0]["lr"] = 0.1
    with torch.no_grad():
        weight.fill_(1.0)
    for _ in range(2):
        weight.grad = torch.ones(2)
        optimizer.step()
    assert weight.tolist() == pytest.approx([0.71, 0.71])  # 1 - 0.1 - 0.1 * (0.9 + 1)
