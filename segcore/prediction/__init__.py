"""ProbabilityMap: from an image to the probability of each class at each pixel."""

from segcore.hardware.device import DeviceName, choose_device, is_out_of_memory
from segcore.prediction.options import PLAIN, PredictOptions
from segcore.prediction.predictor import MIN_SIDE, TILE_SIDE, WHOLE_PIXELS, Predictor, to_labels

__all__ = [
    "MIN_SIDE",
    "PLAIN",
    "TILE_SIDE",
    "WHOLE_PIXELS",
    "DeviceName",
    "PredictOptions",
    "Predictor",
    "choose_device",
    "is_out_of_memory",
    "to_labels",
]
