"""Bilinear upsampling that keeps every feature at the pixel it is centred on."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def upsample_aligned(x: Tensor, stride: int, size: tuple[int, int]) -> Tensor:
    """Interpolate a feature map whose cell ``i`` is centred on pixel ``stride i``.

    A convolution or pooling with odd kernel k, stride s and padding (k - 1) / 2 is centred on pixels 0, s, 2s, ...; so
    is every map behind several of them. This is the grid of DeepLab's VGG16 and ResNets; their authors keep it by
    inputs of ``32 k - 31`` (v1) or ``16 k + 1`` (v2 to v3+) pixels, whose corners are features, and interpolate between
    them. Here any size works: pixels beyond the last feature repeat it. `torch.nn.functional.interpolate` with
    ``align_corners=False`` would treat the features as centres of their cells and shift them by ``(stride - 1) / 2``
    pixels, 7.5 at stride 16.

    Parameters
    ----------
    x : Tensor
        Float [N, C, h, w] with a cell on each of those pixels: h is ``ceil(height / stride)`` or more.
    stride : int
        Pixels from one feature to the next.
    size : (int, int)
        Height and width of the result.

    Returns
    -------
    Tensor
        Float [N, C, height, width]; ``result[..., stride * i, stride * j] == x[..., i, j]``.
    """
    height, width = size
    # Always one cell more: padding that depends on the size could not be exported for every size.
    x = functional.pad(x, (0, 1, 0, 1), mode="replicate")
    between = [stride * (cells - 1) + 1 for cells in x.shape[-2:]]
    return functional.interpolate(x, between, mode="bilinear", align_corners=True)[..., :height, :width]
