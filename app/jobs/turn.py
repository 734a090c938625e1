"""Turn: what would take too long at once is done in steps, and between two of them the window has its turn."""

TURN_MS = 10
"""Until the next step: by then the window is painted and has answered."""
