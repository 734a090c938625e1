"""The fully-connected CRF: moves the borders of a prediction to the edges in the image. Imports no torch."""

from segcore.crf.crf import Crf, refine
from segcore.crf.engines import ENGINES, Engine, require_engine
from segcore.crf.parameters import CrfParameters
from segcore.crf.parameters_file import parameters_of, read_parameters, write_parameters
from segcore.crf.presets import PRESETS
from segcore.crf.process import crf_available, require_crf, shutdown

__all__ = [
    "ENGINES",
    "PRESETS",
    "Crf",
    "CrfParameters",
    "Engine",
    "crf_available",
    "parameters_of",
    "read_parameters",
    "refine",
    "require_crf",
    "require_engine",
    "shutdown",
    "write_parameters",
]
