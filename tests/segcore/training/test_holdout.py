from __future__ import annotations

from pathlib import Path

import pytest

from segcore.models.lineage import fingerprint, seen_by
from segcore.training.dataset import Pair
from segcore.training.holdout import split


def pairs(count: int) -> list[Pair]:
    return [Pair(f"image {n}.jpg", Path(f"{n}.jpg"), Path(f"{n}.png")) for n in range(count)]


def keys(side: tuple[Pair, ...]) -> set[str]:
    return {pair.key for pair in side}


def test_about_a_fifth_is_held_out_and_nothing_is_lost():
    train, held = split(pairs(1000))
    assert 170 <= len(held) <= 230
    assert keys(train) | keys(held) == keys(tuple(pairs(1000)))
    assert not keys(train) & keys(held)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 8, 20])
def test_both_sides_have_something(count):
    for seed in range(20):
        train, held = split(pairs(count), seed)
        assert train
        assert held
        assert len(held) <= count // 2


def test_the_order_does_not_matter():
    assert keys(split(pairs(20))[1]) == keys(split(pairs(20)[::-1])[1])


def test_a_training_image_never_becomes_a_held_out_one_as_more_are_corrected():
    for seed in range(10):
        trained: set[str] = set()
        for count in range(8, 60):
            train, held = split(pairs(count), seed)
            assert not keys(held) & trained
            trained |= keys(train)


def test_images_a_checkpoint_was_trained_on_are_not_held_out():
    some = pairs(10)
    train, held = split(some, 0)
    seen = seen_by([{"source": "ImageNet"}, {"trained_on": [fingerprint(pair.key) for pair in held]}])
    again_train, again_held = split(some, 0, seen)
    assert keys(held) <= keys(again_train)
    assert again_held
    assert not keys(again_held) & keys(held)
    assert train


def test_when_all_were_seen_some_are_held_out_nevertheless():
    some = pairs(4)
    assert split(some, 0, [fingerprint(pair.key) for pair in some])[1]


def test_a_single_image_serves_both_sides_by_regions():
    train, held = split(pairs(1))
    assert [pair.part for pair in (*train, *held)] == ["train", "validate"]


def test_nothing_gives_nothing():
    assert split([]) == ((), ())


def test_a_fingerprint_does_not_name_the_file():
    assert fingerprint("street.jpg") == fingerprint("street.jpg") != fingerprint("other.jpg")
    assert len(fingerprint("street.jpg")) == 8


def test_names_that_are_no_text_are_names():
    odd = [Pair(f"s\udcff{n}.png", Path(f"{n}.jpg"), Path(f"{n}.png")) for n in range(20)]
    train, held = split(odd)
    assert len(train) + len(held) == 20
    assert len({fingerprint(pair.key) for pair in odd}) == 20


def test_slices_that_follow_each_other_are_on_one_side():
    """Slices 1 to 5, 6 to 10, ... of one stack look nearly alike: a network that learned one knows the others."""
    names = ["s.tif", *(f"s.tif/slice-{n:04d}" for n in range(2, 31))]
    some = [Pair(name, Path(name), Path(f"{name}.png")) for name in names]
    groups = [set(names[start : start + 5]) for start in range(0, 30, 5)]
    for seed in range(20):
        train, held = split(some, seed)
        assert keys(train) | keys(held) == set(names)
        assert len(held) in (5, 10, 15)
        assert all(group <= keys(held) or not group & keys(held) for group in groups)
    train, held = split(some[:6], 0)
    assert len(held) in (1, 3), "at most half"
