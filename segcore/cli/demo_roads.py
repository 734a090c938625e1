"""The demo's story of the roads: predict at once, fine-tune, use the new version only if it is shown to be better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resources import resource
from segcore.cli.demo_run import DemoRun, loaded
from segcore.crf import Crf, CrfParameters
from segcore.formats.export import export_project
from segcore.formats.registry import FORMATS
from segcore.images.indexed_png import read_indexed_png
from segcore.models.catalogue_entries import BUNDLED_CHECKPOINT
from segcore.progress import Progress, Task
from segcore.project.sample_project import ROADS

if TYPE_CHECKING:
    from segcore.prediction import Predictor
    from segcore.training.comparison import Comparison


class RoadsDemo(DemoRun):
    """See the module. Scores: ``before``, ``crf`` (before, refined) and ``after``.

    Attributes
    ----------
    comparison : Comparison
        The new version against the model before.
    """

    sample = ROADS
    comparison: Comparison
    _before: Predictor
    _after: Predictor

    def tasks(self) -> Sequence[tuple[str, Callable[[], Task[None]]]]:
        """Return the steps."""
        return (
            ("Open", self.open),
            ("Predict", self.predict),
            ("Evaluate", self.measure),
            ("Refine (CRF)", self.refine),
            ("Fine-tune", self.fine_tune),
            ("Compare", self.compare),
            ("Predict again", self.predict_again),
            ("Export", self.export),
            ("Draw", self.draw),
        )

    def open(self) -> Task[None]:
        """Copy the sample project, open it and load the bundled model."""
        with self.timed("open") as note:
            yield Progress(0, 2, "copying the sample project")
            self.open_project()
            yield Progress(1, 2, "loading the model")
            self._before = yield from loaded(str(resource(BUNDLED_CHECKPOINT)), self.device)
            note.append(
                f"{len(self.project.image_ids())} images, {len(self.project.corrected_ids())} of them corrected"
            )

    def predict(self) -> Task[None]:
        """Predict all images with the bundled model; corrected pixels stay."""
        with self.timed("predict") as note:
            yield from self._predict(self._before, "before", note)

    def predict_again(self) -> Task[None]:
        """Predict all images with the new version if it is used; for the pictures alone if it is not."""
        with self.timed("predict again") as note:
            yield from self._predict(self._after, "after" if self.used else "new version, not used", note, self.used)
            for image_id, path in (self.sample.labels() | self.sample.held_out()).items():
                self.panels[image_id].append(("true labels", read_indexed_png(path)))

    def measure(self) -> Task[None]:
        """Score the bundled model on the held-out images."""
        from segcore.training.evaluate import evaluate

        self.scores["before"] = yield from evaluate(self._before, self.held_out(), self.project.classes)

    def refine(self) -> Task[None]:
        """Score the same model with the CRF."""
        from segcore.training.evaluate import evaluate

        held_out = self.held_out()
        with self.timed("refine") as note:
            crf = Crf(CrfParameters(), device=self.device)
            self.scores["crf"] = yield from evaluate(self._before, held_out, self.project.classes, crf=crf)
            note.append(f"{len(held_out)} images, predicted and refined")

    def fine_tune(self) -> Task[None]:
        """Train on the corrected images.

        The best step is chosen on a quarter of each corrected image, in tiles; the held-out images are not used.
        """
        from segcore.training.training_loop import TrainRequest, train

        pairs = self.corrected()
        request = TrainRequest(
            train=tuple(replace(pair, part="train") for pair in pairs),
            validate=tuple(replace(pair, part="validate") for pair in pairs),
            classes=self.project.classes,
            model=str(resource(BUNDLED_CHECKPOINT)),
            out=self.project.new_checkpoint_path(),
            minutes=self.minutes,
            device=self.device,
        )
        with self.timed("fine-tune") as note:
            result = yield from train(request)
            self._after = yield from loaded(str(result.checkpoint), self.device)
            note.append(f"{result.steps} steps on {len(pairs)} corrected images; step {result.best_step} is kept")

    def compare(self) -> Task[None]:
        """Use the new version if the held-out images show that it is better; otherwise the model before stays."""
        from segcore.training.comparison import compare
        from segcore.training.evaluate import evaluate

        held_out, classes = self.held_out(), self.project.classes
        with self.timed("compare") as note:
            self.comparison = yield from compare(self._before, self._after, held_out, classes)
            self.scores["after"] = yield from evaluate(self._after, held_out, classes)
            if self.used:
                self.project.active_model = str(self.project.checkpoints()[-1].path)
            note.append(f"old and new version on {len(held_out)} held-out images")

    @property
    def used(self) -> bool:
        """Whether the new version is used."""
        from segcore.training.comparison import Verdict

        return self.comparison.verdict is Verdict.BETTER

    def export(self) -> Task[None]:
        """Write the corrected labels in every format whose packages are installed."""
        keys = [row.key for row in FORMATS if row.writer is not None and not row.lacks_package]
        with self.timed("export") as note:
            report = yield from export_project(self.project, keys, self.out / "export")
            note.append(report.summary().splitlines()[0])

    def table(self) -> list[str]:
        """Return the seconds of each step, the scores on the held-out images, and which version is used."""
        names = {"before": "before", "crf": "before + CRF", "after": "fine-tuned"}
        columns = [(names[key], scores) for key, scores in self.scores.items()]
        lines = [
            *self.step_lines(),
            "",
            f"held-out images: {len(self.held_out())} (labelled, not used for fine-tuning)",
        ]
        lines.append(f"{'':<22}" + "".join(f"{name:>14}" for name, _ in columns))
        lines.append(f"{'mean IoU':<22}" + "".join(f"{scores.mean_iou:>14.3f}" for _, scores in columns))
        lines.append(f"{'pixel accuracy':<22}" + "".join(f"{scores.pixel_accuracy:>14.3f}" for _, scores in columns))
        for name in self.project.classes.names:
            values = (scores.iou.get(name) for _, scores in columns)
            lines.append(
                f"{'IoU ' + name[:17]:<22}" + "".join(f"{'-' if v is None else f'{v:.3f}':>14}" for v in values)
            )
        return [*lines, *outcome(self.comparison), ""]

    def to_json(self) -> dict[str, Any]:
        """Return steps, scores, and the comparison."""
        more = {"comparison": self.comparison.to_json(), "used": "after" if self.used else "before"}
        return super().to_json() | more

    def _predict(self, predictor: Predictor, title: str, note: list[str], keep: bool = True) -> Task[None]:
        from segcore.images.picture import Picture
        from segcore.prediction.batch import BatchItem, predict_many

        project, model = self.project, predictor.model
        mapping = project.mapping_for(model.classes)

        def write(item: BatchItem, image: NDArray[np.uint8], probabilities: NDArray[np.float32]) -> None:
            found = mapping.apply(probabilities, model.classes, project.classes, model.name)
            prediction = found.without_specks()
            if keep:
                project.save_prediction(item.key, prediction, Picture.of(item.stamp, image))
                project.accept_prediction(item.key, prediction)
            self.panels.setdefault(item.key, []).append((title, prediction.labels))

        items = [BatchItem(image_id, project.image_path(image_id)) for image_id in project.image_ids()]
        report = yield from predict_many(predictor, items, write)
        failed = "".join(f"; {key}: {message}" for key, message in report.failures)
        note.append(
            f"{report.done} images on {predictor.device_name}{'' if keep else ', for the pictures only'}{failed}"
        )


def outcome(comparison: Comparison) -> list[str]:
    """Say in words which version is used, and why."""
    from segcore.training.comparison import FEWEST_IMAGES, Verdict

    change = f"{comparison.change:+.3f} mean IoU"
    if comparison.interval is not None:
        change += f", with 95 % confidence between {comparison.interval[0]:+.3f} and {comparison.interval[1]:+.3f}"
    if comparison.verdict is Verdict.BETTER:
        return [f"The fine-tuned version is better ({change}). It is used now."]
    if comparison.verdict is Verdict.TOO_FEW:
        why = f"{comparison.images} held-out images are too few to judge; {FEWEST_IMAGES} are needed"
    elif comparison.collapsed:
        why = f"it loses too much of {', '.join(comparison.collapsed)}"
    else:
        why = "it is not shown to be better"
    return [
        f"The fine-tuned version is not used: {why} ({change}).",
        "The model before stays in use; the version is kept.",
    ]
