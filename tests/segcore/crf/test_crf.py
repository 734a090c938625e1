"""Both engines against a mean field with the full N x N kernels, and what `refine` promises whatever the engine."""

import numpy as np
import pytest

from segcore.crf import ENGINES, PRESETS, Crf, CrfParameters, crf_available, process, refine
from segcore.errors import CrfError
from segcore.progress import drive

EXACT = pytest.param("exact", marks=pytest.mark.skipif(not crf_available(), reason="pydensecrf2 is not installed"))
each_engine = pytest.mark.parametrize("engine", [EXACT, "fast"])
QUICK = CrfParameters(iterations=2)


def scene(height=14, width=18, channels=3, seed=0):
    """A picture in two halves of different colour, with noise, and probabilities that follow it badly."""
    random = np.random.default_rng(seed)
    image = np.full((height, width, 3), (60, 90, 40), np.uint8)
    image[:, width // 2 :] = (180, 160, 200)
    image = np.clip(image + random.normal(0, 6, image.shape), 0, 255).astype(np.uint8)
    logits = random.normal(0, 1, (channels, height, width))
    logits[0, :, : width // 2] += 1
    logits[1, :, width // 2 :] += 1
    probabilities = np.exp(logits)
    return image, (probabilities / probabilities.sum(0)).astype(np.float32)


def kernel(image, p: CrfParameters):
    """w1 bilateral + w2 smoothness, float64 [N, N], normalised symmetrically; a pixel counts among its neighbours."""
    height, width = image.shape[:2]
    y, x = np.mgrid[:height, :width]
    place = np.stack([y.ravel(), x.ravel()], 1).astype(float)
    colour = image.reshape(-1, 3).astype(float)
    far = ((place[:, None] - place[None]) ** 2).sum(-1)
    unlike = ((colour[:, None] - colour[None]) ** 2).sum(-1)
    total = np.zeros_like(far)
    for weight, k in (
        (p.w1, np.exp(-far / (2 * p.theta_alpha**2) - unlike / (2 * p.theta_beta**2))),
        (p.w2, np.exp(-far / (2 * p.theta_gamma**2))),
    ):
        norm = 1 / np.sqrt(k.sum(1))
        total += weight * norm[:, None] * k * norm[None]
    return total


def brute_force(image, probabilities, p: CrfParameters):
    """Krähenbühl and Koltun (2011), algorithm 1, with the sums written out."""
    pairwise = kernel(image, p)
    unary = -np.log(np.maximum(probabilities.reshape(len(probabilities), -1).astype(float), 1e-5))
    q = np.exp(-unary)
    q /= q.sum(0)
    for _ in range(p.iterations):
        energy = -unary + q @ pairwise  # Potts: agreeing is rewarded by as much as disagreeing costs
        q = np.exp(energy - energy.max(0))
        q /= q.sum(0)
    return q.reshape(probabilities.shape)


BILATERAL = [
    CrfParameters(w1=2, w2=0, theta_alpha=6, theta_beta=30, iterations=1),
    CrfParameters(w1=2, w2=0, theta_alpha=3, theta_beta=15, iterations=1),
    CrfParameters(w1=2, w2=0, theta_alpha=40, theta_beta=60, iterations=1),
]
SMOOTHNESS = [
    CrfParameters(w1=0, w2=2, theta_gamma=1, iterations=1),
    CrfParameters(w1=0, w2=2, theta_gamma=3, iterations=1),
    CrfParameters(w1=0, w2=2, theta_gamma=12, iterations=1),
]


@each_engine
@pytest.mark.parametrize("parameters", BILATERAL + SMOOTHNESS)
def test_each_kernel_is_the_papers(engine, parameters):
    # From one iteration: log q_a - log q_b + θ_a - θ_b is the kernel's answer to class a less that to class b. Lattice
    # and grid approximate it.
    image, probabilities = scene(20, 24)
    found = drive(refine(image, probabilities, parameters, engine)).astype(float)
    answer = np.log(found) - np.log(probabilities.astype(float))
    answer = (answer - answer[:1]).reshape(3, -1)
    q = probabilities.reshape(3, -1).astype(float)
    expected = q @ kernel(image, parameters)
    expected -= expected[:1]
    error = np.abs(answer - expected)
    assert error.mean() < 0.1 * np.abs(expected).mean()
    assert np.corrcoef(answer[1:].ravel(), expected[1:].ravel())[0, 1] > 0.99


@each_engine
@pytest.mark.parametrize(
    "parameters",
    [
        CrfParameters(w1=2, w2=0, theta_alpha=6, theta_beta=30, theta_gamma=3, iterations=3),
        CrfParameters(w1=0, w2=2, theta_alpha=6, theta_beta=30, theta_gamma=3, iterations=3),
        CrfParameters(w1=1, w2=1, theta_alpha=8, theta_beta=25, theta_gamma=2, iterations=5),
        CrfParameters(),
        PRESETS["deeplab"],
        PRESETS["strong"],
    ],
)
def test_the_whole_is_krahenbuehls(engine, parameters):
    # The engines approximate the kernels. Measured mean differences are 0.0015 to 0.0022 with the first three; standard
    # deviations off by sqrt 2 give 0.0035 to 0.015, doubled weights 0.13.
    image, probabilities = scene()
    found = drive(refine(image, probabilities, parameters, engine))
    expected = brute_force(image, probabilities, parameters)
    error = np.abs(found - expected)
    assert error.mean() < 0.003
    assert (error > 0.05).mean() < 0.01, "a pixel that is undecided may fall to the other side"
    assert (found.argmax(0) == expected.argmax(0)).mean() > 0.99


@pytest.mark.skipif(not crf_available(), reason="pydensecrf2 is not installed")
@pytest.mark.parametrize("name", ["strong", "gentle"])
def test_the_engines_agree(name):
    """Blobs of five colours, with what a network of stride 8 would say of them."""
    random = np.random.default_rng(3)
    height, width, channels = 120, 160, 5
    y, x = np.mgrid[:height, :width]
    centres = random.random((14, 2)) * (height, width)
    nearest = ((y[..., None] - centres[:, 0]) ** 2 + (x[..., None] - centres[:, 1]) ** 2).argmin(-1)
    truth = nearest % channels
    colours = random.integers(30, 220, (channels, 3))
    image = np.clip(colours[truth] + random.normal(0, 8, (height, width, 3)), 0, 255).astype(np.uint8)
    coarse = np.eye(channels)[truth[4::8, 4::8]].transpose(2, 0, 1) * 3 + random.normal(0, 0.7, (channels, 15, 20))
    logits = np.repeat(np.repeat(coarse, 8, 1), 8, 2)
    probabilities = np.exp(logits).astype(np.float32)
    probabilities /= probabilities.sum(0)
    fast, exact = (drive(refine(image, probabilities, PRESETS[name], e)).argmax(0) for e in ("fast", "exact"))
    assert (exact != probabilities.argmax(0)).mean() > 0.005, "there is something to agree on"
    assert (fast == exact).mean() >= 0.99


@each_engine
def test_borders_follow_the_image(engine):
    image, probabilities = scene(40, 60, 2)
    truth = np.arange(60)[None] >= 30
    before = (probabilities.argmax(0) == truth).mean()
    steps = []
    strong = CrfParameters(w1=4, w2=3, theta_alpha=60, theta_beta=8, theta_gamma=3, iterations=5)
    refined = drive(refine(image, probabilities, strong, engine), steps.append)
    gentle = drive(refine(image, probabilities, CrfParameters(), engine))
    assert (gentle.argmax(0) == truth).mean() > before + 0.05
    assert before < 0.85
    assert (refined.argmax(0) == truth).mean() > 0.99
    np.testing.assert_allclose(refined.sum(0), 1.0, atol=1e-4)
    assert refined.dtype == np.float32
    assert {s.total for s in steps} == {5}
    assert {s.done for s in steps} >= {0, 1, 5}
    assert [s.done for s in steps] == sorted(s.done for s in steps)


def test_protected_channels_keep_their_pixels_and_may_grow():
    image, probabilities = scene()
    strong = PRESETS["strong"]
    refined = drive(Crf(strong, "fast", "cpu").refine(image, probabilities))
    protected = drive(Crf(strong, "fast", "cpu", protected=(2,)).refine(image, probabilities))
    mine = probabilities.argmax(0) == 2
    assert 0.05 < mine.mean() < 0.5
    assert (refined.argmax(0)[mine] != 2).mean() > 0.9, "they would have been taken away"
    np.testing.assert_array_equal(protected[:, mine], probabilities[:, mine])
    np.testing.assert_array_equal(protected[:, ~mine], refined[:, ~mine])


@each_engine
def test_what_is_given_stays_as_it_is(engine):
    image, probabilities = scene()
    image.flags.writeable = probabilities.flags.writeable = False
    found = drive(refine(image, probabilities, QUICK, engine))
    found[:] = 0
    assert probabilities.min() > 0


@each_engine
def test_any_layout_and_floating_type_will_do(engine):
    image, probabilities = scene()
    expected = drive(refine(image, probabilities, QUICK, engine))
    turned = np.asfortranarray(image)
    lying = np.ascontiguousarray(probabilities.transpose(1, 2, 0)).transpose(2, 0, 1)
    np.testing.assert_allclose(drive(refine(turned, lying.astype(np.float64), QUICK, engine)), expected, atol=1e-5)


@each_engine
def test_pixels_without_any_probability_are_undecided(engine):
    image, probabilities = scene()
    probabilities[:, 5, 5] = 0
    refined = drive(refine(image, probabilities, CrfParameters(), engine))
    assert np.isfinite(refined).all()
    assert refined[:, 5, 5].argmax() == 0, "its neighbours decide"
    nothing = drive(refine(image, np.zeros_like(probabilities), CrfParameters(), engine))
    np.testing.assert_allclose(nothing, 1 / 3, atol=1e-3)


@each_engine
def test_a_class_that_was_ruled_out_can_come_back(engine):
    image, probabilities = scene(channels=2)
    probabilities[:, 5, 5] = (0, 1)
    strong = CrfParameters(w1=20, w2=0, theta_alpha=60, theta_beta=30, iterations=5)
    assert drive(refine(image, probabilities, strong, engine))[:, 5, 5].argmax() == 0


@each_engine
def test_probabilities_count_in_proportion(engine):
    image, probabilities = scene()
    expected = drive(refine(image, probabilities, QUICK, engine))
    np.testing.assert_allclose(drive(refine(image, 50 * probabilities, QUICK, engine)), expected, atol=1e-4)


@each_engine
@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (2, 3)])
def test_tiny_images(engine, shape):
    image, probabilities = scene(*shape)
    refined = drive(refine(image, probabilities, CrfParameters(), engine))
    assert np.abs(refined - brute_force(image, probabilities, CrfParameters())).mean() < 0.02


@each_engine
@pytest.mark.parametrize(
    "parameters",
    [
        CrfParameters(w1=0, w2=0),
        CrfParameters(w1=1000, w2=1000, iterations=20),
        CrfParameters(theta_alpha=0.1, theta_beta=0.1, theta_gamma=0.1),
        CrfParameters(theta_alpha=10_000, theta_beta=10_000, theta_gamma=10_000),
        CrfParameters(theta_alpha=10_000, theta_beta=0.1, theta_gamma=0.1),
        CrfParameters(theta_alpha=0.1, theta_beta=10_000),
    ],
)
def test_extreme_parameters_give_probabilities(engine, parameters):
    image, probabilities = scene()
    refined = drive(refine(image, probabilities, parameters, engine))
    assert np.isfinite(refined).all()
    assert refined.min() >= 0
    np.testing.assert_allclose(refined.sum(0), 1.0, atol=1e-4)
    if parameters.w1 == parameters.w2 == 0:
        np.testing.assert_allclose(refined, probabilities, atol=1e-5)


@each_engine
def test_closing_ends_it_and_another_can_begin(engine):
    image, probabilities = scene(60, 70)
    task = refine(image, probabilities, CrfParameters(iterations=100), engine)
    for step in task:
        if step.done >= 2:
            break
    task.close()
    assert process._idle == []
    assert drive(refine(image, probabilities, QUICK, engine)).shape == probabilities.shape


@pytest.mark.parametrize("engine", ENGINES)
def test_one_class_comes_back_unchanged(engine, monkeypatch):
    monkeypatch.setattr(process, "crf_available", lambda: True)
    image, probabilities = scene(channels=3)
    one = probabilities[:1]
    found = drive(refine(image, one, CrfParameters(), engine))
    np.testing.assert_array_equal(found, one)
    found[:] = 2
    assert one.max() <= 1


def test_auto_is_the_fast_engine():
    image, probabilities = scene()
    fast, auto = (drive(refine(image, probabilities, QUICK, engine, "cpu")) for engine in ("fast", "auto"))
    np.testing.assert_array_equal(auto, fast)
    np.testing.assert_array_equal(drive(Crf(QUICK, device="cpu").refine(image, probabilities)), fast)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "change",
    [
        lambda i, p: (i, p[:, 1:]),
        lambda i, p: (i[..., 0], p),
        lambda i, p: (i.astype(np.float32), p),
        lambda i, p: (i, np.where(p > 0.5, np.nan, p)),
        lambda i, p: (i, np.where(p > 0.5, np.inf, p)),
        lambda i, p: (i, p - 0.5),
        lambda i, p: (i, p[:0]),
        lambda i, p: (i[:0], p[:, :0]),
        lambda i, p: (i, (255 * p).astype(np.uint8)),
        lambda i, p: (i, p[0]),
    ],
)
def test_bad_input_is_refused(change, engine, monkeypatch):
    monkeypatch.setattr(process, "crf_available", lambda: True)
    with pytest.raises(CrfError) as caught:
        drive(refine(*change(*scene()), CrfParameters(), engine))
    assert caught.value.remedy
    assert process._idle == []


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(process, "crf_available", lambda: False)
    crf = Crf(CrfParameters(), "exact")
    for run in (crf.require, lambda: drive(crf.refine(*scene()))):
        with pytest.raises(CrfError) as caught:
            run()
        assert 'pip install "maskwright[crf]"' in caught.value.remedy
    for engine in ("fast", "auto"):
        Crf(CrfParameters(), engine).require()
        assert drive(refine(*scene(), QUICK, engine)).shape == (3, 14, 18)


def test_engines_and_devices_that_there_are_not():
    with pytest.raises(CrfError, match="'quick'"):
        drive(refine(*scene(), CrfParameters(), "quick"))
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        with pytest.raises(CrfError, match="'cuda'"):
            drive(refine(*scene(), CrfParameters(), "fast", "cuda"))


@pytest.mark.parametrize(
    "bad",
    [
        {"w1": -1},
        {"w2": float("nan")},
        {"theta_alpha": 0},
        {"theta_beta": float("inf")},
        {"theta_gamma": 1e9},
        {"iterations": 0},
        {"iterations": 2.5},
        {"iterations": 10**9},
        {"w1": "4"},
        {"w1": None},
    ],
)
def test_absurd_parameters_are_refused(bad):
    with pytest.raises(CrfError) as caught:
        CrfParameters(**bad)
    assert next(iter(bad)) in caught.value.message
