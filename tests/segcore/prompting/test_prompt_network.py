"""Networks of each family, made here, run by the real onnxruntime."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import parser

from segcore.errors import CheckpointError, MaskwrightError, WeightsUnavailableError
from segcore.progress import drive
from segcore.prompting.prompt import Prompt
from segcore.prompting.prompt_network import open_network
from tests.segcore.prompting import networks

HEIGHT, WIDTH = 120, 120


def image() -> np.ndarray:
    """Black, with a white square of 40 pixels."""
    found = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    found[10:50, 20:60] = 255
    return found


SQUARE = image()[:, :, 0] > 0
CLICK = Prompt(((40.0, 30.0, True),))


@pytest.mark.parametrize("family", networks.FAMILIES)
def test_a_click_finds_the_bright_thing(tmp_path, family):
    network = drive(open_network(*networks.write(tmp_path, family)))
    assert network.family == family
    encoded = drive(network.encode(image()))
    assert encoded.nbytes > 0
    found = network.mask(encoded, CLICK)
    assert found.mask.shape == (HEIGHT, WIDTH)
    inter, union = (found.mask & SQUARE).sum(), (found.mask | SQUARE).sum()
    assert inter / union > 0.7  # cells of four pixels of a smaller copy
    assert found.score == pytest.approx({"SAM": 0.75, "SAM 2": 0.9, "EfficientSAM": 0.5}[family])


def test_points_outside_alone_and_no_point_find_nothing(tmp_path):
    network = drive(open_network(*networks.write(tmp_path)))
    encoded = drive(network.encode(image()))
    for prompt in (Prompt(), Prompt(((40.0, 30.0, False),))):
        assert not network.mask(encoded, prompt).mask.any()


def test_of_four_masks_the_first_is_for_several_points(tmp_path):
    """As the authors of SAM have it: one point can mean a part, several mean one thing."""
    files = networks.write(tmp_path)
    text = networks.SAM_DECODER.replace("float[1,1,h,w] masks, float[1,1] iou", "float[1,4,h,w] masks, float[1,4] iou")
    text = text.replace("float[1,1] score = {0.75}", "float[1,4] score = {0.9, 0.1, 0.8, 0.2}")
    text = text.replace(
        'masks = Resize<mode="nearest">(signed, , , shape)',
        'one = Resize<mode="nearest">(signed, , , shape)\n  no = Neg(one)\n  masks = Concat<axis=1>(no, no, one, no)',
    )
    onnx.save(parser.parse_model(text), files.decoder)
    network = drive(open_network(*files))
    encoded = drive(network.encode(image()))
    one = network.mask(encoded, CLICK)
    assert one.mask[30, 40]
    assert one.score == pytest.approx(0.8)
    several = network.mask(encoded, Prompt(((40.0, 30.0, True), (45.0, 30.0, True))))
    assert not several.mask[30, 40]
    assert several.score == pytest.approx(0.9)


def test_missing_and_damaged_files_are_told(tmp_path):
    files = networks.write(tmp_path)
    with pytest.raises(WeightsUnavailableError, match=r"gone\.onnx is not in"):
        drive(open_network(files.encoder, tmp_path / "gone.onnx"))
    files.decoder.write_bytes(b"no network")
    with pytest.raises(CheckpointError, match=r"tiny\.decoder\.onnx is no network"):
        drive(open_network(*files))


def test_files_that_do_not_belong_together_are_told(tmp_path):
    sam, sam2 = networks.write(tmp_path, "SAM"), networks.write(tmp_path, "SAM 2", "two")
    with pytest.raises(CheckpointError, match="no encoder and decoder"):
        drive(open_network(sam.decoder, sam.encoder))
    network = drive(open_network(sam.encoder, sam2.decoder))
    with pytest.raises(CheckpointError, match="which this encoder does not give"):
        drive(network.encode(image()))


def test_without_onnxruntime_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    with pytest.raises(MaskwrightError, match="onnxruntime") as caught:
        drive(open_network(*networks.write(tmp_path)))
    assert "pip install" in caught.value.remedy
