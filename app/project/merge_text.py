"""Merge text: what a merge of two projects would do and what it did, in the language of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.language.engine_texts import translated

if TYPE_CHECKING:
    from segcore.project.merge_plan import MergePlan
    from segcore.project.merging import MergeReport


def plan_facts(plan: MergePlan) -> list[str]:
    """Return what a merge would do, a line each."""
    lines = [
        _tr(
            "Images that both have, labelled in the other project: {n}. Images that get labels here: {changing}."
        ).format(n=plan.labelled, changing=len(plan.changing))
    ]
    if plan.matched:
        lines.append(_tr("Classes that both have: {names}.").format(names=", ".join(plan.matched)))
    if plan.added:
        lines.append(_tr("New classes: {names}.").format(names=", ".join(plan.added)))
    return lines


def plan_details(plan: MergePlan) -> list[str]:
    """Return a line for each image in which the two differ, and for labels that cannot be merged."""
    lines = [_tr("{image}: {n} pixels differ").format(image=key, n=f"{n:,}") for key, n in plan.differing.items()]
    lines += [f"{each.image_id}: {translated(each.reason)}" for each in plan.unread]
    return lines + [
        _tr("{image}: neither project has the image of these labels").format(image=key) for key in plan.lacking
    ]


def report_headline(report: MergeReport) -> str:
    """Return what a merge did, in a sentence or two."""
    text = _tr("Merged: images whose labels changed: {merged}; images copied: {copied}.").format(
        merged=len(report.merged), copied=len(report.copied)
    )
    if report.skipped:
        text += " " + _tr("Left out: {n}.").format(n=len(report.skipped))
    return text


def report_details(report: MergeReport) -> list[str]:
    """Return the rest of what a merge did, a line each."""
    lines = []
    if report.added:
        lines.append(_tr("New classes: {names}.").format(names=", ".join(report.added)))
    if report.marks:
        lines.append(_tr("Verdicts, flags and notes taken over: {n}.").format(n=len(report.marks)))
    if report.differing:
        whose = _tr("those of the other project") if report.replaced else _tr("those of this project")
        lines.append(
            _tr("Pixels labelled differently: {n}; now they have the labels of one: {whose}.").format(
                n=f"{sum(report.differing.values()):,}", whose=whose
            )
        )
    lines += [
        _tr("{there} is called {here} here, because another image has its name.").format(there=there, here=here)
        for there, here in report.copied.items()
        if there != here
    ]
    return lines + [f"{each.image_id}: {translated(each.reason)}" for each in report.skipped]


def _tr(text: str) -> str:
    return QCoreApplication.translate("MergeText", text)
