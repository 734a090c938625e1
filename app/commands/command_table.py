"""Command table: the commands of the menu Labels, one row each."""

from __future__ import annotations

from dataclasses import dataclass

from app.language.marking import QT_TRANSLATE_NOOP
from segcore.editing import command
from segcore.editing.command import Command
from segcore.editing.target import Where

PREDICTION, PREVIOUS = "prediction", "previous"


@dataclass(frozen=True)
class Number:
    """A number that a command asks for.

    Attributes
    ----------
    text : str
        Source text of its label, context "Commands".
    first, least, most : int
        Its first value, and its limits.
    nothing : str
        Source text that is shown in place of the least value; empty: the number itself.
    unit : str
        What stands behind it.
    slides : bool
        Whether there is a slider, too.
    """

    text: str
    first: int
    least: int
    most: int
    nothing: str = ""
    unit: str = " px"
    slides: bool = False


@dataclass(frozen=True)
class CommandRow:
    """One command.

    Attributes
    ----------
    name : str
        Its key; of the action ``labels_NAME``.
    text : str
        Source text of the menu, context "Actions"; it ends with "…", because a bar asks for more.
    run : Command
        What it does.
    where : tuple[Where, ...]
        What it can be about; the first is chosen at first.
    number : Number or None
        What it asks for.
    old, new : bool
        Whether it asks which class is replaced, and which takes its place.
    levels : bool
        Whether it asks for a range of levels of the image.
    given : str
        ``PREDICTION`` or ``PREVIOUS``: the labels that it needs; empty: none.
    locks : bool
        Whether labels that are protected from the tools stay. A command that changes no label does not ask.
    icon, keys, tip : str
        Name in the Material Design Icons font; default shortcuts; source text of what it does.
    line : bool
        Whether the menu has a line before it.
    """

    name: str
    text: str
    run: Command
    where: tuple[Where, ...]
    number: Number | None = None
    old: bool = False
    new: bool = False
    levels: bool = False
    given: str = ""
    locks: bool = True
    icon: str = ""
    keys: str = ""
    tip: str = ""
    line: bool = False


ALL = (Where.IMAGE, Where.CLASS, Where.PIECE)
ONE_CLASS = (Where.CLASS, Where.PIECE, Where.PROJECT_CLASS)

TABLE: tuple[CommandRow, ...] = (
    CommandRow(
        "replace",
        QT_TRANSLATE_NOOP("Actions", "&Replace a class…"),
        command.replace,
        (Where.IMAGE, Where.PIECE, Where.PROJECT),
        old=True,
        new=True,
        icon="swap-horizontal",
        keys="Ctrl+R",
        tip=QT_TRANSLATE_NOOP("Actions", "Gives all pixels of one class another class"),
    ),
    CommandRow(
        "unlabelled",
        QT_TRANSLATE_NOOP("Actions", "&Label all unlabelled…"),
        command.replace,
        (Where.IMAGE, Where.PIECE, Where.PROJECT),
        new=True,
        icon="format-color-fill",
        keys="Ctrl+U",
        tip=QT_TRANSLATE_NOOP("Actions", "Gives every pixel without a label a class"),
    ),
    CommandRow(
        "threshold",
        QT_TRANSLATE_NOOP("Actions", "&Threshold…"),
        command.threshold,
        (*ALL, Where.PROJECT),
        new=True,
        levels=True,
        icon="chart-histogram",
        keys="Ctrl+H",
        tip=QT_TRANSLATE_NOOP("Actions", "Gives pixels of a range of grey levels, or of a channel, a class"),
    ),
    CommandRow(
        "clear",
        QT_TRANSLATE_NOOP("Actions", "&Clear…"),
        command.clear,
        (*ALL, Where.PROJECT_CLASS),
        icon="eraser-variant",
        keys="Ctrl+Del",
        tip=QT_TRANSLATE_NOOP("Actions", "Takes the labels away; a model or Live may label the pixels again"),
    ),
    CommandRow(
        "to_prediction",
        QT_TRANSLATE_NOOP("Actions", "&Back to the prediction…"),
        command.to_prediction,
        (*ALL, Where.PROJECT, Where.PROJECT_CLASS),
        given=PREDICTION,
        icon="backup-restore",
        keys="Ctrl+B",
        tip=QT_TRANSLATE_NOOP("Actions", "Makes painted and confirmed pixels, too, as the model predicted them"),
    ),
    CommandRow(
        "second_best",
        QT_TRANSLATE_NOOP("Actions", "&Second-best class…"),
        command.second_best,
        (Where.PIECE,),
        given=PREDICTION,
        icon="numeric-2-circle-outline",
        keys="Ctrl+2",
        tip=QT_TRANSLATE_NOOP(
            "Actions", "Gives a piece the class that the model finds most probable but the one it has"
        ),
    ),
    CommandRow(
        "shift",
        QT_TRANSLATE_NOOP("Actions", "More or less of a class…"),
        command.shift,
        (Where.IMAGE, Where.PROJECT),
        Number(QT_TRANSLATE_NOOP("Commands", "Bias"), 0, -100, 100, unit="", slides=True),
        new=True,
        given=PREDICTION,
        icon="tune-variant",
        tip=QT_TRANSLATE_NOOP(
            "Actions",
            "Decides predicted pixels again with a class made more or less probable; painted and confirmed ones stay",
        ),
    ),
    CommandRow(
        "copy_previous",
        QT_TRANSLATE_NOOP("Actions", "Copy &from the previous image…"),
        command.copy_labels,
        (Where.IMAGE,),
        given=PREVIOUS,
        icon="content-duplicate",
        keys="Ctrl+Shift+C",
        tip=QT_TRANSLATE_NOOP("Actions", "Labels the pixels that are neither painted nor confirmed as in that image"),
    ),
    CommandRow(
        "fill_holes",
        QT_TRANSLATE_NOOP("Actions", "Fill &holes…"),
        command.fill_holes,
        ONE_CLASS,
        Number(QT_TRANSLATE_NOOP("Commands", "Up to"), 100, 0, 10_000_000, QT_TRANSLATE_NOOP("Commands", "any size")),
        icon="circle-slice-8",
        tip=QT_TRANSLATE_NOOP("Actions", "Gives what a class encloses its label"),
        line=True,
    ),
    CommandRow(
        "remove_specks",
        QT_TRANSLATE_NOOP("Actions", "Remove &specks…"),
        command.remove_specks,
        (Where.IMAGE, Where.CLASS, Where.PROJECT, Where.PROJECT_CLASS),
        Number(QT_TRANSLATE_NOOP("Commands", "Smaller than"), 32, 2, 100_000),
        icon="broom",
        tip=QT_TRANSLATE_NOOP("Actions", "Gives small pieces the label beside them"),
    ),
    CommandRow(
        "smooth",
        QT_TRANSLATE_NOOP("Actions", "S&mooth borders…"),
        command.smooth,
        (*ALL, Where.PROJECT, Where.PROJECT_CLASS),
        Number(QT_TRANSLATE_NOOP("Commands", "Radius"), 2, 1, 50),
        icon="waveform",
        tip=QT_TRANSLATE_NOOP("Actions", "Gives each pixel the label that most pixels around it have"),
    ),
    CommandRow(
        "grow",
        QT_TRANSLATE_NOOP("Actions", "&Grow…"),
        command.grow,
        ONE_CLASS,
        Number(QT_TRANSLATE_NOOP("Commands", "By"), 1, 1, 500),
        icon="arrow-expand-all",
        tip=QT_TRANSLATE_NOOP("Actions", "Makes a class or a piece wider"),
    ),
    CommandRow(
        "shrink",
        QT_TRANSLATE_NOOP("Actions", "S&hrink…"),
        command.shrink,
        ONE_CLASS,
        Number(QT_TRANSLATE_NOOP("Commands", "By"), 1, 1, 500),
        icon="arrow-collapse-all",
        tip=QT_TRANSLATE_NOOP("Actions", "Makes a class or a piece narrower; its rim takes the label beside it"),
    ),
    CommandRow(
        "close_gaps",
        QT_TRANSLATE_NOOP("Actions", "Close gaps…"),
        command.close_gaps,
        ONE_CLASS,
        Number(QT_TRANSLATE_NOOP("Commands", "Radius"), 2, 1, 100),
        icon="set-merge",
        tip=QT_TRANSLATE_NOOP("Actions", "Joins pieces with a narrow gap between them: up to twice the radius wide"),
    ),
    CommandRow(
        "split",
        QT_TRANSLATE_NOOP("Actions", "S&plit where thin…"),
        command.split_thin,
        ONE_CLASS,
        Number(QT_TRANSLATE_NOOP("Commands", "Radius"), 2, 1, 100),
        icon="set-split",
        tip=QT_TRANSLATE_NOOP(
            "Actions", "Takes parts away that are at most twice the radius wide, so that pieces come apart"
        ),
    ),
    CommandRow(
        "confirm",
        QT_TRANSLATE_NOOP("Actions", "C&onfirm…"),
        command.confirm,
        (Where.CLASS, Where.PIECE, Where.IMAGE, Where.PROJECT_CLASS, Where.PROJECT),
        locks=False,
        icon="check-decagram-outline",
        keys="Ctrl+Shift+K",
        tip=QT_TRANSLATE_NOOP("Actions", "Lets labels count as checked, as if you had painted them"),
        line=True,
    ),
)
