"""Report text: what an export or import did, in the language of the window; `summary` of the engine is English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.language.engine_texts import translated

if TYPE_CHECKING:
    from segcore.formats.export import ExportReport
    from segcore.formats.import_labels import ImportReport


def export_text(report: ExportReport) -> str:
    """Return a headline, then one line for each thing left out."""
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
    for entry in report.left_out:
        reason = translated(entry.reason)
        if entry.pixels is not None:
            reason = _tr("{n} pixels {reason}").format(n=entry.pixels, reason=reason)
        lines.append(f"{entry.image}: {reason}")
    return "\n".join(lines)


def import_text(report: ImportReport) -> str:
    """Return a headline, then one line for each thing skipped."""
    count = len(report.imported)
    headline = _tr("1 label map imported.") if count == 1 else _tr("{n} label maps imported.").format(n=count)
    same = _tr("nothing changed; its pixels have labels already")
    lines = [headline, *(f"{image_id}: {same}" for image_id in report.unchanged)]
    return "\n".join([*lines, *(f"{each.name}: {translated(each.reason)}" for each in report.skipped)])


def _images(count: int) -> str:
    return _tr("1 image") if count == 1 else _tr("{n} images").format(n=count)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ReportText", text)
