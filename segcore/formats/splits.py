"""SplitRule: which images are for training, validation and test."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from segcore.images.page_path import split_id, with_neighbours

PARTS = ("train", "val", "test")


@dataclass(frozen=True)
class SplitRule:
    """How images are divided.

    Attributes
    ----------
    val, test : float
        Shares of the images, 0-1; the others are for training.
    seed : int
        Another seed gives another division; the same seed the same one, on every machine.
    by_folder : bool
        Images of one folder stay together, as frames of one video must.
    stratified : bool
        Each class has about its share of images in each part.
    """

    val: float = 0.2
    test: float = 0.0
    seed: int = 0
    by_folder: bool = False
    stratified: bool = False

    def __post_init__(self) -> None:
        if not (self.val >= 0 and self.test >= 0 and self.val + self.test <= 1):
            raise ValueError(f"shares of {self.val} and {self.test}")

    def divide(
        self, ids: Sequence[str], classes: Mapping[str, Collection[int]] | None = None, whole_files: bool = False
    ) -> dict[str, str]:
        """Return "train", "val" or "test" for each image.

        Groups (single images, slices that follow each other, or folders) are ordered by a hash of their name, so that
        more images hardly move the others. Each part gets its share, rounded; with a share above zero at least one
        group, as long as one is left for training.

        Parameters
        ----------
        ids : sequence of str
            The images.
        classes : Mapping[str, Collection[int]], optional
            The classes in each image; without them nothing is stratified.
        whole_files : bool
            All slices of a file stay together, not only those that follow each other.
        """
        groups: dict[str, list[str]] = defaultdict(list)
        for image_id in ids:
            file = split_id(image_id)[0]
            together = file if whole_files else with_neighbours(image_id)
            groups[file.rpartition("/")[0] if self.by_folder else together].append(image_id)
        ordered = sorted(groups, key=self._hash)
        if self.stratified and classes is not None:
            found = _stratified(ordered, groups, classes, self._shares())
        else:
            found = self._in_order(ordered, groups, len(ids))
        return {image_id: part for name, part in found.items() for image_id in groups[name]}

    def _shares(self) -> dict[str, float]:
        return {"train": 1 - self.val - self.test, "val": self.val, "test": self.test}

    def _in_order(self, ordered: Sequence[str], groups: Mapping[str, Sequence[str]], count: int) -> dict[str, str]:
        """Fill validation, then test, with the first groups."""
        found: dict[str, str] = {}
        left = list(ordered)
        for part, share in (("val", self.val), ("test", self.test)):
            wanted, have = max(1, round(count * share)) if share else 0, 0
            while have < wanted and len(left) > (share < 1):
                if have and have + len(groups[left[0]]) / 2 > wanted:
                    break
                found[left[0]] = part
                have += len(groups[left.pop(0)])
        return found | dict.fromkeys(left, "train")

    def _hash(self, name: str) -> bytes:
        text = f"{self.seed}:{name}" if self.seed else name
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()


def _stratified(
    ordered: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    classes: Mapping[str, Collection[int]],
    shares: Mapping[str, float],
) -> dict[str, str]:
    """Give the groups of the rarest class first, each to the part that lacks most of it (iterative stratification).

    Sechidis, Tsoumakas, Vlahavas: "On the Stratification of Multi-label Data", ECML PKDD 2011, algorithm 1.
    """
    holds = {name: Counter(value for each in groups[name] for value in set(classes.get(each, ()))) for name in ordered}
    totals: Counter[int] = sum(holds.values(), Counter())
    wanted = {part: {value: share * count for value, count in totals.items()} for part, share in shares.items()}
    room = {part: share * sum(map(len, groups.values())) for part, share in shares.items()}
    found: dict[str, str] = {}
    open_groups = dict.fromkeys(ordered)
    while open_groups:
        remaining: Counter[int] = sum((holds[name] for name in open_groups), Counter())
        rarest = min(remaining, key=lambda value: (remaining[value], value), default=None)
        for name in [name for name in open_groups if rarest is None or holds[name][rarest]]:
            parts = [part for part in PARTS if shares[part] > 0]
            lack = {part: wanted[part].get(rarest, 0.0) if rarest is not None else 0.0 for part in parts}
            part = max(parts, key=lambda each: (lack[each], room[each]))
            found[name] = part
            del open_groups[name]
            room[part] -= len(groups[name])
            for value, count in holds[name].items():
                wanted[part][value] -= count
    return found
