"""Classes: the list of classes, editing them, and matching them to those of a model."""
