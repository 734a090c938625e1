import numpy as np
import pytest
import torch
from torch import nn

from segcore.errors import MaskwrightError
from segcore.hardware.device import has_bf16
from segcore.labels.classes import ClassSet
from segcore.models.cost import peak_bytes_per_pixel
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.models.segmenter import Segmenter
from segcore.prediction import PredictOptions, Predictor, forward
from segcore.prediction.tile_size import largest_tile
from segcore.progress import drive
from tests.segcore.bare_network import BareNetwork

CPU = torch.device("cpu")


class Small(BareNetwork):
    """A convolution, a norm, and classes that differ by ``margin``."""

    def __init__(self, margin: float = 10.0) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.num_classes = 2
        self.body, self.norm = nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16)
        self.head = nn.Conv2d(16, 2, 1)
        nn.init.constant_(self.head.bias[1], margin)

    def classifiers(self):
        return [self.head]

    def forward(self, x):
        return {"out": self.head(torch.tanh(self.norm(self.body(x))))}


def model(network: Segmenter) -> Model:
    return Model(network.eval(), "small", ClassSet.from_names(["a", "b"]), Preprocess(), "small")


def predictor(network: Segmenter | None = None, **options) -> Predictor:
    return Predictor(model(network or Small()), "cpu", PredictOptions(**options))


def picture(height: int = 40, width: int = 48) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


@pytest.fixture
def fast_bf16(monkeypatch):
    if not has_bf16(torch.device("cpu")):
        pytest.skip("this processor has no convolutions in bf16")
    monkeypatch.setattr(forward, "has_fast_bf16", lambda device: True)


def test_bf16_is_kept_where_the_labels_are_those_of_float32(fast_bf16):
    p = predictor()
    drive(p.probabilities(picture()))
    assert (p.precision, p.notes) == ("bf16", [])


def test_bf16_that_changes_labels_is_given_up(fast_bf16, monkeypatch):
    network = Small(0.0)
    with torch.no_grad():  # both classes all but equal: rounding decides
        network.head.weight[1] = network.head.weight[0] + 1e-4 * torch.randn(16, 1, 1)
        network.head.bias.zero_()
    p = predictor(network)
    found = drive(p.probabilities(picture()))
    assert p.precision == "float32"
    assert p.notes == []
    exact = drive(predictor(network, precision="float32", prepare=False).probabilities(picture()))
    np.testing.assert_allclose(found, exact, atol=1e-5)


def test_without_fast_bf16_it_is_float32(monkeypatch):
    monkeypatch.setattr(forward, "has_fast_bf16", lambda device: False)
    p = predictor()
    drive(p.probabilities(picture()))
    assert p.precision == "float32"


def test_bf16_on_a_processor_without_it_is_float32_and_told(monkeypatch):
    monkeypatch.setattr(forward, "has_bf16", lambda device: False)
    p = predictor(precision="bf16")
    drive(p.probabilities(picture()))
    assert p.precision == "float32"
    assert p.notes == ["This processor has no convolutions in bf16: the network runs in float32."]


def test_flip_is_the_mean_with_the_mirror_image():
    image = picture()
    plain = predictor(precision="float32")
    there, back = (drive(plain.probabilities(np.ascontiguousarray(i))) for i in (image, image[:, ::-1]))
    both = drive(predictor(precision="float32", flip=True).probabilities(image))
    np.testing.assert_allclose(both, (there + back[:, :, ::-1]) / 2, atol=1e-6)


def test_scales_are_averaged_and_sum_to_one():
    image = picture(64, 96)
    flat = np.full_like(image, 90)
    for scales in ((0.5,), (0.75, 1.0, 1.25), (0.1, 2.0)):
        p = predictor(precision="float32", scales=scales)
        found = drive(p.probabilities(image))
        assert found.shape == (2, 64, 96)
        np.testing.assert_allclose(found.sum(0), 1, atol=1e-5)
    inside = (slice(None), slice(8, -8), slice(8, -8))  # away from the borders a flat image looks alike in every size
    several, one = (
        drive(predictor(Small(0.0), precision="float32", scales=scales).probabilities(flat))
        for scales in ((0.75, 1.0, 1.5), (1.0,))
    )
    np.testing.assert_allclose(several[inside], one[inside], atol=1e-5)


def test_a_network_that_cannot_be_copied_predicts_as_it_is_and_says_so():
    class Stubborn(Small):
        def __deepcopy__(self, memo):
            raise TypeError("no copies")

    p = predictor(Stubborn())
    found = drive(p.probabilities(picture()))
    assert "no copies" in p.notes[0]
    np.testing.assert_allclose(found, drive(predictor().probabilities(picture())), atol=1e-5)


@pytest.mark.parametrize(
    "options", [{"precision": "int3"}, {"scales": ()}, {"scales": (0.0,)}, {"tile": 8}, {"overlap": -1}]
)
def test_options_that_cannot_be_are_refused(options):
    with pytest.raises(MaskwrightError) as caught:
        PredictOptions(**options)
    assert caught.value.remedy


def test_the_memory_of_a_pixel_is_that_by_hand():
    # Held at once: the input (3 floats), the convolution's result and the norm's (16 each).
    assert peak_bytes_per_pixel(Small()) == pytest.approx(4 * (3 + 16 + 16), rel=0.01)


def test_the_largest_tile_follows_the_free_memory(monkeypatch):
    need = peak_bytes_per_pixel(Small())
    monkeypatch.setattr("segcore.prediction.tile_size.free_memory", lambda device: int(2 * need * 700 * 700))
    assert largest_tile(Small(), CPU, 1.0, 4096) == 672
    assert largest_tile(Small(), CPU, 2.0, 4096) == 320
    assert largest_tile(Small(), CPU, 1.0, 512) == 512
    monkeypatch.setattr("segcore.prediction.tile_size.free_memory", lambda device: 1)
    assert largest_tile(Small(), CPU, 1.0, 4096) == 256


def test_a_large_image_is_cut_by_what_fits(monkeypatch):
    monkeypatch.setattr("segcore.prediction.predictor.CACHED_PIXELS", 100)
    monkeypatch.setattr("segcore.prediction.predictor.largest_tile", lambda *_: 256)
    p = predictor()
    assert len(p.tiles(200, 256)) == 1
    assert len(p.tiles(256, 1000)) > 4
    assert {tile.rows.stop - tile.rows.start for tile in p.tiles(1000, 1000)} >= {256}
    assert len(predictor(tile=512).tiles(400, 1000)) == 3
