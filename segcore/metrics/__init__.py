"""Metrics: confusion matrix, its scores, and the boundary F-score."""
