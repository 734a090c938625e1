"""``maskwright audit``: corrected labels of a project that look wrong."""

from __future__ import annotations

import argparse
import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segcore.cli.console import print_json, say, show, warn
from segcore.cli.numbers import count
from segcore.errors import MaskwrightError
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.project.project import Access, Project

if TYPE_CHECKING:
    from segcore.worklist.audit import Audit
    from segcore.worklist.label_issues import LabelIssue

TOP = 20
SIDE = 256
"""Pixels of a panel of a picture."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser(
        "audit",
        help="find corrected labels that look wrong",
        description="Each corrected image is judged by a model that has learned from the other corrected images only. "
        "Lists the regions whose label this model finds unlikely, and the class that it suggests: the largest and "
        "surest first. Labels for which you chose Keep in the window are not listed again. The project is not changed.",
    )
    parser.add_argument("project", type=Path, metavar="PROJECT", help="a project folder")
    parser.add_argument("--out", type=Path, metavar="DIR", help="also write pictures and audit.json to this folder")
    parser.add_argument("--top", type=count, default=TOP, metavar="N", help="list N regions (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    return parser


def run(args: argparse.Namespace) -> int:
    """Audit, print, and write pictures."""
    from segcore.worklist.audit import audit

    with Project.open(args.project, Access.READ) as project:
        found = show(audit(project), "Audit")
        issues = found.issues[: args.top]
        report = _report(project, found, issues)
        if args.out is not None:
            with writing(args.out):
                _write_pictures(project, issues, report, args.out)
                text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
                atomic_write_bytes(args.out / "audit.json", text.encode(errors="replace"))
    if args.json:
        print_json(report)
    else:
        say(*_table(report))
    return 0


def _report(project: Project, found: Audit, issues: tuple[LabelIssue, ...]) -> dict[str, Any]:
    names = {c.index: c.name for c in project.classes}
    return {
        "images": found.images,
        "kept": found.kept,
        "issues": [
            {
                "place": place,
                "image": issue.image_id,
                "box": list(issue.box),
                "label": names.get(issue.value, str(issue.value)),
                "suggestion": names.get(issue.suggestion, str(issue.suggestion)),
                "wrong_pixels": round(issue.wrong, 1),
                "quality": round(issue.quality, 3),
            }
            for place, issue in enumerate(issues, 1)
        ],
    }


def _write_pictures(project: Project, issues: tuple[LabelIssue, ...], report: dict[str, Any], out: Path) -> None:
    """Write ``001.png``, ... and name them in the report. Raises OSError."""
    import cv2

    from segcore.images.image import read_image
    from segcore.worklist.issue_picture import issue_picture

    for entry, issue in zip(report["issues"], issues, strict=True):
        with suppress(MaskwrightError):  # it was changed since
            image = read_image(project.image_path(issue.image_id))
            labels = project.load_labels(issue.image_id).label_map.labels
            picture = issue_picture(image, labels, issue, project.classes, SIDE)
            name = f"{entry['place']:03}.png"
            atomic_write_bytes(out / name, cv2.imencode(".png", picture[..., ::-1])[1].tobytes())
            entry["picture"] = name
    if any("picture" not in entry for entry in report["issues"]):
        warn("Some pictures could not be made, because their images changed during the audit.")


def _table(report: dict[str, Any]) -> list[str]:
    looked = f"{report['images']} corrected images"
    if not report["issues"]:
        return [f"No label of {looked} looks wrong."]
    lines = [f"Labels that look wrong in {looked}:"]
    for entry in report["issues"]:
        left, top, right, bottom = entry["box"]
        lines.append(
            f"{entry['place']:>4}  {entry['image']}, x {left} to {right}, y {top} to {bottom}: "
            f"{entry['label']} -> {entry['suggestion']}, about {entry['wrong_pixels']:.0f} pixels"
        )
    if report["kept"]:
        lines.append(f"{report['kept']} more were kept in the window.")
    return lines
