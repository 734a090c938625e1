from __future__ import annotations

import sqlite3

import numpy as np
import pytest

import segcore.worklist.ranking as ranking_module
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import Certainty, ProbabilityMap
from segcore.progress import drive
from segcore.project.project import Access, Project
from segcore.worklist.descriptor import LENGTH, describe
from segcore.worklist.diversity import diverse_order
from segcore.worklist.facts_store import NAME, FactsStore, StoredFacts
from segcore.worklist.image_facts import BINS, ImageFacts, facts_of
from segcore.worklist.ranking import rank, regions_of
from segcore.worklist.uncertainty_map import Source
from tests.segcore.worklist.labelled_project import CLASSES, SHAPE, predicted, prediction, project_of

GREEN, RED = (90, 120, 60), (200, 40, 30)


@pytest.fixture
def project(tmp_path):
    with project_of(tmp_path, {"a.png": (1, GREEN), "b.png": (2, GREEN), "c.png": (3, RED), "d.png": (4, RED)}) as made:
        yield made


def order(project) -> list[str]:
    return [image.id for image in drive(rank(project)).images]


# -- descriptors and diversity -------------------------------------------------------------------------------------


def test_a_descriptor_has_two_halves_of_the_same_weight():
    picture = np.random.default_rng(0).integers(0, 255, (48, 64, 3)).astype(np.uint8)
    found = describe(picture)
    assert found.shape == (LENGTH,)
    squares = (found / 255.0) ** 2
    assert squares[:64].sum() == pytest.approx(0.5, abs=0.02)
    assert squares[64:].sum() == pytest.approx(0.5, abs=0.02)


def test_a_plain_picture_has_a_descriptor():
    found = describe(np.zeros((48, 64, 3), np.uint8))
    assert found[0] == round(255 * 0.5**0.5)
    assert found[1:].max() == 0


def test_duplicates_of_the_best_come_after_other_images():
    descriptors = np.zeros((4, 2), np.uint8)
    descriptors[:3] = (200, 0), (200, 0), (200, 0)
    descriptors[3] = 0, 200
    assert diverse_order(np.array([9.0, 8.0, 7.0, 1.0]), descriptors).tolist() == [0, 3, 1, 2]


def test_an_image_that_looks_like_a_done_one_comes_later():
    descriptors = np.array([(200, 0), (0, 200)], np.uint8)
    done = np.array([(200, 0)], np.uint8)
    assert diverse_order(np.array([2.0, 1.0]), descriptors).tolist() == [0, 1]
    assert diverse_order(np.array([2.0, 1.0]), descriptors, done).tolist() == [1, 0]


def test_all_images_are_in_the_order_once():
    rng = np.random.default_rng(0)
    gains = rng.random(700)
    gains[::7] = 0
    found = diverse_order(gains, rng.integers(0, 255, (700, 8)).astype(np.uint8))
    assert sorted(found.tolist()) == list(range(700))
    assert diverse_order(np.zeros(0), np.zeros((0, 1), np.uint8)).size == 0


def certainty_of(found: ProbabilityMap) -> Certainty:
    return Certainty(found.labels, found.uncertainty, found.probabilities.max(0))


# -- facts ---------------------------------------------------------------------------------------------------------


def test_facts_count_changed_pixels_by_confidence():
    found = prediction(0, np.s_[:30, :])
    label_map = LabelMap.blank(*SHAPE).accept(found.labels)
    label_map.labels[:10], label_map.provenance[:10] = 1, Provenance.PAINTED
    certainty = certainty_of(found)
    facts = facts_of(label_map, certainty)
    assert facts.open_bins == (0, 0, 0, 0, 0, 20 * 80, 0, 0, 0, 30 * 80)
    assert facts.done_bins == (0,) * BINS
    done = facts_of(label_map.confirm(), certainty)
    assert done.done
    assert done.open_bins == (0,) * BINS
    assert done.done_bins == (0, 0, 0, 0, 0, 30 * 80, 0, 0, 0, 30 * 80)
    assert done.wrong_bins == (0, 0, 0, 0, 0, 10 * 80, 0, 0, 0, 0)
    assert facts_of(label_map.confirm(), certainty, judged=False).done_bins == (0,) * BINS


def test_facts_survive_json():
    facts = facts_of(LabelMap.blank(*SHAPE), certainty_of(prediction(1, np.s_[:5, :])))
    assert ImageFacts.from_json(facts.to_json()) == facts
    for text in ("[]", "{}", "x", facts.to_json().replace('"prediction"', '"?"')):
        with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
            ImageFacts.from_json(text)


# -- ranking -------------------------------------------------------------------------------------------------------


def test_the_most_uncertain_image_is_first_and_the_done_one_last(project):
    predicted(project, "a.png", prediction(0, np.s_[:40, :]))
    predicted(project, "b.png", prediction(0))
    predicted(project, "c.png", prediction(0, np.s_[:10, :]))
    predicted(project, "d.png", prediction(0, np.s_[:, :]))
    project.save_label_map("d.png", project.load_label_map("d.png").confirm())
    found = drive(rank(project))
    assert [image.id for image in found.images] == ["a.png", "c.png", "b.png", "d.png"]
    assert found.images[-1].done
    assert found.is_informed


def test_near_duplicates_are_not_next_to_each_other(tmp_path):
    names = {f"{n}.png": (7, GREEN) for n in range(5)} | {"other.png": (1, RED)}
    with project_of(tmp_path, names) as project:
        for name in names:
            predicted(project, name, prediction(0, np.s_[: 10 if name == "other.png" else 40, :]))
        assert order(project)[1] == "other.png"


def test_without_predictions_looks_decide(project):
    found = drive(rank(project))
    assert not found.is_informed
    assert {image.source for image in found.images} == {Source.NOTHING}
    assert {image.id for image in found.images[:2]} & {"a.png", "b.png"}
    assert {image.id for image in found.images[:2]} & {"c.png", "d.png"}


def test_images_after_live_adaptation_are_ranked_by_their_borders(project):
    label_map = LabelMap.blank(*SHAPE)
    label_map.labels[:], label_map.provenance[:] = 0, Provenance.PREDICTED
    project.save_label_map("a.png", LabelMap(label_map.labels.copy(), label_map.provenance.copy()))
    label_map.labels[20:40, 20:40] = 1
    project.save_label_map("b.png", label_map)
    found = {image.id: image for image in drive(rank(project)).images}
    assert found["b.png"].source is Source.LABELS
    assert found["b.png"].gain > found["a.png"].gain == 0
    assert regions_of(project, "b.png", drive(rank(project)).rarity)
    assert regions_of(project, "c.png", drive(rank(project)).rarity) == []


def test_only_what_changed_is_read_again(project, monkeypatch):
    predicted(project, "a.png", prediction(0, np.s_[:5, :]))
    before = drive(rank(project))
    read = []
    real = ranking_module.read_facts
    monkeypatch.setattr(ranking_module, "read_facts", lambda project, key: read.append(key) or real(project, key))
    assert drive(rank(project)) == before
    assert read == []
    predicted(project, "b.png", prediction(0, np.s_[:50, :]))
    assert order(project)[0] == "b.png"
    assert read == ["b.png"]


def test_other_classes_make_the_facts_new(project):
    predicted(project, "a.png", prediction(2))
    assert 2 in drive(rank(project)).facts["a.png"].counts
    project.set_classes(CLASSES.removed(2))
    assert 2 not in drive(rank(project)).facts["a.png"].counts


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + bytes(100)])
def test_a_damaged_store_is_made_again(project, content):
    expected = order(project)
    (project.root / NAME).write_bytes(content)
    assert order(project) == expected
    assert order(project) == expected


def test_a_store_that_cannot_be_written_costs_only_time(project):
    expected = order(project)
    (project.root / NAME).unlink()
    (project.root / NAME).mkdir()
    assert order(project) == expected


def test_errors_of_the_database_are_passed_over():
    connection = sqlite3.connect(":memory:")
    store = FactsStore(connection)  # without its table
    row = StoredFacts("a", 1, np.zeros(LENGTH, np.uint8), "", facts_of(LabelMap.blank(2, 2), None))
    store.put(row)
    store.remove({"a"})
    store.commit()
    assert store.rows() == {}
    connection.close()


def test_a_project_that_is_only_read_is_not_changed(project):
    order(project)
    before = (project.root / NAME).read_bytes()
    with Project.open(project.root, Access.READ) as reader:
        predicted(project, "a.png", prediction(0, np.s_[:50, :]))
    with Project.open(project.root, Access.READ) as reader:
        assert order(reader)[0] == "a.png"
    assert (project.root / NAME).read_bytes() == before


def test_damaged_files_are_passed_over(project):
    predicted(project, "a.png", prediction(0, np.s_[:50, :]))
    project.prediction_path("a.png").write_bytes(b"x")
    project.image_path("b.png").write_bytes(b"x")
    found = drive(rank(project)).images
    assert {image.id for image in found} == {"a.png", "c.png", "d.png"}
