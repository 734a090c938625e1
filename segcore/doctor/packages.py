"""Packages: which are installed, in which versions, and which are missing; asks their metadata and imports none."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution, version

from segcore import __version__
from segcore.doctor.child import Answer
from segcore.doctor.findings import Finding, Section, late
from segcore.installation import AGAIN, is_standalone, with_pip

_EXTRA = re.compile(r"""extra\s*==\s*["']([\w-]+)["']""")
_NAME = re.compile(r"[\w.-]+")
_FOR_DEVELOPERS = ("dev",)
_MINGLED = ("opencv-python", "opencv-contrib-python")
"""They bring the same files as opencv-python-headless, and a Qt of their own, which hides that of PySide6."""


def packages(loaded: Answer) -> Section:
    """Return versions and extras; ``loaded`` is what the child said that loaded the libraries."""
    facts = {"Maskwright": f"{__version__}{' (standalone build)' if is_standalone() else ''}"}
    findings = []
    required, extras = _requirements()
    for name, wanted in required.items():
        here = _version(name)
        facts[name] = here or "missing"
        trouble = f"is {here}, and Maskwright needs {wanted}" if here and not _fits(wanted, here) else ""
        if not here:
            trouble = "is not installed"
        if trouble:
            findings.append(Finding(f"The package {name} {trouble}.", with_pip(f'install "{wanted}"'), True))
    for extra, names in extras.items():
        found = [f"{name} {_version(name)}" for name in names if _version(name)]
        facts[f"extra {extra}"] = ", ".join(found) if found else "not installed"
    for name in filter(_version, _MINGLED):
        findings.append(
            Finding(
                f"{name} is installed beside opencv-python-headless; the two overwrite each other's files.",
                with_pip(f"uninstall {name}, then pip install --force-reinstall opencv-python-headless"),
            )
        )
    return Section("Packages", facts, (*findings, *_broken(loaded)))


def _broken(loaded: Answer) -> list[Finding]:
    """Return what did not load, although it is installed."""
    failed = dict(loaded.facts.get("failed", {}))
    if loaded.late:
        return [late(str(loaded.facts.get("trying") or "A library"), loaded.failure)]
    if loaded.failure:
        failed[str(loaded.facts.get("trying") or "a library")] = loaded.failure
    return [
        Finding(
            f"{name} cannot be loaded: {reason}",
            _without_crf() if name.startswith("pydensecrf") else _again(),
            not name.startswith("pydensecrf"),
        )
        for name, reason in failed.items()
    ]


def _without_crf() -> str:
    if is_standalone():
        return "Choose the fast engine in the tab Refine: it works without pydensecrf2."
    return "Uninstall pydensecrf2: the fast engine works without it."


def _again() -> str:
    if is_standalone():
        return AGAIN
    return "Install its package again: pip install --force-reinstall with its name, in Maskwright's environment."


def _requirements() -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return what Maskwright needs, by name, and the names of each extra; nothing when it is not installed."""
    try:
        listed = distribution("maskwright").requires or []
    except PackageNotFoundError:
        listed = []
    required: dict[str, str] = {}
    extras: dict[str, list[str]] = {}
    for line in listed:
        wanted, _, condition = line.partition(";")
        match, extra = _NAME.match(wanted.strip()), _EXTRA.search(condition)
        if match is None:
            continue
        if extra is None:
            required[match[0]] = wanted.strip()
        elif extra[1] not in _FOR_DEVELOPERS:
            extras.setdefault(extra[1], []).append(match[0])
    return required, extras


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _fits(wanted: str, here: str) -> bool:
    """Whether a version satisfies a requirement; True where the package that knows is missing itself."""
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return True
    return bool(Requirement(wanted).specifier.contains(here, prereleases=True))
