"""Collects every text of the interface into the .ts files of resources/translations, and compiles them to .qm.

Run by `make translations`. `lupdate` alone would miss texts in f-strings, texts given to a module's own `_tr`, and the
texts of the engine; so the sources are read as syntax trees here. Finished translations stay; a text that is new is
marked unfinished, and one that is gone is removed. The .ts files open in Qt Linguist.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

ROOT = Path(__file__).parent.parent
FEWEST = 4
"""Letters of a message besides what is filled in; one with fewer would fit too much."""
FOLDER = ROOT / "resources" / "translations"

REMEDIES = Path("segcore", "installation.py")
"""What errors of many files say."""

ENGINE = "Engine"
"""Context of what the engine says; `app.language.engine_texts` looks there."""

Nodes = list[ast.AST]
"""Syntax of a file, the module first."""
Texts = dict[str, list[str]]
"""Texts by context, each sorted."""


def collect(root: Path = ROOT) -> Texts:
    """Return every text that a person can see translated."""
    found: set[tuple[str, str]] = set()
    app, engine = (
        [list(ast.walk(ast.parse(path.read_text("utf-8")))) for path in sorted((root / package).rglob("*.py"))]
        for package in ("app", "segcore")
    )
    for nodes in app:
        found.update(_of_app(nodes))
    errors = _error_names(engine)
    remedies = root / REMEDIES
    shared = list(ast.walk(ast.parse(remedies.read_text("utf-8")))) if remedies.exists() else []
    for nodes in app + engine:
        found.update(_of_engine(nodes, errors, shared))
    for nodes in engine:
        found.update(_warnings(nodes))
    contexts = sorted({context for context, _ in found})
    return {context: sorted(text for name, text in found if name == context) for context in contexts}


def read(path: Path) -> dict[tuple[str, str], str]:
    """Return the finished translations of a .ts file by context and source text; none for an empty file."""
    if not path.exists() or not path.stat().st_size:
        return {}
    return {
        (context.findtext("name", ""), message.findtext("source", "")): message.findtext("translation", "")
        for context in ElementTree.parse(path).getroot().iter("context")
        for message in context.iter("message")
        if message.find("translation").get("type") is None  # type: ignore[union-attr]
    }


def write(path: Path, texts: Texts, finished: dict[tuple[str, str], str]) -> int:
    """Write a .ts file; return how many texts are unfinished."""
    language = path.stem.partition("_")[2]
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>", f'<TS version="2.1" language="{language}">']
    missing = 0
    for context, sources in texts.items():
        lines += ["<context>", f"    <name>{context}</name>"]
        for source in sources:
            translation = finished.get((context, source), "")
            missing += not translation
            kind = "" if translation else ' type="unfinished"'
            lines += [
                "    <message>",
                f"        <source>{escape(source)}</source>",
                f"        <translation{kind}>{escape(translation)}</translation>",
                "    </message>",
            ]
        lines.append("</context>")
    path.write_text("\n".join([*lines, "</TS>", ""]), "utf-8", newline="\n")
    return missing


def release(path: Path) -> None:
    """Compile a .ts file to the .qm file beside it, with the `lrelease` that comes with PySide6."""
    import PySide6

    folder = Path(PySide6.__file__).parent
    program = next(each for each in (folder / "lrelease", folder / "lrelease.exe") if each.exists())
    subprocess.run([program, "-silent", path, "-qm", path.with_suffix(".qm")], check=True)


def _of_app(nodes: Nodes) -> Iterator[tuple[str, str]]:
    """Texts of `tr`, `translate`, `QT_TRANSLATE_NOOP`, and of functions that pass theirs to `translate`."""
    own = {"translated": ENGINE}
    for function in nodes if any(_name(node) == "translate" for node in nodes) else ():
        if isinstance(function, ast.FunctionDef) and function.args.args:
            for call in ast.walk(function):
                if _name(call) == "translate" and isinstance(call, ast.Call) and len(call.args) == 2:
                    context, text = call.args
                    if isinstance(context, ast.Constant) and getattr(text, "id", "") == function.args.args[0].arg:
                        own[function.name] = str(context.value)

    def visit(node: ast.AST, owner: str) -> Iterator[tuple[str, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                name, arguments = _name(child), child.args
                if name == "tr" and arguments:
                    yield from ((owner, text) for text in _plain(arguments[0]))
                elif name in ("translate", "QT_TRANSLATE_NOOP") and len(arguments) == 2:
                    yield from ((c, text) for c in _plain(arguments[0]) for text in _plain(arguments[1]))
                elif name in own and arguments:
                    yield from ((own[name], text) for text in _plain(arguments[0]))
            yield from visit(child, child.name if isinstance(child, ast.ClassDef) else owner)

    yield from visit(nodes[0], "")


def _plain(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return _plain(node.body) + _plain(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _error_names(files: list[Nodes]) -> set[str]:
    """Return the names of `MaskwrightError` and of all that derives from it."""
    names = {"MaskwrightError"}
    classes = [node for nodes in files for node in nodes if isinstance(node, ast.ClassDef)]
    before = 0
    while len(names) > before:
        before = len(names)
        names |= {each.name for each in classes if any(_word(base) in names for base in each.bases)}
    return names


def _of_engine(nodes: Nodes, errors: set[str], shared: Nodes) -> Iterator[tuple[str, str]]:
    """Messages and remedies of errors and texts of progress, with ``{1}``, ``{2}`` … for what is filled in.

    ``shared``: functions of another file whose texts are found, too.
    """
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        name = _name(node)
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if name in errors:
            yield from ((ENGINE, text) for each in arguments for text in _patterns(each, nodes + shared))
        elif name in ("LeftOut", "NotMerged", "Problem"):
            yield from ((ENGINE, text) for each in arguments[1:2] for text in _patterns(each, nodes))
        elif name == "Difference":
            yield from ((ENGINE, text) for each in arguments[:1] for text in _patterns(each, nodes))
        elif name == "Progress":
            yield from ((ENGINE, text) for each in arguments[2:3] for text in _patterns(each, nodes))
        elif name == "Format":
            titles = [keyword.value for keyword in node.keywords if keyword.arg == "title"]
            yield from (("Formats", text) for each in titles for text in _plain(each))


def _warnings(nodes: Nodes) -> Iterator[tuple[str, str]]:
    """Texts that are called ``warning``, or given as a parameter of that name or as ``note``."""
    for node in nodes:
        found: list[ast.expr] = []
        if isinstance(node, ast.Assign) and "warning" in map(_word, node.targets):
            found = [node.value]
        elif isinstance(node, ast.keyword) and node.arg in ("warning", "note"):
            found = [node.value, *(each for each in ast.walk(node.value) if isinstance(each, ast.Name))]
        yield from ((ENGINE, text) for each in found for text in _patterns(each, nodes))


def _patterns(node: ast.AST, nodes: Nodes, depth: int = 3) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip():
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        text, count = "", 0
        for part in node.values:
            if isinstance(part, ast.Constant):
                text += str(part.value)
            else:
                count += 1
                text += f"{{{count}}}"
        if sum(letter.isalpha() for letter in text) >= FEWEST:
            yield text
    elif isinstance(node, ast.IfExp):
        yield from _patterns(node.body, nodes, depth)
        yield from _patterns(node.orelse, nodes, depth)
    elif depth and isinstance(node, ast.Name):
        for each in nodes:
            if isinstance(each, ast.Assign) and any(_word(target) == node.id for target in each.targets):
                yield from _patterns(each.value, nodes, depth - 1)
            elif isinstance(each, ast.For) and isinstance(each.target, ast.Tuple) and isinstance(each.iter, ast.Tuple):
                for row in each.iter.elts:
                    for name, value in zip(each.target.elts, getattr(row, "elts", ()), strict=False):
                        if _word(name) == node.id:
                            yield from _patterns(value, nodes, depth - 1)
    elif depth and isinstance(node, ast.Call):
        for each in nodes:
            if isinstance(each, ast.FunctionDef) and each.name == _name(node):
                for inner in ast.walk(each):
                    if isinstance(inner, ast.Return) and inner.value is not None:
                        yield from _patterns(inner.value, nodes, depth - 1)


def _name(node: ast.AST) -> str:
    return _word(node.func) if isinstance(node, ast.Call) else ""


def _word(node: ast.AST) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))


def main() -> int:
    """Refresh and compile every .ts file of the folder; return 1 when a text is unfinished."""
    texts, unfinished = collect(), 0
    for path in sorted(FOLDER.glob("maskwright_*.ts")):
        missing = write(path, texts, read(path))
        release(path)
        print(f"{path.name}: {sum(map(len, texts.values()))} texts, {missing} unfinished")
        unfinished += missing
    return 1 if unfinished else 0


if __name__ == "__main__":
    sys.exit(main())
