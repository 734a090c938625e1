"""Labels: classes, label maps with provenance, probability maps."""
