from __future__ import annotations

import numpy as np

from segcore.editing.brush import NOTHING, covered_by
from segcore.progress import drive
from segcore.prompting.network_files import files_in
from segcore.prompting.sharpening import sharpened


def scene(side: int) -> tuple[np.ndarray, np.ndarray]:
    """A bright square of half the side, with a little noise; and where it is."""
    truth = np.zeros((side, side), np.bool_)
    truth[side // 4 : side * 3 // 4, side // 4 : side * 3 // 4] = True
    noise = np.random.default_rng(0).normal(0, 4, (side, side, 1))
    return np.clip(np.where(truth[:, :, None], 190, 70) + noise, 0, 255).astype(np.uint8).repeat(3, 2), truth


def test_the_border_moves_to_the_edge():
    image, truth = scene(1024)
    shifted = np.roll(truth, (3, 2), (0, 1))
    found = drive(sharpened(image, covered_by(shifted)))
    mask = np.zeros_like(truth)
    mask[found.box.slices] = found.mask
    assert (mask ^ truth).sum() < 0.1 * (shifted ^ truth).sum()


def test_fine_cells_and_empty_masks_stay():
    image, truth = scene(128)
    shifted = np.roll(truth, 2, 0)
    found = drive(sharpened(image, covered_by(shifted)))
    assert found.box.top == 34
    assert found.mask.all()
    assert drive(sharpened(image, NOTHING)).box.is_empty


def test_a_mask_in_its_smallest_box():
    mask = np.zeros((9, 9), np.bool_)
    mask[2, 3] = mask[4, 7] = True
    found = covered_by(mask)
    assert (found.box.left, found.box.top, found.box.right, found.box.bottom) == (3, 2, 8, 5)
    assert found.mask.sum() == 2


def test_a_pair_is_found_by_its_names(tmp_path):
    assert files_in(tmp_path / "none") is None
    (tmp_path / "lonely_encoder.onnx").touch()
    (tmp_path / "a.decoder.onnx").touch()
    assert files_in(tmp_path) is None
    (tmp_path / "a.encoder.onnx").touch()
    found = files_in(tmp_path)
    assert found is not None
    assert [path.name for path in found] == ["a.encoder.onnx", "a.decoder.onnx"]
