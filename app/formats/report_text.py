"""Report text: what an export or import did, in the language of the window; `summary` of the engine is English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.language.engine_texts import translated
from segcore.formats.grouping import grouped, kind_of

if TYPE_CHECKING:
    from segcore.formats.export_report import ExportReport
    from segcore.formats.import_labels import ImportReport
    from segcore.formats.label_picture import Problem


def export_text(report: ExportReport) -> str:
    """Return a headline, then a line for each thing left out or different; many of a kind are one line."""
    whole = sum(1 for entry in report.left_out if entry.pixels is None)
    part = len({entry.image for entry in report.left_out if entry.pixels is not None})
    lines = [
        _tr("Exported to {folder} ({formats}): {n}. Left out: {whole}. Exported in part: {part}.").format(
            folder=report.out,
            formats=", ".join(report.formats),
            n=_images(len(report.exported)),
            whole=_images(whole),
            part=_images(part),
        )
    ]
    if report.kept:
        lines.append(_tr("Written by an export that was interrupted: {n}.").format(n=_images(report.kept)))
    for group in grouped((*report.left_out, *report.different), lambda entry: (entry.reason, entry.pixels is None)):
        reason = translated(group[0].reason)
        if group[0].pixels is not None:
            reason = _tr("{n} pixels {reason}").format(n=sum(entry.pixels or 0 for entry in group), reason=reason)
        lines.append(_line([entry.image for entry in group], reason))
    return "\n".join(lines)


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """Return a line for each part of the labels that could not be imported as it is; many of a kind are one line."""
    groups = grouped(problems, lambda each: each.reason.replace(each.place, ""))
    return [_line([each.place for each in group], translated(group[0].reason)) for group in groups]


def _line(places: Sequence[str], text: str) -> str:
    if len(places) == 1:
        return text if text.startswith(places[0]) else f"{places[0]}: {text}"
    return _tr("{n} times ({places}, …): {text}").format(n=len(places), places=", ".join(places[:3]), text=text)


def import_text(report: ImportReport) -> str:
    """Return a headline, then one line for each thing skipped."""
    count = len(report.imported)
    headline = _tr("1 label map imported.") if count == 1 else _tr("{n} label maps imported.").format(n=count)
    lines = [headline]
    for same in grouped(report.unchanged, lambda _: None):
        lines.append(_line(same, _tr("nothing changed: its pixels have labels already, or its labels are ignored")))
    for alike in grouped(report.skipped, lambda each: kind_of(each.name, each.reason)):
        first = translated(alike[0].reason)
        text = first if len(alike) == 1 else _tr("the first: {text}").format(text=first)
        lines.append(_line([each.name for each in alike], text))
    return "\n".join([*lines, *problem_lines(report.problems)])


def _images(count: int) -> str:
    return _tr("1 image") if count == 1 else _tr("{n} images").format(n=count)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ReportText", text)
