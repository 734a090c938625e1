"""The pages: every link and anchor leads somewhere, every page can be found, and links become those of the site."""

import re
import subprocess
import sys
from importlib.util import find_spec

import pytest


def test_links_are_found_outside_code_only(pages):
    text = "[a](x.md) and `[b](y.md)`\n```\n[c](z.md)\n```\n![`d`](p.png)\n\n    [e](q.md)\n"
    assert pages.links(text) == ["x.md", "p.png"]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Labour, live", "labour-live"),
        ("FCN · Long 2015, [arXiv:1411.4038](https://x.org)", "fcn--long-2015-arxiv14114038"),
        ("`make run` & co.", "make-run--co"),
    ],
)
def test_anchors_are_those_of_github(pages, heading, anchor):
    assert pages.anchors(f"# {heading}\n") == {anchor}


def test_a_second_heading_of_the_same_text_gets_a_number(pages):
    assert pages.anchors("## Two\n```\n## Three\n```\n## Two\n") == {"two", "two-1"}


def test_links_become_those_of_the_site(pages):
    before = "[a](../segcore/crf) [`fcn.py`](../segcore/models/fcn.py) [c](../SECURITY.md) [d](loop.md#see) [e](https://x.org)"
    after = (
        "[a](source/segcore/crf/__init__.py.md) [`fcn.py`](source/segcore/models/fcn.py.md) "
        "[c](source/SECURITY.md) [d](loop.md#see) [e](https://x.org)"
    )
    assert pages.rewritten(before, "docs/models.md") == after


def test_links_of_a_page_outside_docs_lead_back(pages):
    assert pages.rewritten("[a](docs/loop.md)", "SECURITY.md") == "[a](../loop.md)"


def test_a_list_and_a_table_after_a_line_get_a_blank_line(pages):
    assert pages.rewritten("Two:\n- a\n  b\n- c\nThen\n| d |", "docs/a.md") == "Two:\n\n- a\n  b\n- c\nThen\n\n| d |"


def test_every_link_leads_somewhere(pages, texts):
    assert len(texts) > 40
    broken = []
    for page, text in texts.items():
        for target in pages.links(text):
            if pages.is_outside(target):
                continue
            file, anchor = pages.destination(page, target)
            if not (pages.ROOT / file).exists() or file.startswith(".."):
                broken.append(f"{page}: {target}")
            elif anchor and anchor not in pages.anchors(texts.get(file, "")):
                broken.append(f"{page}: no heading #{anchor} in {file}")
    assert not broken, "\n".join(broken)


def test_every_page_is_on_the_first_page_and_in_the_menu(pages, texts):
    start = {pages.destination("docs/README.md", target)[0] for target in pages.links(texts["docs/README.md"])}
    menu = (pages.ROOT / "mkdocs.yml").read_text("utf-8")
    for page in texts:
        if page.startswith("docs/") and not page.startswith("docs/decisions/0") and page != "docs/README.md":
            assert page in start, f"docs/README.md has no link to {page}"
            assert f": {page.removeprefix('docs/')}\n" in menu, f"mkdocs.yml has no line for {page}"


def test_every_decision_is_in_the_list(pages, texts):
    listed = {
        pages.destination("docs/decisions/README.md", each)[0]
        for each in pages.links(texts["docs/decisions/README.md"])
    }
    assert {page for page in texts if page.startswith("docs/decisions/0")} <= listed


def test_every_picture_of_the_pages_is_shown(pages, texts):
    shown = {pages.destination(page, each)[0] for page, text in texts.items() for each in pages.links(text)}
    images = [path.relative_to(pages.ROOT).as_posix() for path in (pages.ROOT / "docs" / "images").rglob("*.*")]
    assert set(images) <= shown


def test_the_readme_is_for_the_first_five_minutes(texts):
    assert len(texts["README.md"].split("\n")) <= 80
    assert re.findall(r"^make \w+", texts["README.md"], re.MULTILINE) == ["make run", "make test"]


@pytest.mark.skipif(find_spec("mkdocs") is None, reason="mkdocs is not installed (pip install '.[docs]')")
def test_the_site_is_built_without_a_warning(pages, tmp_path):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=pages.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    start = (tmp_path / "index.html").read_text("utf-8")
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!squidfunk\.github\.io)', start), "a page fetches from the web"
    assert (tmp_path / "search" / "search_index.js").exists(), "search needs a server"
