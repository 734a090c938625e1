"""docs/strides.py and docs/context.py: the pictures and numbers on the page for students."""

import re

import numpy as np


def test_what_fills_half_a_cell_stays_and_what_does_not_is_lost(strides):
    labels = np.zeros((8, 12), np.uint8)
    labels[:, 4:8] = 1  # a whole column of cells of 4 pixels
    labels[0, 0] = 2  # a sixteenth of a cell
    after = strides.coarse(labels, 3, 4)
    assert after.shape == labels.shape
    assert (after[:, 5:7] == 1).all()
    assert (after[:, [0, 1, 10, 11]] == 0).all()


def test_the_page_has_the_numbers_of_the_script(strides, texts):
    page = texts["docs/students.md"]
    names = re.search(r"\| IoU of this picture, % \|(.*)\|", page)[1].replace(" ", "").split("|")
    _, scores = strides.at_best()
    for stride, iou in scores.items():
        row = [float(each) for each in re.search(rf"\| stride {stride} \|(.*)\|", page)[1].split("|")]
        assert np.allclose(row, [100 * iou[name] for name in names], atol=0.051)


def test_taps_lie_rate_times_stride_apart(context):
    assert context.tap_places(6) == [(x, y) for y in (-48, 0, 48) for x in (-48, 0, 48)]


def test_each_region_has_its_mean(context):
    image = np.zeros((4, 4, 3), np.uint8)
    image[:2, :2] = 200
    image[0, 0] = 100  # mean of the four: 175
    after = context.averages(image, 2)
    assert (after[:2, :2] == 175).all()
    assert (after[2:] == 0).all()
