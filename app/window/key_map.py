"""KeyMap: which keys each action has, what they may be, and which actions want the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from app.language.marking import QT_TRANSLATE_NOOP
from app.language.mnemonic import without_mnemonic
from app.window.action_row import MENUS, Row
from app.window.action_table import TABLE

KeyMap = dict[str, tuple[str, ...]]
"""Name of an action: its keys as in "Ctrl+Shift+Z", in every language the same."""

MOVES = QT_TRANSLATE_NOOP("KeyMap", "it moves in lists and fields")
TOOL = QT_TRANSLATE_NOOP("KeyMap", "tools use it while something is being drawn")
RESERVED = {
    "Space": QT_TRANSLATE_NOOP("KeyMap", "it moves the image while it is held"),
    "Tab": QT_TRANSLATE_NOOP("KeyMap", "it goes to the next control, and shows the image alone on the canvas"),
    "Shift+Tab": QT_TRANSLATE_NOOP("KeyMap", "it goes to the previous control"),
    "Backtab": QT_TRANSLATE_NOOP("KeyMap", "it goes to the previous control"),
    **dict.fromkeys(("Return", "Enter", "Backspace", "Esc"), TOOL),
    **dict.fromkeys(("Up", "Down", "Left", "Right", "Home", "End"), MOVES),
}
"""Keys that no action can have, and why."""


def normal(key: str) -> str:
    """Return a key as `KeyMap` writes it; "" for what is no key."""
    written = QKeySequence(key, QKeySequence.SequenceFormat.PortableText)
    return written.toString(QKeySequence.SequenceFormat.PortableText)


def shown(keys: Iterable[str]) -> str:
    """Return keys as this system writes them, each text once: in Chinese, Return and Enter have the same name."""
    texts = (QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys)
    return ", ".join(dict.fromkeys(texts))


def keys_of(row: Row, overrides: Mapping[str, object]) -> tuple[str, ...]:
    """Return the keys that a row asks for. An override is a string or a list of strings; an empty one means none."""
    chosen = overrides.get(row.id)
    if isinstance(chosen, str):
        return (chosen,) if chosen else ()
    if isinstance(chosen, list):
        return tuple(str(key) for key in chosen)
    return tuple(row.keys.split())


def keys_in_force(overrides: Mapping[str, object], table: Sequence[Row] = TABLE) -> KeyMap:
    """Return the keys of every action; no key stands twice.

    What a person chose goes before the defaults, also those of a newer version; of two choices the first of the table.
    """
    taken: set[str] = set()
    found: KeyMap = {}
    for row in sorted(table, key=lambda row: row.id not in overrides):
        wanted = dict.fromkeys(filter(None, map(normal, keys_of(row, overrides))))
        found[row.id] = tuple(key for key in wanted if key not in taken)
        taken.update(wanted)
    return {row.id: found[row.id] for row in table}


def override_for(name: str, keys: Sequence[str], overrides: Mapping[str, object]) -> dict[str, str | list[str]]:
    """Return the overrides with other keys for one action; without an entry where the keys are the default."""
    row = next(row for row in TABLE if row.id == name)
    kept: dict[str, str | list[str]] = {
        each: list(keys_of(other, overrides)) for other in TABLE if (each := other.id) in overrides and each != name
    }
    if list(keys) != [normal(key) for key in row.keys.split()]:
        kept[name] = list(keys)
    return kept


def why_not(key: str) -> str:
    """Return why no action can have a key, for a person; "" when one can."""
    if reason := RESERVED.get(key):
        return QCoreApplication.translate("KeyMap", reason)
    for title in MENUS.values():
        text = QCoreApplication.translate("Actions", title)
        letter = text.partition("&")[2][:1]
        if letter and key == f"Alt+{letter.upper()}":
            return QCoreApplication.translate("KeyMap", "it opens the menu {name}").format(name=without_mnemonic(text))
    return ""


def holder(key: str, keys: KeyMap, but: str = "") -> str:
    """Return the name of the action that has a key; "" for none, or for ``but``."""
    return next((name for name, own in keys.items() if key in own and name != but), "")
