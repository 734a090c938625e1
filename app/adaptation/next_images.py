"""NextImages: prepares the features of the images that come next, while the lane has nothing else to do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.adaptation.feature_lane import LANE, FeatureLane
from app.jobs.job_runner import Job, JobRunner

if TYPE_CHECKING:
    from segcore.project.project import Project

logger = logging.getLogger(__name__)

COUNT = 3
"""Images."""

Neighbour = Callable[[str | None, int], tuple[str | None, int]]
"""(image id, steps) -> (image id so many steps on in the list, how many were passed over)."""


class NextImages:
    """One image after another; a failure is told when the person goes there."""

    def __init__(self, jobs: JobRunner, lane: FeatureLane, neighbour: Neighbour) -> None:
        self._jobs = jobs
        self._lane = lane
        self._neighbour = neighbour
        self._job: Job | None = None

    def prepare(self, project: Project, image_id: str, device: str) -> None:
        """Begin with the image after this one."""
        self.stop()
        self._go_on(project, image_id, device, COUNT)

    def stop(self) -> None:
        """Make room for the open image."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _go_on(self, project: Project, image_id: str, device: str, count: int) -> None:
        self._job = None
        following, _ = self._neighbour(image_id, 1)
        if following is None or not count:
            return
        job = self._jobs.submit(LANE, partial(self._lane.prepare, project, following, device), quiet=True)
        job.succeeded.connect(lambda _: self._go_on(project, following, device, count - 1))
        job.failed.connect(lambda error: logger.info("Not prepared: %s (%s)", following, error))
        self._job = job
