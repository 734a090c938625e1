"""Images in parts: every pixel once, seams that nobody sees, and memory that runs out."""

import cv2
import numpy as np
import pytest

from segcore.crf import Crf, CrfParameters, crf_available, engines, tiles
from segcore.crf.engines import Backend
from segcore.crf.tiles import side_for, tiles_for
from segcore.errors import CrfError
from segcore.progress import Progress, drive

EXACT = pytest.param("exact", marks=pytest.mark.skipif(not crf_available(), reason="pydensecrf2 is not installed"))
each_engine = pytest.mark.parametrize("engine", [EXACT, "fast"])


def scene(height, width, channels=3):
    """Stripes that wander, with noise, and coarse probabilities that lag behind them."""
    random = np.random.default_rng(1)
    y, x = np.mgrid[:height, :width]
    truth = ((x + 12 * np.sin(y / 17)) // 40).astype(int) % channels
    image = np.array([(60, 90, 40), (150, 130, 120), (200, 210, 190)], np.uint8)[truth]
    image = np.clip(image + random.normal(0, 10, image.shape), 0, 255).astype(np.uint8)
    low = cv2.resize(
        np.eye(channels, dtype=np.float32)[np.roll(truth, 6, 1)], None, fx=1 / 8, fy=1 / 8, interpolation=3
    )
    low = 4 * low + random.normal(0, 1, low.shape).astype(np.float32)
    shares = np.exp(cv2.resize(low, (width, height), interpolation=cv2.INTER_LINEAR)).transpose(2, 0, 1)
    return image, (shares / shares.sum(0)).astype(np.float32)


@pytest.mark.parametrize(
    ("height", "width", "side"),
    [(1, 1, 64), (64, 64, 64), (65, 64, 64), (300, 1000, 128), (17, 999, 100), (500, 3, 64)],
)
def test_every_pixel_is_kept_once_and_tiles_are_no_larger_than_asked(height, width, side):
    counts = np.zeros((height, width), int)
    for tile in tiles_for(height, width, side, CrfParameters(theta_alpha=5)):
        assert max(tile.outer.width, tile.outer.height) <= side
        assert tile.outer.clipped(height, width) == tile.outer
        counts[tile.inner.slices] += 1
        marked = np.zeros((2, height, width), bool)
        marked[:, tile.inner.slices[0], tile.inner.slices[1]] = True
        inside = marked[:, tile.outer.slices[0], tile.outer.slices[1]]
        assert inside[tile.kept].all()
        assert inside[tile.kept].size == inside.sum()
    assert (counts == 1).all()


def test_tiles_see_three_standard_deviations_of_what_reaches_far():
    def margin(parameters):
        first = tiles_for(4000, 4000, 2000, parameters)[0]
        return first.outer.right - first.inner.right

    assert margin(CrfParameters(theta_alpha=67)) == 201
    assert margin(CrfParameters(theta_alpha=67, w1=0, theta_gamma=10)) == 30
    assert margin(CrfParameters(theta_alpha=67, w1=0, w2=0)) == 0
    assert margin(CrfParameters(theta_alpha=5000)) == 500, "half of the tile is kept"


def test_the_side_follows_the_room():
    assert side_for(1080, 1920, 21, 1e9) == 1920, "all of it"
    assert side_for(10_000, 10_000, 4, 4e6) == 2000
    assert side_for(10_000, 10_000, 4, 1.0) == tiles.SMALLEST_SIDE
    assert side_for(10_000, 10_000, 256, 1e12) == 1024, "2^28 values"


@each_engine
@pytest.mark.parametrize("parameters", [CrfParameters(2, 1, 20, 8, 1, 3), CrfParameters(10, 3, 30, 13, 3, 3)])
def test_seams_are_invisible(engine, parameters, monkeypatch):
    image, probabilities = scene(240, 400)
    whole = drive(Crf(parameters, engine, "cpu").refine(image, probabilities))
    monkeypatch.setattr("segcore.crf.crf.side_for", lambda *_: 200)
    steps = []
    parts = drive(Crf(parameters, engine, "cpu").refine(image, probabilities), steps.append)
    count = len(tiles_for(240, 400, 200, parameters))
    assert count > 3
    assert steps[-1].total == count * parameters.iterations
    assert (whole.argmax(0) != probabilities.argmax(0)).mean() > 0.005
    print(
        "seams",
        engine,
        (parts.argmax(0) == whole.argmax(0)).mean(),
        np.abs(parts - whole).max(),
        np.abs(parts - whole).mean(),
    )
    assert (parts.argmax(0) == whole.argmax(0)).mean() >= 0.995
    np.testing.assert_allclose(parts.sum(0), 1.0, atol=1e-4)


@each_engine
def test_pieces_of_mapped_files_are_those_of_arrays(engine, tmp_path, monkeypatch):
    image, probabilities = scene(150, 200)
    monkeypatch.setattr("segcore.crf.crf.side_for", lambda *_: 128)
    crf = Crf(CrfParameters(theta_alpha=5, iterations=2), engine, "cpu")
    np.save(tmp_path / "image.npy", image)
    np.save(tmp_path / "shares.npy", probabilities.astype(np.float16))
    mapped = [np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in ("image", "shares")]
    found = np.zeros_like(probabilities)
    for step in crf.pieces(*mapped):
        if not isinstance(step, Progress):
            found[:, step.rows, step.columns] = step.probabilities
    np.testing.assert_allclose(found, drive(crf.refine(image, probabilities)), atol=0.01)


class Short:
    """An engine with memory for so many pixels."""

    def __init__(self, pixels):
        self.pixels, self.sizes = pixels, []

    def __call__(self, means, image, probabilities, parameters):
        self.sizes.append(image.shape[0] * image.shape[1])
        yield Progress(0, 1)
        if self.sizes[-1] > self.pixels:
            raise MemoryError
        return probabilities


@pytest.fixture
def short(monkeypatch):
    def make(pixels):
        short = Short(pixels)
        monkeypatch.setattr(tiles, "SMALLEST_SIDE", 64)
        monkeypatch.setattr("segcore.crf.crf.SMALLEST_SIDE", 64)
        monkeypatch.setattr(Backend, "mean_field", lambda *given: short(*given))
        return short

    return make


def test_out_of_memory_goes_on_in_smaller_tiles(short):
    engine = short(160 * 160)
    image, probabilities = scene(300, 400)
    steps = []
    found = drive(Crf(CrfParameters(theta_alpha=5), "fast", "cpu").refine(image, probabilities), steps.append)
    np.testing.assert_array_equal(found, probabilities)
    assert engine.sizes[0] == 300 * 400
    assert engine.sizes[-1] <= 160 * 160
    assert any("smaller tiles" in step.message for step in steps)


def test_no_memory_even_for_the_smallest_is_an_error(short):
    short(10)
    image, probabilities = scene(300, 400)
    with pytest.raises(CrfError, match="not enough memory") as caught:
        drive(Crf(CrfParameters(theta_alpha=5), "fast", "cpu").refine(image, probabilities))
    assert caught.value.remedy


def test_little_free_memory_makes_tiles(short, monkeypatch):
    engine = short(1e9)
    monkeypatch.setattr(engines, "available_memory", lambda: 10_000_000)
    drive(Crf(CrfParameters(theta_alpha=5), "fast", "cpu").refine(*scene(300, 400)))
    assert len(engine.sizes) > 1


@pytest.mark.skipif(not crf_available(), reason="pydensecrf2 is not installed")
def test_an_image_too_long_for_pydensecrfs_lattice_is_refined_in_parts():
    image, probabilities = scene(8, 2000)
    parameters = CrfParameters(theta_gamma=0.1, theta_alpha=5, iterations=1)
    assert parameters.longest_side < 2000
    found = drive(Crf(parameters, "exact").refine(image, probabilities))
    np.testing.assert_allclose(found.sum(0), 1.0, atol=1e-4)
