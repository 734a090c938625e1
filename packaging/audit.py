"""Check the pinned versions for known vulnerabilities, with pip-audit.

Usage: ``python packaging/audit.py`` (``make audit`` installs pip-audit first). It asks PyPI's advisories about each
version in constraints.txt. Exit code 0: all were checked, nothing is known; 1: something is known; 2: not all could be
checked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

CONSTRAINTS = Path(__file__).resolve().parent.parent / "constraints.txt"
SHOWN = 5


def main() -> int:
    """Run pip-audit and say what it found."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(CONSTRAINTS), "--no-deps", "--disable-pip"]
    done = subprocess.run(
        [*command, "--format", "json", "--progress-spinner", "off"], capture_output=True, text=True, check=False
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(done.stderr.strip()[-2000:])
        print("The advisory service could not be reached: nothing was checked.")
        return 2
    lines, code = verdict(packages)
    print("\n".join(lines))
    return code


def verdict(packages: list[dict[str, Any]]) -> tuple[list[str], int]:
    """Return what to say about pip-audit's list, and the exit code.

    Parameters
    ----------
    packages : list of dict
        Each has "name" and either "skip_reason", or "version" and "vulns": "id" and "fix_versions" of each.
    """
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    checked = len(packages) - len(skipped)
    lines = []
    for package in packages:
        for fault in package.get("vulns", ()):
            mended = ", ".join(fault["fix_versions"]) or "no version"
            lines.append(f"{package['name']} {package['version']}: {fault['id']}, mended in {mended}")
    code = 1 if lines else 0
    lines.append(f"{checked} of {len(packages)} pinned versions checked, {len(lines)} known vulnerabilities.")
    if skipped:
        names = ", ".join(skipped[:SHOWN]) + (", …" if len(skipped) > SHOWN else "")
        lines.append(f"The advisory service does not know, or could not be asked about, {len(skipped)}: {names}")
    if not checked:
        lines.append("Nothing was checked. Run it again where PyPI's advisories can be reached.")
    return lines, code or (2 if skipped else 0)


if __name__ == "__main__":
    sys.exit(main())
