"""Every text of the interface and the engine has a finished translation that fills in the same things."""

import importlib.util
import re
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator

ROOT = Path(__file__).parents[3]
SPEC = importlib.util.spec_from_file_location("translations", ROOT / "packaging" / "translations.py")
translations = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(translations)

FILES = sorted((ROOT / "resources" / "translations").glob("*.ts"))
PLACE = re.compile(r"\{\w*\}|%\d|%n")


@pytest.fixture(scope="module")
def sources():
    return {(context, text) for context, texts in translations.collect().items() for text in texts}


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def path(request):
    return request.param


def test_there_is_simplified_chinese():
    assert "maskwright_zh_CN" in [path.stem for path in FILES]


def test_every_text_is_translated_and_no_other(path, sources):
    finished = {key for key, text in translations.read(path).items() if text.strip()}
    assert sorted(sources - finished) == [], "run `make translations` and translate what is unfinished"
    assert sorted(finished - sources) == [], "run `make translations`"


def test_a_translation_fills_in_the_same_things(path):
    wrong = [
        (source, text)
        for (_, source), text in translations.read(path).items()
        if Counter(PLACE.findall(source)) != Counter(PLACE.findall(text))
    ]
    assert wrong == []


def test_mnemonics_dots_and_second_names_are_kept(path):
    def marks(text):
        first = text.partition("|")[0]
        letter = re.search(r"&(\w)", first)
        return (
            letter and letter[1].upper(),
            first.endswith("…"),
            text.count("|"),
            text.startswith(" "),
            text.count("\n"),
        )

    wrong = [
        (source, text)
        for (context, source), text in translations.read(path).items()
        if context != "Engine" and marks(source) != marks(text)
    ]
    assert wrong == []


def test_the_compiled_file_says_the_same(path):
    compiled = QTranslator()
    assert compiled.load(str(path.with_suffix(".qm"))), "run `make translations`"
    for (context, source), text in translations.read(path).items():
        assert compiled.translate(context, source) == text, "run `make translations`"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('class Panel:\n    def f(self):\n        return self.tr("Open {name}")', {("Panel", "Open {name}")}),
        ("class Panel:\n    def f(self):\n        return f\"{self.tr('Open')} …\"", {("Panel", "Open")}),
        (
            'class Panel:\n    def f(self, n):\n        return self.tr("One" if n else "Two")',
            {("Panel", "One"), ("Panel", "Two")},
        ),
        ('ROW = QT_TRANSLATE_NOOP("Actions", "&Undo")', {("Actions", "&Undo")}),
        (
            'def _tr(text):\n    return translate("Live", text)\n\ndef f():\n    return _tr("Ready")',
            {("Live", "Ready")},
        ),
    ],
)
def test_texts_of_the_interface_are_found(tmp_path, code, found):
    for package in ("app", "segcore"):
        (tmp_path / package).mkdir()
    (tmp_path / "app" / "panel.py").write_text(code)
    texts = translations.collect(tmp_path)
    assert {(context, text) for context in texts for text in texts[context]} == found


def test_texts_of_the_engine_are_found(tmp_path):
    for package in ("app", "segcore"):
        (tmp_path / package).mkdir()
    (tmp_path / "segcore" / "reader.py").write_text(
        "class OddError(MaskwrightError): ...\n"
        "remedy = 'Copy it again.'\n"
        "raise OddError(f'{path} is damaged ({error}).', remedy)\n"
    )
    assert translations.collect(tmp_path) == {"Engine": ["Copy it again.", "{1} is damaged ({2})."]}


def test_refreshing_keeps_what_is_finished_and_marks_what_is_new(tmp_path):
    path = tmp_path / "maskwright_de.ts"
    assert translations.write(path, {"Panel": ["Open", "Save <all> & go"]}, {("Panel", "Open"): "Öffnen"}) == 1
    assert translations.read(path) == {("Panel", "Open"): "Öffnen"}
    again = {**translations.read(path), ("Panel", "Save <all> & go"): "Alle <alle> & los"}
    assert translations.write(path, {"Panel": ["Save <all> & go"]}, again) == 0
    assert translations.read(path) == {("Panel", "Save <all> & go"): "Alle <alle> & los"}


def test_warnings_of_the_engine_are_found(tmp_path):
    for package in ("app", "segcore"):
        (tmp_path / package).mkdir()
    (tmp_path / "app" / "theme.py").write_text("LIGHT = Theme(warning='#8a5a00')\n")
    (tmp_path / "segcore" / "store.py").write_text(
        "def load(path):\n"
        "    text = f'{path} is shown again.'\n"
        "    return replace(stored, warning=f'{stored.warning} {text}')\n"
    )
    assert translations.collect(tmp_path) == {"Engine": ["{1} is shown again."]}
