from __future__ import annotations

import time

import pytest

from app.window.fuzzy import BEGINS, INSIDE, LETTERS, WORDS, Query, ranked


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("predict", "predict all images", (BEGINS, 0, 18)),
        ("ALL", "predict all images", (BEGINS, 8, 18)),
        ("ict", "predict all images", (INSIDE, 4, 18)),
        ("images all", "predict all images", (WORDS, 0, 18)),
        ("prall", "predict all images", (LETTERS, 11, 18)),
        ("pra ll", "predict all images", (LETTERS, 11, 18)),
        ("alims", "predict all images", (LETTERS, 10, 18)),
        ("llarp", "predict all images", None),
        ("dct", "predict all images", None),
        (".*", "predict all images", None),
        ("süd", "photos/süd/d.png", (BEGINS, 7, 16)),
    ],
)
def test_how_a_text_matches(query, text, expected):
    assert Query(query).rank(text) == expected


def found_in(query, texts, most):
    """Return what the search yields once it has ended."""
    return next(found for found in ranked(query, texts, most) if found is not None)


def best(query, texts, most):
    return [texts[place] for _, place in found_in(Query(query), texts, most)]


def test_the_best_come_first_and_equal_ones_stay_in_order():
    texts = ["a xroad", "b road", "roads", "r-o-a-d", "none", "road"]
    assert best("road", texts, 9) == ["road", "roads", "b road", "a xroad", "r-o-a-d"]
    assert best("img", ["img2", "img1", "img3", "img0"], 2) == ["img2", "img1"]


def test_the_best_of_many_are_those_of_sorting_all():
    texts = [f"folder {n % 7}/scan {n * 7919 % 5000}.png" for n in range(5000)]
    query = Query("f3s12")
    everything = sorted((query.rank(text), place) for place, text in enumerate(texts) if query.rank(text))[:10]
    assert found_in(query, texts, 10) == everything


def test_a_slice_is_short_whatever_is_typed():
    """The time grows with the length of the text, not with its square: no query can hold the window."""
    query, text = Query("a" * 40 + "b"), "a" * 20_000
    start = time.process_time()
    assert query.rank(text) is None
    assert time.process_time() - start < 0.5
