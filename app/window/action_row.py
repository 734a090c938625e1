"""Row: one action of the window, as the action table has it; and the menus that the rows are in."""

from __future__ import annotations

from dataclasses import dataclass

from app.language.marking import QT_TRANSLATE_NOOP


@dataclass(frozen=True)
class Row:
    """One action.

    Attributes
    ----------
    text : str
        Source text of the context "Actions". What follows a ``|`` is the short text for buttons.
    keys : str
        Default shortcuts, separated by spaces.
    icon : str
        Name in the Material Design Icons font; empty for none.
    group : str
        Its radio group, if any.
    needs : str
        "project" or "image": what must be open for it to be enabled.
    line : bool
        Whether the menu has a line before it.
    tip : str
        What it does, for the tooltip, when its name does not say it.
    writes : bool
        Whether it changes the project.
    checkable : bool
        Whether it is a switch; actions of a group always are.
    """

    id: str
    text: str
    menu: str
    keys: str = ""
    icon: str = ""
    group: str = ""
    needs: str = ""
    line: bool = False
    tip: str = ""
    writes: bool = False
    checkable: bool = False


FILE, EDIT, LABELS, VIEW, TOOLS, MODEL, HELP = "File", "Edit", "Labels", "View", "Tools", "Model", "Help"
GO = "Go"
MENUS = {
    FILE: QT_TRANSLATE_NOOP("Actions", "&File"),
    EDIT: QT_TRANSLATE_NOOP("Actions", "&Edit"),
    LABELS: QT_TRANSLATE_NOOP("Actions", "&Labels"),
    VIEW: QT_TRANSLATE_NOOP("Actions", "&View"),
    TOOLS: QT_TRANSLATE_NOOP("Actions", "&Tools"),
    MODEL: QT_TRANSLATE_NOOP("Actions", "&Model"),
    GO: QT_TRANSLATE_NOOP("Actions", "&Go"),
    HELP: QT_TRANSLATE_NOOP("Actions", "&Help"),
}
