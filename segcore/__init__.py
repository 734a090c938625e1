"""segcore: Maskwright's engine. It knows no Qt and works headless."""

__version__ = "0.9.0"
"""The only place of the version: the package, the window, reports and `maskwright --version` read it here."""
