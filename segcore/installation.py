"""Installation: what a person can do about a package, which a standalone build does not let anyone install."""

from __future__ import annotations

import sys

AGAIN = "Download the standalone build again, and install it in place of this one."
"""For a standalone build with damaged or missing files."""
PAGE = "docs/getting-started.md (Help > Documentation)"
WITH_PYTHON = f"install Maskwright with Python, see {PAGE}"
"""What lets a person choose packages; a standalone build does not."""


def is_standalone() -> bool:
    """Whether this is a standalone build (PyInstaller), whose packages cannot be changed: it has no pip."""
    return hasattr(sys, "frozen")


def with_pip(words: str) -> str:
    """Return what to do where one run of pip mends it; ``words`` are what pip is told."""
    return AGAIN if is_standalone() else f"Run: {sys.executable} -m pip {words}"


def to_install(extra: str, packages: str) -> str:
    """Return what to do where a package is missing that not everybody needs.

    Parameters
    ----------
    extra : str
        The extra of Maskwright that has it, such as ``onnx``.
    packages : str
        What pip is told to install it alone.
    """
    if is_standalone():
        return (
            "This standalone build does not have it, and none can be added. Maskwright installed with Python has it "
            f'with the extra "{extra}", see {PAGE}.'
        )
    return f'Install it: pip install "maskwright[{extra}]", or pip install {packages}.'
