"""Make the standalone build: a folder with Maskwright, Python, Qt and PyTorch, for machines without Python.

    python packaging/standalone/build.py [--torch auto|cpu|default] [--no-smoke]

An environment of its own in out/standalone holds only Maskwright with the ONNX extra and PyInstaller; the result is
out/standalone/dist/maskwright, on macOS Maskwright.app. What it was built on is what it runs on: there is no building
for another system. Ends with 1 when the smoke test fails.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging"))

from pip_runs import Outcome, Pip, say  # noqa: E402
from torch_build import CHOICES, install_cpu_build, wants_cpu_build  # noqa: E402

HERE = Path(__file__).resolve().parent
OUT = ROOT / "out" / "standalone"
PYTHON = OUT / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PYINSTALLER = "pyinstaller>=6.20"
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)


def main() -> int:
    """Install, build, try; return an exit code."""
    parser = argparse.ArgumentParser(description="Make the standalone build.")
    parser.add_argument("--torch", choices=CHOICES, default="cpu", help="build of PyTorch (default: without CUDA)")
    parser.add_argument("--no-smoke", action="store_true", help="do not try the result")
    args = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    if not install(args.torch):
        return 1
    notices()
    icons()
    work = ["--noconfirm", "--distpath", str(OUT / "dist"), "--workpath", str(OUT / "work"), "--log-level", "WARN"]
    command = [PYTHON, "-m", "PyInstaller", *work, str(HERE / "maskwright.spec")]
    done = subprocess.run(command, cwd=OUT, check=False)  # not in the checkout: what is installed has the licences, too
    if done.returncode != 0:
        return done.returncode
    print(f"{OUT / 'dist'}: {megabytes(OUT / 'dist'):,.0f} MB")
    return (
        0 if args.no_smoke else subprocess.run([sys.executable, HERE / "smoke.py", program()], check=False).returncode
    )


def install(torch: str) -> bool:
    """Make the environment; return whether that worked."""
    if not PYTHON.exists():
        venv.create(OUT / "venv", with_pip=True)
    pip = Pip(PYTHON, ROOT, OUT / "install.log")
    if wants_cpu_build(torch):
        small = install_cpu_build(pip, ROOT / "constraints.txt")
        if small is None:
            say("So this build is some gigabytes larger than one that is made where that index can be reached.")
        elif small.code != 0:
            say(
                "PyTorch without CUDA is there and could not be installed. Nothing is built: it would get CUDA instead."
            )
            return failed(small, pip)
    shutil.rmtree(ROOT / "build" / "lib", ignore_errors=True)  # what an earlier build left there is packed, too
    outcome = pip.install("-c", "constraints.txt", ".[onnx]", PYINSTALLER)
    return outcome.code == 0 or failed(outcome, pip)


def failed(outcome: Outcome, pip: Pip) -> bool:
    """Say what pip said and what to do; return False."""
    for line in outcome.errors:
        say(line)
    say(f"{pip.log} says more. Run the same command again when it is mended; what is complete is kept.")
    say("With --torch default, the build gets the PyTorch of the default index: on Linux with CUDA, gigabytes larger.")
    return False


def notices() -> None:
    """Put the licences of all packages into the installed resources."""
    where = subprocess.run(
        [PYTHON, "-c", "from resources import resource; print(resource('THIRD_PARTY_NOTICES.txt'))"],
        cwd=OUT,
        capture_output=True,
        text=True,
        check=True,
    )
    subprocess.run([PYTHON, ROOT / "packaging" / "notices.py", where.stdout.strip()], check=True)


def icons() -> None:
    """Draw the icon in the formats of Windows and macOS; Linux takes the SVG."""
    code = f"""
import sys
from pathlib import Path
from PIL import Image
from PySide6.QtGui import QGuiApplication, QIcon
from resources import resource
application = QGuiApplication(["icons"])
icon = QIcon(str(resource("icons") / "maskwright.svg"))
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for size in {(*ICON_SIZES, 512)!r}:
    icon.pixmap(size, size).save(str(folder / f"{{size}}.png"))
largest = Image.open(folder / "512.png")
largest.save(folder / "maskwright.ico", sizes=[(size, size) for size in {ICON_SIZES!r}])
largest.save(folder / "maskwright.icns")
"""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([PYTHON, "-c", code, str(OUT / "icons")], env=environment, cwd=OUT, check=True)


def program() -> Path:
    """Return the program that was built."""
    if sys.platform == "darwin":
        return OUT / "dist" / "Maskwright.app" / "Contents" / "MacOS" / "maskwright"
    return OUT / "dist" / "maskwright" / ("maskwright.exe" if os.name == "nt" else "maskwright")


def megabytes(folder: Path) -> float:
    """Return the size of all files in a folder, in MB of 10^6 bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


if __name__ == "__main__":
    sys.exit(main())
