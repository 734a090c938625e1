"""Fuzzy search: texts that hold the letters of a query in their order, the best first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

Rank = tuple[int, int, int]
"""Less is better: how it matches (see `Query.rank`), where or how far apart, and the length of the text."""

BEGINS, INSIDE, WORDS, LETTERS = range(4)
SLICE = 500
"""Texts between two yields, about a quarter of a millisecond."""


class Query:
    """What a person typed. ``text`` may be of any case."""

    def __init__(self, text: str) -> None:
        self.whole = " ".join(text.casefold().split())
        self._words = self.whole.split()
        letters = self.whole.replace(" ", "")
        # Possessive: nothing is tried twice, whatever is typed.
        rest = "".join(f"[^{re.escape(c)}]*+{re.escape(c)}" for c in letters[1:])
        self._letters = re.compile(rf"(?<![^\W_]){re.escape(letters[:1])}{rest}", re.DOTALL)

    def rank(self, text: str) -> Rank | None:
        """Return how well a casefolded text matches; None when it does not.

        Best is the query at the beginning of a word, then inside one, then all its words in any order, then its letters
        in their order from the beginning of a word on ("prall" in "predict all images"), the closer the better.
        """
        at = text.find(self.whole)
        if at >= 0:
            inside = at > 0 and text[at - 1].isalnum()
            return (INSIDE if inside else BEGINS, at, len(text))
        if len(self._words) > 1 and all(word in text for word in self._words):
            return (WORDS, 0, len(text))
        found = self._letters.search(text)
        return None if found is None else (LETTERS, found.end() - found.start(), len(text))


def ranked(query: Query, texts: Sequence[str], most: int) -> Iterator[list[tuple[Rank, int]] | None]:
    """Yield None after each `SLICE` texts, then the ``most`` best as (rank, place in ``texts``), the best first.

    Equal ones stay in the order of ``texts``, which are casefolded.
    """
    best: list[tuple[Rank, int]] = []
    for start in range(0, len(texts), SLICE):
        for place, text in enumerate(texts[start : start + SLICE], start):
            rank = query.rank(text)
            if rank is not None:
                best.append((rank, place))
        if len(best) > 8 * most:
            best = sorted(best)[:most]
        yield None
    yield sorted(best)[:most]
