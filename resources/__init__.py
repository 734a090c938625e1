"""Files that ship with Maskwright: icons, the sample project, the bundled checkpoint."""

from pathlib import Path


def resource(name: str) -> Path:
    """Absolute path of a bundled file or folder, wherever Maskwright is installed."""
    return Path(__file__).parent / name
