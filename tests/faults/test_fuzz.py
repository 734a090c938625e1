"""A damaged file of every kind: nothing raises, hangs, fills the memory, leaves the project or loses a label.

`make fuzz` tries thousands, with any seed.
"""

from __future__ import annotations

import pytest

from tests.faults.fuzz import Mutant, mutants, run
from tests.faults.kinds import KINDS, mutator_names
from tests.faults.mutate_bytes import Dice
from tests.systems import linux_only

SEED = 1

pytestmark = [
    linux_only("FIFOs, /proc and clear_refs"),
    pytest.mark.timeout(1200),
]


def test_damaged_files_cost_nothing_but_themselves():
    kinds = [kind for kind in KINDS if not kind.long]
    one_of_each = {mutant.kind.name: mutant for mutant in mutants(SEED, 10 * len(kinds), kinds)}
    failures, tried = run(one_of_each.values(), workers=1)
    assert tried == dict.fromkeys((kind.name for kind in kinds), 1)
    assert not failures, "\n".join(map(str, failures))


def test_the_same_three_make_the_same_mutant():
    labels = next(kind for kind in KINDS if kind.name == "labels")
    data = bytes(range(256)) * 8
    for name in ("flip_bits", "truncate", "insert"):
        one, two = (labels.mutators[name](data, Dice(f"labels|{name}|7")) for _ in range(2))
        assert one == two != data
    assert str(Mutant.named("labels|truncate|7")) == "labels|truncate|7"
    assert list(map(str, mutants(3, 50))) == list(map(str, mutants(3, 50))) != list(map(str, mutants(4, 50)))


def test_every_mutator_of_every_kind_has_its_turn():
    wanted = {f"{kind.name}|{name}" for kind in KINDS for name in mutator_names(kind)}
    assert {str(mutant).rpartition("|")[0] for mutant in mutants(1, len(wanted))} == wanted
