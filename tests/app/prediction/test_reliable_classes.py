"""Only reliable classes: what was often wrong on held-out images is not handed to a person."""

from __future__ import annotations

import pytest

from app.document.loaded_image import load_image
from segcore.labels.classes import ClassSet
from segcore.models.checkpoint import load_checkpoint, save_checkpoint
from tests.app.prediction.test_predictions import bench, checkpoints, project, settle  # noqa: F401

SELDOM_RIGHT = [[90, 60, 0], [5, 40, 0], [5, 0, 0]]
"""Ground: 90 of 100 right. Tree: 40 of 100. Sky: never predicted."""


@pytest.mark.parametrize("whole", [True, False], ids=["this image", "all images"])
def test_an_unreliable_class_is_left_out_and_named(qtbot, bench, project, checkpoints, whole):  # noqa: F811
    model = load_checkpoint(checkpoints["tree"])
    model.metrics["confusion"] = SELDOM_RIGHT
    path = project.new_checkpoint_path()
    save_checkpoint(path, model)
    project.active_model = str(path)
    bench.document.show(load_image(project, "0.png"))
    run = bench.engine.predict_current if whole else lambda: bench.engine.predict_all(True)
    run()
    settle(qtbot, bench)
    assert (bench.document.label_map.labels == 1).all()
    assert not [text for text in bench.said if text.startswith("Left out")]
    bench.settings["predict.reliable"] = True
    run()
    settle(qtbot, bench)
    assert not bench.errors
    assert (bench.document.label_map.labels == 0).all()
    assert "Left out, because fewer than 85 % were right on held-out images: tree, sky." in bench.said
    assert project.load_prediction("0.png").probabilities[1].mean() > 200  # the heatmap still shows it


def test_a_new_class_while_images_are_predicted_stops_nothing(qtbot, bench, project, checkpoints, monkeypatch):  # noqa: F811
    model = load_checkpoint(checkpoints["tree"])
    model.metrics["confusion"] = SELDOM_RIGHT
    path = project.new_checkpoint_path()
    save_checkpoint(path, model)
    project.active_model = str(path)
    bench.settings["predict.reliable"] = True
    save = project.save_prediction

    def adds_a_class(*prediction):
        save(*prediction)
        if "wall" not in project.classes.names:
            project.set_classes(ClassSet.from_names([*project.classes.names, "wall"]))

    monkeypatch.setattr(project, "save_prediction", adds_a_class)
    bench.engine.predict_all(True)
    settle(qtbot, bench)
    assert not bench.errors
    assert "4 images predicted." in bench.said
    for image_id in project.image_ids():
        assert (project.load_prediction(image_id).labels == 0).all()
        assert (project.load_label_map(image_id).labels == 0).all()
