"""Steps: what a person, a model and the disk do with one image, as data that Hypothesis makes and shrinks."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from PySide6.QtCore import Qt

from app.canvas.tool import ALT, CTRL, LEFT, RIGHT, SHIFT
from app.commands.command_table import TABLE as COMMANDS
from app.tools.toolbox import TABLE

HEIGHT, WIDTH = 140, 150
"""Four tiles of an edit, three of them cut off by the border."""
CLASSES = ["road", "car", "tree"]
IGNORE = 255


@dataclass(frozen=True)
class Command:
    """Something that happens at once. ``name`` is a method of `Sitting`; ``at`` are the numbers that it needs."""

    name: str
    at: tuple[int, ...] = ()


@dataclass(frozen=True)
class Gesture:
    """A tool pressed, dragged and ended, with what happens while the button is down."""

    tool: str
    path: tuple[tuple[float, float], ...]
    button: Qt.MouseButton
    modifiers: Qt.KeyboardModifier
    radius: float
    pressure: float
    between: tuple[Command, ...]
    end: str
    """release, Esc, Enter or double click."""


boxes = st.tuples(
    *(st.integers(0, most - 1) for most in (WIDTH, HEIGHT)), st.integers(1, WIDTH), st.integers(1, HEIGHT)
)
values = st.sampled_from([*range(len(CLASSES)), IGNORE])
labelled_boxes = st.tuples(boxes, values).map(lambda drawn: (*drawn[0], drawn[1]))

plain = ["undo", "undo", "undo", "redo", "redo", "mark_done", "reopen", "accept", "arrive", "save", "leave_and_return"]
with_a_box = ["predict", "extend", "compute", "replace"]
commands = st.one_of(
    st.builds(Command, st.sampled_from(plain)),
    st.builds(Command, st.sampled_from(with_a_box), labelled_boxes),
    st.builds(Command, st.just("choose_class"), st.tuples(st.integers(0, len(CLASSES) - 1))),
    st.builds(Command, st.just("protect_all_but"), st.lists(values, max_size=3, unique=True).map(tuple)),
    st.builds(Command, st.just("lock"), st.lists(st.integers(0, len(CLASSES) - 1), max_size=2).map(tuple)),
    st.builds(
        Command,
        st.just("command"),
        st.tuples(
            st.integers(0, len(COMMANDS) - 1),
            st.integers(0, 2),
            st.integers(0, WIDTH - 1),
            st.integers(0, HEIGHT - 1),
            st.integers(1, 6),
            values,
            values,
        ),
    ),
    st.builds(Command, st.just("protect_painted"), st.tuples(st.integers(0, 1))),
)

places = st.tuples(*(st.integers(-40, 2 * most + 40).map(lambda half: half / 2) for most in (WIDTH, HEIGHT)))

gestures = st.builds(
    Gesture,
    tool=st.sampled_from([row.name for row in TABLE]),
    path=st.lists(places, min_size=1, max_size=4).map(tuple),
    button=st.sampled_from([LEFT, LEFT, LEFT, RIGHT]),
    modifiers=st.sampled_from([Qt.KeyboardModifier.NoModifier] * 3 + [CTRL, SHIFT, ALT]),
    radius=st.sampled_from([0.5, 1.0, 3.5, 12.0, 60.0, 500.0]),
    pressure=st.sampled_from([1.0, 1.0, 0.3]),
    between=st.lists(commands, max_size=1).map(tuple),
    end=st.sampled_from(["release", "release", "release", "Esc", "Enter", "double click"]),
)

steps = st.lists(st.one_of(gestures, gestures, commands), max_size=12)
"""A sequence, which ends with no button down."""
