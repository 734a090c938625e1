"""Presets: named sets of CRF parameters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from segcore.crf.parameters import CrfParameters

PRESETS: Mapping[str, CrfParameters] = MappingProxyType(
    {
        "gentle": CrfParameters(),
        "deeplab": CrfParameters(w1=4.0, w2=3.0, theta_alpha=67.0, theta_beta=3.0, theta_gamma=1.0, iterations=10),
        "strong": CrfParameters(w1=10.0, w2=3.0, theta_alpha=80.0, theta_beta=13.0, theta_gamma=3.0, iterations=5),
    }
)
"""``gentle``: the defaults, which keep thin objects. ``deeplab``: DeepLab v2's for PASCAL VOC (Chen et al. 2016).
``strong``: the values of pydensecrf's examples, for large objects and coarse predictions."""
