import math

import pytest
import torch

from segcore.crf.permutohedral import Lattice


def lattice_of(features):
    building = Lattice.build(features)
    while True:
        try:
            next(building)
        except StopIteration as stop:
            return stop.value


def points(count=400, dimensions=5, spread=3.0, seed=0):
    random = torch.Generator().manual_seed(seed)
    return torch.rand(dimensions, count, generator=random) * spread


def filtered(lattice, values):
    return lattice.slice(lattice.blur(lattice.splat(values)))


@pytest.mark.parametrize("dimensions", [1, 2, 3, 5])
def test_it_weighs_like_a_gaussian(dimensions):
    # Adams et al. 2010 report the lattice's error as a few percent of a Gaussian; means over all points, each share of
    # a half, come within 3 % of the sums written out.
    features = points(600, dimensions, 6.0 if dimensions < 3 else 3.0)
    values = (features[:1].T > 2.0).float()
    lattice = lattice_of(features)
    found = filtered(lattice, values) / filtered(lattice, torch.ones_like(values))
    kernel = torch.exp(-0.5 * torch.cdist(features.T, features.T) ** 2)
    expected = kernel @ values / kernel.sum(1, keepdim=True)
    assert (found - expected).abs().mean() < 0.03
    assert (found - expected).abs().max() < 0.15


def test_a_vertex_is_its_own_simplex():
    # the origin is a vertex of remainder 0: all its weight lies there, and blurring leaves it 1 + 6 * 0 there
    lattice = lattice_of(torch.zeros(5, 1))
    assert lattice.located.weights.max() == 1.0
    spread = lattice.splat(torch.ones(1, 1))
    assert spread.sum() == 1.0


def test_weights_sum_to_one_and_are_not_negative():
    lattice = lattice_of(points(3000, 5, 40.0))
    assert lattice.located.weights.min() >= -1e-5
    torch.testing.assert_close(lattice.located.weights.sum(1), torch.ones(3000), atol=1e-5, rtol=0)


def test_splat_is_the_transpose_of_slice_and_blur_nearly_its_own():
    lattice = lattice_of(points(200, 5, 5.0))
    random = torch.Generator().manual_seed(1)
    at_points = torch.rand(200, 3, generator=random)
    at_vertices = torch.rand(lattice.vertices, 3, generator=random)
    one = (lattice.splat(at_points) * at_vertices).sum()
    other = (at_points * lattice.slice(at_vertices)).sum()
    torch.testing.assert_close(one, other)


def test_neighbours_on_a_line():
    # in one dimension there is one direction, and it is blurred twice with (1/2, 1, 1/2): 1/4, 1, 3/2, 1, 1/4
    spacing = 1.0 / (math.sqrt(2.0 / 3.0) * 2.0 / math.sqrt(2.0))
    features = torch.arange(9.0)[None] * spacing
    lattice = lattice_of(features)
    assert lattice.vertices == 9
    values = torch.zeros(9, 1)
    values[4] = 1.0
    torch.testing.assert_close(
        filtered(lattice, values)[:, 0], torch.tensor([0, 0, 0.25, 1.0, 1.5, 1.0, 0.25, 0, 0]), atol=1e-4, rtol=0
    )


def test_points_are_located_where_they_were_splatted():
    features = points(5000, 5, 12.0)
    lattice = lattice_of(features)
    located = lattice.locate(features)
    lost = located.weights.sum(1) < 1 - 1e-4
    assert lost.float().mean() < 0.02, "vertices that share both places of the tables"
    torch.testing.assert_close(located.weights[~lost], lattice.located.weights[~lost])
    there = located.weights[~lost] > 0
    assert (located.vertices[~lost][there] == lattice.located.vertices[~lost][there]).all()


def test_what_is_far_from_all_points_has_no_vertex():
    lattice = lattice_of(points())
    assert lattice.locate(torch.full((5, 2), 100.0)).weights.sum() == 0


def test_coordinates_too_large_for_64_bits_together():
    features = points(300, 5, 30_000.0)
    lattice = lattice_of(features)
    ones = torch.ones(300, 1)
    found = filtered(lattice, ones)
    assert torch.isfinite(found).all()
    assert lattice.vertices <= 300 * 6
    assert lattice.vertices > 300 * 5.9, "points that far apart share no vertex"
