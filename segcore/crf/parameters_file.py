"""CRF parameters as JSON: in a file of their own, and among a project's settings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from segcore.crf.parameters import CrfParameters
from segcore.errors import CrfError
from segcore.files.atomic import atomic_write_bytes, writing

SETTING = "crf"
"""Key of the parameters in a project's settings."""

PROTECTED = "protected"
"""Key beside the parameters: names of the protected classes."""

_BEFORE = "spared"
"""The name of `PROTECTED` in files written before 0.5."""

_MOST_BYTES = 1_000_000

NAMES = tuple(field.name for field in fields(CrfParameters))
_DEFAULTS = CrfParameters()


def read_parameters(path: Path, start: CrfParameters = _DEFAULTS) -> CrfParameters:
    """Read a JSON file such as ``{"w1": 4, "theta_alpha": 67}``; ``protected`` beside them is for `read_protected`.

    Parameters
    ----------
    path : Path
        UTF-8.
    start : CrfParameters
        Values for keys that the file does not have.

    Raises
    ------
    CrfError
        The file cannot be read, is not such JSON, has an unknown key, or a value out of range.
    """
    return parameters_from_json(_read(path), start, str(path))


def read_protected(path: Path) -> tuple[str, ...]:
    """Return the names of the protected classes in a file of parameters. Raises CrfError like `read_parameters`."""
    data = _read(path)
    parameters_from_json(data, source=str(path))
    return protected_of({SETTING: data})


def write_parameters(path: Path, parameters: CrfParameters, protected: Sequence[str] = ()) -> None:
    """Write all parameters, atomically; `read_parameters` returns the same.

    ``protected`` are the names of the protected classes, for `read_protected`.
    """
    data: dict[str, Any] = {**asdict(parameters), **({PROTECTED: list(protected)} if protected else {})}
    with writing(path):
        atomic_write_bytes(path, (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode())


def _read(path: Path) -> Any:
    try:
        if path.exists() and not path.is_file():  # a pipe or a device might never end
            raise CrfError(f"{path} is not a file.", "Check the path.")
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES + 1)
        if len(text) > _MOST_BYTES:
            raise CrfError(f"{path} is too large for CRF parameters.", f"It must hold an object with {_listed()}.")
        return json.loads(text.decode())
    except OSError as error:
        raise CrfError(f"{path} cannot be read ({error.strerror or error}).", "Check the path.") from error
    except (ValueError, RecursionError) as error:
        raise CrfError(f"{path} is not JSON ({error}).", f"It must hold an object with {_listed()}.") from error


def parameters_from_json(
    data: Any, start: CrfParameters = _DEFAULTS, source: str = "The CRF's parameters"
) -> CrfParameters:
    """Check parsed JSON; ``source`` names it in errors. Raises CrfError."""
    if not isinstance(data, dict):
        raise CrfError(f"{source}: not a JSON object.", f"It must hold an object with {_listed()}.")
    unknown = sorted(set(data) - {*NAMES, PROTECTED, _BEFORE})
    if unknown:
        raise CrfError(f"{source}: '{unknown[0]}' is not a parameter of the CRF.", f"Parameters are {_listed()}.")
    names = _protected(data) or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise CrfError(
            f"{source}: '{PROTECTED}' is not a list of class names.", 'Write names, such as ["pole", "fence"].'
        )
    try:
        return replace(start, **{name: value for name, value in data.items() if name in NAMES})
    except CrfError as error:
        raise CrfError(f"{source}: {error.message}", error.remedy) from error


def parameters_of(settings: Mapping[str, Any], start: CrfParameters = _DEFAULTS) -> CrfParameters:
    """Return the parameters in a project's settings; ``start`` for those not given, and for all when one is wrong."""
    try:
        return _stored(settings, start)
    except CrfError:
        return start


def problem_of(settings: Mapping[str, Any]) -> str:
    """Return why `parameters_of` ignores the parameters in a project's settings; "" when it uses them."""
    try:
        _stored(settings, _DEFAULTS)
    except CrfError as error:
        return f"The project's CRF parameters are not used: {error.message}"
    return ""


def _stored(settings: Mapping[str, Any], start: CrfParameters) -> CrfParameters:
    stored = settings.get(SETTING, {})
    if not isinstance(stored, Mapping):
        raise CrfError(
            f"They are of type {type(stored).__name__}, not an object.", f"It must hold an object with {_listed()}."
        )
    return replace(start, **{name: stored[name] for name in NAMES if name in stored})


def protected_of(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of a project's protected classes (see `protection`)."""
    stored = settings.get(SETTING)
    names = _protected(stored) if isinstance(stored, Mapping) else None
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def _protected(stored: Mapping[str, Any]) -> Any:
    return stored.get(PROTECTED, stored.get(_BEFORE))


def _listed() -> str:
    return ", ".join(NAMES)
