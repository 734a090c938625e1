"""The report of an export or import as a person reads it."""

from pathlib import Path

import pytest

from app.formats.report_text import export_text, import_text
from app.language.translation import install_translations
from segcore.formats.export_report import ExportReport, LeftOut
from segcore.formats.import_labels import ImportReport
from segcore.formats.import_plan import Skipped

EXPORTED = ExportReport(
    Path("out"),
    ("png", "voc"),
    ("a.png", "b.png"),
    (
        LeftOut("c.png", "nothing in it is painted or confirmed"),
        LeftOut("a.png", "are untouched: exported as ignore (255)", 12),
        LeftOut("a.png", "are only predicted: exported as ignore (255)", 3),
    ),
)


@pytest.fixture
def chinese(qapp):
    translators = install_translations(qapp, "zh_CN")
    yield
    for each in translators:
        qapp.removeTranslator(each)
    install_translations(qapp, "en")


def test_an_export():
    assert export_text(EXPORTED).split("\n") == [
        "Exported to out (png, voc): 2 images. Left out: 1 image. Exported in part: 1 image.",
        "c.png: nothing in it is painted or confirmed",
        "a.png: 12 pixels are untouched: exported as ignore (255)",
        "a.png: 3 pixels are only predicted: exported as ignore (255)",
    ]


def test_an_export_in_chinese(chinese):
    assert export_text(EXPORTED).split("\n")[:3] == [
        "已导出到 out（png, voc）：2 张图像。略去：1 张图像。部分导出：1 张图像。",
        "c.png: 其中没有绘制或确认过的内容",
        "a.png: 12 像素未处理过：作为忽略（255）导出",
    ]


def test_an_import():
    report = ImportReport(("a.png",), ("b.png",), (Skipped("c.png", "c.png is empty (0 bytes)."),))
    assert import_text(report).split("\n") == [
        "1 label map imported.",
        "b.png: nothing changed: its pixels have labels already, or its labels are ignored",
        "c.png is empty (0 bytes).",
    ]
    assert import_text(ImportReport((), (), ())) == "0 label maps imported."
