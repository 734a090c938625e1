"""Random sequences of gestures and commands: whatever happens, undo, redo and the journal lead to the same bytes.

The suite runs a short, fixed choice of them; `make sequences` runs many, others each time.
"""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.properties.sitting import pixels, sitting
from tests.properties.steps import steps

pytestmark = pytest.mark.timeout(24 * 3600)


@given(steps)
def test_undo_redo_and_the_journal_lead_to_the_same_bytes(qapp, steps):
    with sitting() as desk:
        first = desk.seen
        for step in steps:
            desk.do(step)
        desk.end()
        last, done, undone = desk.seen, desk.document.undo_name, desk.document.redo_name
        opened = desk.on_disk()
        assert pixels(opened.label_map) == last, "the files lead to what is seen"
        assert (opened.history.undo_name, opened.history.redo_name) == (done, undone)

        back = desk.states("undo_name", "undo")
        assert back[-1] == first, "undo all"
        assert pixels(desk.on_disk().label_map) == first, "undo all, on the disk"
        assert len(opened.history) == len(back) - 1, "the journal has every step"
        forth = desk.states("redo_name", "redo")
        assert forth[: len(back)] == back[::-1], "redo goes through the same states"
        assert pixels(desk.on_disk().label_map) == forth[-1], "redo all, on the disk"
        assert desk.errors == []
