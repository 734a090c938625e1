"""The engine's finished sentences are written again in the language of the person."""

import pytest

from app.language.engine_texts import speak, translated, words
from segcore.errors import ImageError

TS = """<?xml version="1.0" encoding="utf-8"?>
<TS version="2.1" language="zh_CN"><context><name>Engine</name>
<message><source>{1} is damaged ({2}).</source><translation>{1} 已损坏（{2}）。</translation></message>
<message><source>{1} is damaged (it holds two sizes).</source><translation>{1} 含有两种尺寸。</translation></message>
<message><source>Check the path.</source><translation>请检查路径。</translation></message>
<message><source>{1} of {2} failed.</source><translation>{2} 个中有 {1} 个失败。</translation></message>
<message><source>Not yet.</source><translation type="unfinished"></translation></message>
</context></TS>
"""


@pytest.fixture(autouse=True)
def chinese(tmp_path):
    path = tmp_path / "maskwright_zh_CN.ts"
    path.write_text(TS, "utf-8")
    speak(path)
    yield
    speak(None)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a (1).png is damaged (bad header).", "a (1).png 已损坏（bad header）。"),
        ("a.png is damaged (it holds two sizes).", "a.png 含有两种尺寸。"),
        ("Check the path.", "请检查路径。"),
        ("2 of 5 failed.", "5 个中有 2 个失败。"),
        ("{2} of a failed.", "a 个中有 {2} 个失败。"),
        ("x is damaged (Check the path.).", "x 已损坏（请检查路径。）。"),
        ("b.png is damaged (short). Check the path.", "b.png 已损坏（short）。请检查路径。"),
        ("Nobody wrote this.", "Nobody wrote this."),
        (f"{'a' * 1001} is damaged (x).", f"{'a' * 1001} is damaged (x)."),
        ("Not yet.", "Not yet."),
        ("", ""),
    ],
)
def test_a_message_is_translated_with_what_the_engine_filled_in(said, shown):
    assert translated(said) == shown


def test_an_error_is_its_message_and_its_remedy():
    assert words(ImageError("a is damaged (no end).", "Check the path.")) == "a 已损坏（no end）。请检查路径。"
    assert words(OSError("disk")) == "disk"


def test_english_stays():
    speak(None)
    assert translated("Check the path.") == "Check the path."
