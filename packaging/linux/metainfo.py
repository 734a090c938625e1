"""The AppStream description of Maskwright with its releases, which are read from CHANGELOG.md.

    python packaging/linux/metainfo.py OUT

Software centres show name, description and releases. A section of CHANGELOG.md that says *(unreleased)* has no date:
the version that is packaged has the day of the package then, as a development release; earlier ones are left out.
"""

from __future__ import annotations

import datetime
import os
import re
import sys
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[2]
NAME = "org.maskwright.Maskwright.metainfo.xml"
SECTION = re.compile(r"^## (?P<version>\S+) \((?P<date>[^)]+)\)\n+(?P<text>(?!##|- )[^\n]+)?", re.MULTILINE)
END = "</component>"


def with_releases(number: str, today: datetime.date, changes: str, bare: str) -> str:
    """Return the description with its releases.

    Parameters
    ----------
    number : str
        The version that is packaged.
    today : datetime.date
        Its date while CHANGELOG.md has none.
    changes : str
        CHANGELOG.md: sections such as ``## 0.9.0 (2026-11-22)``, the newest first, each with a line that says what it
        is about.
    bare : str
        The description without releases.

    Raises ValueError when ``changes`` has no section of this version, or one with a date that is none.
    """
    lines = []
    for found in SECTION.finditer(changes):
        is_open = found["date"] == "unreleased"
        if is_open and found["version"] != number:
            continue
        day = today if is_open else datetime.date.fromisoformat(found["date"])
        kind = "development" if is_open else "stable"
        lines.append(f'    <release version="{escape(found["version"])}" date="{day}" type="{kind}">')
        if found["text"]:
            lines.append(f"      <description><p>{escape(found['text'])}</p></description>")
        lines.append("    </release>")
    if not any(f'version="{number}"' in line for line in lines):
        raise ValueError(f"CHANGELOG.md has no section of version {number}.")
    return bare.replace(END, "\n".join(["  <releases>", *lines, "  </releases>", END]))


def version() -> str:
    """Return Maskwright's version, without importing what may not be installed here."""
    text = (ROOT / "segcore" / "__init__.py").read_text(encoding="utf-8")
    return re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)[1]  # type: ignore[index]


def write(folder: Path) -> Path:
    """Write the description of this checkout into a folder and return its path."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")  # of builds that are to be the same at any time
    today = datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date() if epoch else datetime.date.today()
    changes, bare = (path.read_text(encoding="utf-8") for path in (ROOT / "CHANGELOG.md", Path(__file__).parent / NAME))
    path = folder / NAME
    path.write_text(with_releases(version(), today, changes, bare), encoding="utf-8")
    return path


if __name__ == "__main__":
    print(write(Path(sys.argv[1])))
