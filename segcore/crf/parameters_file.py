"""Parameters as JSON: in a file of their own, and among a project's settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from segcore.atomic import atomic_write_bytes, writing
from segcore.crf.parameters import CrfParameters
from segcore.errors import CrfError

SETTING = "crf"
"""Key of the parameters among a project's settings."""

SPARED = "spared"
"""Beside them there: names of the classes that keep the pixels the network gave them."""

NAMES = tuple(field.name for field in fields(CrfParameters))
_DEFAULTS = CrfParameters()


def read_parameters(path: Path, start: CrfParameters = _DEFAULTS) -> CrfParameters:
    """Read a JSON file such as ``{"w1": 4, "theta_alpha": 67}``.

    Parameters
    ----------
    path : Path
        UTF-8.
    start : CrfParameters
        Holds for what the file does not say.

    Raises
    ------
    CrfError
        The file cannot be read or is no such JSON, has a key that is no parameter, or a value out of its range.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CrfError(f"{path} cannot be read ({error.strerror or error}).", "Check the path.") from error
    except (ValueError, RecursionError) as error:
        raise CrfError(f"{path} is no JSON ({error}).", f"It must hold an object with {_listed()}.") from error
    return parameters_from_json(data, start, str(path))


def write_parameters(path: Path, parameters: CrfParameters) -> None:
    """Write them all, so that `read_parameters` gives the same; the file appears whole or not at all."""
    with writing(path):
        atomic_write_bytes(path, (json.dumps(asdict(parameters), indent=2) + "\n").encode())


def parameters_from_json(
    data: Any, start: CrfParameters = _DEFAULTS, source: str = "The CRF's parameters"
) -> CrfParameters:
    """Check what JSON gave; ``source`` names it in errors. Raises CrfError."""
    if not isinstance(data, dict):
        raise CrfError(f"{source}: not a JSON object.", f"It must hold an object with {_listed()}.")
    unknown = sorted(set(data) - set(NAMES))
    if unknown:
        raise CrfError(f"{source}: '{unknown[0]}' is no parameter of the CRF.", f"There are {_listed()}.")
    try:
        return replace(start, **data)
    except CrfError as error:
        raise CrfError(f"{source}: {error.message}", error.remedy) from error


def parameters_of(settings: Mapping[str, Any], start: CrfParameters = _DEFAULTS) -> CrfParameters:
    """Return those of a project's settings; ``start`` for what they do not say, and for all when one is wrong."""
    stored = settings.get(SETTING)
    own = {name: stored[name] for name in NAMES if name in stored} if isinstance(stored, Mapping) else {}
    try:
        return replace(start, **own)
    except CrfError:
        return start


def spared_of(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the classes that a project spares (see `sparing`)."""
    stored = settings.get(SETTING)
    names = stored.get(SPARED) if isinstance(stored, Mapping) else None
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def _listed() -> str:
    return ", ".join(NAMES)
