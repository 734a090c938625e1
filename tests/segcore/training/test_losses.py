from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from segcore.training.losses import SegmentationLoss, class_weights, cross_entropy, ohem_cross_entropy, soft_dice
from segcore.training.lovasz import jaccard_gradient, lovasz_softmax
from segcore.training.recipe import Recipe


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


def test_pixel_weights_in_every_loss_by_hand():
    # p(truth) = 0.75 and 0.5; weights 1 and 0.5: (-log 0.75 - 0.5 log 0.5) / 1.5.
    logits, truth = torch.tensor([0.75, 0.5, 0.25, 0.5]).log().view(1, 2, 1, 2), torch.tensor([[[0, 1]]])
    half = torch.tensor([[[1.0, 0.5]]])
    expected = -(math.log(0.75) + 0.5 * math.log(0.5)) / 1.5
    loss = SegmentationLoss(Recipe(dice=0.0), torch.ones(2), {})
    assert loss({"out": logits}, truth, half).item() == pytest.approx(expected)
    assert loss.amount(truth, half).item() == 1.5
    # Dice of class 0: 2 * 0.75 / (0.75 + 0.5 * 0.5 + 1); of class 1: 2 * 0.5 * 0.5 / (0.25 + 0.5 * 0.5 + 0.5).
    assert soft_dice(logits, truth, half).item() == pytest.approx(1 - (1.5 / 2.0 + 0.5 / 1.0) / 2)
    # Both are hard at a threshold of 0.8, and their weights count.
    ohem = ohem_cross_entropy(logits, truth, threshold=0.8, least=1.0, pixel_weights=half)
    assert ohem.item() == pytest.approx(expected)


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


def test_pixel_weights_by_hand():
    logits = torch.tensor([0.75, 0.25, 0.5, 0.25, 0.75, 0.5]).log().view(1, 2, 1, 3)
    truth, weights = torch.tensor([[[0, 0, 255]]]), torch.tensor([[[1.0, 3.0, 9.0]]])
    # (1 * -ln 0.75 + 3 * -ln 0.25) / 4
    assert cross_entropy(logits, truth, None, weights).item() == pytest.approx(1.1116, abs=1e-4)
    # Classes weigh as well: class 0 twice changes nothing in a mean of class 0 alone.
    assert cross_entropy(logits, truth, torch.tensor([2.0, 1.0]), weights).item() == pytest.approx(1.1116, abs=1e-4)
    assert cross_entropy(logits, truth, summed=True).item() == pytest.approx(1.6740, abs=1e-4)


def test_hard_pixels_are_those_below_the_threshold():
    # p(truth) = 0.9, 0.6, 0.2, 0.8: below 0.7 are the second and the third.
    p = torch.tensor([0.9, 0.6, 0.2, 0.8])
    logits = torch.stack([p, 1 - p]).log().view(1, 2, 1, 4).requires_grad_()
    truth = torch.zeros(1, 1, 4, dtype=torch.long)
    loss = ohem_cross_entropy(logits, truth, threshold=0.7, least=0.25)
    assert loss.item() == pytest.approx(-(math.log(0.6) + math.log(0.2)) / 2)
    loss.backward()
    assert logits.grad is not None
    assert logits.grad.abs().sum((0, 1, 2)).gt(0).tolist() == [False, True, True, False]


def test_at_least_a_share_of_the_pixels_is_taken_as_hard():
    p = torch.tensor([0.9, 0.95, 0.8, 0.99])
    logits = torch.stack([p, 1 - p]).log().view(1, 2, 1, 4)
    truth = torch.tensor([[[0, 0, 255, 0]]])  # half of three pixels: the two least probable that count
    loss = ohem_cross_entropy(logits, truth, threshold=0.7, least=0.5)
    assert loss.item() == pytest.approx(-(math.log(0.9) + math.log(0.95)) / 2)


def test_the_growth_of_the_jaccard_loss_by_hand():
    # Truth of the pixels by falling error: 1, 0, 1. One wrong: 1 - 1/2; two: 1 - 1/3; all: 1 - 0/3.
    assert jaccard_gradient(torch.tensor([1.0, 0.0, 1.0])).tolist() == pytest.approx([1 / 2, 1 / 6, 1 / 3])


def test_lovasz_by_hand():
    # p(class 1) = 0.2, 0.6, 0.9 and truth 1, 0, 1. Class 1: errors 0.8, 0.6, 0.1 with foreground 1, 0, 1:
    # 0.8 / 2 + 0.6 / 6 + 0.1 / 3. Class 0: the same errors with foreground 0, 1, 0: 0.8 * 1/2 + 0.6 * 1/2 + 0.1 * 0.
    p = torch.tensor([0.2, 0.6, 0.9])
    logits = torch.stack([1 - p, p]).log().view(1, 2, 1, 3)
    truth = torch.tensor([[[1, 0, 1]]])
    expected = ((0.4 + 0.1 + 0.1 / 3) + (0.4 + 0.3)) / 2
    assert lovasz_softmax(logits, truth).item() == pytest.approx(expected)


def test_lovasz_of_hard_decisions_is_one_minus_the_mean_iou():
    decided = torch.tensor([[[0, 1, 1, 2, 2, 2]]])
    truth = torch.tensor([[[0, 0, 1, 2, 2, 1]]])
    logits = 100.0 * torch.nn.functional.one_hot(decided, 3).permute(0, 3, 1, 2).float()
    assert lovasz_softmax(logits, truth).item() == pytest.approx(1 - (1 / 2 + 1 / 3 + 2 / 3) / 3)


@pytest.mark.parametrize("loss", ["cross_entropy", "ohem", "lovasz"])
def test_every_loss_of_a_batch_without_truth_is_nothing(loss):
    logits = torch.randn(1, 3, 4, 4).requires_grad_()
    value = SegmentationLoss(Recipe(loss=loss), torch.ones(3), {})({"out": logits}, torch.full((1, 4, 4), 255))
    value.backward()
    assert value.item() == 0.0
    assert logits.grad is not None
    assert not logits.grad.any()


def test_outputs_of_lower_precision_cost_what_float32_costs():
    logits = torch.randn(1, 3, 8, 8, generator=torch.Generator().manual_seed(2)).bfloat16()
    truth = torch.randint(0, 3, (1, 8, 8), generator=torch.Generator().manual_seed(3))
    loss = SegmentationLoss(Recipe(), torch.ones(3), {"aux": 0.4})
    low, full = (loss({"out": x, "aux": x}, truth) for x in (logits, logits.float()))
    assert low.dtype == torch.float32
    assert low.item() == full.item()
