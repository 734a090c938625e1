"""What would keep the app or its tests from running on Windows or macOS, as far as Linux can tell."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UNIX_ONLY = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
IMPORT = re.compile(rf"^(import|from) ({'|'.join(UNIX_ONLY)})\b", re.MULTILINE)


def test_no_module_imports_what_only_unix_has_when_it_is_loaded():
    found = []
    for folder in ("app", "segcore", "resources", "packaging", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            if IMPORT.search(text):  # or within a text
                names = {name for node in ast.parse(text).body for name in imported(node)}
                found += [str(path.relative_to(ROOT))] if names & UNIX_ONLY else []
    assert found == []


def imported(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name.partition(".")[0] for each in node.names]
    return [(node.module or "").partition(".")[0]] if isinstance(node, ast.ImportFrom) else []


def test_the_check_sees_such_an_import():
    assert IMPORT.search("import resource\n")
    assert not IMPORT.search("from resources import resource\n")
    assert imported(ast.parse("import resource").body[0]) == ["resource"]


def test_git_on_windows_leaves_text_as_it_is():
    """It would write CRLF: files differ from their checksums then, and scripts of bash do not run."""
    assert "* text=auto eol=lf" in (ROOT / ".gitattributes").read_text("utf-8").splitlines()


# The marks of tests/systems.py
ABSENT = (
    r"os\.(mkfifo|mknod|fork|killpg|setsid|get(e?uid|pgid)|statvfs|nice|O_(NONBLOCK|DIRECTORY|NOFOLLOW)|sched_\w+)\b"
    r"|signal\.(SIG(KILL|STOP|CONT|HUP|USR\d|ALRM)|setitimer|alarm|pause|pthread_kill)\b"
)
"""What Windows has no name for: an error where it is only mentioned."""
POSIX = rf"{ABSENT}|os\.kill\(|import ({'|'.join(UNIX_ONLY)})\b"
NEEDS = {
    re.compile(rf"\b({POSIX})|\.send_signal\(|\bpreexec_fn=|/dev/(zero|null|tty|u?random)\b"): {
        "posix_only",
        "linux_only",
    },
    re.compile(r"['\"](/proc/|/dev/shm\b)|\bru_maxrss\b"): {"linux_only"},
    re.compile(r"\.symlink_to\(|\bos\.symlink\("): {"needs_links", "posix_only", "linux_only"},
    re.compile(r"\.chmod\(0o[0145][0-7][0-7]\)"): {"needs_permissions"},
}
"""What a test uses, and the marks of which it must have one."""


@dataclass
class Unit:
    """A function, a class or a value of a test module; ``asks``: it asks for the system itself."""

    name: str
    text: str
    marks: set[str]
    names: set[str]
    asks: bool
    unmet: set[re.Pattern[str]] = field(default_factory=set)


def test_tests_use_what_a_system_lacks_behind_a_mark_only():
    found = {}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        if path.name.startswith(("test_", "conftest")) and path != Path(__file__):
            found[str(path.relative_to(ROOT))] = unmarked(path.read_text("utf-8"))
    assert {path: names for path, names in found.items() if names} == {}


def unmarked(source: str) -> list[str]:
    """Return the functions of a test module that use what a system lacks without a mark of `tests/systems.py`.

    What a helper, a fixture or a value uses, those use that name it. A function that asks for the system may use all.
    """
    if not any(each.search(source) for each in NEEDS):
        return []
    lines = source.splitlines()
    body = [node for node in ast.parse(source).body if not isinstance(node, (ast.Import, ast.ImportFrom))]
    units = [unit_of(node, lines) for node in body]
    everywhere = {mark for unit in units if unit.name == "pytestmark" for mark in unit.names}
    grows = True
    while grows:
        before = sum(len(unit.unmet) for unit in units)
        for unit in units:
            helpers = [each for each in units if each.name in unit.names and not each.name.startswith("test_")]
            uses = {each for each in NEEDS if each.search(unit.text)}.union(*(each.unmet for each in helpers))
            unit.unmet = {each for each in uses if not (unit.asks or NEEDS[each] & (unit.marks | everywhere))}
        grows = sum(len(unit.unmet) for unit in units) != before
    named = set().union(*(unit.names for unit in units))
    return [unit.name for unit in units if unit.unmet and (unit.name.startswith("test_") or unit.name not in named)]


def unit_of(node: ast.stmt, lines: list[str]) -> Unit:
    decorators = getattr(node, "decorator_list", [])
    targets = [each.id for each in getattr(node, "targets", []) if isinstance(each, ast.Name)]
    own = getattr(node, "name", "") or next(iter(targets), f"line {node.lineno}")
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    names |= {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    marks = {each.id for decorator in decorators for each in ast.walk(decorator) if isinstance(each, ast.Name)}
    text = "\n".join(lines[min(each.lineno for each in (node, *decorators)) - 1 : node.end_lineno])
    return Unit(own, text, marks, names - {own}, bool(re.search(r"sys\.platform|hasattr\((os|signal),", text)))


def test_what_windows_has_no_name_for_is_not_mentioned_when_a_test_module_is_loaded():
    found = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        found += [f"{path.relative_to(ROOT)}: {each}" for each in mentioned_at_once(path.read_text("utf-8"))]
    assert found == []


def mentioned_at_once(source: str) -> list[str]:
    """Return what Windows has no name for and the module mentions outside of functions."""
    if not re.search(ABSENT, source):
        return []
    waiting: list[ast.AST] = [ast.parse(source)]
    found = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            waiting += [*node.decorator_list, *node.args.defaults]
        elif isinstance(node, ast.Attribute) and re.fullmatch(ABSENT, text := ast.unparse(node)):
            found.append(text)
        elif not (isinstance(node, ast.Lambda) or asks(node)):
            waiting += ast.iter_child_nodes(node)
    return found


def asks(node: ast.AST) -> bool:
    """Whether a condition or an expression stands behind the question for what the system has."""
    return isinstance(node, (ast.If, ast.IfExp, ast.BoolOp)) and "hasattr" in ast.unparse(node)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def test_a(): os.mkfifo(path)", ["test_a"]),
        ("@posix_only('pipes')\ndef test_a(): os.mkfifo(path)", []),
        ("pytestmark = [linux_only('x'), other]\ndef test_a(): os.mkfifo(path)", []),
        ("@needs_links\ndef test_a(): os.mkfifo(path)", ["test_a"]),
        ("@posix_only('x')\ndef test_a(): open('/proc/self/stat')", ["test_a"]),
        ("@posix_only('x')\ndef test_a(): path.chmod(0o555)", ["test_a"]),
        ("def test_a():\n    if sys.platform == 'linux': open('/proc/self/stat')", []),
        ("def a(): path.symlink_to(b)\ndef test_b(): a()\n@needs_links\ndef test_c(): a()", ["test_b"]),
        ("@pytest.fixture\ndef a(): os.kill(1, 0)\ndef test_b(a): pass", ["test_b"]),
        ("CODE = 'os.kill(0, signal.SIGKILL)'\ndef run(): start(CODE)\ndef test_a(): run()", ["test_a"]),
        ("def a(): os.fork()", ["a"]),
        ("def test_a(): path.chmod(0o755); 'of /proc'", []),
    ],
)
def test_the_check_sees_a_missing_mark(source, found):
    assert unmarked(source) == found


def test_the_check_sees_what_is_mentioned_at_once():
    assert mentioned_at_once("@parametrize('make', [os.mkfifo])\ndef test_a(make): os.fork()") == ["os.mkfifo"]
    assert mentioned_at_once("A = [lambda path: os.mkfifo(path), signal.SIGTERM]") == []
    assert mentioned_at_once("B = os.geteuid() if hasattr(os, 'geteuid') else 0") == []
