"""Write the licences of all packages that Maskwright needs at run time into one text file.

Usage: ``python packaging/notices.py [OUT]`` (default: resources/THIRD_PARTY_NOTICES.txt, which `make wheel` packs).
It reads what is installed here: name, version, licence, address, and the texts that each package brings.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "resources" / "THIRD_PARTY_NOTICES.txt"
UNKNOWN = "not named by the package"
TEXTS = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
NO_TEXT = (".py", ".pyc", ".json", ".so")
RULE = "=" * 100


def main(out: Path = OUT) -> int:
    """Write the file, and say which packages name no licence."""
    wishes = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    packages = sorted(needed(wishes), key=lambda each: each.name.lower())
    parts = [f"Maskwright uses these {len(packages)} packages, each under its own licence."]
    parts += [f"  {each.name} {each.version}: {licence(each)}" for each in packages]
    for each in packages:
        parts += [RULE, f"{each.name} {each.version}", f"Licence: {licence(each)}", f"Address: {address(each)}"]
        parts += [f"--- {name}\n{text}" for name, text in texts(each)]
    out.write_text("\n".join(parts) + "\n", encoding="utf-8")
    unknown = [each.name for each in packages if licence(each) == UNKNOWN]
    print(f"{out.name}: {len(packages)} packages" + (f", no licence named by {', '.join(unknown)}" if unknown else ""))
    return 0


def needed(wishes: Iterable[str]) -> Iterator[Distribution]:
    """Yield every installed package that the requirements lead to without extras, directly or not, once each."""
    seen: set[str] = set()
    waiting = [list(wishes)]
    while waiting:
        for text in waiting.pop():
            wish = Requirement(text)
            key = re.sub("[-_.]+", "-", wish.name).lower()
            if key in seen or (wish.marker is not None and not wish.marker.evaluate({"extra": ""})):
                continue
            seen.add(key)
            try:
                found = distribution(key)
            except PackageNotFoundError:  # of another platform
                continue
            waiting.append(found.requires or [])
            yield found


def licence(package: Distribution) -> str:
    """Return the name of its licence: the expression, else the classifiers, else the first line of the field."""
    expression = package.metadata.get("License-Expression")
    if expression:
        return expression
    classifiers = package.metadata.get_all("Classifier") or []
    named = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License :: OSI Approved :: ")]
    field = (package.metadata.get("License") or "").strip().partition("\n")[0].replace("UNKNOWN", "")
    return ", ".join(named) or field or UNKNOWN


def address(package: Distribution) -> str:
    """Return its home page, or the first address that it names."""
    addresses = [each.partition(", ")[2] for each in package.metadata.get_all("Project-URL") or []]
    return package.metadata.get("Home-page") or (addresses[0] if addresses else "none")


def texts(package: Distribution) -> Iterator[tuple[str, str]]:
    """Yield name and content of each licence text that it brings, equal ones once."""
    seen = set()
    for file in package.files or ():
        path = Path(str(file.locate()))
        if not TEXTS.search(file.name) or path.suffix in NO_TEXT or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace").strip()
        if text not in seen:
            seen.add(text)
            yield file.name, text


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
