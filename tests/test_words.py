"""Texts and docstrings use the words of docs/glossary.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import segcore

ROOT = Path(segcore.__file__).parents[1]
PAGE = ROOT / "docs" / "glossary.md"
KEYS_OF_OLD_FILES = {"spared"}
"""Whole texts that are no prose: keys in files of earlier versions."""
NAMES_OF_OTHERS = {"void", "Void"}
"""Whole texts: classes of other programs' data sets, as these have them."""
TITLES = {"Cells: teach it in a minute"}
"""Whole texts of the window that were asked for word by word."""

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="installed without its documents")


def avoided(page: str) -> list[str]:
    """Return the words in code style in the second column of the page's tables, without names such as `Engine`."""
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| ")]
    words = [word for row in rows for word in re.findall(r"`([^`]+)`", row[2])]
    return sorted({word for word in words if word == word.lower()})


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, text) for each string literal and docstring."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value not in KEYS_OF_OLD_FILES | NAMES_OF_OTHERS | TITLES
        ):
            yield node.lineno, node.value


def found(source: str, words: list[str]) -> list[tuple[int, str]]:
    """Return (line, word) for each avoided word."""
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
    return [
        (line + text.count("\n", 0, match.start()), match[0])
        for line, text in texts(source)
        for match in pattern.finditer(text)
    ]


def test_the_glossary_has_words_to_avoid():
    words = avoided(PAGE.read_text("utf-8"))
    assert {"swath", "sights", "lesson", "knobs", "spared", "teachers"} <= set(words)


def test_an_avoided_word_is_found_with_its_line():
    source = '"""First line.\n\nThe swath.\n"""\nname = f"Two {1} Knobs"\nkey = "spared"\n'
    assert found(source, ["swath", "knobs", "spared"]) == [(3, "swath"), (5, "Knobs")]


@pytest.mark.parametrize("half", ["app", "segcore"])
def test_no_text_has_an_avoided_word(half):
    words = avoided(PAGE.read_text("utf-8"))
    hits = [
        f"{path.relative_to(ROOT)}:{line}: {word}"
        for path in sorted((ROOT / half).rglob("*.py"))
        for line, word in found(path.read_text("utf-8"), words)
    ]
    assert not hits, "see docs/glossary.md\n" + "\n".join(hits)


def prose(page: str) -> str:
    """Return the page without code and without links' targets, which are names and not words."""
    return re.sub(r"```.*?```|`[^`\n]*`|^    [^\n]*$|\]\([^)]*\)", "", page, flags=re.DOTALL | re.MULTILINE)


def test_prose_leaves_out_code_and_targets():
    page = "a `b` [c](d.md)\n\n    e\nf\n```\ng\n```\nh\n"
    assert prose(page).split() == ["a", "[c", "f", "h"]


@pytest.mark.parametrize("page", [*ROOT.glob("[A-Z]*.md"), *(ROOT / "docs").glob("*.md")], ids=lambda page: page.name)
def test_no_page_has_an_avoided_word(page):
    words = avoided(PAGE.read_text("utf-8"))
    text = prose(page.read_text("utf-8"))
    for title in TITLES:
        text = text.replace(title, "")
    if page.name not in ("glossary.md", "CHANGELOG.md"):  # which name the words of earlier versions
        assert not re.findall(rf"\b(?:{'|'.join(map(re.escape, words))})\b", text, re.IGNORECASE)
