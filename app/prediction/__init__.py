"""Prediction: the model in use, on one image or on all."""
