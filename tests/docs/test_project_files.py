"""The files of an open-source project: they can be read, and the targets, scripts and verbs that they name exist."""

import re

import pytest
import yaml

from segcore.cli import VERBS


@pytest.fixture(scope="module")
def root(pages):
    return pages.ROOT


@pytest.fixture(scope="module")
def targets(root):
    return set(re.findall(r"^([a-z][a-z-]*):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))


def workflows(root):
    return {
        path.name: yaml.safe_load(path.read_text("utf-8")) for path in (root / ".github" / "workflows").glob("*.yml")
    }


def test_each_job_says_where_it_runs_and_for_how_long(root):
    found = workflows(root)
    assert set(found) >= {"checks.yml"}
    for name, workflow in found.items():
        assert workflow["permissions"] == {"contents": "read"}, name
        for job in workflow["jobs"].values():
            assert job["runs-on"]
            assert job["timeout-minutes"] <= 120
            assert all(("uses" in step) != ("run" in step) for step in job["steps"])


def test_three_systems_and_the_pages_are_checked(root):
    jobs = workflows(root)["checks.yml"]["jobs"]
    assert [step["run"] for step in jobs["linux"]["steps"] if "run" in step] == [".ci/run"]
    assert jobs["systems"]["strategy"]["matrix"]["system"] == ["windows-latest", "macos-latest"]
    assert any(step.get("run") == "make docs" for step in jobs["docs"]["steps"])


def test_every_target_and_script_of_the_workflows_exists(root, targets):
    steps = [
        step["run"]
        for flow in workflows(root).values()
        for job in flow["jobs"].values()
        for step in job["steps"]
        if "run" in step
    ]
    steps.append((root / ".ci" / "run").read_text("utf-8"))
    assert {target for step in steps for target in re.findall(r"^\s*make ([a-z-]+)", step, re.MULTILINE)} <= targets
    scripts = {script for step in steps for script in re.findall(r"[\w./-]+\.py\b|\.ci/run", step)}
    assert scripts
    assert all((root / script).exists() for script in scripts)


def test_every_make_target_of_the_pages_exists(texts, targets):
    for page, text in texts.items():
        for target in re.findall(r"`make ([a-z-]+)", text) + re.findall(r"^\s*make ([a-z-]+)", text, re.MULTILINE):
            assert target in targets, f"{page}: make {target}"


def test_every_verb_of_the_pages_exists(texts):
    for page, text in texts.items():
        if page != "CHANGELOG.md":
            for verb in re.findall(r"(?:`|^ +)maskwright ([a-z][a-z-]*)", text, re.MULTILINE):
                assert verb in {*VERBS, "demo"}, f"{page}: maskwright {verb}"


def test_every_script_that_the_pages_run_exists(root, texts):
    for page, text in texts.items():
        for script in re.findall(r"python ((?:benchmarks|docs|packaging|tests)/[\w/]+\.py)", text):
            assert (root / script).exists(), f"{page}: {script}"


@pytest.mark.parametrize("name", ["bug.yml", "idea.yml"])
def test_issue_templates_have_what_github_needs(root, name):
    form = yaml.safe_load((root / ".github" / "ISSUE_TEMPLATE" / name).read_text("utf-8"))
    assert form["name"]
    assert form["description"]
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert all(field["attributes"]["label"] for field in fields)
    assert len({field["id"] for field in fields}) == len(fields)


def test_the_citation_names_title_authors_and_licence(root):
    citation = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["title"] == "Maskwright"
    assert citation["license"] == "MIT"
    assert citation["authors"][0]["name"] in (root / "LICENSE").read_text("utf-8").replace("(c) 2026 ", "")
