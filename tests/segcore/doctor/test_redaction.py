import platform
import sys
from pathlib import Path

import pytest

from segcore.doctor.redaction import redaction

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def redacted(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "annabel")
    monkeypatch.setattr(platform, "node", lambda: "radiology-7")
    monkeypatch.setenv("HOME", "/home/annabel")
    return redaction({"project": Path("/data/ward 3/scans.maskwright")})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("saved /data/ward 3/scans.maskwright/labels/doe_jane.png: ok", "saved <project>: ok"),
        ("in /home/annabel/Pictures/a.png", "in <home>"),
        ("/mnt/nfs/patients/doe/1.tif is damaged", "<path> is damaged"),
        (r"in D:\scans\doe\1.tif now", "in <path> now"),
        (r"from \\server\share\doe.tif", "from <path>"),
        ("annabel on radiology-7, Annabel's", "<user> on <machine>, <user>'s"),
        ("annabelle stays, and 3/4 and and/or", "annabelle stays, and 3/4 and and/or"),
        ("/usr/lib/libEGL.so.1 is missing", "/usr/lib/libEGL.so.1 is missing"),
        ("https://pytorch.org/get-started/locally", "https://pytorch.org/get-started/locally"),
    ],
)
def test_names_of_persons_and_folders_go(redacted, text, expected):
    assert redacted(text) == expected


def test_our_own_code_keeps_its_place(redacted):
    assert redacted(f'File "{ROOT}/segcore/cli/new.py", line 3') == 'File "<maskwright>/segcore/cli/new.py", line 3'
    assert redacted(f"{sys.prefix}/lib/python3/os.py") == "<python>/lib/python3/os.py"
