"""Label issues on made-up features: one channel says which class a pixel truly is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.editing.box import Box
from segcore.errors import LabelError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import Progress, drive
from segcore.project.project import Access, Project
from segcore.worklist.audit import audit
from segcore.worklist.cell_labels import cell_labels
from segcore.worklist.held_out_model import HeldOutModel
from segcore.worklist.issue_picture import GAP, issue_picture
from segcore.worklist.kept_labels import KEY, is_kept, keep_label, kept_labels
from segcore.worklist.label_issues import LabelIssue, Thresholds, issues_of, suspects_of

HEIGHT, WIDTH = 64, 96
CLASSES = ClassSet.from_names(["dark", "bright"])
C = Provenance.CONFIRMED


class Brightness:
    """The brightness of an image and noise, at strides 4 and 8, in place of a frozen network."""

    def of(self, image):
        yield Progress(0, 1)
        rng = np.random.default_rng(int(image.sum()) % 1000)
        levels = []
        for stride, channels in ((4, 4), (8, 3)):
            level = rng.normal(0, 0.3, (HEIGHT // stride, WIDTH // stride, channels))
            level[..., 0] += image[::stride, ::stride, 0] / 40.0
            levels.append(level.astype(np.float16))
        return FeaturePyramid(tuple(levels), (4, 8), HEIGHT, WIDTH)


def truth(number: int) -> np.ndarray:
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[:, 32 + 8 * number :] = 1
    return labels


@pytest.fixture
def project(tmp_path):
    (tmp_path / "images").mkdir()
    for n in range(4):
        grey = np.where(truth(n) == 1, 180, 60).astype(np.uint8)
        Image.fromarray(np.dstack([grey] * 3)).save(tmp_path / "images" / f"{n}.png")
    with Project.create(tmp_path / "p", tmp_path / "images", CLASSES) as project:
        for n in range(4):
            project.save_label_map(f"{n}.png", LabelMap(truth(n), np.full((HEIGHT, WIDTH), C, np.uint8)))
        yield project


def broken(project) -> None:
    """Label a dark square of image 2 as bright."""
    label_map = project.load_label_map("2.png")
    label_map.labels[16:32, 8:24] = 1
    project.save_label_map("2.png", label_map)


def test_a_cell_on_a_border_or_without_a_person_has_no_label():
    label_map = LabelMap(np.zeros((8, 12), np.uint8), np.full((8, 12), C, np.uint8))
    label_map.labels[:, 6:] = 1
    label_map.provenance[4:, :4] = Provenance.PREDICTED
    assert cell_labels(label_map).tolist() == [[0, 255, 1], [255, 255, 1]]


def test_a_broken_label_is_the_only_issue(project):
    assert drive(audit(project, Brightness())).issues == ()
    broken(project)
    found = drive(audit(project, Brightness()))
    (issue,) = found.issues
    assert (issue.image_id, issue.value, issue.suggestion, issue.box) == ("2.png", 1, 0, Box(8, 16, 24, 32))
    assert 0.5 * 256 < issue.wrong <= 256
    assert issue.quality < 0.3
    assert (found.images, found.kept) == (4, 0)
    mask = issue.mask(project.load_label_map("2.png").labels)
    assert mask.shape == (16, 16)
    assert mask.all()
    assert not issue.mask(truth(2)).any()  # already mended


def test_a_kept_label_is_not_shown_again(project):
    broken(project)
    (issue,) = drive(audit(project, Brightness())).issues
    keep_label(project, issue)
    found = drive(audit(project, Brightness()))
    assert (found.issues, found.kept) == ((), 1)
    with Project.open(project.root, Access.READ) as again:
        assert is_kept(issue, kept_labels(again))


def test_unsound_decisions_are_left_out(project):
    project.set_setting(KEY, [{"image": "2.png"}, 7, {"image": 1, "box": [0, 0, 1, 1], "value": 0, "suggestion": 1}])
    assert kept_labels(project) == []
    project.set_setting(KEY, "x")
    assert kept_labels(project) == []


def test_one_corrected_image_or_one_class_is_told(project):
    for n in range(1, 4):
        project.save_label_map(f"{n}.png", LabelMap.blank(HEIGHT, WIDTH))
    with pytest.raises(LabelError, match="two corrected images"):
        drive(audit(project, Brightness()))
    for n in (0, 1):
        project.save_label_map(f"{n}.png", LabelMap(np.zeros_like(truth(0)), np.full((HEIGHT, WIDTH), C, np.uint8)))
    with pytest.raises(LabelError, match="one class only"):
        drive(audit(project, Brightness()))


def test_images_that_are_gone_are_told(project):
    for image_id in project.corrected_ids()[1:]:
        project.image_path(image_id).unlink()
    with pytest.raises(LabelError, match="only 1 of 4 can be read"):
        drive(audit(project, Brightness()))


def test_an_image_that_cannot_be_read_is_passed_over(project):
    broken(project)
    project.image_path("0.png").write_bytes(b"x")
    found = drive(audit(project, Brightness()))
    assert found.images == 3
    assert [issue.image_id for issue in found.issues] == ["2.png"]


def test_a_fold_does_not_learn_from_its_own_images():
    model = HeldOutModel(2)
    image = np.dstack([np.where(truth(0) == 1, 180, 60).astype(np.uint8)] * 3)
    pyramid = drive(Brightness().of(image))
    cells = truth(0)[::4, ::4]
    model.learn(0, pyramid, cells)
    model.learn(1, pyramid, 1 - cells)  # the other fold says the opposite
    model.finish()
    values, p = model.probabilities(0, pyramid)
    assert values == (0, 1)
    assert np.allclose(p.sum(2), 1, atol=1e-5)
    assert (p.argmax(2) == 1 - cells).mean() > 0.95


def test_a_class_is_suspected_only_above_its_mean_probability():
    labels = np.zeros((4, 8), np.uint8)
    labels[:, 4:] = 1
    p = np.zeros((4, 8, 2), np.float32)
    p[:, :4, 0], p[:, 4:, 0] = 0.9, 0.2
    p[:, 1:3, 0] = 0.45  # 1 is more probable, but less than where it is labelled
    p[..., 1] = 1 - p[..., 0]
    thresholds = Thresholds()
    suspects = suspects_of("a", (16, 32), labels, (0, 1), p, thresholds)
    assert thresholds.table()[1] == pytest.approx(0.8)
    assert suspects.rows.size == 8
    assert issues_of(suspects, thresholds.table()) == []
    p[:, 1:3, 0], p[:, 1:3, 1] = 0.1, 0.9
    (issue,) = issues_of(suspects_of("a", (16, 32), labels, (0, 1), p, Thresholds()), np.full(256, 0.8))
    assert issue.wrong == pytest.approx(8 * 0.8 * 16)
    assert issue.box == Box(0, 0, 16, 16)  # half of the labelled region is suspected: the whole of it is meant


def test_the_priority_asks_how_sure_the_model_usually_is():
    issue = LabelIssue("a", Box(0, 0, 4, 4), np.ones((1, 1), np.bool_), 0, 1, 100.0, 0.2, 0.8, 0.5)
    assert issue.priority == pytest.approx(100 * 0.75**2 * 0.5)
    assert replace(issue, typical=0.2).priority == 0  # the model finds this class unlikely wherever it is


def test_the_picture_shows_image_label_and_suggestion():
    image = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    issue = LabelIssue("a", Box(40, 24, 48, 32), np.ones((2, 2), np.bool_), 0, 1, 64.0, 0.1, 0.8, 1.0)
    picture = issue_picture(image, labels, issue, CLASSES, 120)
    assert picture.shape == (120, 3 * 120 + 2 * GAP, 3)
    middle = [picture[60, 60 + n * (120 + GAP)].tolist() for n in range(3)]
    assert middle[0] == [100, 100, 100]
    assert middle[1] != middle[0]
    assert middle[2] not in middle[:2]
