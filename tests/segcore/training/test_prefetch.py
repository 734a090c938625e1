from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from segcore.images.indexed_png import write_indexed_png
from segcore.labels.classes import ClassSet
from segcore.models.preprocess import Preprocess
from segcore.progress import drive
from segcore.training.batches import Batches
from segcore.training.dataset import Pair
from segcore.training.prefetch import Ahead, narrow_threads, part_of
from segcore.training.recipe import Recipe

CLASSES = ClassSet.from_names(["left", "right", "unicorn"])


@pytest.fixture
def batches(tmp_path: Path) -> Batches:
    pairs = []
    for number in range(5):
        image = np.random.default_rng(number).integers(0, 256, (40, 60, 3), dtype=np.uint8)
        Image.fromarray(image).save(tmp_path / f"{number}.png")
        labels = (np.arange(60) > 10 * number).astype(np.uint8)[None].repeat(40, 0)
        write_indexed_png(tmp_path / f"{number}.labels.png", labels, CLASSES.palette())
        pairs.append(Pair(f"{number}", tmp_path / f"{number}.png", tmp_path / f"{number}.labels.png"))
    made = Batches(pairs, CLASSES, Preprocess(), Recipe(crop=(32, 48)), seed=3, ignore_index=255)
    drive(made.read())
    return made


def taken(ahead: Ahead, counts: list[int]) -> list[torch.Tensor]:
    try:
        return [ahead.take(count)[0] for count in counts]
    finally:
        ahead.close()


def test_the_order_does_not_depend_on_threads_or_timing(batches, monkeypatch):
    alone = taken(Ahead(batches, 0), [2, 2, 2])
    crop = batches.crop
    delays = iter([0.05, 0.0, 0.03, 0.0, 0.02] * 10)

    def late(number):
        time.sleep(next(delays))
        return crop(number)

    monkeypatch.setattr(batches, "crop", late)
    together = taken(Ahead(batches, 0, threads=4, depth=3), [2, 2, 2])
    assert all(torch.equal(a, b) for a, b in zip(alone, together, strict=True))
    assert alone[0].shape == (2, 3, 32, 48)
    assert alone[0].is_contiguous(memory_format=torch.channels_last)


def test_a_smaller_batch_goes_on_with_the_next_crops(batches):
    first, rest = taken(Ahead(batches, 0, depth=2), [4, 2])
    four, then = taken(Ahead(batches, 4, depth=2), [2]), rest
    assert torch.equal(four[0], then)
    assert not torch.equal(first[:2], rest)


def test_processes_share_a_batch(batches):
    whole = taken(Ahead(batches, 8), [4])[0]
    parts = [taken(Ahead(batches, 8, rank=rank, size=2), [4])[0] for rank in range(2)]
    assert torch.equal(parts[0], whole[::2])
    assert torch.equal(parts[1], whole[1::2])
    assert sorted([*part_of(8, 5, 0, 2), *part_of(8, 5, 1, 2)]) == [8, 9, 10, 11, 12]


def test_every_image_occurs_once_in_each_round(batches, monkeypatch):
    seen = []
    monkeypatch.setattr(type(batches._data), "__getitem__", lambda self, number: seen.append(number))
    monkeypatch.setattr(batches, "_augment", lambda sample, random: (sample, random))
    for number in range(10):
        batches.crop(number)
    assert sorted(seen[:5]) == sorted(seen[5:]) == [0, 1, 2, 3, 4]
    assert seen[:5] != seen[5:]


def test_a_class_that_never_occurs_is_found(batches):
    assert batches.missing == ("unicorn",)


def test_threads_that_draw_use_one_core_and_leave_the_others_alone():
    torch.set_num_threads(2)
    try:
        pool = narrow_threads(2)
        assert {pool.submit(torch.get_num_threads).result() for _ in range(6)} == {1}
        pool.shutdown()
        later: list[int] = []
        thread = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
        thread.start()
        thread.join()
        assert torch.get_num_threads() == 2
        assert later == [2]
    finally:
        torch.set_num_threads(1)
