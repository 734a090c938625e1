"""LearnedImages: what is known of all images together was learned from which of them, and how much."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.class_change import ClassChange
from segcore.adaptation.ridge import Doubles, Sums

RECENT = 8
"""Images that can be forgotten again; 2 MB each."""


@dataclass(frozen=True)
class Contribution:
    """What one image added to the sums of the coarse and of the fine head."""

    coarse: Sums
    fine: Sums | None

    def times(self, coarse: float, fine: float) -> Contribution:
        """Return such shares of it."""
        return Contribution(self.coarse.times(coarse), None if self.fine is None else self.fine.times(fine))


class LearnedImages:
    """Keys of images that something was learned from, and of the last few what that was.

    An image counts once: when it is opened again, what it added is taken back if it is one of the last `RECENT`;
    otherwise it stays, and only new strokes are added.

    Attributes
    ----------
    keys : dict[str, bool]
        Image keys, oldest first; True where its final labels were learned, False where only strokes were.
    recent : OrderedDict[str, Contribution]
        Of the last few of them, as they still count.
    pictures : dict[str, str]
        By key: `content_key` of the picture that was opened last, where the caller named it.
    """

    def __init__(self, keys: Mapping[str, bool] | None = None, pictures: Mapping[str, str] | None = None) -> None:
        self.keys = dict(keys or {})
        self.pictures = dict(pictures or {})
        self.recent: OrderedDict[str, Contribution] = OrderedDict()

    def __copy__(self) -> LearnedImages:
        other = LearnedImages(self.keys, self.pictures)
        other.recent = OrderedDict(self.recent)  # contributions are never changed in place
        return other

    def done(self, key: str) -> bool:
        """Whether the final labels of this image were learned."""
        return self.keys.get(key, False)

    def add(self, key: str, contribution: Contribution, done: bool) -> None:
        """Note that an image was learned from; an image without a key is not remembered."""
        if not key:
            return
        known = key in self.keys
        self.keys[key] = self.done(key) or done
        if known:  # what it added earlier is not known any more
            return
        self.recent[key] = contribution
        self.recent.move_to_end(key)
        while len(self.recent) > RECENT:
            self.recent.popitem(last=False)

    def take_back(self, key: str, picture: str = "") -> tuple[Contribution | None, bool]:
        """Forget an image that is opened, and what another picture of its name was.

        Returns what it added, None when that is not known, or nothing; and whether the final labels of this
        ``picture``, a `content_key` or "", were learned before.
        """
        contribution = self.recent.pop(key, None)
        replaced = bool(picture) and self.pictures.get(key, picture) != picture
        done = self.done(key) and not replaced
        if contribution is not None or replaced:
            self.keys.pop(key, None)
        if key and picture:
            self.pictures[key] = picture
        return contribution, done

    def state(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that `restored` needs beside `keys`: the pictures, and what the last image added."""
        pictures = {key: picture for key, picture in self.pictures.items() if key in self.keys}
        found = {"images.pictures": np.frombuffer(json.dumps(pictures).encode(), np.uint8)} if pictures else {}
        if not self.recent:
            return found
        key, last = next(reversed(self.recent.items()))
        fine = {} if last.fine is None else last.fine.state("last.fine")
        return found | {"last.key": np.frombuffer(key.encode(), np.uint8), **last.coarse.state("last.coarse"), **fine}

    @classmethod
    def restored(
        cls, keys: Mapping[str, bool], state: Mapping[str, NDArray[Any]], coarse: Sums, fine: Sums | None
    ) -> LearnedImages:
        """Return the inverse of `state`; ``coarse`` and ``fine`` are the sums of all images.

        Raises KeyError and ValueError.
        """
        pictures = json.loads(bytes(state.get("images.pictures", np.frombuffer(b"{}", np.uint8))))
        if not isinstance(pictures, dict) or not all(isinstance(each, str) for each in pictures.values()):
            raise ValueError("the names of pictures are not texts")
        found = cls(keys, pictures)
        if "last.key" in state:
            key = bytes(state["last.key"]).decode()
            added = Sums.restored(state, "last.coarse")
            fine_added = Sums.restored(state, "last.fine") if fine is not None and "last.fine.xx" in state else None
            if key not in keys or added.dimensions > coarse.dimensions:
                raise ValueError("what the last image added is not among the sums")
            if fine is not None and fine_added is not None and fine_added.dimensions > fine.dimensions:
                raise ValueError("what the last image added is not among the sums of the fine head")
            found.recent[key] = Contribution(added, fine_added)
        return found

    def decay(self, coarse: float, fine: float) -> None:
        """Note that everything learned so far counts such shares, 0-1, of what it did."""
        for key, each in self.recent.items():
            self.recent[key] = each.times(coarse, fine)

    def rename_classes(self, change: ClassChange, coarse: Doubles, fine: Doubles) -> None:
        """Use other class values; ``coarse`` and ``fine`` come from the two heads' ``rename_classes``."""
        for key, each in self.recent.items():
            sharp = None if each.fine is None else each.fine.by(change, fine)
            self.recent[key] = Contribution(each.coarse.by(change, coarse), sharp)
