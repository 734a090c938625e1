"""Optional packages: libraries that only some models need, imported when one of these is used."""

from __future__ import annotations

import importlib
import os
import warnings
from typing import Any

from segcore.errors import MaskwrightError

_SILENCE = {"ORT_DISABLE_TELEMETRY": "1"}
"""Variables that libraries read as they are imported. onnxruntime 1.31 sends data to Microsoft without this one, and
writes a number of the machine to the person's cache folder."""


def optional_package(module: str, missing: MaskwrightError) -> Any:
    """Import a module without its warnings and without telemetry. Raises ``missing`` when it is not installed."""
    os.environ.update(_SILENCE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(module)
    except ImportError as error:
        raise missing from error
