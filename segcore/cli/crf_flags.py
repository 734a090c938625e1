"""The flags of the fully-connected CRF, for every verb that refines."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from segcore.cli.console import warn
from segcore.crf import ENGINES, PRESETS, Crf, CrfParameters, parameters_of, read_parameters
from segcore.crf.parameters_file import problem_of, protected_of, read_protected
from segcore.errors import CrfError, UsageError
from segcore.labels.class_mapping import join_by_name
from segcore.labels.classes import ClassSet
from segcore.models.checkpoint_header import is_there

_MEANINGS = {
    "w1": "weight of the bilateral kernel (near and of like colour)",
    "w2": "weight of the smoothness kernel (near)",
    "theta_alpha": "reach of the bilateral kernel, in pixels",
    "theta_beta": "how different colours may be, in 0-255 units",
    "theta_gamma": "reach of the smoothness kernel, in pixels",
    "iterations": "mean-field iterations",
}


def add_crf_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--crf``, ``--crf-parameters`` and one flag for each parameter."""
    group = parser.add_argument_group(
        "fully-connected CRF",
        "A value comes from its flag, else the file or preset, else the project, else the defaults.",
    )
    group.add_argument(
        "--crf",
        choices=("none", *ENGINES),
        default="none",
        help="refine the borders; exact is pydensecrf, fast ours, auto the fast one",
    )
    group.add_argument(
        "--crf-parameters", metavar="FILE|PRESET", help=f"a JSON file of parameters, or one of: {', '.join(PRESETS)}"
    )
    group.add_argument(
        "--crf-protect",
        metavar="NAME,NAME",
        help="classes that keep the pixels the network gave them, such as thin ones",
    )
    for field in fields(CrfParameters):
        group.add_argument(
            f"--crf-{field.name.replace('_', '-')}",
            type=int if field.name == "iterations" else float,
            metavar="N" if field.name == "iterations" else "X",
            help=f"{_MEANINGS[field.name]} (default {field.default:g})",
        )


def protected_names(args: argparse.Namespace, settings: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """Names of the classes to be protected: those of ``--crf-protect``, else the file's, else a project's."""
    if args.crf_protect is not None:
        return tuple(name.strip() for name in args.crf_protect.split(",") if name.strip())
    if args.crf_parameters is not None and args.crf_parameters not in PRESETS:
        return read_protected(Path(args.crf_parameters))
    return () if settings is None else protected_of(settings)


def channels_of(names: Sequence[str], classes: ClassSet) -> tuple[int, ...]:
    """Channels of the classes of these names. Raises CrfError when there is no such class."""
    found = join_by_name(names, classes.names)
    for name, channel in zip(names, found, strict=True):
        if channel is None:
            raise CrfError(f"--crf-protect: the model has no class '{name}'.", f"It has {', '.join(classes.names)}.")
    return tuple(channel for channel in found if channel is not None)


def crf_of(args: argparse.Namespace, settings: Mapping[str, Any] | None = None) -> Crf | None:
    """Read them; None when nothing is to be refined.

    Parameters
    ----------
    args : argparse.Namespace
        With ``device``, too.
    settings : Mapping[str, Any] or None
        A project's, whose parameters hold for what flags and file do not say.

    Raises
    ------
    UsageError
        Parameters are given, but no engine.
    CrfError
        A value out of its range, a file that cannot be read, or an engine that is not installed.
    """
    flags = {name: value for name in _MEANINGS if (value := getattr(args, f"crf_{name}")) is not None}
    if args.crf == "none":
        given = [*flags, *(name for name in ("parameters", "protect") if getattr(args, f"crf_{name}") is not None)]
        if given:
            raise UsageError(f"--crf-{given[0].replace('_', '-')} is given, but no --crf.", "Add --crf auto.")
        return None
    start = CrfParameters() if settings is None else parameters_of(settings)
    if settings is not None and (problem := problem_of(settings)):
        warn(problem)
    if args.crf_parameters is not None:
        start = _named(args.crf_parameters, start)
    crf = Crf(replace(start, **flags), args.crf, args.device)
    crf.require()
    return crf


def _named(text: str, start: CrfParameters) -> CrfParameters:
    """Return a preset, or what a file says."""
    if text in PRESETS:
        return PRESETS[text]
    try:
        return read_parameters(Path(text), start)
    except CrfError as error:
        if not is_there(Path(text)):
            raise CrfError(f"'{text}' is neither a preset nor a file.", f"Presets are {', '.join(PRESETS)}.") from error
        raise
