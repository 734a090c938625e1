from __future__ import annotations

import pytest

from benchmarks.recipe_trial import changed
from segcore.training.recipe import FULL


def test_words_change_numbers_and_only_the_last_state_is_measured():
    recipe = changed(FULL, ["backbone_rate=2e-4", "scale=(0.75,2.0)", "loss=lovasz"])
    assert (recipe.backbone_rate, recipe.scale, recipe.loss, recipe.validations) == (2e-4, (0.75, 2.0), "lovasz", 1)
    assert recipe.head_rate == FULL.head_rate


@pytest.mark.parametrize("word", ["backbone=2e-4", "backbone_rate"])
def test_a_name_that_no_recipe_has_is_refused(word):
    with pytest.raises(SystemExit, match="No number of a recipe"):
        changed(FULL, [word])
