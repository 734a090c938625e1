"""The live head on made-up features: two halves that differ in one channel."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.adaptation import live_head
from segcore.adaptation.feature_pyramid import FeaturePyramid, gather
from segcore.adaptation.fine_head import FineHead
from segcore.adaptation.fine_weights import FineWeights
from segcore.adaptation.grid import enlarged
from segcore.adaptation.live_head import LiveHead
from segcore.adaptation.live_image import cells, shares
from segcore.adaptation.live_options import LiveOptions
from segcore.adaptation.pixel_features import CHANNELS, MOST_PIXELS, pixel_features
from segcore.adaptation.ridge import Sums, fit
from segcore.adaptation.scorer import Scorer
from segcore.adaptation.shrinking import shrinking
from segcore.adaptation.trust import NEVER, Trust
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.errors import LabelError
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import Steps, drive
from tests.segcore.adaptation.scenes import HEIGHT, TRUTH, WIDTH, dab, decided, opened, scene

# -- the head ------------------------------------------------------------------------------------------------------


def test_two_strokes_label_the_whole_image():
    head = opened()
    assert (decided(head) == 255).all()
    head.add_stroke(dab(8, 20), 3)
    head.add_stroke(dab(70, 20), 7)
    found = decided(head)
    assert (found[:, :44] == 3).mean() > 0.98
    assert (found[:, 52:] == 7).mean() > 0.98


def test_what_a_person_painted_or_confirmed_stays():
    head = opened(LiveOptions(gain=0.1, reach=0.0))
    head.add_stroke(dab(8, 20), 3)
    head.add_stroke(dab(70, 20), 7)
    label_map = LabelMap.blank(HEIGHT, WIDTH)
    label_map.labels[:], label_map.provenance[:30] = 7, Provenance.PAINTED
    label_map.provenance[30:50] = Provenance.CONFIRMED
    label_map.provenance[50:] = Provenance.PREDICTED
    found = decided(head, label_map)
    assert (found[:50] == 255).all()
    assert (found[50:, :44] == 3).mean() > 0.9


def test_a_label_flips_only_where_the_gain_is_large_enough():
    head = opened(LiveOptions(gain=9.0, rare=0.0))
    head.add_stroke(dab(8, 20), 3)
    head.add_stroke(dab(70, 20), 7)
    label_map = LabelMap.blank(HEIGHT, WIDTH)
    label_map.labels[:31], label_map.provenance[:31] = 7, Provenance.PREDICTED
    found = decided(head, label_map)
    assert (found[:31] == 255).all()
    assert (found[31:] != 255).all()


def test_labels_of_a_class_that_was_never_painted_stay():
    """A model predicted three classes: one stroke of one of them says nothing about where the others are."""
    head = opened()
    head.add_stroke(dab(8, 8), 3)
    predicted = LabelMap.blank(HEIGHT, WIDTH)
    predicted.labels[:], predicted.provenance[:] = TRUTH, Provenance.PREDICTED
    predicted.labels[:20, 60:], predicted.labels[40:] = 5, 255
    found = decided(head, predicted)
    assert (found[:40][predicted.labels[:40] != 3] == 255).all()
    assert (found[40:] == 3).all()  # empty pixels are filled


def test_an_undone_stroke_is_forgotten():
    head = opened()
    head.add_stroke(dab(8, 20), 3)
    number = head.add_stroke(dab(70, 20), 7)
    head.remove_stroke(number)
    assert (decided(head) == 3).all()
    with pytest.raises(LabelError):
        head.remove_stroke(number)


@pytest.mark.parametrize("done", [1, 3])
def test_the_next_image_is_labelled_before_the_first_stroke(done):
    truth = TRUTH
    head = LiveHead()
    for seed in range(done):
        drive(head.open_image(*scene(seed)))
        drive(head.finish_image(truth))
    drive(head.open_image(*scene(9)))
    assert (decided(head) == truth).mean() > 0.95
    label_map = LabelMap.blank(HEIGHT, WIDTH)
    confidence = head.decide(label_map.labels, label_map.provenance).confidence
    assert confidence.dtype == np.float32
    assert 0.0 <= confidence.min() <= confidence.max() <= 1.0


def dark_scene(seed: int) -> tuple[np.ndarray, FeaturePyramid]:
    """The scene without its bright half."""
    image, pyramid = scene(seed)
    levels = tuple(np.concatenate([each[:, : each.shape[1] // 2]] * 2, axis=1) for each in pyramid.levels)
    return np.full_like(image, 60), FeaturePyramid(levels, pyramid.strides, HEIGHT, WIDTH)


def test_a_class_that_comes_later_is_learned():
    head = LiveHead()
    for seed in range(2):
        drive(head.open_image(*dark_scene(seed)))
        drive(head.finish_image(np.full((HEIGHT, WIDTH), 3, np.uint8)))
    drive(head.open_image(*scene(5)))
    head.add_stroke(dab(70, 20), 7)
    number = head.add_stroke(dab(70, 40), 7)
    assert (decided(head)[:, 52:] == 7).mean() > 0.5
    head.remove_stroke(number)
    drive(head.finish_image(np.where(np.arange(WIDTH) < 48, 3, 7).astype(np.uint8) * np.ones((HEIGHT, 1), np.uint8)))


@pytest.mark.parametrize("box", [Box(0, 0, 90, 62), Box(13, 7, 60, 33), Box(89, 61, 90, 62), Box(40, 0, 41, 62)])
def test_a_region_is_decided_as_the_whole_image_is(box):
    head = opened()
    drive(head.finish_image(TRUTH))
    drive(head.open_image(*scene(1)))
    head.add_stroke(dab(8, 20), 3)
    label_map = LabelMap.blank(HEIGHT, WIDTH)
    label_map.labels[30:], label_map.provenance[30:] = 7, Provenance.PREDICTED
    label_map.provenance[:, 40:50] = Provenance.PAINTED
    whole = head.decide(label_map.labels, label_map.provenance)
    part = head.decide(label_map.labels, label_map.provenance, box)
    assert (part.labels == whole.labels[box.slices]).all()
    np.testing.assert_allclose(part.confidence, whole.confidence[box.slices], atol=1e-5)


def test_strips_are_decided_as_the_whole_image_is(monkeypatch):
    monkeypatch.setattr(live_head, "STRIP_PIXELS", 7 * WIDTH)
    head = opened()
    head.add_stroke(dab(8, 20), 3)
    head.add_stroke(dab(70, 20), 7)
    label_map = LabelMap.blank(HEIGHT, WIDTH)
    whole = head.decide(label_map.labels, label_map.provenance)
    steps = Steps(head.decide_all(label_map.labels, label_map.provenance))
    assert len(list(steps)) == 9
    assert (steps.result.labels == whole.labels).all()
    np.testing.assert_allclose(steps.result.confidence, whole.confidence, atol=1e-5)


def test_wrong_use_says_so():
    head = LiveHead()
    with pytest.raises(LabelError):
        head.add_stroke(dab(0, 0), 1)
    drive(head.open_image(*scene()))
    with pytest.raises(LabelError):
        head.decide(np.zeros((5, 5), np.uint8), np.zeros((5, 5), np.uint8))


def test_an_image_without_any_known_pixel_teaches_nothing():
    head = opened()
    drive(head.finish_image(np.full((HEIGHT, WIDTH), 255, np.uint8)))
    drive(head.open_image(*scene(1)))
    assert (decided(head) == 255).all()


def test_an_all_black_image_is_no_trouble():
    head = LiveHead()
    levels = (np.zeros((16, 24, 6), np.float16), np.zeros((8, 12, 4), np.float16))
    drive(head.open_image(np.zeros((HEIGHT, WIDTH, 3), np.uint8), FeaturePyramid(levels, (4, 8), HEIGHT, WIDTH)))
    head.add_stroke(dab(8, 20), 3)
    head.add_stroke(dab(70, 20), 7)
    assert set(np.unique(decided(head))) <= {3, 7}


# -- its parts -----------------------------------------------------------------------------------------------------


def test_ridge_has_the_closed_form():
    rng = np.random.default_rng(1)
    x, w, y = rng.normal(size=(50, 4)).astype(np.float32), rng.random(50).astype(np.float32), rng.integers(0, 2, 50)
    sums = Sums.none(4)
    for value in (0, 1):
        sums.add(x[y == value], w[y == value], value)
    towards = rng.normal(size=(4, 2))
    for start in (None, towards):
        found = fit(sums, 2.0, start)
        targets = np.eye(2)[y] - 0.5
        base = np.zeros((4, 2)) if start is None else start
        root = np.sqrt(w)[:, None]
        rows = np.vstack([root * x, np.sqrt(2.0) * np.eye(4)])
        wanted = np.linalg.lstsq(rows, np.vstack([root * targets, np.sqrt(2.0) * base]), rcond=None)[0]
        np.testing.assert_allclose(found.weights, wanted, rtol=1e-4, atol=1e-5)


def test_examples_that_are_taken_away_leave_nothing():
    x, w = np.random.default_rng(2).normal(size=(9, 3)).astype(np.float32), np.ones(9, np.float32)
    sums = Sums.none(3)
    sums.add(x, w, 4)
    sums.remove(x, w, 4, others=False)
    assert np.abs(sums.xx).max() < 1e-12
    assert not sums.xy


def test_gathered_cells_are_those_of_the_expanded_map():
    level = np.random.default_rng(3).normal(size=(5, 7, 6)).astype(np.float32)
    rows, columns = np.mgrid[:20, :28].reshape(2, -1)
    expanded = enlarged(level.transpose(2, 0, 1), Box(0, 0, 7, 5), 4, Box(0, 0, 28, 20))
    np.testing.assert_allclose(gather(level, 4, rows, columns), expanded[:, rows, columns].T, atol=1e-5)


def test_cells_of_a_stroke_have_the_share_that_is_covered():
    rows, columns, share = cells(Covered(Box(6, 4, 10, 8), np.ones((4, 4), np.bool_)))
    assert list(zip(rows, columns, share, strict=True)) == [(1, 1, 0.5), (1, 2, 0.5)]
    assert shares(np.ones((5, 5), np.bool_)).tolist() == [[1.0, 0.25], [0.25, 0.0625]]


def test_trust_asks_for_the_lead_from_which_a_rare_class_was_right():
    trust = Trust(precision=0.85, rare=0.05, decay=0.9)
    trust.count({0: 9900.0, 1: 100.0})
    assert trust.bias(0, {}) == 0.0
    leads = np.concatenate([np.full(1000, 0.1), np.full(1000, 0.6)]).astype(np.float32)
    trust.learn(1, leads, leads > 0.5)
    assert 0.1 < trust.bias(1, {}) <= 0.6
    trust.learn(1, leads, np.zeros(2000, np.bool_))
    trust.learn(1, leads, np.zeros(2000, np.bool_))
    assert 0.6 < trust.bias(1, {}) <= NEVER
    assert trust.bias(1, {1: 5000.0}) == 0.0


def test_pixel_features_see_a_line_of_two_pixels():
    image = np.full((40, 60, 3), 150, np.uint8)
    image[:, 29:31] = 60
    found = pixel_features(image).astype(np.float32)
    assert found.shape == (CHANNELS, 40, 60)
    assert found[3, 20, 30] > 5 * abs(found[3, 20, 10]) + 0.01
    assert found[6, 20, 30] > 0
    assert shrinking(1500, 1501, MOST_PIXELS) == 2
    large = pixel_features(np.zeros((1500, 1501, 3), np.uint8), 2)
    assert large.shape == (CHANNELS, 750, 751)
    assert large[0].size <= MOST_PIXELS


def test_a_fine_head_that_knows_nothing_passes_the_scores_on():
    assert FineHead().fitted() is None
    nothing = FineWeights((), np.ones((4, 3)), np.zeros((0, 4)), np.zeros((0, 3)))
    scorer = Scorer((2, 9), np.ones((3, 2), np.float32))
    assert scorer.with_fine(nothing).values == (2, 9)
    np.testing.assert_array_equal(scorer.with_fine(nothing).weights, scorer.weights)


def test_fine_weights_give_what_the_formula_says():
    rng = np.random.default_rng(4)
    inward, outward, direct = (rng.normal(size=shape).astype(np.float32) for shape in ((5, 4), (2, 5), (2, 4)))
    pixels = rng.normal(size=(3, 7, 400)).astype(np.float16)
    x = np.concatenate([pixels.reshape(3, -1).astype(np.float32), np.ones((1, 2800), np.float32)])
    wanted = outward @ np.maximum(inward @ x, 0) + direct @ x
    found = FineWeights((1, 2), inward, outward, direct).scores(pixels)
    np.testing.assert_allclose(found.reshape(2, -1), wanted, atol=1e-5)
