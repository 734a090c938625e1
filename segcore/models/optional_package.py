"""Optional packages: libraries that only some models need, imported when one of these is used."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

from segcore.errors import MaskwrightError


def optional_package(module: str, missing: MaskwrightError) -> Any:
    """Import a module and return it, without its warnings. Raises ``missing`` when it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(module)
    except ImportError as error:
        raise missing from error
