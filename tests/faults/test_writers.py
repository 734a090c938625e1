"""Two processes on one project: one writes, the others read, and nothing that was saved is lost."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segcore.errors import ProjectBusyError
from segcore.formats.export import export_project
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive
from segcore.project.project import Access, Project
from tests.systems import linux_only

ROOT = Path(__file__).resolve().parents[2]
SHAPE = (24, 32)
SAVES = 300
NAMES = [f"class {value}" for value in range(240)]

pytestmark = [linux_only("signals and /proc"), pytest.mark.timeout(600)]

READER = """
import sys
from pathlib import Path
from segcore.project.project import Access, Project

with Project.open(Path(sys.argv[1]), Access.READ) as project:
    print("reading", flush=True)
    torn = loads = 0
    while Path(sys.argv[2]).exists():
        found = project.load_label_map("a.png")
        value, kind = int(found.labels[0, 0]), int(found.provenance[0, 0])
        torn += not ((found.labels == value).all() and (found.provenance == kind).all() and kind == 1 + value % 3)
        loads += 1
    print(loads, torn, len(project.warnings), flush=True)
"""

WRITER = """
import sys
from pathlib import Path
import numpy as np
from segcore.errors import ProjectBusyError
from segcore.formats.import_labels import ImportChoices, import_labels
from segcore.formats.import_plan import plan_import
from segcore.labels.label_map import LabelMap
from segcore.progress import drive
from segcore.project.merging import MergeChoices, merge
from segcore.project.project import Access, Project

root = Path(sys.argv[1])
try:
    project = Project.open(root)
except ProjectBusyError as error:
    print("busy", error.holder, flush=True)
    project = Project.open(root, Access.READ)
print("open", flush=True)
for line in sys.stdin:
    act, number = line.split()
    number = int(number)
    try:
        if act == "save":
            label_map = LabelMap(np.full((24, 32), number, np.uint8), np.full((24, 32), 2, np.uint8))
            project.save_label_map("a.png", label_map)
        elif act == "take":
            project.take_over()
        elif act == "import":
            plan = drive(plan_import(project, root.parent / "set"))
            drive(import_labels(project, plan, ImportChoices(plan.mapping(), replace=True)))
        elif act == "merge":
            with Project.open(root.parent / "other", Access.READ) as other:
                drive(merge(project, other, MergeChoices(replace=True)))
        elif act == "class":
            project.set_classes(project.classes.added(f"class of {number}"))
        print("done", flush=True)
    except ProjectBusyError as error:
        print("busy", error.holder, flush=True)
"""


def uniform(value: int) -> LabelMap:
    """Labels that tell their provenance: a torn pair shows."""
    return LabelMap(np.full(SHAPE, value, np.uint8), np.full(SHAPE, 1 + value % 3, np.uint8))


@pytest.fixture
def root(tmp_path):
    (tmp_path / "photos").mkdir()
    Image.fromarray(np.zeros((*SHAPE, 3), np.uint8)).save(tmp_path / "photos" / "a.png")
    with Project.create(tmp_path / "p", tmp_path / "photos", ClassSet.from_names(NAMES)) as project:
        return project.root


@contextmanager
def process(script: str, *arguments: object):
    """Another process; ``say(line)`` returns what it answers."""
    words = [sys.executable, "-c", script, *map(str, arguments)]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None

        def say(line: str = "") -> str:
            if line:
                other.stdin.write(f"{line}\n")
                other.stdin.flush()
            return other.stdout.readline().strip()

        say.process = other
        try:
            yield say
        finally:
            other.kill()


@contextmanager
def two_writers(root: Path):
    """Two processes; the first writes the project, the second was refused and looks on."""
    with process(WRITER, root) as one:
        assert one() == "open"
        with process(WRITER, root) as two:
            assert two().startswith("busy")
            assert two() == "open"
            yield one, two


def test_saves_beside_a_busy_reader_never_fail_and_it_never_sees_half_of_one(root, tmp_path):
    going_on = tmp_path / "going on"
    going_on.touch()
    with Project.open(root) as project:
        project.save_label_map("a.png", uniform(0))
        with process(READER, root, going_on) as reader:
            assert reader() == "reading"
            for number in range(SAVES):
                project.save_label_map("a.png", uniform(number % 240))
            going_on.unlink()
            loads, torn, warnings = map(int, reader().split())
        assert (torn, warnings) == (0, 0)
        assert loads > 10
        assert project.warnings == []
        found = project.load_label_map("a.png")
        assert (found.labels == (SAVES - 1) % 240).all()
    assert not [path for path in root.rglob("*") if path.suffix in (".part", ".next", ".changed", ".damaged")]


def test_the_second_process_is_refused_and_the_death_of_the_first_lets_it_in(root):
    with process(WRITER, root) as first:
        assert first() == "open"
        with pytest.raises(ProjectBusyError) as caught:
            Project.open(root)
        assert str(first.process.pid) in caught.value.holder
        assert first("save 7") == "done"
        first.process.kill()
        first.process.wait()
        with Project.open(root) as project:
            assert (project.load_label_map("a.png").labels == 7).all()
            project.save_label_map("a.png", uniform(8))


def test_of_two_who_take_the_project_from_each_other_no_save_is_lost_that_was_told_as_done(root):
    with two_writers(root) as (one, two):
        last, other = one, two
        for number in range(60):
            if number % 5 == 4:
                assert other("take 0") == "done"
                last, other = other, last
            assert last(f"save {number}") == "done"
            assert other(f"save {200 + number % 40}").startswith("busy")
            with Project.open(root, Access.READ) as reader:
                found = reader.load_label_map("a.png")
                assert (found.labels == number).all()
                assert (found.provenance == Provenance.PAINTED).all()
                assert reader.warnings == []


@pytest.mark.parametrize("act", ["import", "merge"])
def test_only_the_one_who_has_the_project_imports_or_merges_and_nothing_of_the_other_is_lost(root, act):
    """Both bring value 9; the one who was refused or lost the project changes nothing."""
    with Project.create(root.parent / "other", root.parent / "photos", ClassSet.from_names(NAMES)) as other:
        other.save_label_map("a.png", LabelMap(np.full(SHAPE, 9, np.uint8), np.full(SHAPE, 2, np.uint8)))
        drive(export_project(other, ["png"], root.parent / "set"))

    def value() -> int:
        with Project.open(root, Access.READ) as reader:
            found = reader.load_label_map("a.png")
            assert reader.warnings == []
            assert len(np.unique(found.labels)) == len(np.unique(found.provenance)) == 1
            return int(found.labels[0, 0])

    with two_writers(root) as (one, two):
        assert one("save 3") == "done"
        assert two(f"{act} 0").startswith("busy")
        assert value() == 3
        assert one(f"{act} 0") == "done"
        assert value() == 9
        assert one("save 4") == "done"
        assert two("take 0") == "done"
        assert one(f"{act} 0").startswith("busy")
        assert value() == 4
        assert two(f"{act} 0") == "done"
        assert value() == 9


def test_a_class_that_another_process_added_is_there_after_taking_over(root):
    with two_writers(root) as (one, two):
        assert one("class 1") == "done"
        assert two("take 0") == "done"
        assert two("class 2") == "done"
        assert one("class 3").startswith("busy")
        assert one("take 0") == "done"
        assert one("class 4") == "done"
    with Project.open(root) as project:
        assert {"class of 1", "class of 2", "class of 4"} <= set(project.classes.names)
        assert "class of 3" not in project.classes.names


def test_a_file_that_another_program_wrote_is_kept_and_told(root):
    with Project.open(root) as project:
        project.save_label_map("a.png", uniform(1))
        project.load_label_map("a.png")
        path = project.labels_path("a.png")
        time.sleep(0.01)
        foreign = Image.fromarray(np.full(SHAPE, 5, np.uint8))
        foreign.save(path)
        theirs = path.read_bytes()
        project.save_label_map("a.png", uniform(2))
        assert project.warnings
        assert (project.load_label_map("a.png").labels == 2).all()
        assert theirs in [each.read_bytes() for each in path.parent.iterdir()]
