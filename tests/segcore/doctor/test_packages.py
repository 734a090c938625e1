from importlib.metadata import Distribution

import pytest

from segcore.doctor import packages as module
from segcore.doctor.child import Answer
from segcore.doctor.packages import packages

LISTED = [
    "numpy>=1.26",
    "torch>=2.6",
    "Qt-Thing!=6.12.0,>=6.8",
    'pydensecrf2==1.1; extra == "crf"',
    'a; extra == "dev"',
]
WELL = {"numpy": "2.0", "torch": "2.6.0+cu126", "Qt-Thing": "6.9"}


@pytest.fixture
def installed(monkeypatch):
    """Return a function that says what is installed."""

    class Ours(Distribution):
        requires = LISTED

        def read_text(self, filename):
            return None

        def locate_file(self, path):
            raise NotImplementedError

    def install(**versions):
        monkeypatch.setattr(module, "distribution", lambda _: Ours())
        monkeypatch.setattr(module, "_version", lambda name: {**WELL, **versions}.get(name, ""))

    return install


def test_versions_and_extras(installed):
    installed()
    section = packages(Answer({"failed": {}}))
    assert section.facts["torch"] == "2.6.0+cu126"
    assert section.facts["extra crf"] == "not installed"
    assert "extra dev" not in section.facts
    assert section.findings == ()


@pytest.mark.parametrize(
    ("versions", "message"),
    [
        ({"numpy": ""}, "The package numpy is not installed."),
        ({"Qt-Thing": "6.12.0"}, "The package Qt-Thing is 6.12.0, and Maskwright needs Qt-Thing!=6.12.0,>=6.8."),
    ],
)
def test_what_is_missing_or_of_a_wrong_version_stops_work(installed, versions, message):
    installed(**versions)
    [found] = packages(Answer()).findings
    assert (found.message, found.stops) == (message, True)
    assert "-m pip install" in found.remedy


def test_two_packages_of_opencv(installed):
    installed(**{"opencv-python": "4.10"})
    [found] = packages(Answer()).findings
    assert not found.stops
    assert "pip uninstall opencv-python" in found.remedy


def test_a_library_that_does_not_load_or_crashes(installed):
    installed()
    said = Answer(
        {"failed": {"cv2": "ImportError: libGL.so.1"}, "trying": "pydensecrf.densecrf"}, "the process crashed"
    )
    found = packages(said).findings
    assert [each.stops for each in found] == [True, False]
    assert found[0].message == "cv2 cannot be loaded: ImportError: libGL.so.1"
    assert found[1].message == "pydensecrf.densecrf cannot be loaded: the process crashed"
