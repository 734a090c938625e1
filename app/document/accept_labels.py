"""Putting a model's or the CRF's labels into the open label map: one edit, computed off the UI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segcore.labels.label_map import LabelMap

if TYPE_CHECKING:
    from app.document.document import Document
    from app.jobs.job_runner import Job, JobRunner
    from segcore.editing import Edit

ATTEMPTS = 3
"""A person who keeps painting makes each difference stale; after these, the document sorts it out by itself."""


def accept_labels(
    document: Document,
    jobs: JobRunner,
    labels: NDArray[np.uint8],
    name: str,
    *,
    lane: str,
    still_wanted: Callable[[], bool],
    on_error: Callable[[Exception], None],
    on_done: Callable[[bool], None] | None = None,
    attempts: int = ATTEMPTS,
) -> Job | None:
    """Accept ``labels`` into the document's open pixels as one undoable edit called ``name``.

    Parameters
    ----------
    labels : NDArray[np.uint8]
        [H, W] of the open image; 255 leaves a pixel alone. Painted and confirmed pixels never change.
    lane : str
        The lane on which the difference is computed.
    still_wanted : Callable[[], bool]
        Asked on the UI thread before the edit is applied; False drops it (another image is open).
    on_error : Callable[[Exception], None]
        Gets whatever the computation raises.
    on_done : Callable[[bool], None]
        Called after the edit was applied; False when the labels agreed already.
    """
    if document.label_map is None or not still_wanted():
        return None
    before = LabelMap(document.label_map.labels.copy(), document.label_map.provenance.copy())
    revision = document.revision

    def difference() -> Edit:
        from segcore.editing import diff

        return diff(before, before.accept(labels), name)

    def apply(edit: Edit) -> None:
        if not still_wanted():
            return
        if document.revision != revision and attempts > 1:
            accept_labels(
                document,
                jobs,
                labels,
                name,
                lane=lane,
                still_wanted=still_wanted,
                on_error=on_error,
                on_done=on_done,
                attempts=attempts - 1,
            )
        elif document.apply(edit, revision) and on_done is not None:
            on_done(not edit.is_empty)

    job = jobs.submit(lane, difference, quiet=True)
    job.succeeded.connect(apply)
    job.failed.connect(on_error)
    return job
