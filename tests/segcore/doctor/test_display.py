import pytest

from segcore.doctor.child import Answer
from segcore.doctor.display import debian_package, display, missing_libraries

SAID_BY_QT = (
    "Cannot load library /x/libqxcb.so: (libxcb-cursor.so.0: cannot open shared object file: No such file)\n"
    "qt.qpa.plugin: libxcb-cursor.so.0: cannot open shared object file\n"
    "qt.qpa.plugin: Could not load the Qt platform plugin"
)


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libEGL.so.1", "libegl1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libxcb-render-util.so.0", "libxcb-render-util0"),
    ],
)
def test_names_of_debian_packages(library, package):
    """Hand-looked up in Debian 12."""
    assert debian_package(library) == package


def test_a_missing_library_is_named_once():
    assert missing_libraries(SAID_BY_QT) == ["libxcb-cursor.so.0"]


def test_a_missing_library_stops_work_and_its_package_is_told():
    found = display(Answer({"version": "6.8.0"}, "the process crashed (signal 6)", SAID_BY_QT)).findings
    assert [each.stops for each in found] == [True]
    assert "libxcb-cursor.so.0" in found[0].message
    assert "sudo apt install libxcb-cursor0" in found[0].remedy


def test_no_display_does_not_stop_the_verbs(monkeypatch):
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    found = display(Answer({}, "the process crashed (signal 6)", "could not connect to display")).findings
    assert [each.stops for each in found] == [False]
    assert "no display" in found[0].message


def test_x11_in_a_wayland_session_is_a_hint(monkeypatch):
    monkeypatch.setenv("XDG_SESSION_TYPE", "wayland")
    monkeypatch.setenv("DISPLAY", ":0")
    said = {"version": "6.8.0", "platform": "xcb", "screens": [[1920, 1080, 1.25, 96.0]], "locale": "de_DE"}
    section = display(Answer(said))
    assert section.facts["screens"] == "1920x1080 at 1.25, 96 dots an inch"
    assert "QT_QPA_PLATFORM=wayland" in section.findings[0].remedy
    assert display(Answer({**said, "platform": "wayland"})).findings == ()


def test_another_crash_of_qt_stops_work(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    found = display(Answer({"version": "6.8.0"}, "the process crashed (signal 11)", "")).findings
    assert found[0].stops
    assert "signal 11" in found[0].message


def test_a_busy_machine_is_no_broken_qt(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    [found] = display(Answer({"version": "6.8.0"}, "no answer within 180 s", "", late=True)).findings
    assert not found.stops
    assert "not loaded in time" in found.message
