"""Many looks at the same held-out images: they are counted, also over restarts, and share 5 % of wrong "better"."""

from __future__ import annotations

import os

import numpy as np
import pytest

from segcore.metrics.bootstrap import interval, resampled
from segcore.training.comparison import WRONG, level_of
from segcore.training.looks import Looks
from tests.systems import posix_only


def test_the_first_look_needs_95_percent_and_all_looks_together_spend_5_percent():
    assert [level_of(look) for look in (1, 2, 3)] == pytest.approx([0.95, 1 - 0.1 / 6, 1 - 0.1 / 12])
    spent = sum((1 - level_of(look)) / 2 for look in range(1, 10_001))
    assert WRONG * 0.999 < spent < WRONG


@pytest.mark.parametrize("images", [5, 12])
def test_twenty_looks_call_an_equal_model_better_in_5_percent_at_most(images):
    random, trials, looks = np.random.default_rng(3), 150, 20
    drawn = resampled(images) / images
    wrong, uncorrected = 0, 0
    for _ in range(trials):
        means = drawn @ random.normal(0.0, 1.0, (images, looks))  # gains of equal models, other ones at each look
        wrong += any(
            interval(means[:, look], images, level_of(look + 1), student=True)[0] > 0.0 for look in range(looks)
        )
        uncorrected += any(interval(means[:, look], images)[0] > 0.0 for look in range(looks))
    assert wrong / trials <= WRONG
    assert uncorrected / trials > 0.25


def test_looks_are_counted_over_restarts(tmp_path):
    first = Looks(tmp_path / "looks.json")
    assert first.next("a", 5) == 1
    assert first.next("a", 5) == 1, "a look that did not decide is none"
    first.count()
    first.next("a", 6)
    first.count()
    assert Looks(tmp_path / "looks.json").next("a", 7) == 3


def test_another_model_or_mostly_new_images_begin_again(tmp_path):
    looks = Looks(tmp_path / "looks.json")
    looks.next("a", 5)
    looks.count()
    assert looks.next("a", 9) == 2
    assert looks.next("a", 10) == 1
    looks.count()
    assert looks.next("b", 10) == 1


@pytest.mark.parametrize("data", [b"", b"[]", b'{"model": "a", "images": 5, "looks": -1}', b'{"model": 1}', b"\xff"])
def test_a_damaged_file_counts_as_none(tmp_path, data):
    (tmp_path / "looks.json").write_bytes(data)
    assert Looks(tmp_path / "looks.json").next("a", 5) == 1


@pytest.mark.timeout(20)
@posix_only("no pipes in folders")
def test_a_pipe_counts_as_none_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "looks.json")
    assert Looks(tmp_path / "looks.json").next("a", 5) == 1


def test_a_folder_that_is_gone_does_not_stop_the_training(tmp_path):
    (tmp_path / "file").touch()
    looks = Looks(tmp_path / "file" / "looks.json")
    looks.next("a", 5)
    looks.count()
    assert looks.next("a", 5) == 2
