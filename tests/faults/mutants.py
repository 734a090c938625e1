"""Mutation testing of what keeps labels: `python -m tests.faults.mutants --seed 1 --count 60` prints JSON.

mutmut's operators make the mutants; running them is done here. mutmut itself would run all tests of the project in
forks of one process, which Qt and the lanes do not survive. Each mutant is written into a copy of the working tree,
never into the tree itself, and only the tests of its module are run.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import deep_replace
from mutmut.mutation.mutators import mutation_operators

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("app", "segcore", "resources", "tests", "pyproject.toml")
WANTED = 0.9
SLOWEST = 10.0
"""A mutant that takes so many times as long as the healthy tests hangs; that counts as killed."""

PROJECT_TESTS = tuple(
    f"tests/segcore/project/test_{name}.py" for name in ("project", "project_damage", "project_classes", "write_access")
)

TESTS: dict[str, tuple[str, ...]] = {
    "segcore/project/label_store.py": ("tests/segcore/project/test_label_store.py", *PROJECT_TESTS),
    "segcore/project/label_files.py": ("tests/segcore/project/test_label_files.py", *PROJECT_TESTS),
    "segcore/project/index.py": ("tests/segcore/project/test_index.py", *PROJECT_TESTS),
    "segcore/journal/journal.py": (
        "tests/segcore/journal/test_journal.py",
        "tests/segcore/journal/test_journal_damage.py",
    ),
    "segcore/project/writer_lock.py": ("tests/segcore/project/test_writer_lock.py",),
    "segcore/images/indexed_png.py": ("tests/segcore/images/test_indexed_png.py", *PROJECT_TESTS),
    "segcore/editing/history.py": ("tests/segcore/editing/test_history.py", "tests/app/document/test_document.py"),
    "app/document/document.py": ("tests/app/document/test_document.py", "tests/app/document/test_stroke_preview.py"),
    "app/document/autosave.py": (
        "tests/app/document/test_autosave.py",
        "tests/app/document/test_autosave_failures.py",
        "tests/app/document/test_autosave_newest.py",
    ),
}
"""Module -> the tests that must notice; those that do not exist (yet) are passed over."""


@dataclass
class Mutant:
    """A module with one thing in it changed."""

    module: str
    line: int
    diff: str
    outcome: str = ""
    seconds: float = 0.0


class Changes(cst.CSTVisitor):
    """Visits a module and collects what mutmut's operators would make of each node, with its line."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Pass over what is no behaviour: types, imports, decorators and the sentences that a person reads."""
        if isinstance(node, cst.Annotation | cst.Import | cst.ImportFrom | cst.Decorator) or is_for_people(node):
            return False
        if isinstance(node, cst.Assign) and isinstance(node.value, cst.BaseNumber) and is_constant(node):
            return False
        if isinstance(
            node, cst.BaseExpression | cst.BaseSmallStatement | cst.BaseCompoundStatement | cst.ComparisonTarget
        ):
            line = self.get_metadata(PositionProvider, node).start.line  # type: ignore[union-attr]
            for kind, operator in mutation_operators:
                if isinstance(node, kind):
                    self.found += [(line, node, changed) for changed in operator(node)]
        return True


class Source:
    """A module and what can be changed in it."""

    def __init__(self, module: str) -> None:
        self.module = module
        self._before = (ROOT / module).read_text()
        self._wrapper, visitor = MetadataWrapper(cst.parse_module(self._before)), Changes()
        self._wrapper.visit(visitor)
        self._found = visitor.found

    def __len__(self) -> int:
        return len(self._found)

    def mutant(self, number: int) -> tuple[str, Mutant]:
        """One mutant: its whole source, and what is different."""
        line, node, changed = self._found[number]
        tree = deep_replace(self._wrapper.module, node, changed)
        assert isinstance(tree, cst.Module)
        lines = difflib.unified_diff(self._before.splitlines(), tree.code.splitlines(), lineterm="", n=0)
        return tree.code, Mutant(self.module, line, "\n".join(list(lines)[3:]))


def is_constant(node: cst.Assign) -> bool:
    """Whether it names a limit, such as seconds or bytes: one more or less is as good."""
    target = node.targets[0].target
    return isinstance(target, cst.Name) and target.value.isupper()


def is_for_people(node: cst.CSTNode) -> bool:
    """Whether a node is a sentence, or a docstring."""
    if isinstance(node, cst.SimpleString):
        return " " in node.value
    return isinstance(node, cst.FormattedString | cst.ConcatenatedString)


def files_of_tests(module: str) -> list[str]:
    """Those test files of a module that exist."""
    return [path for path in TESTS[module] if (ROOT / path).exists()]


def run_tests(copy: Path, tests: list[str], seconds: float) -> str:
    """``passed``, ``failed`` or ``hangs``."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    words = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    with subprocess.Popen(
        words, cwd=copy, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            return "failed" if process.wait(seconds) else "passed"
        except subprocess.TimeoutExpired:
            return "hangs"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, 9)


def run(modules: list[str], seed: int, count: int) -> list[Mutant]:
    """Try so many random mutants of these modules (0: all)."""
    sources = {module: Source(module) for module in modules}
    everything = [(module, number) for module, source in sources.items() for number in range(len(source))]
    chosen = sorted(Random(seed).sample(everything, min(count or len(everything), len(everything))))
    tried: list[Mutant] = []
    healthy: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder)
        for name in COPIED:
            source, ignore = ROOT / name, shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, copy / name, ignore=ignore) if source.is_dir() else shutil.copy2(source, copy)
        for module, number in chosen:
            after, mutant = sources[module].mutant(number)
            if module not in healthy:
                started = time.monotonic()
                if run_tests(copy, files_of_tests(module), 1800.0) != "passed":
                    raise RuntimeError(f"the tests of {module} fail without any mutant")
                healthy[module] = time.monotonic() - started
            before = (copy / module).read_text()
            started = time.monotonic()
            (copy / module).write_text(after)
            try:
                outcome = run_tests(copy, files_of_tests(module), 30.0 + SLOWEST * healthy[module])
            finally:
                (copy / module).write_text(before)
            mutant.outcome = {"passed": "survived", "failed": "killed", "hangs": "killed (hangs)"}[outcome]
            mutant.seconds = round(time.monotonic() - started, 1)
            tried.append(mutant)
            print(f"{mutant.outcome:9} {module}:{mutant.line}", file=sys.stderr, flush=True)
    return tried


def main() -> int:
    """Try mutants and print what became of them; return 1 when too many survive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=60, help="0: all of them")
    parser.add_argument("--module", default="", help="only modules whose path begins so")
    args = parser.parse_args()
    modules = [m for m in TESTS if m.startswith(args.module) and (ROOT / m).exists() and files_of_tests(m)]
    tried = run(modules, args.seed, args.count)
    survived = [mutant for mutant in tried if mutant.outcome == "survived"]
    share = 1.0 - len(survived) / len(tried) if tried else 0.0
    report = {
        "seed": args.seed,
        "tried": len(tried),
        "killed": len(tried) - len(survived),
        "share": round(share, 3),
        "survived": [asdict(mutant) for mutant in survived],
    }
    print(json.dumps(report, indent=1))
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
