"""Ranking: the images of a project, the one first whose correction is expected to bring the most."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segcore.errors import MaskwrightError
from segcore.files.stamp import Stamp
from segcore.progress import Progress, Task
from segcore.worklist.descriptor import describe_file
from segcore.worklist.diversity import diverse_order
from segcore.worklist.facts_store import FactsStore, StoredFacts, opened
from segcore.worklist.image_facts import ImageFacts, read_certainty, read_facts
from segcore.worklist.rarity import Rarity
from segcore.worklist.regions import MOST, Region, regions_in
from segcore.worklist.remaining_errors import RemainingErrors, remaining_errors
from segcore.worklist.uncertainty_map import Source, uncertainty_map

if TYPE_CHECKING:
    from segcore.project.project import Project

COMMIT_EVERY = 200
"""Images that are read again after the process died."""


@dataclass(frozen=True)
class RankedImage:
    """One image of a ranking.

    Attributes
    ----------
    id : str
    gain : float
        Uncertain pixels, weighted by uncertainty and by rarity of their class; of an image without labels and
        prediction the mean of the others, so that its looks decide.
    source : Source
        What the uncertainty is taken from.
    done : bool
        Whether a person marked it as done; such images come last.
    """

    id: str
    gain: float
    source: Source
    done: bool


@dataclass(frozen=True)
class Ranking:
    """All images that can be read, in order, and what the order was made of.

    Attributes
    ----------
    images : tuple[RankedImage, ...]
        The best first.
    facts : Mapping[str, ImageFacts]
        By image id.
    rarity : Rarity
        Weights of the classes.
    errors : RemainingErrors | None
        How much is still wrong, where the done images tell.
    """

    images: tuple[RankedImage, ...]
    facts: Mapping[str, ImageFacts]
    rarity: Rarity
    errors: RemainingErrors | None

    @property
    def is_informed(self) -> bool:
        """Whether any image has a prediction or labels; else only looks decide."""
        return any(image.source is not Source.NOTHING for image in self.images)


def rank(project: Project) -> Task[Ranking]:
    """Rank all images; only those whose files changed since the last time are read.

    What is known of each image is kept in ``worklist.sqlite``, about a kilobyte an image.
    """
    ids = project.image_ids()
    index = project.index.rows()
    classes = ",".join(str(value) for value in project.classes.indices)
    rows: dict[str, StoredFacts] = {}
    with opened(project.root, bool(project.read_only)) as store:
        known = store.rows()
        store.remove(known.keys() - set(ids))
        for number, image_id in enumerate(ids):
            row = index.get(image_id)
            if row is None or row.unreadable:
                continue
            stamp = f"{row.label_stamp}:{row.prediction_stamp}:{classes}"
            image_stamp = row.image_stamp or Stamp.of(project.image_file(image_id)).key
            before = known.pop(image_id, None)
            if before is not None and (before.image_stamp, before.stamp) == (image_stamp, stamp):
                rows[image_id] = before
                continue
            yield Progress(number, len(ids), image_id)
            same = before is not None and before.image_stamp == image_stamp
            found = _read(project, image_id, image_stamp, stamp, before.descriptor if before and same else None)
            if found is not None:
                rows[image_id] = found
                _keep(store, found, number)
    yield Progress(len(ids), len(ids), "")
    return rank_facts({key: row.facts for key, row in rows.items()}, {key: row.descriptor for key, row in rows.items()})


def rank_facts(facts: Mapping[str, ImageFacts], descriptors: Mapping[str, NDArray[np.uint8]]) -> Ranking:
    """Return the ranking of these images; both mappings have the same keys."""
    rarity = _rarity(facts)
    gains = {key: sum(rarity.weight(v) * mass for v, mass in each.uncertain.items()) for key, each in facts.items()}
    known = [key for key, each in facts.items() if each.source is not Source.NOTHING and not each.done]
    pixels = sum(facts[key].pixels for key in known)
    share = sum(gains[key] for key in known) / pixels if pixels else 1.0
    for key, each in facts.items():
        if each.source is Source.NOTHING:
            gains[key] = share * each.pixels
    waiting = [key for key, each in facts.items() if not each.done]
    done = [key for key, each in facts.items() if each.done]
    order = diverse_order(
        np.array([gains[key] for key in waiting]), _stacked(waiting, descriptors), _stacked(done, descriptors)
    )
    keys = [waiting[place] for place in order] + done
    images = tuple(RankedImage(key, gains[key], facts[key].source, facts[key].done) for key in keys)
    return Ranking(images, facts, rarity, remaining_errors(facts))


def regions_of(project: Project, image_id: str, rarity: Rarity, most: int = MOST) -> list[Region]:
    """Return the regions of an image, the one with the largest gain first. Raises MaskwrightError.

    An image without any label and prediction has none: every part of it would be one.
    """
    shape = project.size(image_id)
    certainty = read_certainty(project, image_id, shape)
    label_map = project.load_labels(image_id, shape).label_map
    found = uncertainty_map(label_map, *((certainty.labels, certainty.uncertainty) if certainty else (None, None)))
    return regions_in(found, rarity, most)


def _rarity(facts: Mapping[str, ImageFacts]) -> Rarity:
    totals: dict[int, float] = {}
    for each in facts.values():
        for value, number in each.counts.items():
            totals[value] = totals.get(value, 0.0) + number
    return Rarity.of(totals)


def _stacked(keys: list[str], descriptors: Mapping[str, NDArray[np.uint8]]) -> NDArray[np.uint8]:
    return np.stack([descriptors[key] for key in keys]) if keys else np.zeros((0, 1), np.uint8)


def _read(
    project: Project, image_id: str, image_stamp: int, stamp: str, descriptor: NDArray[np.uint8] | None
) -> StoredFacts | None:
    """Read what changed of an image; None when it cannot be read, which the image list tells."""
    with suppress(MaskwrightError, KeyError):  # KeyError: it was removed meanwhile
        facts = read_facts(project, image_id)
        if descriptor is None:
            descriptor = describe_file(project.image_path(image_id))
        return StoredFacts(image_id, image_stamp, descriptor, stamp, facts)
    return None


def _keep(store: FactsStore, row: StoredFacts, number: int) -> None:
    store.put(row)
    if number % COMMIT_EVERY == 0:
        store.commit()
