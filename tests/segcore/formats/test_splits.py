from __future__ import annotations

from collections import Counter

import pytest

from segcore.formats.splits import SplitRule

IDS = [f"{folder}/{n}.jpg" for folder in "abcde" for n in range(20)]


def test_shares_are_kept_and_the_seed_decides():
    found = SplitRule(0.2, 0.1).divide(IDS)
    assert Counter(found.values()) == {"train": 70, "val": 20, "test": 10}
    assert SplitRule(0.2, 0.1).divide(IDS) == found
    assert SplitRule(0.2, 0.1, seed=1).divide(IDS) != found


def test_more_images_hardly_move_the_others():
    before, after = (SplitRule().divide(ids) for ids in (IDS, [*IDS, "f/1.jpg", "f/2.jpg"]))
    assert sum(before[each] != after[each] for each in IDS) <= 2


def test_a_folder_stays_together():
    found = SplitRule(0.2, 0.2, by_folder=True).divide(IDS)
    assert Counter(found.values()) == {"train": 60, "val": 20, "test": 20}
    assert all(len({found[each] for each in IDS if each[0] == folder}) == 1 for folder in "abcde")


def test_one_image_trains():
    assert SplitRule().divide(["a"]) == {"a": "train"}
    assert SplitRule(1.0).divide(["a", "b"]) == {"a": "val", "b": "val"}
    assert SplitRule(0.0).divide(["a", "b"]) == {"a": "train", "b": "train"}


def test_a_rare_class_is_in_every_part():
    """10 of 100 images hold class 7: 8 of them train and 2 validate; 20 images of 100 validate."""
    classes = {each: {0, 7} if n % 10 == 3 else {0} for n, each in enumerate(IDS)}
    found = SplitRule(0.2, stratified=True).divide(IDS, classes)
    assert Counter(found[each] for each in IDS if 7 in classes[each]) == {"train": 8, "val": 2}
    assert Counter(found.values()) == {"train": 80, "val": 20}


def test_impossible_shares():
    with pytest.raises(ValueError, match="shares"):
        SplitRule(0.7, 0.6)
