import json
import unicodedata

from segcore.cli.terminal import json_text, one_line

HOSTILE = (
    "".join(map(chr, range(0x20))) + "\x7f\x80\x9b\x9f\u061c\u200e\u200f\u202a\u202e\u2066\u2069\u2028\ufeff\udcff"
)


def test_controls_are_seen_and_not_obeyed():
    assert one_line("a\x1b]0;b\x07\n\u202ec\x9b\udcff\U000e0001") == r"a\x1b]0;b\x07\n\u202ec\x9b\udcff\U000e0001"
    shown = one_line(HOSTILE)
    assert not [each for each in shown if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


def test_writing_is_left_alone():
    for text in ("Straße", "道路", "می\u200cخواهم", "👩\u200d🚒", r"C:\new\tab", "a  b"):
        assert one_line(text) == text


def test_json_says_the_same():
    data = {HOSTILE: [HOSTILE, "Straße", 0.5, None]}
    for indent in (None, 2):
        text = json_text(data, indent)
        assert json.loads(text) == data
        assert "Straße" in text
        assert not [each for each in text if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl") and each != "\n"]
    assert "\n" not in json_text(data)
