"""What would keep the app or its tests from being imported on Windows, as far as Linux can tell."""

import ast
import re
from pathlib import Path

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
