"""The tensors of each family, by hand."""

from __future__ import annotations

import numpy as np

from segcore.prompting.layout import EfficientSam, Sam, Sam2, layout_of
from segcore.prompting.prompt import Prompt

POINTS = {"point_coords": (1, "n", 2), "point_labels": (1, "n")}
IMAGE = np.full((300, 600, 3), 255, np.uint8)
PROMPT = Prompt(((150.0, 75.0, True), (0.0, 0.0, False)), (60.0, 30.0, 120.0, 90.0))


def test_sam_resizes_the_longer_side_and_pads_below():
    layout = layout_of(
        {"x": (1, 3, 1024, 1024)}, {"image_embeddings": (1, 256, 64, 64), **POINTS, "orig_im_size": (2,)}
    )
    assert isinstance(layout, Sam)
    tensor = layout.image(IMAGE)["x"]
    assert tensor.shape == (1, 3, 1024, 1024)
    np.testing.assert_allclose(
        tensor[0, :, 511, 1023], [(255 - 123.675) / 58.395, 138.72 / 57.12, 151.47 / 57.375], 1e-5
    )
    assert not tensor[0, :, 512:].any()
    found = layout.prompt(PROMPT, (300, 600))
    np.testing.assert_allclose(found["point_coords"][0, 0], [256, 128])
    assert found["point_labels"].tolist() == [[1, 0, 2, 3]]
    assert found["orig_im_size"].tolist() == [300, 600]
    assert found["has_mask_input"].tolist() == [0]
    assert layout.prompt(Prompt(PROMPT.points), (300, 600))["point_labels"].tolist() == [[1, 0, -1]]
    assert layout.wanted == ["image_embeddings"]


def test_an_encoder_of_pixels_normalises_itself():
    layout = layout_of({"input_image": ("h", "w", 3)}, {"image_embeddings": (), **POINTS})
    tensor = layout.image(IMAGE)["input_image"]
    assert tensor.shape == (512, 1024, 3)
    assert tensor.max() == 255


def test_sam_2_stretches_the_image():
    layout = layout_of({"image": (1, 3, 1024, 1024)}, {"image_embed": (), "high_res_feats_0": (), **POINTS})
    assert isinstance(layout, Sam2)
    assert layout.image(IMAGE)["image"].shape == (1, 3, 1024, 1024)
    found = layout.prompt(PROMPT, (300, 600))
    np.testing.assert_allclose(found["point_coords"][0, 0], [256, 256])
    assert layout.wanted == ["image_embed", "high_res_feats_0"]


def test_efficient_sam_takes_0_to_1():
    decoder = {"image_embeddings": (), "batched_point_coords": (), "batched_point_labels": (), "orig_im_size": (2,)}
    layout = layout_of({"batched_images": ("b", 3, "h", "w")}, decoder)
    assert isinstance(layout, EfficientSam)
    tensor = layout.image(np.full((2048, 1024, 3), 255, np.uint8))["batched_images"]
    assert tensor.shape == (1, 3, 1024, 512)
    assert tensor.max() == 1.0
    found = layout.prompt(PROMPT, (2048, 1024))
    np.testing.assert_allclose(found["batched_point_coords"][0, 0, 0], [75, 37.5])
    assert found["orig_im_size"].tolist() == [1024, 512]
    assert layout.wanted == ["image_embeddings"]
