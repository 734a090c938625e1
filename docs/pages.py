"""The Markdown pages as a site: mkdocs calls the functions `on_…`; the tests of the pages use the others.

Pages are written for GitHub and for the site alike. GitHub shows any file of the repository, so links lead to sources,
too; in the site each linked source is a page of its own (`SOURCES`). mkdocs is not imported before it calls.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.window.page_search import anchor_of

ROOT = Path(__file__).resolve().parents[1]
SOURCES = "source"
"""Folder of the site for what lies outside `docs/`: sources, and pages such as CONTRIBUTING."""

_FENCE = re.compile(r"^ *(```|~~~)")
_LINK = re.compile(r"(?<=\]\()([^)\s]+)(?=\))")
_BLOCK = re.compile(r"(\||[-*] |\d+\. )")
_LANGUAGES = {".py": "python", ".toml": "toml", ".yml": "yaml", ".json": "json"}


def prose(markdown: str) -> Iterator[tuple[int, str, bool]]:
    """Yield (number from 0, line, whether it is prose) for each line; lines of fenced or indented code are not."""
    fenced = False
    for number, line in enumerate(markdown.split("\n")):
        fence = bool(_FENCE.match(line))
        yield number, line, not (fenced or fence or line.startswith("    "))
        fenced ^= fence


def without_code(line: str) -> str:
    """Return the line with spaces in place of code spans, of the same length."""
    return re.sub(r"`[^`]*`", lambda span: " " * len(span[0]), line)


def links(markdown: str) -> list[str]:
    """Return the targets of all links and pictures."""
    spans = [(line, without_code(line)) for _, line, is_prose in prose(markdown) if is_prose]
    return [line[m.start() : m.end()] for line, shown in spans for m in _LINK.finditer(shown)]


def anchors(markdown: str) -> set[str]:
    """Return the anchors of a page: its headings, and HTML ids. A second heading of the same text gets ``-1``."""
    found: set[str] = set(re.findall(r'<a (?:id|name)="([^"]+)"', markdown))
    for _, line, is_prose in prose(markdown):
        if is_prose and (heading := re.match(r"#{1,6} +(.*)", line)):
            name, n = anchor_of(heading[1]), 0
            while (name if n == 0 else f"{name}-{n}") in found:
                n += 1
            found.add(name if n == 0 else f"{name}-{n}")
    return found


def is_outside(target: str) -> bool:
    """Whether a link leads to the web or is an e-mail address."""
    return bool(re.match(r"[a-z][a-z0-9+.-]*:", target))


def destination(page: str, target: str) -> tuple[str, str]:
    """Return (file in the repository, anchor) of a link on a page, both with `/` and relative to the repository."""
    path, _, anchor = target.partition("#")
    return (posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page), anchor


def entry(file: str) -> str:
    """Return the file that stands for a folder: its page, or the file that says what is in a package."""
    if (ROOT / file).is_dir():
        for name in ("README.md", "__init__.py"):
            if (ROOT / file / name).exists():
                return f"{file}/{name}"
    return file


def address(file: str) -> str:
    """Return where a file of the repository lies among the site's sources."""
    file = entry(file)
    if file.startswith("docs/") and Path(file).suffix in (".md", ".png", ".svg", ".webp"):
        return file.removeprefix("docs/")
    return f"{SOURCES}/{file}" + ("" if file.endswith(".md") else ".md")


def rewritten(markdown: str, file: str) -> str:
    """Return the page of this file with the site's links, and with blank lines where Python-Markdown needs them."""
    here = posixpath.dirname(address(file))
    lines: list[str] = []
    for _, line, is_prose in prose(markdown):
        if is_prose:
            before = lines[-1] if lines else ""
            if _BLOCK.match(line) and before.strip() and not _BLOCK.match(before) and not before.startswith("  "):
                lines.append("")
            line = _with_links(line, file, here)
        lines.append(line)
    return "\n".join(lines)


def _with_links(line: str, file: str, here: str) -> str:
    shown = without_code(re.sub(r"\[`[^\]]*\]", lambda text: "[" + " " * (len(text[0]) - 2) + "]", line))
    for match in reversed(list(_LINK.finditer(shown))):
        target = line[match.start() : match.end()]
        if not is_outside(target) and not target.startswith("#"):
            path, anchor = destination(file, target)
            new = posixpath.relpath(address(path), here or ".") + (f"#{anchor}" if anchor else "")
            line = line[: match.start()] + new + line[match.end() :]
    return line


def sources() -> list[str]:
    """Return the files outside the site that its pages lead to, and those that these pages lead to."""
    waiting = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))]
    seen = set(waiting)
    while waiting:
        page = waiting.pop()
        if page.endswith(".md"):
            for target in links((ROOT / page).read_text("utf-8")):
                file = entry(destination(page, target)[0])
                if not is_outside(target) and file not in seen and (ROOT / file).is_file():
                    seen.add(file)
                    waiting.append(file)
    return sorted(file for file in seen if address(file).startswith(SOURCES))


def source_page(file: str) -> str:
    """Return the page of a source: the text itself, not in the search."""
    text = (ROOT / file).read_text("utf-8")
    if file.endswith(".md"):
        return text
    language = _LANGUAGES.get(Path(file).suffix, "text")
    return f"---\nsearch:\n  exclude: true\n---\n# {file}\n\n~~~~{language}\n{text}\n~~~~\n"


def on_config(config: Any) -> Any:
    """Give headings the anchors that they have on GitHub."""
    config.mdx_configs.setdefault("toc", {})["slugify"] = lambda heading, _separator: anchor_of(heading)
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the sources that the pages lead to."""
    from mkdocs.structure.files import File

    for file in sources():
        files.append(File.generated(config, address(file), content=source_page(file)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Rewrite the links of a page."""
    uri = page.file.src_uri
    file = uri.removeprefix(f"{SOURCES}/") if uri.startswith(f"{SOURCES}/") else f"docs/{uri}"
    return rewritten(markdown, file) if file.endswith(".md") and (ROOT / file).exists() else markdown
