"""Lattice: Gaussian filtering of scattered points in few dimensions, on the permutohedral lattice."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import embedding_bag

_TABLE_LOAD = 8
"""Slots of the hash table for each vertex."""
_MIXERS = (-7046029254386353131, -4658895280553007687)
"""Odd multipliers without a pattern in their bits, one a hash table (Knuth, volume 3, section 6.4)."""


@dataclass(frozen=True)
class Located:
    """Positions of points among the lattice's vertices.

    Attributes
    ----------
    vertices : Tensor
        int32 [N, d + 1], the corners of the simplex that each point lies in.
    weights : Tensor
        float32 [N, d + 1], barycentric, summing to 1; 0 at a vertex that the lattice does not have.
    """

    vertices: Tensor
    weights: Tensor


@dataclass(frozen=True)
class _Bags:
    """The points around each vertex, vertex after vertex, with their weights, and each vertex' first entry."""

    points: Tensor
    weights: Tensor
    ends: Tensor


class Lattice:
    """Splat, blur and slice: a Gaussian filter that weighs two points by about exp(-|f_i - f_j|² / 2).

    The result is correct up to one common factor: divide by the result for ones. The steps are those of pydensecrf
    (Adams, Baek and Davis 2010, "Fast High-Dimensional Filtering Using the Permutohedral Lattice"), written with
    `embedding_bag`, which torch computes fast on any device. `build` makes one.

    Attributes
    ----------
    located : Located
        The points that the lattice was built from.
    points, vertices : int
        Their numbers.
    """

    def __init__(self, place: Tensor, keys: Tensor, located: Located, bags: _Bags) -> None:
        self._place, self._keys, self._bags = place, keys, bags
        self.located = located
        self.points, self.vertices = len(located.vertices), len(keys)
        self._neighbours: list[tuple[Tensor, Tensor]] = []
        self._tables: list[Tensor] = []

    @staticmethod
    def build(features: Tensor) -> Generator[None, None, Lattice]:
        """Build the lattice of ``features``, float32 [d, N], in standard deviations; yields between its steps."""
        simplex = _Simplex.of(features)
        yield
        reach = (simplex.base.amax(1) - simplex.base.amin(1)).long() + 4 * (len(features) + 2)
        radix = 2 * (reach // 2) + 1  # odd: values beyond 64 bits wrap around and still differ
        place = torch.cumprod(torch.cat([torch.ones_like(radix[:1]), radix[:-1]]), 0)
        keys = simplex.keys(place)
        yield
        ordered, order = torch.sort(keys.reshape(-1))
        yield
        kinds, slot, counts = torch.unique_consecutive(ordered, return_inverse=True, return_counts=True)
        vertices = torch.empty_like(slot, dtype=torch.int32)
        vertices[order] = slot.int()
        yield
        ends = torch.cat([counts.new_zeros(1), counts.cumsum(0)])
        bags = _Bags((order // keys.shape[1]).int(), simplex.weights.reshape(-1)[order], ends.int())
        lattice = Lattice(place, kinds, Located(vertices.reshape(keys.shape), simplex.weights), bags)
        for direction in range(len(features) + 1):
            yield
            lattice._neighbours.append(lattice._along(direction))
        return lattice

    def splat(self, values: Tensor) -> Tensor:
        """Distribute values, float32 [N, C], to the vertices around each point: float32 [V, C]."""
        bags = self._bags
        sums: Tensor = embedding_bag(
            bags.points, values, bags.ends, mode="sum", per_sample_weights=bags.weights, include_last_offset=True
        )
        return sums

    def blur(self, values: Tensor) -> Tensor:
        """Blur values at the vertices, float32 [V, C], with (1/2, 1, 1/2) along each direction of the lattice."""
        for vertices, weights in self._neighbours:
            values = embedding_bag(vertices, values, mode="sum", per_sample_weights=weights)
        return values

    def slice(self, values: Tensor, located: Located | None = None) -> Tensor:
        """Interpolate values at the vertices, float32 [V, C], at the points (or at ``located``): float32 [N, C]."""
        at = located or self.located
        points: Tensor = embedding_bag(at.vertices, values, mode="sum", per_sample_weights=at.weights)
        return points

    def locate(self, features: Tensor) -> Located:
        """Locate other points, float32 [d, N]. A corner that is not a vertex of the lattice gets weight 0."""
        simplex = _Simplex.of(features)
        keys = simplex.keys(self._place)
        vertices = self._look_up(keys)
        found = self._keys[vertices] == keys
        return Located(vertices, simplex.weights * found)

    def _look_up(self, keys: Tensor) -> Tensor:
        """Return for each key the vertex that has it, int32; some other vertex when none has.

        A vertex whose slot in the first table is taken has one in the second. One in hundreds collides in both and is
        not found; that error is smaller than the lattice's own.
        """
        self._tables = self._tables or self._tabulate()
        first, second = self._tables
        vertices = first[self._slot(keys, 0)]
        missed = (self._keys[vertices] != keys).nonzero(as_tuple=True)
        vertices[missed] = second[self._slot(keys[missed], 1)]
        return vertices

    def _tabulate(self) -> list[Tensor]:
        self._bits = max(8, math.ceil(math.log2(self.vertices * _TABLE_LOAD)))
        tables, left = [], torch.arange(self.vertices, device=self._keys.device)
        for number in range(len(_MIXERS)):
            table = torch.zeros(1 << self._bits, dtype=torch.int32, device=left.device)
            slots = self._slot(self._keys[left], number)
            table[slots] = left.int()
            left = left[table[slots] != left]
            tables.append(table)
        return tables

    def _slot(self, keys: Tensor, number: int) -> Tensor:
        return ((keys * _MIXERS[number]) >> (64 - self._bits)) & ((1 << self._bits) - 1)

    def _along(self, direction: int) -> tuple[Tensor, Tensor]:
        """Return each vertex with its two neighbours in one direction, int32 [V, 3], and their weights."""
        step = -self._place.sum()
        if direction < len(self._place):
            step = step + (len(self._place) + 1) * self._place[direction]
        wanted = self._keys + step
        found = torch.searchsorted(self._keys, wanted).clamp_(max=self.vertices - 1)
        there = self._keys[found] == wanted
        own = torch.arange(self.vertices, device=wanted.device)
        vertices = own[:, None].repeat(1, 3)
        weights = torch.zeros(self.vertices, 3, device=wanted.device)
        weights[:, 1] = 1.0
        vertices[:, 2] = torch.where(there, found, own)
        weights[:, 2] = 0.5 * there
        back = found[there]
        vertices[back, 0] = own[there]
        weights[back, 0] = 0.5
        return vertices.int(), weights


@dataclass(frozen=True)
class _Simplex:
    """The simplex that each point lies in.

    Attributes
    ----------
    base : Tensor
        float32 [d, N], whole numbers, the coordinates of the simplex' vertex of remainder 0 (the last is implied).
    rank : Tensor
        int64 [d + 1, N], the place of each coordinate's difference to the base in falling order.
    weights : Tensor
        float32 [N, d + 1], barycentric.
    """

    base: Tensor
    rank: Tensor
    weights: Tensor

    @staticmethod
    def of(features: Tensor) -> _Simplex:
        """Find them (Adams, Baek and Davis 2010, section 3.1 and appendix)."""
        dimensions, points = features.shape
        corners = dimensions + 1
        elevated = _elevation(dimensions).to(features.device) @ features
        base = torch.round(elevated / corners)
        excess = base.sum(0)
        base *= corners
        difference = elevated - base
        rank = torch.zeros(corners, points, device=features.device)
        for one in range(corners):
            for other in range(one + 1, corners):
                less = (difference[one] < difference[other]).float()
                rank[one] += less
                rank[other] += 1.0 - less
        rank += excess
        outside = ((rank < 0).float() - (rank > dimensions).float()) * corners
        rank += outside
        base += outside
        difference -= outside
        places = rank.long()
        rising = torch.empty_like(difference).scatter_(0, dimensions - places, difference / corners)
        weights = rising.clone()
        weights[1:] -= rising[:-1]
        weights[0] += 1.0 - rising[-1]
        return _Simplex(base[:dimensions], places, weights.T.contiguous())

    def keys(self, place: Tensor) -> Tensor:
        """Return numbers of the simplex' vertices, int64 [N, d + 1], for place values of the coordinates, int64 [d].

        The vertex of remainder r adds r to the coordinates of the d + 1 - r lowest ranks and r - (d + 1) to the others.
        """
        corners, points = self.rank.shape
        base = (self.base.long() * place[:, None]).sum(0)
        values = torch.zeros(corners, points, dtype=torch.int64, device=place.device)
        values[: len(place)] = place[:, None]
        by_rank = torch.empty_like(values).scatter_(0, self.rank, values)
        keys = torch.empty(points, corners, dtype=torch.int64, device=place.device)
        total = place.sum()
        for remainder in range(corners):
            if remainder:
                base = base + total - corners * by_rank[corners - remainder]
            keys[:, remainder] = base
        return keys


def _elevation(dimensions: int) -> Tensor:
    """Return float32 [d + 1, d]: points to the plane of the lattice, scaled so that its blur is a unit Gaussian."""
    scale = math.sqrt(2.0 / 3.0) * (dimensions + 1)
    matrix = torch.zeros(dimensions + 1, dimensions)
    for axis in range(dimensions):
        factor = scale / math.sqrt((axis + 1) * (axis + 2))
        matrix[: axis + 1, axis] = factor
        matrix[axis + 1, axis] = -(axis + 1) * factor
    return matrix
