"""The exact engine: mean-field inference by pydensecrf. Holds Python's global lock, so it runs in `worker` only."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from segcore.crf.parameters import CrfParameters
from segcore.crf.unary import unary


def mean_field(
    image: NDArray[np.uint8], probabilities: NDArray[np.float32], parameters: CrfParameters
) -> Generator[int, None, NDArray[np.float32]]:
    """Minimise the energy of `CrfParameters`; yields the number of iterations done.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    probabilities : NDArray[np.float32]
        [C, H, W], at least two classes, finite, not negative. A pixel whose values are all 0 is undecided.
    parameters : CrfParameters
        The energy.

    Returns
    -------
    Generator[int, None, NDArray[np.float32]]
        [C, H, W], summing to 1 at each pixel.
    """
    from pydensecrf.densecrf import DenseCRF2D

    channels, height, width = probabilities.shape
    crf = DenseCRF2D(width, height, channels)
    crf.setUnaryEnergy(unary(probabilities).reshape(channels, -1))
    if parameters.w2 > 0:
        crf.addPairwiseGaussian(sxy=parameters.theta_gamma, compat=parameters.w2)
    if parameters.w1 > 0:
        crf.addPairwiseBilateral(
            sxy=parameters.theta_alpha,
            srgb=parameters.theta_beta,
            rgbim=np.ascontiguousarray(image),
            compat=parameters.w1,
        )
    marginals, first, second = crf.startInference()
    for iteration in range(1, int(parameters.iterations) + 1):
        crf.stepInference(marginals, first, second)
        yield iteration
    return np.asarray(marginals, np.float32).reshape(channels, height, width)
