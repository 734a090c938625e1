"""segcore: Maskwright's engine. It knows no Qt and works headless."""

__version__ = "0.1.0"
