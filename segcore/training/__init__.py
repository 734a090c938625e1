"""Learning: data set, augmentation, losses, the training recipe, evaluation."""
