"""Live adaptation: the head is fitted again after each stroke and decides the free pixels."""

from __future__ import annotations

from pathlib import Path

from benchmarks.person.assistance import Assistance
from benchmarks.person.data import Sample
from benchmarks.person.desk import Desk
from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.adaptation.features import imagenet_features
from segcore.adaptation.live_head import LiveHead, LiveOptions
from segcore.adaptation.network_in_use import NetworkInUse
from segcore.editing.brush import Covered
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.models.catalogue import load_model
from segcore.progress import drive


class Live(Assistance):
    """See the module. The features of an image are computed before it is opened: the window prepares the next ones."""

    def __init__(self, options: LiveOptions, classes: ClassSet, network: Path | None = None) -> None:
        """``network`` is the checkpoint of a network in use from the first image on."""
        self._classes = classes
        self._features = drive(imagenet_features())
        self._head = LiveHead(options)
        self._network: NetworkInUse | None = None
        if network is not None:
            self.use_network(network)

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

    def use_network(self, checkpoint: Path) -> None:
        """Let this network say what it thinks of each next image."""
        model = drive(load_model(str(checkpoint)))
        self._network = NetworkInUse(model, ClassMapping.by_name(model.classes, self._classes), self._classes)

    def _features_of(self, sample: Sample) -> FeaturePyramid:
        pyramid = drive(self._features.of(sample.image))
        return pyramid if self._network is None else drive(self._network.join(sample.image, pyramid))

    def _decide(self, desk: Desk) -> None:
        label_map = desk.label_map
        decided = self._head.decide(label_map.labels, label_map.provenance)
        desk.document.replace(label_map.accept(decided.labels), "Live")
