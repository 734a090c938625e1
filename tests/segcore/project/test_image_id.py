"""Many ids at once are judged as each alone."""

from __future__ import annotations

import random

import pytest

from segcore.project.image_id import is_image_id, only_image_ids

PLAIN = ["a.png", "0_1/b-2.JPG", "x/y/z"]
ODD = [
    "",
    ".",
    "..",
    "/",
    "a/",
    "/a",
    "a//b",
    "a/../b",
    ".a",
    "-a",
    "a/.b",
    "a\nb",
    "a\0b",
    "é.png",
    "\ud800.png",
    "x" * 256,
]


def test_plain_ids_are_returned_as_they_are():
    assert only_image_ids(PLAIN) is PLAIN
    assert only_image_ids([]) == []


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_an_odd_one_among_plain_ones_is_judged_by_the_rule(odd, place):
    texts = [*PLAIN[:place], odd, *PLAIN[place:]]
    assert only_image_ids(texts) == [text for text in texts if is_image_id(text)]


def test_random_texts_are_judged_as_each_alone():
    choose = random.Random(0)
    for _ in range(3000):
        texts = ["".join(choose.choices("ab./-_\n", k=choose.randrange(5))) for _ in range(choose.randrange(4))]
        assert only_image_ids(texts) == [text for text in texts if is_image_id(text)], texts
