"""docs/papers.md leads from the papers to the code: every file and every name on it exists."""

import re
from pathlib import Path

import pytest

import segcore
from segcore.models.architecture_entries import ARCHITECTURES

ROOT = Path(segcore.__file__).parents[1]
PAGE = ROOT / "docs" / "papers.md"

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="installed without its documents")


def test_every_link_leads_to_a_file_that_has_the_names():
    links = re.findall(r"\[([^\]]+)\]\(\.\./([^)]+)\)", PAGE.read_text("utf-8"))
    assert len(links) > 20
    for text, target in links:
        path = ROOT / target
        assert path.exists(), target
        for name in re.findall(r"`([\w.]+)`", text):
            if not name.endswith(".py"):
                assert re.search(rf"\b{name.split('.')[-1]}\b", path.read_text("utf-8")), f"{name} in {target}"


def test_every_architecture_is_on_the_page():
    words = set(re.findall(r"[\w]+", PAGE.read_text("utf-8")))
    assert set(ARCHITECTURES) - words <= {"fcn_resnet50", "fcn_resnet101"}  # torchvision's own, of no paper
