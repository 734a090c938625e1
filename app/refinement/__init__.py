"""Refinement: the fully-connected CRF, its live preview and its parameters."""
