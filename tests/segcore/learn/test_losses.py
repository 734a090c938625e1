from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from segcore.learn.losses import SegmentationLoss, class_weights, cross_entropy, soft_dice
from segcore.learn.recipes import Recipe


def test_undecided_logits_cost_log_c_whatever_the_weights():
    logits, truth = torch.zeros(1, 4, 2, 2), torch.tensor([[[0, 1], [2, 255]]])
    for weights in (None, torch.tensor([1.0, 5.0, 0.2, 9.0])):
        assert cross_entropy(logits, truth, weights).item() == pytest.approx(math.log(4))


def test_ignored_pixels_have_no_say():
    logits = torch.randn(1, 3, 2, 2, generator=torch.Generator().manual_seed(1)).requires_grad_()
    truth = torch.tensor([[[0, 255], [255, 2]]])
    SegmentationLoss(Recipe(dice=0.5), torch.ones(3), {})({"out": logits}, truth).backward()
    assert logits.grad is not None
    assert not logits.grad[0, :, 0, 1].any()
    assert logits.grad[0, :, 0, 0].any()


def test_a_batch_without_truth_costs_nothing():
    logits = torch.randn(1, 3, 4, 4).requires_grad_()
    loss = SegmentationLoss(Recipe(dice=0.5), torch.ones(3), {})({"out": logits}, torch.full((1, 4, 4), 255))
    loss.backward()
    assert loss.item() == 0.0
    assert logits.grad is not None
    assert not logits.grad.any()


def test_dice_by_hand():
    # p(class 1) = 0.25, 0.75; truth 0, 1. Class 0: 2 * 0.75 / (1.0 + 1); class 1: 2 * 0.75 / (1.0 + 1); both 0.75.
    logits = torch.tensor([0.75, 0.25, 0.25, 0.75]).log().view(1, 2, 1, 2)
    assert soft_dice(logits, torch.tensor([[[0, 1]]])).item() == pytest.approx(0.25)
    # With only the first pixel known, class 1 does not occur: 1 - 2 * 0.75 / (0.75 + 1).
    assert soft_dice(logits, torch.tensor([[[0, 255]]])).item() == pytest.approx(1 - 1.5 / 1.75)


def test_weights_go_with_the_root_of_the_frequency_and_average_one():
    weights = class_weights(np.array([90, 10, 0]))
    # frequencies 0.9, 0.1: raw 1.0541, 3.1623; mean over pixels 0.9 * 1.0541 + 0.1 * 3.1623 = 1.2649.
    assert weights.tolist() == pytest.approx([0.8333, 2.5, 1.0], rel=1e-3)


def test_a_very_rare_class_does_not_take_over():
    assert class_weights(np.array([10**9, 1]))[1] == 8.0


def test_auxiliary_outputs_count_as_the_network_says():
    truth = torch.zeros(1, 2, 2, dtype=torch.long)
    zero = torch.zeros(1, 2, 2, 2)
    loss = SegmentationLoss(Recipe(dice=0.0), torch.ones(2), {"aux": 0.4, "early": 0.3})
    assert loss({"out": zero, "aux": zero, "early": zero}, truth).item() == pytest.approx(1.7 * math.log(2))
    assert loss({"out": zero}, truth).item() == pytest.approx(math.log(2))
