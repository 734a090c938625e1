"""Make ``.venv`` and install what Maskwright needs; the second time there is nothing to do.

Usage: ``python packaging/bootstrap.py [--dev | --browser] [--torch auto|cpu|default]``. Standard library only, because
it runs before anything is installed. ``--torch cpu``: PyTorch without CUDA, as where there is no NVIDIA driver;
``--torch default``: the build of the default index, with CUDA on Linux.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from pip_runs import Outcome, Pip, say, size
from torch_build import CHOICES, install_cpu_build, wants_cpu_build

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
DEBIAN_PACKAGES = [
    "libegl1",
    "libgl1",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
    "libdbus-1-3",
    "libfontconfig1",
    "libglib2.0-0",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
    "fonts-dejavu-core",
]

CONSTRAINTS = ("-c", "constraints.txt")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
COMPILER = ["build-essential", f"python{sys.version_info[0]}.{sys.version_info[1]}-dev"]


def main() -> int:
    """Install in order; say what happens; return an exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this runs on whatever Python the person has
        print(f"Maskwright needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        return 1
    parser = argparse.ArgumentParser(description="Make .venv and install what Maskwright needs.")
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need, and the exact CRF")
    parser.add_argument("--browser", action="store_true", help="only install a browser for one test")
    parser.add_argument("--torch", choices=CHOICES, default="auto", help="build of PyTorch (auto: by the driver)")
    args = parser.parse_args()
    if args.browser:
        install_browser()
        return 0
    wanted = fingerprint()
    if not (PYTHON.exists() and any(s.exists() and s.read_text() == wanted for s in stamps(args.dev))):
        if not PYTHON.exists() and not make_venv():
            return 1
        try:
            code = install(args.dev, args.torch)
        except KeyboardInterrupt:
            say("Stopped. Run it again to go on; what is complete is kept.")
            return 130
        if code != 0:
            return code
        (VENV / ("installed-dev.txt" if args.dev else "installed.txt")).write_text(wanted)
    if sys.platform == "linux":
        install_qt_libraries()
    return 0


def install(dev: bool, torch: str) -> int:
    """Install Maskwright and what it needs, and say how long it took or what to do; return an exit code."""
    began = time.monotonic()
    say("Installing Maskwright into .venv (once) …")
    pip = Pip(PYTHON, ROOT, VENV / "install.log")
    pip.bring_up_to_date(CONSTRAINTS)
    fetched = 0
    if wants_cpu_build(torch) and not has_torch():
        outcome = install_cpu_build(pip, ROOT / "constraints.txt")
        if outcome is not None and outcome.code != 0:
            return failed(outcome, pip)
        fetched += 0 if outcome is None else outcome.fetched
    outcome = pip.install(*CONSTRAINTS, "-e", ".[dev]" if dev else ".")
    if outcome.code != 0:
        return failed(outcome, pip)
    if dev and not install_crf(pip):
        say("The dense CRF (pydensecrf2) could not be built here; Maskwright works without it and uses its own engine.")
        say(f"To have it, paste:  sudo apt-get install -y {' '.join(COMPILER)}")
        say("(or install your system's C++ compiler and Python headers), then remove .venv and run this again.")
    say(f"Installed in {time.monotonic() - began:.0f} s; {size(fetched + outcome.fetched)} fetched.")
    return 0


def failed(outcome: Outcome, pip: Pip) -> int:
    """Say what failed and what to do; return the exit code."""
    for line in outcome.errors:
        say(line)
    if outcome.broken:
        say("The network failed several times. Run the same command again when it works; what is complete is kept.")
    else:
        say(f"Installing failed; the lines above say why, {pip.log} says more. Mend it and run the same command again.")
    return 1


def has_torch() -> bool:
    """Return whether some build of PyTorch is in ``.venv``."""
    return any(VENV.glob("lib/python*/site-packages/torch/version.py"))


def stamps(dev: bool) -> list[Path]:
    """Return the files that say what is installed; a developer's install serves for running too."""
    return [VENV / "installed-dev.txt"] if dev else [VENV / "installed.txt", VENV / "installed-dev.txt"]


def fingerprint() -> str:
    """Return a text that changes whenever the dependencies do."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return f"{digest.hexdigest()} {sys.version_info[:2]} {ROOT}"


def make_venv() -> bool:
    """Make ``.venv`` with pip in it; on Debian the part of Python that does so is a package of its own."""
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if importlib.util.find_spec("ensurepip") is None and not apt_install([package]):
        print(f"Python's venv module is missing. Paste this, then try again:  sudo apt-get install -y {package}")
        return False
    return subprocess.run(command, check=False).returncode == 0


def install_crf(pip: Pip) -> bool:
    """Build the optional extra, with a compiler from Debian's packages where there is none."""
    extra = (*CONSTRAINTS, "--prefer-binary", "-e", ".[crf]")
    return pip.install(*extra).code == 0 or (apt_install(COMPILER) and pip.install(*extra).code == 0)


def install_qt_libraries() -> None:
    """Install the system libraries that Qt misses (Debian, Ubuntu), or name them in one line to paste."""
    missing = missing_libraries()
    if not missing:
        return
    if shutil.which("apt-get") is None:
        print(
            f"Qt misses these system libraries: {' '.join(missing)}. Install them with your system's package manager."
        )
        return
    print(f"Qt misses {' '.join(missing)}; installing Debian packages …", flush=True)
    if not apt_install(DEBIAN_PACKAGES) or missing_libraries():
        print("They could not be installed from here. Paste this line:")
        print(f"sudo apt-get update && sudo apt-get install -y {' '.join(DEBIAN_PACKAGES)}")


def install_browser() -> None:
    """Install Chromium for the test that opens a report in a browser (Debian, Ubuntu); say so when that fails."""
    if not any(map(shutil.which, BROWSERS)) and not apt_install(["chromium"]):
        print("No browser could be installed: the test that opens a report in one is skipped.")


def missing_libraries() -> list[str]:
    """Return the shared libraries that Qt's platform plugins and its GUI library want and the system lacks."""
    folders = list(VENV.glob("lib/python*/site-packages/PySide6/Qt"))
    missing: set[str] = set()
    for folder in folders:
        names = ["plugins/platforms/libqxcb.so", "plugins/platforms/libqoffscreen.so", "lib/libQt6Widgets.so.6"]
        for name in names:
            listing = subprocess.run(["ldd", str(folder / name)], capture_output=True, text=True, check=False).stdout
            missing.update(line.split()[0] for line in listing.splitlines() if "not found" in line)
    return sorted(missing)


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages when that is possible without asking for a password; return whether it worked."""
    apt = shutil.which("apt-get")
    if apt is None:
        return False
    prefix: list[str] = []
    if os.geteuid() != 0:
        if shutil.which("sudo") is None or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode != 0:
            return False
        prefix = ["sudo", "-n"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*prefix, apt, "update", "-qq"], check=False, **quiet)
    command = [*prefix, apt, "install", "-y", "-qq", "--no-install-recommends", *packages]
    return (
        subprocess.run(
            command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, **quiet
        ).returncode
        == 0
    )


if __name__ == "__main__":
    sys.exit(main())
