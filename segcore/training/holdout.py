"""Which corrected images are held out; the same image stays on the same side as more are corrected."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace

from segcore.images.page_path import with_neighbours
from segcore.models.lineage import fingerprint, path_bytes
from segcore.training.dataset import Pair

HELD_OUT_SHARE = 0.2
"""A fifth: five held-out images, the fewest that can judge a model, come with about 25 corrected ones."""


def split(
    pairs: Sequence[Pair], seed: int = 0, seen: Collection[str] = ()
) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Split into (train, validate), by the hash of each pair's key; successive slices of a stack share one.

    A pair is held out when its hash falls into the first 20 %; when none does, the one with the smallest hash is, with
    the slices that follow it. So a training image never becomes a held-out one when others are added (but for these
    slices, as soon as they are at most half of all). At most half is held out. A single pair
    serves both sides, by regions: no pixel of its ``"validate"`` part is ever trained on.

    Parameters
    ----------
    pairs : sequence of Pair
        The labelled images, in any order.
    seed : int
        Another seed, another split.
    seen : collection of str
        Fingerprints (`fingerprint`) of images that the model has been trained on already; they stay on the training
        side as long as another can be held out, otherwise "before" would be measured on training pixels.
    """
    if not pairs:
        return (), ()
    if len(pairs) == 1:
        return (replace(pairs[0], part="train"),), (replace(pairs[0], part="validate"),)
    ordered = sorted(pairs, key=lambda pair: _position(pair, seed))
    fresh = [pair for pair in ordered if fingerprint(pair.key) not in seen] or ordered
    held = [pair for pair in fresh if _position(pair, seed) < HELD_OUT_SHARE][: len(pairs) // 2]
    held = held or _first_of(fresh, len(pairs) // 2)
    keys = {pair.key for pair in held}
    return (
        tuple(pair for pair in pairs if pair.key not in keys),
        tuple(pair for pair in pairs if pair.key in keys),
    )


def _first_of(ordered: Sequence[Pair], most: int) -> list[Pair]:
    """Return the first pair, with those that look nearly alike if they are ``most`` or fewer."""
    first = with_neighbours(ordered[0].key)
    alike = [pair for pair in ordered if with_neighbours(pair.key) == first]
    return alike if len(alike) <= most else [ordered[0]]


def _position(pair: Pair, seed: int) -> float:
    digest = hashlib.sha256(path_bytes(f"{seed}:{with_neighbours(pair.key)}")).digest()
    return int.from_bytes(digest[:8], "big") / 2.0**64
