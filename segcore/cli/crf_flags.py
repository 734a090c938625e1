"""Flags of the fully-connected CRF, shared by all verbs that refine."""

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
    "w1": "weight of the bilateral kernel (pixels that are near and of similar colour)",
    "w2": "weight of the smoothness kernel (pixels that are near)",
    "theta_alpha": "range of the bilateral kernel, in pixels",
    "theta_beta": "colour difference that the bilateral kernel tolerates, in 0-255 units",
    "theta_gamma": "range of the smoothness kernel, in pixels",
    "iterations": "mean-field iterations",
}


def add_crf_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--crf``, ``--crf-parameters`` and one flag for each parameter."""
    group = parser.add_argument_group(
        "fully-connected CRF",
        "Each value comes from its flag, else from the file or preset, the project, or the default, in this order.",
    )
    group.add_argument(
        "--crf",
        choices=("none", *ENGINES),
        default="none",
        help="CRF engine that refines the borders; exact: pydensecrf, fast: Maskwright's own, auto: fast",
    )
    group.add_argument(
        "--crf-parameters", metavar="FILE|PRESET", help=f"a JSON file of parameters, or a preset: {', '.join(PRESETS)}"
    )
    group.add_argument(
        "--crf-protect",
        metavar="NAME,NAME",
        help="protected classes keep their predicted pixels; for thin classes, which the CRF would remove",
    )
    for field in fields(CrfParameters):
        group.add_argument(
            f"--crf-{field.name.replace('_', '-')}",
            type=int if field.name == "iterations" else float,
            metavar="N" if field.name == "iterations" else "X",
            help=f"{_MEANINGS[field.name]} (default {field.default:g})",
        )


def protected_names(args: argparse.Namespace, settings: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """Return the names of the protected classes: from ``--crf-protect``, else the file, else the project."""
    if args.crf_protect is not None:
        return tuple(name.strip() for name in args.crf_protect.split(",") if name.strip())
    if args.crf_parameters is not None and args.crf_parameters not in PRESETS:
        return read_protected(Path(args.crf_parameters))
    return () if settings is None else protected_of(settings)


def channels_of(names: Sequence[str], classes: ClassSet) -> tuple[int, ...]:
    """Return the channels of these classes. Raises CrfError when the model does not have one of them."""
    found = join_by_name(names, classes.names)
    for name, channel in zip(names, found, strict=True):
        if channel is None:
            raise CrfError(
                f"--crf-protect: the model has no class '{name}'.", f"Its classes are {', '.join(classes.names)}."
            )
    return tuple(channel for channel in found if channel is not None)


def crf_of(args: argparse.Namespace, settings: Mapping[str, Any] | None = None) -> Crf | None:
    """Return the CRF that the flags ask for; None for none.

    Parameters
    ----------
    args : argparse.Namespace
        The parsed flags, with ``device``.
    settings : Mapping[str, Any] or None
        A project's settings; its parameters replace the defaults.

    Raises
    ------
    UsageError
        CRF parameters are given without ``--crf``.
    CrfError
        A value is out of range, a file cannot be read, or the engine is not installed.
    """
    flags = {name: value for name in _MEANINGS if (value := getattr(args, f"crf_{name}")) is not None}
    if args.crf == "none":
        given = [*flags, *(name for name in ("parameters", "protect") if getattr(args, f"crf_{name}") is not None)]
        if given:
            raise UsageError(f"--crf-{given[0].replace('_', '-')} is given without --crf.", "Add --crf auto.")
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
    """Return the parameters of a preset or a file."""
    if text in PRESETS:
        return PRESETS[text]
    try:
        return read_parameters(Path(text), start)
    except CrfError as error:
        if not is_there(Path(text)):
            raise CrfError(f"'{text}' is not a preset and not a file.", f"Presets are {', '.join(PRESETS)}.") from error
        raise
