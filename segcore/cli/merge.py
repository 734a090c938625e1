"""``maskwright merge``: the labels of another project become labels of this one."""

from __future__ import annotations

import argparse
from pathlib import Path

from segcore.cli.console import say, show, warn
from segcore.project.merge_plan import MergePlan, plan_merge
from segcore.project.merging import MergeChoices, MergeReport, merge
from segcore.project.other_project import open_other
from segcore.project.project import Access, Project


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser("merge", help="merge the labels of another project into a project")
    parser.add_argument("project", type=Path, metavar="PROJECT", help="the project that changes")
    parser.add_argument("other", type=Path, metavar="OTHER", help="another project or a packed one; it does not change")
    parser.add_argument("--replace", action="store_true", help="replace what was painted or confirmed before")
    parser.add_argument("--copy-images", action="store_true", help="copy the images that only OTHER has, too")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
    return parser


def run(args: argparse.Namespace) -> int:
    """Merge; exit 1 when labels of an image could not be merged."""
    access = Access.READ if args.dry_run else Access.WRITE
    with show(open_other(args.other), "Open") as other, Project.open(args.project, access) as project:
        if args.dry_run:
            plan = show(plan_merge(project, other.project), "Look")
            say(*_plan_lines(plan))
            return 0
        report = show(merge(project, other.project, MergeChoices(args.replace, args.copy_images)), "Merge")
    say(*_lines(report, args.copy_images))
    for each in report.skipped:
        warn(f"{each.image_id}: {each.reason}")
    return 1 if report.skipped else 0


def _plan_lines(plan: MergePlan) -> list[str]:
    lines = [
        f"Images with labels that both projects have: {plan.labelled}; they would change in {len(plan.changing)}.",
        f"Images that only the other project has: {len(plan.only_there)} ({plan.nbytes / 1e6:.1f} MB).",
        f"Classes that both have: {', '.join(plan.matched) or 'none'}. New classes: {', '.join(plan.added) or 'none'}.",
    ]
    for image_id, pixels in plan.differing.items():
        lines.append(f"{image_id}: {pixels} pixels have other labels in the two projects.")
    lines += [f"{each.image_id}: {each.reason}" for each in plan.unread]
    return lines + [f"{image_id}: neither project has the image of these labels." for image_id in plan.lacking]


def _lines(report: MergeReport, copying: bool) -> list[str]:
    counts = f"Images changed: {len(report.merged)}, unchanged: {len(report.unchanged)}, skipped: {len(report.skipped)}"
    lines = [f"{counts}; marks taken over: {len(report.marks)}."]
    if report.added:
        lines.append(f"New classes: {', '.join(report.added)}.")
    if copying:
        lines.append(f"Images copied: {len(report.copied)}.")
    elif report.lacking:
        lines.append("--copy-images copies images that only the other project has.")
    lines += [f"{there} is called {here} here." for there, here in report.copied.items() if there != here]
    whose = "those of the other project" if report.replaced else "those of this project"
    for image_id, pixels in report.differing.items():
        lines.append(f"{image_id}: {pixels} pixels have other labels in the two projects; now they have {whose}.")
    return lines
