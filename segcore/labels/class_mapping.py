"""ClassMapping: joins a model's classes to a project's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ClassesError
from segcore.labels.classes import IGNORE_INDEX, ClassSet, well_formed
from segcore.labels.probability_map import ProbabilityMap, uncertainty_of

_EXPECTED = 'Expected [["model class", 0], ["another", null]]; remove it to join the classes by name again.'


def join_by_name(names: Sequence[str], others: Sequence[str]) -> list[int | None]:
    """For each name the position of the same name among ``others``, or None.

    Case, surrounding space and surrounding underscores do not count (torchvision writes ``__background__``).
    """
    places = {_key(other): place for place, other in reversed(list(enumerate(others)))}
    return [places.get(_key(name)) for name in names]


def _key(name: str) -> str:
    return name.strip().strip("_").strip().casefold()


@dataclass(frozen=True)
class ClassMapping:
    """Which class of a project each class of a model stands for.

    Attributes
    ----------
    pairs : tuple[tuple[str, int | None], ...]
        (name of the model's class, value of the project's class); None leaves these pixels untouched. A class of
        the model without a pair counts as None. Several classes may share a value: their probabilities add up.
    """

    pairs: tuple[tuple[str, int | None], ...]

    @classmethod
    def by_name(cls, model_classes: ClassSet, project_classes: ClassSet) -> ClassMapping:
        """Join classes of the same name; see `join_by_name`."""
        partners = join_by_name(model_classes.names, project_classes.names)
        values = [None if partner is None else project_classes.classes[partner].index for partner in partners]
        return cls(tuple(zip(model_classes.names, values, strict=True)))

    def value_of(self, name: str) -> int | None:
        """Return the project's class value for a class of the model, or None."""
        return next((value for other, value in self.pairs if _key(other) == _key(name)), None)

    def channels(self, values: Collection[int], model_classes: ClassSet) -> tuple[int, ...]:
        """Return the model's channels that stand for one of these values."""
        return tuple(c for c, name in enumerate(model_classes.names) if self.value_of(name) in values)

    def to_json(self) -> list[list[Any]]:
        """Return a JSON-serialisable list."""
        return [[name, value] for name, value in self.pairs]

    @classmethod
    def from_json(cls, data: Any) -> ClassMapping:
        """Return the inverse of `to_json`. Raises ClassesError."""
        try:
            pairs = []
            for name, value in data:
                if not isinstance(name, str) or isinstance(value, bool) or not isinstance(value, int | None):
                    raise ValueError(f"[{name!r}, {value!r}] is not a pair of a name and a class value")
                if value is not None and not 0 <= value < IGNORE_INDEX:
                    raise ValueError(f"'{name}' is mapped to {value}; class values are 0 to 254")
                pairs.append((well_formed(name), value))
            return cls(tuple(pairs))
        except (TypeError, ValueError, RecursionError) as error:
            raise ClassesError(f"The class mapping cannot be read ({error}).", _EXPECTED) from error

    def apply(
        self,
        probabilities: NDArray[np.float32],
        model_classes: ClassSet,
        project_classes: ClassSet,
        model_name: str,
    ) -> ProbabilityMap:
        """Turn a model's probabilities into a prediction in the project's classes.

        Parameters
        ----------
        probabilities : NDArray[np.float32]
            [M, H, W], 0-1, for the M classes of the model.
        model_classes, project_classes : ClassSet
            Of the model and of the project.
        model_name : str
            Kept in the prediction.

        Returns
        -------
        ProbabilityMap
            Labels follow the model's winning class, 255 where it has no partner; uncertainty is the model's own.

        Raises
        ------
        ClassesError
            When the channels are not the model's classes.
        """
        if probabilities.ndim != 3 or len(probabilities) != len(model_classes):
            raise ClassesError(
                f"The model '{model_name}' gives {len(probabilities)} channels for {len(model_classes)} classes.",
                "Choose another model.",
            )
        table = self._table(model_classes, project_classes)
        shares = np.zeros((len(project_classes), *probabilities.shape[1:]), np.uint8)
        for channel, value in enumerate(project_classes.indices):
            sources = np.flatnonzero(table == value)
            if len(sources) == 1:
                shares[channel] = _quantised(probabilities[sources[0]])
            elif len(sources):
                shares[channel] = _quantised(probabilities[sources].sum(axis=0))
        labels = table[winner(probabilities)]
        return ProbabilityMap(shares, labels, uncertainty_of(probabilities), project_classes.indices, model_name)

    def labels(
        self, probabilities: NDArray[np.float32], model_classes: ClassSet, project_classes: ClassSet
    ) -> NDArray[np.uint8]:
        """Return only the labels of `apply`: uint8 [H, W], values of the project's classes, or 255."""
        return self._table(model_classes, project_classes)[winner(probabilities)]

    def _table(self, model_classes: ClassSet, project_classes: ClassSet) -> NDArray[np.uint8]:
        """Uint8 [M]: the project's class value of each of the model's channels; 255 where there is none."""
        values = [self.value_of(name) for name in model_classes.names]
        known = [value is not None and project_classes.find(value) is not None for value in values]
        found = [value if there else IGNORE_INDEX for value, there in zip(values, known, strict=True)]
        return np.array(found, np.uint8)


def _quantised(share: NDArray[np.float32]) -> NDArray[np.uint8]:
    """0.0-1.0 -> 0-255, rounded."""
    scaled = share * np.float32(255.0)
    scaled += np.float32(0.5)
    return np.asarray(np.minimum(scaled, np.float32(255.0), out=scaled), np.uint8)


def winner(probabilities: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Uint8 [H, W]: the channel of the highest probability, the first among equals. Faster than argmax over axis 0."""
    best = probabilities[0].copy()
    winner = np.zeros(best.shape, np.uint8)
    for channel in range(1, len(probabilities)):
        higher = probabilities[channel] > best
        winner[higher] = channel
        np.maximum(best, probabilities[channel], out=best)
    return winner
