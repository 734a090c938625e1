"""Learning from strokes while they are painted: frozen features, the live head and its memory."""
