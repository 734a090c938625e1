"""Display: whether Qt's window can open here, and how large things are on it."""

from __future__ import annotations

import os
import re
import sys

from segcore.doctor.child import Answer
from segcore.doctor.findings import Finding, Section, late
from segcore.installation import with_pip

LOUD = {"QT_DEBUG_PLUGINS": "1"}
"""Environment in which Qt says which library it misses."""
_MISSING = re.compile(r"(lib[\w.+-]+\.so(?:\.\d+)*): cannot open shared object")
_VERSION_AFTER_DIGIT = re.compile(r"([0-9])\.so\.")
_PACKAGES = {"libglib-2.0.so.0": "libglib2.0-0"}
"""Packages of Debian that are older than the rule of their names."""


def display(qt: Answer) -> Section:
    """Return platform, screens and trouble; ``qt`` is what the child said that connected Qt to the display."""
    said = qt.facts
    facts = {"Qt": str(said.get("version", f"not loaded: {qt.failure or 'no answer'}"))}
    if "platform" in said:
        facts["platform"] = said["platform"]
        facts["screens"] = "; ".join(
            f"{width}x{height} at {ratio:g}, {dots:.0f} dots an inch" for width, height, ratio, dots in said["screens"]
        )
        facts["language"] = said["locale"]
    facts["session"] = _session()
    return Section("Display", facts, tuple(_findings(qt)))


def missing_libraries(text: str) -> list[str]:
    """Return the system libraries that a loader's messages call missing, each once."""
    return list(dict.fromkeys(_MISSING.findall(text)))


def debian_package(library: str) -> str:
    """Return the name of Debian's package of a library, such as libxcb-cursor0 for libxcb-cursor.so.0.

    The rule is Debian Policy 8.1: the name and the version of the library, with a hyphen between two digits.
    """
    name = _VERSION_AFTER_DIGIT.sub(r"\1-", library)
    return _PACKAGES.get(library, re.sub(r"\.so(\.|$)", "", name).replace("_", "-").lower())


def has_display() -> bool:
    """Whether there is something to show a window on."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _findings(qt: Answer) -> list[Finding]:
    missing = missing_libraries(qt.errors)
    if qt.failure and missing:
        packages = " ".join(map(debian_package, missing))
        return [
            Finding(
                f"Qt misses libraries of the system: {', '.join(missing)}. The window cannot open.",
                f"Debian, Ubuntu: sudo apt install {packages}. Elsewhere install the packages with these files.",
                True,
            )
        ]
    if not has_display():
        return [
            Finding(
                "There is no display here, so the window cannot open; the verbs of the command line work.",
                "For the window, use a machine with a display, or ssh -X. See maskwright --help for the verbs.",
            )
        ]
    if qt.late:
        return [late("Qt", qt.failure)]
    if qt.failure:
        lines = [line for line in qt.errors.splitlines() if line.strip()]
        said = " ".join(lines[-3:])[:400]
        return [
            Finding(
                f"Qt cannot open a window ({qt.failure}). {said}".strip(),
                "If QT_QPA_PLATFORM or QT_PLUGIN_PATH is set, unset it. Otherwise: "
                + with_pip("install --force-reinstall PySide6-Essentials"),
                True,
            )
        ]
    if qt.facts.get("platform") == "xcb" and os.environ.get("XDG_SESSION_TYPE") == "wayland":
        return [
            Finding(
                "This is a Wayland session, and Qt uses X11 in it: a fractional scale looks blurred.",
                "If it does, start with QT_QPA_PLATFORM=wayland maskwright.",
            )
        ]
    return []


def _session() -> str:
    kind, desktop = (os.environ.get(name, "") for name in ("XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP"))
    found = [name for name in ("WAYLAND_DISPLAY", "DISPLAY") if os.environ.get(name)]
    return ", ".join(filter(None, [kind, desktop, *found])) or ("no display" if not has_display() else sys.platform)
