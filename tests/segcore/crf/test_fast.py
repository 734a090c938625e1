import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from segcore.crf import CrfParameters
from segcore.crf.fast import WHOLE, FastCrf, enough_grid_pixels, mean_field_fast
from segcore.errors import CrfError

STRONG = CrfParameters(w1=10, w2=3, theta_alpha=80, theta_beta=13, theta_gamma=3, iterations=10)


def finish(task):
    while True:
        try:
            next(task)
        except StopIteration as stop:
            return stop.value


def scene(height=150, width=200, channels=4, seed=0, sureness=1.5):
    """Coloured discs on a textured ground, and probabilities that know them blurred and with noise."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    truth = np.zeros((height, width), int)
    for value in range(1, channels):
        row, column, radius = random.uniform(0, height), random.uniform(0, width), random.uniform(20, 45)
        truth[(y - row) ** 2 + (x - column) ** 2 < radius**2] = value
    palette = random.integers(30, 220, (channels, 3))
    image = np.clip(palette[truth] + random.normal(0, 5, (height, width, 3)), 0, 255).astype(np.uint8)
    rough = np.repeat(np.repeat(truth[4::8, 4::8], 8, 0), 8, 1)
    rough = np.pad(rough, ((0, 8), (0, 8)), mode="edge")[:height, :width]
    logits = random.normal(0, 0.7, (channels, height, width)) + sureness * np.eye(channels)[rough].transpose(2, 0, 1)
    shares = np.exp(logits)
    return image, (shares / shares.sum(0)).astype(np.float32), truth


@pytest.mark.parametrize(
    "parameters", [STRONG, CrfParameters(), CrfParameters(w1=4, w2=3, theta_alpha=67, theta_beta=3)]
)
def test_a_coarse_grid_gives_the_labels_of_all_pixels(parameters):
    image, probabilities, _ = scene()
    whole = finish(FastCrf(image, parameters, grid_pixels=10**9).infer(probabilities))
    assert image.shape[0] * image.shape[1] > enough_grid_pixels(150 * 200, parameters) >= WHOLE
    coarse = finish(mean_field_fast(image, probabilities, parameters))
    assert (coarse.argmax(0) == whole.argmax(0)).mean() > 0.99
    # settled pixels take the grid pixels' marginals, which have not their own noise
    assert np.abs(coarse - whole).mean() < 0.04
    np.testing.assert_allclose(coarse.sum(0), 1, atol=1e-4)


def test_as_many_grid_pixels_as_the_reach_and_the_colours_need():
    assert enough_grid_pixels(1920 * 1080, STRONG) == 100_800  # 70 times the root of the pixels, within a pixel or so
    assert (
        enough_grid_pixels(1920 * 1080, replace(STRONG, theta_beta=3.25)) == 201_600
    )  # a quarter of θβ: twice as many
    assert enough_grid_pixels(1920 * 1080, replace(STRONG, theta_alpha=10.0)) == 1920 * 1080 / 4  # five within θα
    assert enough_grid_pixels(1920 * 1080, replace(STRONG, theta_alpha=2.0)) == 1920 * 1080


def test_few_grid_pixels_still_find_the_borders():
    image, probabilities, truth = scene()
    before = (probabilities.argmax(0) == truth).mean()
    after = (finish(FastCrf(image, STRONG, grid_pixels=2000).infer(probabilities)).argmax(0) == truth).mean()
    assert before < 0.85
    assert after > 0.98


def test_one_image_serves_many_decisions():
    image, probabilities, _ = scene()
    crf = FastCrf(image, STRONG)
    first = finish(crf.infer(probabilities))
    assert not np.array_equal(first, finish(crf.infer(probabilities[::-1].copy())))
    np.testing.assert_array_equal(first, finish(crf.infer(probabilities)))


@pytest.mark.parametrize("other", [{"w1": 2.0}, {"w2": 0.0}, {"theta_gamma": 1.0}, {"theta_beta": 5.0}, {"w1": 0.0}])
def test_other_parameters_on_the_same_image(other):
    image, probabilities, _ = scene()
    crf = FastCrf(image, STRONG)
    before = finish(crf.infer(probabilities))
    changed = replace(STRONG, **other)
    found = finish(crf.with_parameters(changed).infer(probabilities))
    np.testing.assert_array_equal(found, finish(FastCrf(image, changed).infer(probabilities)))
    np.testing.assert_array_equal(before, finish(crf.infer(probabilities)))


@pytest.mark.parametrize("grid_pixels", [None, 3000, 10**9])
def test_what_is_known_stays_and_persuades(grid_pixels):
    image, probabilities, _ = scene()
    image[:] = 128
    uniform = np.full_like(probabilities, 0.25)
    uniform[0] += 1e-3
    hard = np.full(image.shape[:2], 255, np.uint8)
    hard[60:90, 80:120] = 3
    found = finish(FastCrf(image, STRONG, grid_pixels=grid_pixels).infer(uniform, hard))
    assert (found[3][60:90, 80:120] == 1).all()
    assert (found[:3, 60:90, 80:120] == 0).all()
    alone = finish(FastCrf(image, STRONG, grid_pixels=grid_pixels).infer(uniform))
    assert found[3].mean() > alone[3].mean()


def test_a_thin_scribble_is_seen_between_the_grid_pixels():
    image, probabilities, _ = scene()
    hard = np.full(image.shape[:2], 255, np.uint8)
    hard[75, 20:180] = 2
    found = finish(FastCrf(image, STRONG, grid_pixels=1000).infer(probabilities, hard))
    assert (found.argmax(0)[75, 20:180] == 2).all()


def test_classes_that_cannot_win_change_nothing():
    image, probabilities, _ = scene()
    more = np.concatenate([probabilities, np.full((17, *image.shape[:2]), 1e-4, np.float32)])
    found = finish(mean_field_fast(image, more, STRONG))
    assert (found[4:] == 0).all()
    np.testing.assert_allclose(found[:4], finish(mean_field_fast(image, probabilities, STRONG)), atol=1e-4)


@pytest.mark.parametrize("parameters", [CrfParameters(w1=0, w2=0), CrfParameters(w1=0), CrfParameters(w2=0)])
def test_a_weight_of_nothing_is_nothing(parameters):
    image, probabilities, _ = scene()
    found = finish(mean_field_fast(image, probabilities, parameters))
    if parameters.w1 == parameters.w2 == 0:
        assert (found.argmax(0) == probabilities.argmax(0)).mean() > 0.99
    else:
        assert 0.001 < (found.argmax(0) != probabilities.argmax(0)).mean() < 0.5


@pytest.mark.parametrize("size", [(1, 1), (1, 40_000), (40_000, 1), (2, 3)])
@pytest.mark.parametrize(
    "parameters",
    [
        STRONG,
        CrfParameters(theta_alpha=0.1, theta_beta=0.1, theta_gamma=0.1),
        CrfParameters(theta_alpha=1e4, theta_beta=1e4, theta_gamma=1e4, w1=1000, w2=1000),
    ],
)
def test_odd_sizes_and_extreme_parameters(size, parameters):
    random = np.random.default_rng(0)
    image = random.integers(0, 256, (*size, 3), dtype=np.uint8)
    probabilities = random.random((3, *size), np.float32)
    found = finish(mean_field_fast(image, probabilities, parameters))
    assert found.shape == probabilities.shape
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found.sum(0), 1, atol=1e-4)


def test_pixels_without_any_probability_follow_their_surroundings():
    image, probabilities, truth = scene(sureness=3)
    probabilities[:, 40:44, 60:64] = 0
    found = finish(mean_field_fast(image, probabilities, STRONG))
    assert (found.argmax(0)[40:44, 60:64] == truth[40:44, 60:64]).mean() > 0.8
    nothing = finish(mean_field_fast(image, np.zeros_like(probabilities), STRONG))
    np.testing.assert_allclose(nothing, 0.25, atol=1e-4)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -0.5])
def test_values_that_are_none_are_refused(bad):
    image, probabilities, _ = scene()
    probabilities[1, 7, 9] = bad
    with pytest.raises(CrfError, match="negative or not finite"):
        finish(mean_field_fast(image, probabilities, STRONG))


def test_read_only_and_strided_arrays_are_taken():
    image, probabilities, _ = scene()
    expected = finish(mean_field_fast(image, probabilities, STRONG))
    image.flags.writeable = False
    strided = np.repeat(probabilities, 2, 2)[:, :, ::2]
    np.testing.assert_array_equal(finish(mean_field_fast(image, strided, STRONG)), expected)


def test_steps_count_iterations_and_closing_ends_it():
    image, probabilities, _ = scene()
    steps = []
    task = mean_field_fast(image, probabilities, STRONG)
    try:
        while True:
            steps.append(next(task))
    except StopIteration:
        pass
    assert steps == sorted(steps)
    assert set(steps) <= set(range(11))
    assert steps[0] == 0, "the lattice is built in steps, too"
    assert steps[-1] == STRONG.iterations
    before = set(threading.enumerate())
    for stop_at in (1, len(steps) // 2, len(steps) - 1):
        task = mean_field_fast(image, probabilities, STRONG)
        for _ in range(stop_at):
            next(task)
        task.close()
    assert set(threading.enumerate()) == before


def test_iterations_end_when_nothing_moves():
    image, probabilities, _ = scene(sureness=8)
    patient = CrfParameters(iterations=100)
    started = time.process_time()
    steps = list(mean_field_fast(image, probabilities, patient))
    assert max(step for step in steps if step < 99) < 30
    assert steps[-1] == 100
    assert time.process_time() - started < 20
