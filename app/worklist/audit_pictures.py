"""The label issues of a project with a picture of each. For a lane: no Qt here."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from segcore.errors import MaskwrightError
from segcore.images.image import read_image
from segcore.progress import Progress, Task
from segcore.worklist.audit import audit
from segcore.worklist.issue_picture import issue_picture
from segcore.worklist.label_issues import LabelIssue

if TYPE_CHECKING:
    from segcore.project.project import Project

MOST = 40
"""Issues that are listed, the worst first; the next audit lists those after them."""
SIDE = 132
"""Pixels of a panel of a picture."""


class PicturedIssue(NamedTuple):
    """An issue and its picture, uint8 RGB; see `issue_picture`."""

    issue: LabelIssue
    picture: NDArray[np.uint8]


def audited(project: Project) -> Task[list[PicturedIssue]]:
    """Audit a project. Raises LabelError as `audit` does; issues of images that cannot be read are left out."""
    found = yield from audit(project)
    pictured = []
    for number, issue in enumerate(found.issues[:MOST]):
        yield Progress(number, min(MOST, len(found.issues)), issue.image_id)
        with suppress(MaskwrightError):
            image = read_image(project.image_path(issue.image_id))
            labels = project.load_labels(issue.image_id).label_map.labels
            pictured.append(PicturedIssue(issue, issue_picture(image, labels, issue, project.classes, SIDE)))
    return pictured
