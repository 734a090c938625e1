"""A report of a real version, of a project whose names are as unfriendly to HTML as a file system allows."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from PIL import Image

import segcore
from segcore.cli import main
from segcore.errors import ProjectError
from segcore.labels.classes import ClassSet
from segcore.metrics.calibration import PixelSample
from segcore.models.checkpoint_info import read_checkpoint_info
from segcore.progress import drive
from segcore.project.project import Access, Project
from segcore.report.charts import HEIGHT, TOP, curve, reliability
from segcore.report.evidence import held_out_pairs, model_before
from segcore.report.page import text
from segcore.report.report import find_version, write_report
from segcore.training.dataset import Pair
from segcore.training.recipe import Recipe
from segcore.training.request import TrainRequest
from segcore.training.training_loop import train

CLASSES = ClassSet.from_names(["ground & <b>grass</b>", 'blob "quoted"'])
XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "microsoft-edge")
ODD = "a&b.png" if sys.platform == "win32" else "a&<script>alert('x')<&>.png"


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # the fixtures train
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """Seven corrected scenes; version 1 is trained on one of them, version 2 goes on from it."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "images").mkdir()
    names = [ODD, *(f"{number}.png" for number in range(6))]
    scenes = [scene(folder / "images" / name, number) for number, name in enumerate(names)]
    with Project.create(folder / "p", folder / "images", CLASSES) as project:
        for name, labels in zip(names, scenes, strict=True):
            project.import_labels(name, labels)
        pairs = [
            Pair(name, project.image_path(name), project.labels_path(name), project.provenance_path(name))
            for name in names
        ]
        model = "starter"
        for epochs in (20, 1):
            out = project.new_checkpoint_path()
            recipe = Recipe(batch=2, crop_pixels=64 * 64, validations=2)
            drive(
                train(
                    TrainRequest(
                        tuple(pairs[5:]),
                        tuple(pairs[:5]),
                        CLASSES,
                        model,
                        out,
                        epochs=epochs,
                        device="cpu",
                        recipe=recipe,
                        project=project.name,
                    )
                )
            )
            model = str(out)
        project.active_model = model
    return folder / "p"


def scene(path: Path, number: int) -> np.ndarray:
    random = np.random.default_rng(number)
    image = random.integers(20, 60, (64, 96, 3), dtype=np.uint8)
    y, x = random.integers(0, 32, 2)
    labels = np.zeros((64, 96), np.uint8)
    labels[y : y + 32, x : x + 32] = 1
    image[labels == 1] += np.array([180, 0, 0], np.uint8)
    Image.fromarray(image).save(path)
    return labels


@pytest.fixture(scope="module")
def report(root) -> Path:
    with Project.open(root, Access.READ) as project:
        return drive(write_report(project, device="cpu"))


@pytest.fixture(scope="module")
def tree(report) -> ElementTree.Element:
    """The document, read strictly as XML."""
    whole = report.read_text("utf-8")
    assert whole.startswith("<!DOCTYPE html>\n")
    return ElementTree.fromstring(whole.removeprefix("<!DOCTYPE html>\n"))


def words(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_it_is_of_the_model_in_use_and_compared_with_the_one_before(tree, report):
    assert report.name == "version-002.html"
    assert words(tree.find(f".//{XHTML}h1")) == "version-002 in p"
    assert "Compared with version-001 on 5 held-out images" in words(tree)
    assert "The new model is" in words(tree)
    assert f"Maskwright {segcore.__version__}" in words(tree)


def test_every_section_is_there(tree):
    titles = [words(each) for each in tree.iter(f"{XHTML}h2")]
    assert titles == [
        "Classes",
        "Training",
        "Confusion matrix",
        "Calibration",
        "Images that lost most",
        "Images that gained most",
        "Lineage",
    ]
    assert len(list(tree.iter(f"{SVG}svg"))) == 4
    assert len(list(tree.iter(f"{SVG}polyline"))) == 2


def test_names_are_shown_as_they_are_and_run_nothing(tree, report):
    assert CLASSES.names[0] in words(tree)
    assert CLASSES.names[1] in words(tree)
    assert ODD in words(tree)
    tags = {each.tag.rpartition("}")[2] for each in tree.iter()}
    assert not tags & {"script", "b", "iframe", "object", "link", "a"}
    assert not any(name.startswith("on") for each in tree.iter() for name in each.attrib)


def test_pictures_are_inside_and_nothing_is_fetched(tree, report):
    pictures = [each.attrib["src"] for each in tree.iter(f"{XHTML}img")]
    assert len(pictures) == 4 * 5  # image, truth, old and new of three and two images
    for source in pictures:
        head, _, data = source.partition(",")
        assert head == "data:image/jpeg;base64"
        assert Image.open(io.BytesIO(base64.b64decode(data))).size == (96, 64)
    outside = re.findall(r"(?:src|href)=\"(?!data:)[^\"]*|url\(|@import", report.read_text("utf-8"))
    assert outside == []


def test_an_html_parser_finds_every_tag_closed(report):
    class Checker(HTMLParser):
        def __init__(self):
            super().__init__()
            self.open, self.wrong = [], []

        def handle_starttag(self, tag, attrs):
            self.open.append(tag)

        def handle_startendtag(self, tag, attrs):
            pass

        def handle_endtag(self, tag):
            if not self.open or self.open.pop() != tag:
                self.wrong.append(tag)

    checker = Checker()
    checker.feed(report.read_text("utf-8"))
    checker.close()
    assert checker.wrong == []
    assert checker.open == []


def test_light_and_dark_follow_the_reader(report):
    assert "prefers-color-scheme: dark" in report.read_text("utf-8")


@pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason="no browser on this machine")
def test_a_browser_opens_it(report, tmp_path):
    program = next(filter(None, map(shutil.which, BROWSERS)))
    command = [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}"]
    shown = subprocess.run([*command, "--dump-dom", report.as_uri()], capture_output=True, text=True, timeout=120)
    assert "Confusion matrix" in shown.stdout
    assert "alert" not in re.sub(r"&lt;script&gt;alert", "", shown.stdout)
    picture = tmp_path / "page.png"
    subprocess.run(
        [*command, f"--screenshot={picture}", "--window-size=1000,4000", report.as_uri()],
        capture_output=True,
        timeout=120,
        check=True,
    )
    pixels = np.asarray(Image.open(picture).convert("RGB")).astype(int)
    red = (pixels[..., 0] > 150) & (pixels[..., 1:].max(2) < 110)  # the blobs of the scenes
    assert red.sum() > 20 * 500, "the pictures are drawn"


def test_the_first_version_has_no_model_before(root, tmp_path):
    with Project.open(root, Access.READ) as project:
        info = find_version(project, "1")
        assert model_before(project, info) is None
        path = drive(write_report(project, tmp_path / "deep" / "one.html", "v1", "cpu"))
    assert path == tmp_path / "deep" / "one.html"
    assert "no model that knows the classes" in path.read_text("utf-8")


def test_versions_are_found_by_many_names(root):
    with Project.open(root, Access.READ) as project:
        for name in ("2", "v2", "version-002", "version-002.safetensors", ""):
            assert find_version(project, name).path.stem == "version-002"
        with pytest.raises(ProjectError, match="no version 'x'") as caught:
            find_version(project, "x")
        assert "version-001, version-002" in caught.value.remedy


def test_the_images_are_those_that_were_held_out(root):
    with Project.open(root, Access.READ) as project:
        pairs = held_out_pairs(project, find_version(project, "2"))
        assert {pair.key for pair in pairs} == {ODD, "0.png", "1.png", "2.png", "3.png"}
        assert {pair.part for pair in pairs} == {"all"}


def test_the_command_writes_it_and_says_where(root, tmp_path, capsys):
    out = tmp_path / "r.html"
    assert main(["report", str(root), "--version", "2", "--out", str(out), "--device", "cpu"]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert out.stat().st_size > 10_000
    assert main(["report", str(root), "--version", "9"]) == 1
    assert "no version '9'" in capsys.readouterr().err


def test_a_project_without_versions_says_so(tmp_path):
    (tmp_path / "images").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "images/a.png")
    with (
        Project.create(tmp_path / "p", tmp_path / "images", CLASSES) as project,
        pytest.raises(ProjectError, match="no version yet"),
    ):
        find_version(project)


def test_held_out_images_that_are_gone_are_an_error(root, tmp_path):
    (tmp_path / "images").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "images/other.png")
    with Project.create(tmp_path / "p", tmp_path / "images", CLASSES) as project:
        info = read_checkpoint_info(root / "checkpoints/version-002.safetensors")
        with pytest.raises(ProjectError, match="None of the images"):
            held_out_pairs(project, info)


def test_texts_are_escaped_and_control_characters_replaced():
    assert text("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#x27;"
    assert text("a\x00\x1b\udcffé\u00a0😀") == "a\ufffd\ufffd\ufffdé\u00a0😀"


def test_a_curve_reaches_from_edge_to_edge():
    drawn = curve("Loss", [(1, 2.0), (100, 1.0)])
    (first, second) = re.search(r'points="([^"]*)"', drawn).group(1).split()
    assert float(first.split(",")[1]) < float(second.split(",")[1])
    assert curve("Loss", []) == ""


def test_a_bar_of_the_reliability_diagram_is_as_high_as_its_accuracy():
    sample = PixelSample(1)
    half = np.full((2, 1, 4), 0.5, np.float32)
    half[0] = 0.9
    half[1] = 0.1
    sample.add(np.array([[0, 0, 0, 1]], np.uint8), half)
    drawn = reliability("r", sample.reliability())
    (height,) = re.findall(r'<rect[^>]* height="([\d.]+)"', drawn)
    assert float(height) == pytest.approx(0.75 * (HEIGHT - 28 - TOP), abs=0.06)
