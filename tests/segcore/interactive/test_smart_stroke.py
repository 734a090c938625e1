from __future__ import annotations

import numpy as np
import pytest

from segcore.errors import CrfError
from segcore.interactive.smart_stroke import STROKE, SmartStroke
from segcore.interactive.window import Windows
from segcore.labels.label_map import Provenance
from segcore.progress import drive
from tests.segcore.interactive.small_scenes import BLUE, NO_VALUES, RED, disc, pen, two_halves


def blank(image, label=255):
    labels = np.full(image.shape[:2], label, np.uint8)
    provenance = np.full(image.shape[:2], Provenance.UNTOUCHED if label == 255 else Provenance.PREDICTED, np.uint8)
    return labels, provenance


def result(stroke, covered, shape):
    """Bool [H, W] of what becomes the value."""
    decision = drive(stroke.decide(covered))
    assert decision.mask.shape == (decision.box.height, decision.box.width)
    found = np.zeros(shape, np.bool_)
    found[decision.box.slices] = decision.mask
    return found


def test_fills_the_object_and_stops_at_its_edge_without_a_model():
    image = two_halves()
    object_ = disc(image, 80, 50, 24, (230, 220, 60))
    labels, provenance = blank(image)
    stroke = SmartStroke(image, labels, provenance, None, NO_VALUES, 3)
    found = result(stroke, pen(78, 82, 40, 60), labels.shape)
    assert (found & object_).sum() >= 0.97 * object_.sum()
    assert (found & ~object_).sum() <= 0.03 * object_.sum()


def test_does_not_leak_over_an_even_image():
    image = np.full((256, 256, 3), 128, np.uint8)
    labels, provenance = blank(image)
    found = result(SmartStroke(image, labels, provenance, None, NO_VALUES, 1), pen(126, 130, 118, 138), labels.shape)
    assert found[126:130, 118:138].all()
    assert found.sum() < 0.5 * found.size
    assert not found[:8].any()
    assert not found[:, -8:].any()


def test_the_pen_alone_is_never_less_than_itself():
    image = np.random.default_rng(1).integers(0, 256, (90, 120, 3), np.uint8)
    labels, provenance = blank(image, 2)
    found = result(SmartStroke(image, labels, provenance, None, NO_VALUES, 5), pen(40, 41, 60, 61), labels.shape)
    assert found[40, 60]


def test_painted_and_confirmed_pixels_stay_where_the_pen_only_slips_over_their_border():
    image = two_halves()
    labels, provenance = blank(image, 0)
    labels[60:100, 20:40] = 2
    provenance[60:100, 20:40] = Provenance.PAINTED
    labels[0:20, 0:100] = 4
    provenance[0:20, 0:100] = Provenance.CONFIRMED
    # 20 of the pen's 800 pixels lie on the patch: less than a twentieth
    found = result(SmartStroke(image, labels, provenance, None, NO_VALUES, 1), pen(70, 90, 39, 79), labels.shape)
    human = provenance >= Provenance.PAINTED
    under = np.zeros_like(found)
    under[70:90, 39:79] = True
    assert found[under].all()
    assert not found[human & ~under].any()
    assert (found & ~under).sum() > 300


def test_only_classes_that_the_pen_crosses_change():
    image = np.full((128, 128, 3), 90, np.uint8)
    labels, provenance = blank(image, 0)
    labels[:, 70:] = 4
    found = result(SmartStroke(image, labels, provenance, None, NO_VALUES, 1), pen(60, 68, 50, 68), labels.shape)
    assert found[60:68, 50:68].all()
    assert not found[:, 70:].any()


def test_pixels_of_the_value_elsewhere_are_not_in_the_answer_and_all_is_joined_to_the_pen():
    image = two_halves()
    near, far = (disc(image, 80, x, 18, (230, 220, 60)) for x in (40, 150))
    labels, provenance = blank(image, 0)
    labels[:20, :20] = 1
    found = result(SmartStroke(image, labels, provenance, None, NO_VALUES, 1), pen(78, 82, 32, 48), labels.shape)
    assert not found[:20, :20].any()
    assert (found & near).sum() > 0.9 * near.sum()
    assert not (found & far).any()


def test_erasing_takes_the_region_away_and_goes_no_farther():
    image = two_halves()
    object_ = disc(image, 80, 50, 24, (230, 220, 60))
    labels, provenance = blank(image, 0)
    labels[object_] = 3
    found = result(SmartStroke(image, labels, provenance, None, NO_VALUES, 255), pen(78, 82, 40, 60), labels.shape)
    assert (found & object_).sum() > 0.9 * object_.sum()
    assert not (found & ~object_).any()


def wrong_square(confidence):
    """A grey image; the network calls a square class 0 with less confidence than the rest; channels 0 and 1."""
    image = np.full((160, 160, 3), 120, np.uint8)
    shares = np.empty((2, 160, 160), np.float32)
    shares[0] = 0.99
    shares[0, 50:110, 50:110] = confidence
    shares[1] = 1 - shares[0]
    return image, shares


def test_where_the_network_is_sure_a_stroke_stops_without_an_edge():
    image, shares = wrong_square(0.6)
    image[50:110] = (180, 60, 60)  # from side to side: only the network tells the square from the rest
    labels, provenance = blank(image, 0)
    square = np.zeros(labels.shape, np.bool_)
    square[50:110, 50:110] = True
    covered = pen(76, 84, 56, 104)
    with_it = SmartStroke(image, labels, provenance, lambda box: shares[:, *box.slices], np.array([0, 1], np.uint8), 1)
    found = result(with_it, covered, labels.shape)
    assert (found & square).sum() > 0.9 * square.sum()
    assert (found & ~square).sum() < 0.1 * square.sum()


@pytest.mark.parametrize("values", [[0, 255], [255, 255], [7, 9]])
def test_classes_that_the_network_or_the_project_lacks(values):
    image, shares = wrong_square(0.6)
    labels, provenance = blank(image, 0)
    stroke = SmartStroke(image, labels, provenance, lambda box: shares[:, *box.slices], np.array(values, np.uint8), 1)
    found = result(stroke, pen(76, 84, 60, 100), labels.shape)
    assert found[76:84, 60:100].all()
    assert found.sum() < found.size / 2


def test_probabilities_without_sense_are_no_catastrophe_and_of_another_size_an_error():
    image, shares = wrong_square(0.6)
    labels, provenance = blank(image, 0)
    shares[:, 60:70] = np.nan
    values = np.array([0, 1], np.uint8)
    found = result(
        SmartStroke(image, labels, provenance, lambda box: shares[:, *box.slices], values, 1),
        pen(76, 84, 60, 100),
        labels.shape,
    )
    assert found.sum() >= 320
    with pytest.raises(CrfError, match="probabilities"):
        drive(SmartStroke(image, labels, provenance, lambda box: shares, values[:1], 1).decide(pen(5, 9, 5, 9)))


@pytest.mark.parametrize(
    "at", [(0, 1, 0, 1), (159, 160, 199, 200), (0, 160, 0, 3), (0, 160, 0, 200), (80, 81, 100, 101)]
)
def test_strokes_at_the_border_of_one_pixel_and_of_everything(at):
    image = two_halves()
    labels, provenance = blank(image)
    found = result(SmartStroke(image, labels, provenance, None, NO_VALUES, 1), pen(*at), labels.shape)
    top, bottom, left, right = at
    assert found[top:bottom, left:right].all()


def test_an_image_of_one_pixel_and_a_stroke_of_none():
    image = np.zeros((1, 1, 3), np.uint8)
    labels, provenance = blank(image)
    stroke = SmartStroke(image, labels, provenance, None, NO_VALUES, 1)
    assert result(stroke, pen(0, 1, 0, 1), (1, 1)).all()
    nothing = drive(stroke.decide(np.zeros((1, 1), np.bool_)))
    assert nothing.box.is_empty
    assert nothing.mask.shape == (0, 0)


def test_a_whole_mask_means_the_same_as_a_box_and_its_mask():
    image = two_halves()
    labels, provenance = blank(image)
    whole = np.zeros(labels.shape, np.bool_)
    whole[78:82, 20:60] = True
    answers = [
        drive(SmartStroke(image, labels, provenance, None, NO_VALUES, 1).decide(given))
        for given in (whole, pen(78, 82, 20, 60))
    ]
    assert answers[0].box == answers[1].box
    assert np.array_equal(answers[0].mask, answers[1].mask)


def test_a_growing_stroke_does_not_flicker():
    image = two_halves(256, 256)
    labels, provenance = blank(image)
    windows = Windows(image)
    stroke = SmartStroke(image, labels, provenance, None, NO_VALUES, 1, windows=windows)
    before = None
    for right in range(60, 100, 4):
        found = result(stroke, pen(120, 126, 50, right), labels.shape)
        if before is not None:
            assert (before & ~found).sum() <= 0.02 * before.sum()
        before = found
    assert not found[:, 134:].any()


def test_a_stroke_across_a_large_image_is_decided_at_a_coarser_scale():
    image = np.tile(two_halves(100, 200), (6, 9, 1))
    labels, provenance = blank(image)
    windows = Windows(image)
    covered = pen(300, 302, 2, 1798)
    found = result(SmartStroke(image, labels, provenance, None, NO_VALUES, 1, windows=windows), covered, labels.shape)
    window = windows.around(covered.box)
    assert window.factor > 1
    assert window.image.shape[0] * window.image.shape[1] <= 100_000
    assert found[300:302, 2:1798].all()


def test_closing_it_ends_the_engine_s_work():
    image = two_halves()
    labels, provenance = blank(image)
    stroke = SmartStroke(image, labels, provenance, None, NO_VALUES, 1)
    for steps in (1, 3, 5):
        task = stroke.decide(pen(78, 82, 20, 60))
        for _ in range(steps):
            next(task)
        task.close()
    assert result(stroke, pen(78, 82, 20, 60), labels.shape).sum() > 160


def test_maps_and_strokes_of_another_size_are_errors():
    image = two_halves()
    labels, provenance = blank(image)
    with pytest.raises(CrfError, match="labels"):
        SmartStroke(image, labels[1:], provenance, None, NO_VALUES, 1)
    with pytest.raises(CrfError, match="RGB"):
        SmartStroke(image[..., 0], labels, provenance, None, NO_VALUES, 1)
    stroke = SmartStroke(image, labels, provenance, None, NO_VALUES, 1)
    with pytest.raises(CrfError, match="fit"):
        drive(stroke.decide(pen(150, 170, 0, 5)))


def test_the_labels_given_are_only_read():
    image = two_halves()
    labels, provenance = blank(image, 0)
    for array in (image, labels, provenance):
        array.setflags(write=False)
    assert drive(
        SmartStroke(image, labels, provenance, None, NO_VALUES, 1, STROKE).decide(pen(70, 76, 20, 60))
    ).mask.any()


def test_a_region_that_goes_on_beyond_the_window_ends_round_the_stroke():
    # the network is wrong under the scribble and nearly right in all the rest of a half, which is larger than it
    image = np.zeros((900, 900, 3), np.uint8)
    image[:, :450], image[:, 450:] = RED, BLUE
    labels, provenance = blank(image, 0)
    windows = Windows(image)
    covered = pen(446, 454, 190, 230)

    believed = np.full(labels.shape, 0.9, np.float32)
    believed[covered.box.slices] = 0.1

    def probabilities(box):
        return np.stack([1 - believed[box.slices], believed[box.slices]])

    stroke = SmartStroke(image, labels, provenance, probabilities, np.array([0, 1], np.uint8), 1, windows=windows)
    found = result(stroke, covered, labels.shape)
    window = windows.around(covered.box)
    assert window.cut == (True, True, True, True)
    assert found.sum() > 3 * covered.mask.sum(), "it reaches beyond the pen"
    rim = np.ones(labels.shape, np.bool_)
    rim[window.box.top + 4 : window.box.bottom - 4, window.box.left + 4 : window.box.right - 4] = False
    assert not (found & rim).any()
