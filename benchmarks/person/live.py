"""Live adaptation: the head is fitted again after each stroke and decides the free pixels."""

from __future__ import annotations

from benchmarks.person.assistance import Assistance
from benchmarks.person.data import Sample
from benchmarks.person.desk import Desk
from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.adaptation.features import imagenet_features
from segcore.adaptation.live_head import LiveHead, LiveOptions
from segcore.editing.brush import Covered
from segcore.progress import drive


class Live(Assistance):
    """See the module. The features of an image are computed before it is opened: the window prepares the next ones."""

    def __init__(self, options: LiveOptions) -> None:
        self._features = drive(imagenet_features())
        self._head = LiveHead(options)

    def opened(self, desk: Desk, sample: Sample) -> None:
        """Decide the image by what was learned on earlier ones."""
        drive(self._head.open_image(sample.image, self._features_of(sample)))
        self._decide(desk)

    def stroked(self, desk: Desk, covered: Covered, value: int) -> None:
        """Learn from what was painted."""
        self._head.add_stroke(covered, value)
        self._decide(desk)

    def accepted(self, desk: Desk) -> float:
        """Learn from the image as it was left."""
        drive(self._head.finish_image(desk.label_map.labels))
        return 0.0

    def _features_of(self, sample: Sample) -> FeaturePyramid:
        return drive(self._features.of(sample.image))

    def _decide(self, desk: Desk) -> None:
        label_map = desk.label_map
        decided = self._head.decide(label_map.labels, label_map.provenance)
        desk.document.replace(label_map.accept(decided.labels), "Live")
