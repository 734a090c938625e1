"""Reports of very many images stay short."""

from __future__ import annotations

from segcore.formats.grouping import MANY, grouped, kind_of
from segcore.formats.import_labels import ImportReport
from segcore.formats.import_plan import Skipped
from segcore.formats.label_picture import Problem


def test_many_of_a_kind_are_one_group():
    entries = [*range(MANY + 1), "x"]
    assert [len(each) for each in grouped(entries, type)] == [MANY + 1, 1]
    assert [len(each) for each in grouped(entries[1:], type)] == [1] * (MANY + 1)


def test_an_import_of_thousands_is_told_in_lines_that_can_be_read():
    names = [f"a/photo of {word}.jpg" for word in "abcdefghijklmnopqrstuvwxyz"]
    wrong = [Skipped(each, f"/x/{each[2:-4]}.png measures {n} x 9, its image 4 x 4.") for n, each in enumerate(names)]
    report = ImportReport((), tuple(names), (*wrong, Skipped("b.jpg", "/x/b.png is damaged (it is cut off).")))
    assert report.summary().split("\n") == [
        "0 label maps imported.",
        "  26 images (a/photo of a.jpg, a/photo of b.jpg, a/photo of c.jpg, …): "
        "nothing changed: their pixels have labels already, or their labels are ignored",
        "  26 images (a/photo of a.jpg, a/photo of b.jpg, a/photo of c.jpg, …): "
        "the first: /x/photo of a.png measures 0 x 9, its image 4 x 4.",
        "  b.jpg: /x/b.png is damaged (it is cut off).",
    ]


def test_the_kind_of_a_reason_has_nothing_of_one_image():
    assert kind_of("a/12.jpg", "/x/12.png measures 3 x 4.") == kind_of("b.jpg", "/x/b.png measures 5 x 6.")
    assert kind_of("a.jpg", "/x/a.png measures 3") == kind_of("e.jpg", "/x/e.png measures 5")
    assert kind_of("a.jpg", "it is damaged") != kind_of("a.jpg", "it is missing")


def test_a_file_is_named_once():
    problem = Problem("/x/a.json", "/x/a.json is not valid JSON (line 1: Expecting value).")
    assert ImportReport((), (), (), (problem,)).summary().split("\n")[1:] == [f"  {problem.reason}"]
    many = tuple(Problem(f"/x/{n}.json", f"/x/{n}.json is not valid JSON.") for n in range(MANY + 1))
    assert ImportReport((), (), (), many).summary().split("\n")[1:] == [
        "  21 times (/x/0.json, /x/1.json, /x/2.json, …): /x/0.json is not valid JSON."
    ]
