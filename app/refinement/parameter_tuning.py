"""ParameterTuning: tunes the CRF parameters on a project's corrected images; the record that the project keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from app.document.image_state import ImageState
from app.document.records import Records
from app.jobs.torch_preload import open_torch_libraries
from segcore.errors import MaskwrightError
from segcore.progress import Progress, Task

if TYPE_CHECKING:
    from app.refinement.refinement import Refining
    from segcore.crf import CrfParameters
    from segcore.crf_tuning.tuning import Tuned
    from segcore.project.project import Project

PROJECT_KEY = "crf_learned"


@dataclass(frozen=True)
class TuningRecord:
    """The result of a tuning, in the form that the project stores.

    Attributes
    ----------
    parameters : CrfParameters
        The tuned parameters.
    protected : tuple[str, ...]
        Names of the protected classes.
    without, before, after : float
        Mean IoU on the held-out pixels, 0.0-1.0: without the CRF, with the previous and with the tuned parameters.
    searched, held_out : int
        Numbers of images; the same image when there was only one.
    """

    parameters: CrfParameters
    protected: tuple[str, ...]
    without: float
    before: float
    after: float
    searched: int
    held_out: int

    @classmethod
    def of(cls, tuned: Tuned) -> TuningRecord:
        """Return the record of a result."""
        return cls(
            tuned.parameters,
            tuned.protected,
            tuned.without.mean_iou,
            tuned.before.mean_iou,
            tuned.after.mean_iou,
            len(tuned.searched),
            len(tuned.held_out),
        )

    @classmethod
    def kept_in(cls, project: Project | None) -> TuningRecord | None:
        """Return the record that the project stores; None when there is none or it is not valid."""
        stored: Any = project.settings.get(PROJECT_KEY) if project is not None else None
        if not isinstance(stored, Mapping):
            return None
        from segcore.crf import CrfParameters

        try:
            return cls(
                CrfParameters(**stored["parameters"]),
                tuple(str(name) for name in stored.get("protected", stored.get("spared", ()))),
                float(stored["without"]),
                float(stored["before"]),
                float(stored["after"]),
                int(stored["searched"]),
                int(stored["held_out"]),
            )
        except (MaskwrightError, KeyError, TypeError, ValueError):
            return None

    def to_json(self) -> dict[str, Any]:
        """Return the form that `kept_in` reads."""
        return asdict(self)

    @property
    def text(self) -> str:
        """The result in two sentences for the person."""
        numbers = {name: f"{100 * getattr(self, name):.1f}" for name in ("without", "before", "after")}
        images = (
            _tr("Tuned and validated on parts of one image.")
            if self.searched <= 1 and self.held_out <= 1
            else _tr("Tuned on {n} images, validated on {m}.").format(n=self.searched, m=self.held_out)
        )
        scores = _tr("Mean IoU on held-out images: {before} → {after} (without the CRF {without}).").format(**numbers)
        return f"{scores} {images}"


def tuned_on(project: Project, start: Refining, names: tuple[str, ...]) -> Task[Tuned]:
    """Collect the corrected images and tune on them. Raises CrfError when there are none."""
    yield Progress(0, 0, _tr("Reading the corrected images"))
    open_torch_libraries()
    from segcore.crf_tuning.training_images import project_training_images
    from segcore.crf_tuning.tuning import tune

    training_images = yield from project_training_images(project)
    return (
        yield from tune(
            training_images, start.parameters, names, start.protected, engine=start.engine, device=start.device
        )
    )


def usable_images(records: Records) -> int:
    """Return how many images `project_training_images` can use.

    These are corrected images with a prediction to compare with; where at least two are done, only done ones.
    """
    done = records.with_prediction(ImageState.DONE)
    return done if records.count(ImageState.DONE) > 1 else done + records.with_prediction(ImageState.IN_PROGRESS)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ParameterTuning", text)
