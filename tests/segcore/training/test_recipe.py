from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from segcore.cli.train import RECIPE_NAMES
from segcore.errors import TrainingError
from segcore.models.architectures import build
from segcore.training.optimizers import share_of_rates
from segcore.training.recipe import RECIPES, Recipe


def test_every_recipe_can_work_and_the_command_line_names_it():
    for recipe in RECIPES.values():
        recipe.check()
    assert set(RECIPE_NAMES) == set(RECIPES)


def test_the_papers_numbers():
    heavy = RECIPES["fcn_heavy"]
    assert (heavy.batch, heavy.momentum, heavy.summed, heavy.head_rate, heavy.bias_rate) == (1, 0.99, True, 1e-10, 2.0)
    fcn = RECIPES["fcn"]
    assert (fcn.batch, fcn.momentum, fcn.backbone_rate, fcn.weight_decay) == (20, 0.9, 1e-4, 5e-4)
    assert (fcn.scale, fcn.flip, fcn.crop_pixels) == ((1.0, 1.0), False, math.inf)
    deeplab = RECIPES["deeplab"]
    assert (deeplab.schedule, deeplab.batch, deeplab.backbone_rate, deeplab.head_rate) == ("poly", 10, 1e-3, 1e-2)
    pspnet = RECIPES["pspnet"]
    assert (pspnet.schedule, pspnet.backbone_rate, pspnet.weight_decay, pspnet.rotation) == ("poly", 1e-2, 1e-4, 10.0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"optimizer": "adam"}, "There is no optimiser 'adam'"),
        ({"schedule": "cosine"}, "There is no schedule 'cosine'"),
        ({"loss": "focal"}, "There is no loss 'focal'"),
        ({"batch": 0}, "batch = 0"),
        ({"accumulate": 0}, "accumulate = 0"),
        ({"crop": (16, 64)}, "too small"),
        ({"head_rate": math.nan}, "nothing can be learnt"),
        ({"head_rate": 0.0, "backbone_rate": 0.0}, "nothing can be learnt"),
        ({"scale": (2.0, 1.0)}, "scaled by"),
        ({"momentum": 1.0}, "shares"),
        ({"summed": True}, "Only cross entropy"),
        ({"summed": True, "dice": 0.0}, "tiny rates"),
        ({"train_norms": True, "batch": 1}, "single crops"),
    ],
)
def test_what_does_not_go_together_is_refused(changes, words):
    with pytest.raises(TrainingError, match=words) as caught:
        replace(Recipe(), **changes).check()
    assert caught.value.remedy


def test_large_and_plain_backbones_learn_more_gently():
    shares = {}
    for name in ("starter", "deeplab_v3plus", "fcn8s"):
        with torch.device("meta"):
            segmenter = build(name, 2)
        shares[name] = [share_of_rates(segmenter, RECIPES[recipe]) for recipe in ("quick", "full", "pspnet")]
    assert shares == {"starter": [1.0, 1.0, 1.0], "deeplab_v3plus": [1.0, 0.25, 1.0], "fcn8s": [0.1, 0.1, 1.0]}
