"""Make a Debian package of the standalone build: out/maskwright_VERSION_ARCHITECTURE.deb.

    python packaging/linux/deb.py [--build out/standalone/dist/maskwright]

The program lies in /opt/maskwright and is called as `maskwright`; menu entry, icon and file type come with it. Needs
dpkg-deb. Install with `sudo apt install ./maskwright_….deb`, which also installs Qt's system libraries.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "packaging"), str(Path(__file__).resolve().parent)]

import metainfo  # noqa: E402
from bootstrap import DEBIAN_PACKAGES  # noqa: E402

HERE = Path(__file__).resolve().parent
APPLICATIONS, MIME = "usr/share/applications", "usr/share/mime/packages"
ICONS, METAINFO = "usr/share/icons/hicolor/scalable/apps", "usr/share/metainfo"
DOCUMENTS = "usr/share/doc/maskwright"


def main() -> int:
    """Make the package and print its path; return an exit code."""
    parser = argparse.ArgumentParser(description="Make a Debian package of the standalone build.")
    parser.add_argument("--build", type=Path, default=ROOT / "out" / "standalone" / "dist" / "maskwright")
    parser.add_argument("--out", type=Path, default=ROOT / "out")
    args = parser.parse_args()
    if not (args.build / "maskwright").is_file():
        print(f"There is no build in {args.build}. Run `make standalone` first.")
        return 1
    if shutil.which("dpkg-deb") is None:
        print("dpkg-deb is missing; it is part of Debian and Ubuntu.")
        return 1
    print(package(args.build, args.out))
    return 0


def package(build: Path, out: Path) -> Path:
    """Write the package into the folder ``out`` and return its path."""
    number = metainfo.version()
    architecture = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True)
    name = f"maskwright_{number}_{architecture.stdout.strip()}"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as folder:
        tree = Path(folder) / name
        fill(tree, build)
        size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file() and not path.is_symlink()) // 1024
        write(tree / "DEBIAN" / "control", control(number, architecture.stdout.strip(), size))
        package_file = out / f"{name}.deb"
        command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z3", "--build", tree, package_file]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return package_file


def fill(tree: Path, build: Path) -> None:
    """Lay the files of the package out below ``tree``; the build is linked, not copied, where that is possible."""
    shutil.copytree(build, tree / "opt" / "maskwright", symlinks=True, copy_function=link)
    (tree / "usr" / "bin").mkdir(parents=True)
    os.symlink("/opt/maskwright/maskwright", tree / "usr" / "bin" / "maskwright")
    for source, place in (
        (HERE / "maskwright.desktop", APPLICATIONS),
        (HERE / "maskwright.xml", MIME),
        (ROOT / "resources" / "icons" / "maskwright.svg", ICONS),
    ):
        (tree / place).mkdir(parents=True)
        shutil.copy(source, tree / place)
    (tree / METAINFO).mkdir(parents=True)
    metainfo.write(tree / METAINFO)
    (tree / DOCUMENTS).mkdir(parents=True)
    shutil.copy(ROOT / "LICENSE", tree / DOCUMENTS / "copyright")


def control(version: str, architecture: str, kilobytes: int) -> str:
    """Return the package's description for dpkg (Debian Policy, chapter 5). It needs the C library of this machine."""
    return f"""Package: maskwright
Version: {version}
Architecture: {architecture}
Maintainer: The Maskwright developers
Installed-Size: {kilobytes}
Depends: libc6 (>= {platform.libc_ver()[1]}), {", ".join(DEBIAN_PACKAGES)}
Section: science
Priority: optional
Description: Label images pixel by pixel for semantic segmentation
 A model pre-labels your images, learns from your corrections and never leaves
 your machine. There is no account, no server and no telemetry.
"""


def link(source: str, target: str) -> None:
    """Link a file, or copy it where the disk has no links."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def write(path: Path, text: str) -> None:
    """Write a text file, and its folder before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
