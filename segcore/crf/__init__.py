"""The fully-connected CRF: makes the borders of a prediction follow the image."""

from segcore.crf.parameters import CrfParameters
from segcore.crf.process import crf_available, refine, require_crf, shutdown

__all__ = ["CrfParameters", "crf_available", "refine", "require_crf", "shutdown"]
