"""The demo's story of the nuclei: classes that no bundled model knows, learned from strokes, then by training."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.live_head import LiveHead
from segcore.cli.demo_run import DemoRun, loaded
from segcore.cli.demo_strokes import RecordedStroke, read_strokes
from segcore.editing import Recorder
from segcore.images.image import read_image
from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, Provenance
from segcore.metrics.scores import ConfusionMatrix
from segcore.progress import Progress, Task
from segcore.project.model_choice import DEFAULT_MODEL
from segcore.project.sample_project import NUCLEI

if TYPE_CHECKING:
    from segcore.adaptation.feature_pyramid import FeaturePyramid

EACH = 5
"""The held-out images are measured after each of the first strokes, so many, and then after so many more."""

TITLES = {"done": "live, both images done", "trained": "trained network"}


class NucleiDemo(DemoRun):
    """See the module. The strokes were recorded from a simulated person and come with the sample.

    Scores: after so many strokes ("0", "1", …), after both images were marked as done ("done"), and "trained".
    """

    sample = NUCLEI

    def __init__(self, out: Path, minutes: float, device: str = "auto") -> None:
        super().__init__(out, minutes, device)
        self._head = LiveHead()
        self._images: dict[str, NDArray[np.uint8]] = {}
        self._features: dict[str, FeaturePyramid] = {}

    def tasks(self) -> Sequence[tuple[str, Callable[[], Task[None]]]]:
        """Return the steps."""
        return (
            ("Open", self.open),
            ("Look at the images", self.look),
            ("Live strokes", self.stroke),
            ("Train", self.train),
            ("Evaluate", self.measure),
            ("Draw", self.draw),
        )

    def open(self) -> Task[None]:
        """Copy the sample project and open it."""
        with self.timed("open") as note:
            yield Progress(0, 1, "copying the sample project")
            self.open_project()
            note.append(f"{len(self.project.image_ids())} images, none of them labelled")

    def look(self) -> Task[None]:
        """Compute the features of every image."""
        from segcore.adaptation.features import imagenet_features

        with self.timed("features") as note:
            features = yield from imagenet_features()
            ids = self.project.image_ids()
            for number, image_id in enumerate(ids):
                yield Progress(number, len(ids), image_id)
                self._images[image_id] = read_image(self.project.image_path(image_id))
                self._features[image_id] = yield from features.of(self._images[image_id])
            note.append("of a network that knows ImageNet only")

    def stroke(self) -> Task[None]:
        """Paint the recorded strokes with live adaptation; an image is marked as done after its last one."""
        strokes = read_strokes(self.sample.source / "strokes.json")
        painted = 0
        with self.timed("strokes") as note:
            yield from self._measure_live(str(painted))
            for image_id in self.sample.labels():
                yield from self._head.open_image(self._images[image_id], self._features[image_id])
                label_map = self._accept_live(LabelMap.blank(*self._images[image_id].shape[:2]))
                own = [each for each in strokes if each.image_id == image_id]
                for each in own:
                    yield Progress(painted, len(strokes), image_id)
                    self._paint(each, label_map)
                    label_map = self._accept_live(label_map)
                    painted += 1
                    if painted <= EACH or painted % EACH == 0:
                        yield from self._measure_live(str(painted), label_map)
                only = np.where(label_map.provenance == Provenance.PAINTED, label_map.labels, np.uint8(IGNORE_INDEX))
                self._show(image_id, counted(len(own)), only)
                self._show(image_id, "live labels, marked as done", label_map.labels)
                note.append(f"{counted(len(own))} on {image_id}")
                label_map = label_map.confirm()
                self.project.save_label_map(image_id, label_map)
                yield from self._head.finish_image(label_map.labels)
            yield from self._measure_live("done")

    def train(self) -> Task[None]:
        """Train a network on the two images from its ImageNet weights, and use it: no other knows these classes.

        The best step is chosen on a quarter of each image, in tiles; the held-out images are not used.
        """
        from segcore.training.training_loop import TrainRequest, train

        pairs = self.corrected()
        request = TrainRequest(
            train=tuple(replace(pair, part="train") for pair in pairs),
            validate=tuple(replace(pair, part="validate") for pair in pairs),
            classes=self.project.classes,
            model=DEFAULT_MODEL,
            out=self.project.new_checkpoint_path(),
            minutes=self.minutes,
            device=self.device,
        )
        with self.timed("train") as note:
            result = yield from train(request)
            self.project.active_model = str(result.checkpoint)
            note.append(f"{result.steps} steps on {len(pairs)} images; step {result.best_step} is kept")

    def measure(self) -> Task[None]:
        """Predict every image with the new network, and score it on the held-out ones."""
        from segcore.prediction import to_labels
        from segcore.training.evaluate import evaluate

        predictor = yield from loaded(self.project.active_model, self.device)
        self.scores["trained"] = yield from evaluate(predictor, self.held_out(), self.project.classes)
        with self.timed("predict") as note:
            for image_id, image in self._images.items():
                probabilities = yield from predictor.probabilities(image)
                self._show(image_id, title_of("trained"), to_labels(probabilities, self.project.classes))
            for image_id, path in (self.sample.labels() | self.sample.held_out()).items():
                self._show(image_id, "true labels", read_indexed_png(path))
            note.append(f"{len(self._images)} images on {predictor.device_name}")

    def table(self) -> list[str]:
        """Return the seconds of each step, and the scores after so many strokes and after the training."""
        lines = [*self.step_lines(), "", f"held-out images: {len(self.held_out())} (no stroke lies on them)"]
        lines.append("live, n strokes: after so many, when the image that they lie on is marked as done")
        lines.append(
            f"{'':<24}{'mean IoU':>10}" + "".join(f"{'IoU ' + name:>16}" for name in self.project.classes.names)
        )
        for key, scores in self.scores.items():
            values = (scores.iou.get(name) for name in self.project.classes.names)
            row = "".join(f"{'-' if value is None else f'{value:.3f}':>16}" for value in values)
            lines.append(f"{title_of(key):<24}{scores.mean_iou:>10.3f}{row}")
        return [*lines, ""]

    def _paint(self, stroke: RecordedStroke, label_map: LabelMap) -> None:
        covered = stroke.covered(read_indexed_png(self.sample.labels()[stroke.image_id]))
        recorder = Recorder(label_map, "Brush")
        recorder.paint(covered.box, covered.mask, stroke.value)
        recorder.finish()
        self._head.add_stroke(covered, stroke.value)

    def _accept_live(self, label_map: LabelMap) -> LabelMap:
        return label_map.accept(self._head.decide(label_map.labels, label_map.provenance).labels)

    def _measure_live(self, key: str, done: LabelMap | None = None) -> Task[None]:
        """Decide and score the held-out images as a person would see them who marks the open image as ``done`` now.

        A copy of the head learns from it; the head itself stays where it is.
        """
        head = copy.deepcopy(self._head)
        if done is not None:
            yield from head.finish_image(done.labels)
        matrix, channels = ConfusionMatrix(len(self.project.classes)), self.project.classes.channel_table()
        for image_id, path in self.sample.held_out().items():
            truth = read_indexed_png(path)
            yield from head.open_image(self._images[image_id], self._features[image_id])
            empty = LabelMap.blank(*truth.shape)
            labels = head.decide(empty.labels, empty.provenance).labels
            matrix.update(channels[truth], channels[labels])
            if key != "0":
                self._show(image_id, title_of(key), labels)
        self.scores[key] = matrix.scores(self.project.classes.names)

    def _show(self, image_id: str, title: str, labels: NDArray[np.uint8]) -> None:
        self.panels.setdefault(image_id, []).append((title, labels))


def title_of(key: str) -> str:
    """Return what a score or a picture is of."""
    return TITLES.get(key) or f"live, {counted(int(key))}"


def counted(strokes: int) -> str:
    """Return a number of strokes in words."""
    return "1 stroke" if strokes == 1 else f"{strokes} strokes"
