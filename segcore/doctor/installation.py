"""Installation: what a person can do about a package, which a standalone build does not let anyone install."""

from __future__ import annotations

import sys

AGAIN = "Download the standalone build again, and install it in place of this one."
"""For a standalone build with damaged or missing files."""
WITH_PYTHON = "install Maskwright with Python, see docs/getting-started.md (Help > Documentation)"
"""What lets a person choose packages; a standalone build does not."""


def is_standalone() -> bool:
    """Whether this is a standalone build (PyInstaller), whose packages cannot be changed: it has no pip."""
    return hasattr(sys, "frozen")


def with_pip(words: str) -> str:
    """Return what to do where one run of pip mends it; ``words`` are what pip is told."""
    return AGAIN if is_standalone() else f"Run: {sys.executable} -m pip {words}"
