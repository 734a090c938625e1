from __future__ import annotations

import numpy as np
import pytest

from segcore.training.augment import Augment
from segcore.training.dataset import Example


def example(truth: np.ndarray) -> Example:
    image = np.stack([truth * 50] * 3, axis=-1).astype(np.uint8)
    points = {int(c): np.argwhere(truth == c).astype(np.int32) for c in np.unique(truth) if c != 255}
    return Example(image, truth.astype(np.uint8), (truth == 1).astype(np.uint8), points)


def halves(height: int = 48, width: int = 80) -> np.ndarray:
    truth = np.zeros((height, width), np.uint8)
    truth[:, width // 2 :] = 1
    return truth


def test_image_and_truth_stay_together_through_scale_crop_and_flip():
    augment = Augment(32, 48, scale=(0.5, 2.0), colour=0.0)
    for seed in range(30):
        image, truth, confirmed = augment(example(halves() + 1), np.random.default_rng(seed))
        assert image.shape == (3, 32, 48)
        assert truth.shape == (32, 48)
        inside = (truth != 255) & (image[0] % 50 == 0)
        assert inside.float().mean() > 0.1
        assert (image[0][inside] == truth[inside] * 50).all()
        assert ((confirmed == 1) == (truth == 1)).all()
        assert not (confirmed > 1).any()


def test_unscaled_whole_image_comes_back_or_mirrored():
    augment = Augment(48, 80, scale=(1.0, 1.0), colour=0.0)
    truths = [augment(example(halves()), np.random.default_rng(seed))[1] for seed in range(20)]
    plain = [np.array_equal(t, halves()) for t in truths]
    mirrored = [np.array_equal(t, halves()[:, ::-1]) for t in truths]
    assert all(a or b for a, b in zip(plain, mirrored, strict=True))
    assert any(plain)
    assert any(mirrored)


def test_beyond_the_edge_is_grey_and_ignored():
    image, truth, confirmed = Augment(64, 64, scale=(1.0, 1.0), colour=0.0)(
        example(halves(20, 20)), np.random.default_rng(0)
    )
    assert (truth != 255).sum() == 400
    assert (image[:, truth == 255] == 127).all()
    assert not confirmed[truth == 255].any()


def test_every_crop_holds_a_pixel_that_counts():
    truth = np.full((400, 400), 255, np.uint8)
    truth[350:353, 20:23] = 1
    for seed in range(40):
        assert (Augment(32, 32)(example(truth), np.random.default_rng(seed))[1] == 1).any()


def test_rare_classes_are_sought():
    truth = np.zeros((400, 400), np.uint8)
    truth[100:104, 300:304] = 1
    whole = example(truth)
    share = {
        balance: np.mean(
            [(Augment(32, 32, balance=balance)(whole, np.random.default_rng(s))[1] == 1).any() for s in range(200)]
        )
        for balance in (0.0, 1.0)
    }
    assert share[0.0] < 0.1
    assert share[1.0] > 0.4


@pytest.mark.parametrize("colour", [0.0, 0.3])
def test_the_same_seed_draws_the_same_crop(colour):
    augment = Augment(32, 32, colour=colour)
    first, again = (augment(example(halves()), np.random.default_rng(5)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


def test_turned_crops_are_full_and_stay_with_their_truth():
    truth = np.full((200, 200), 1, np.uint8)
    truth[:, 100:] = 2
    augment = Augment(48, 64, scale=(1.0, 1.0), colour=0.0, flip=False, balance=1.0, rotation=10.0)
    slanted = 0
    for seed in range(20):
        image, turned, _ = augment(example(truth), np.random.default_rng(seed))
        assert image.shape == (3, 48, 64)
        assert (turned != 255).all()  # no empty corner, although the crop is turned
        assert (image[0][image[0] % 50 == 0] == 50 * turned[image[0] % 50 == 0]).all()
        slanted += len({int((row == 1).sum()) for row in turned}) > 1
    assert slanted > 2


def test_blur_spreads_a_point_and_leaves_the_truth():
    truth = np.zeros((64, 64), np.uint8)
    truth[32, 32] = 5
    whole = example(truth)
    plain = Augment(64, 64, scale=(1.0, 1.0), colour=0.0, flip=False)
    blurred = Augment(64, 64, scale=(1.0, 1.0), colour=0.0, flip=False, blur=1.0)
    (sharp, left, _), (soft, right, _) = (augment(whole, np.random.default_rng(3)) for augment in (plain, blurred))
    assert (left == right).all()
    assert int((soft[0] > 0).sum()) > int((sharp[0] > 0).sum())


def test_colours_vary_and_truth_does_not():
    truth = halves()
    crops = [Augment(48, 80, scale=(1.0, 1.0), flip=False)(example(truth), np.random.default_rng(s)) for s in range(8)]
    assert all((labels.numpy() == truth).all() for _, labels, _ in crops)
    assert len({float(image.float().mean()) for image, _, _ in crops}) == 8


def test_shrunk_and_enlarged_objects_have_the_size_they_should():
    truth = np.zeros((200, 200), np.uint8)
    truth[60:140, 60:140] = 1
    for factor in (0.5, 2.0):
        augment = Augment(round(200 * factor), round(200 * factor), scale=(factor, factor), colour=0.0)
        _, labels, _ = augment(example(truth), np.random.default_rng(0))
        assert int((labels == 1).sum()) == round(80 * factor) ** 2
