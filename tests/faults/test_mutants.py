"""The mutants of `make mutants`: each changes one thing, and never only a sentence."""

from __future__ import annotations

import ast

from tests.faults.mutants import TESTS, Source, files_of_tests


def test_a_mutant_differs_in_one_place_and_can_be_run():
    source = Source("segcore/editing/history.py")
    assert len(source) > 20
    healthy, _ = source.mutant(0)
    for number in (0, len(source) // 2, len(source) - 1):
        code, mutant = source.mutant(number)
        ast.parse(code)
        assert mutant.diff.startswith("-")
        assert mutant.line > 0
    assert source.mutant(0)[0] == healthy


def test_every_module_has_tests_that_exist():
    for module in TESTS:
        assert files_of_tests(module), module
