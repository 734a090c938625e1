import numpy as np
import pytest
import torch

from segcore.crf.smoothing import Smoothing, SmoothingAt

CPU = torch.device("cpu")


def kernel(height, width, sigma):
    y, x = np.mgrid[:height, :width]
    place = np.stack([y.ravel() / sigma[0], x.ravel() / sigma[1]], 1)
    weights = np.exp(-0.5 * ((place[:, None] - place[None]) ** 2).sum(-1))
    norm = 1 / np.sqrt(weights.sum(1))
    return norm[:, None] * weights * norm


@pytest.mark.parametrize("sigma", [(1.0, 1.0), (3.0, 2.0), (0.5, 40.0), (1e4, 1e4)])
@pytest.mark.parametrize("size", [(13, 17), (1, 9), (9, 1), (2, 700)])
def test_it_is_the_kernel_written_out(size, sigma):
    maps = np.random.default_rng(0).random((*size, 5), np.float32)
    found = Smoothing(*size, sigma, CPU)(torch.from_numpy(maps)).numpy()
    expected = (kernel(*size, sigma) @ maps.reshape(-1, 5)).reshape(maps.shape)
    np.testing.assert_allclose(found, expected, atol=5e-3 if max(size) < 64 else 2e-2)  # put together, where long


def test_without_reach_it_does_nothing():
    maps = torch.rand(4, 5, 2)
    assert torch.equal(Smoothing(4, 5, (0.1, 0.1), CPU)(maps), maps)


@pytest.mark.parametrize("sigma", [1.0, 3.0])
def test_at_single_pixels_it_is_nearly_the_same(sigma):
    # a border between two certain classes, and undecided pixels along it
    height, width = 40, 50
    settled = torch.zeros(height, width, dtype=torch.uint8)
    settled[:, 25:] = 1
    certain = torch.eye(2)[settled.long()].reshape(-1, 2)
    settled[:, 22:28] = 255
    settled = settled.reshape(-1)
    undecided = (settled == 255).nonzero()[:, 0]
    maps = certain.clone()
    maps[undecided] = torch.tensor([0.3, 0.7])
    smoothing = SmoothingAt((height, width), sigma, settled, undecided, maps[undecided].T.contiguous())
    found = smoothing(undecided)
    expected = Smoothing(height, width, (sigma, sigma), CPU)(maps.reshape(height, width, 2)).reshape(-1, 2)[undecided]
    torch.testing.assert_close(found.sum(1), torch.ones(len(undecided)))
    inner = ((undecided // width) >= 12) & ((undecided // width) < 28)
    # a few points of the Gaussian stand for all
    difference = (found[inner] - expected[inner]).abs()
    assert difference.mean() < 0.07
    assert difference.max() < 0.13
