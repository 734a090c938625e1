"""main: headless verbs go to segcore without Qt; everything else opens the window."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

NO_DISPLAY = """There is no display here, so the window cannot open.
On a machine with a display, run the same command again. The same loop without a window:
    maskwright demo --headless OUT"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``maskwright``; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    headless = any(word in ("-h", "--help") or word.startswith("--headless") for word in arguments)
    demo = arguments[:1] == ["demo"] and not headless
    if not demo and _is_headless(arguments):
        from segcore.cli import main as run_verb

        return run_verb(arguments)
    if not demo and len(arguments) > 1:
        print("usage: maskwright [PATH]   (maskwright --help tells of the headless verbs)", file=sys.stderr)
        return 2
    try:
        sample = _sample(arguments[1:]) if demo else ""
    except SystemExit as usage:
        return int(usage.code or 0)
    if not has_display():
        print(NO_DISPLAY, file=sys.stderr)
        return 1
    return run_window(None if demo or not arguments else Path(arguments[0]), sample)


def has_display() -> bool:
    """Whether a window can be shown."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _sample(arguments: list[str]) -> str:
    """Return which sample project ``demo`` opens. Raises SystemExit after a usage error."""
    from segcore.project.sample_project import SAMPLES

    parser = argparse.ArgumentParser(prog="maskwright demo", add_help=False)
    parser.add_argument("--sample", choices=SAMPLES, default="roads")
    return str(parser.parse_args(arguments).sample)


def run_window(path: Path | None, sample: str = "") -> int:
    """Open the window, on ``path`` or on a sample project, and stay until it is closed."""
    from segcore.hardware.memory import keep_freed_memory
    from segcore.hardware.threads import spin_briefly

    spin_briefly()
    keep_freed_memory()
    import numpy  # noqa: F401  (PySide6 reads the source of each module that is imported after it)
    from PySide6.QtWidgets import QApplication

    from app.appearance.theme import Look
    from app.jobs.garbage import collecting_on_ui_thread
    from app.language.translation import install_translations
    from app.settings.settings import Settings, settings_path
    from app.window.crash_log import crashes, noting_crashes
    from app.window.ending import ending_on_signals
    from app.window.log_file import catching, log_folder, logging_to_file

    application = QApplication.instance() or QApplication(["maskwright"])
    application.setApplicationName("Maskwright")
    QApplication.setDesktopFileName("maskwright")  # Wayland takes the icon from the menu entry of this name
    earlier = crashes(log_folder())
    with logging_to_file(), noting_crashes(log_folder()), collecting_on_ui_thread():
        settings = Settings(settings_path())
        translators = install_translations(application, settings["language"])
        look = Look(settings)
        from app.window.main_window import MainWindow

        window = MainWindow(settings, look)
        with catching(window.banner.show_error), ending_on_signals():
            if sample:
                window.begin_with(partial(window.navigation.open_sample, sample))
            elif path is not None:
                window.begin_with(partial(window.open_path, path))
            window.help.offer_report(earlier)
            window.show()
            code = application.exec()
            window.shutdown()
    if window.hanging:  # Python would wait for what these lanes wait for; everything is saved and logged by now
        os._exit(code)
    for translator in translators:
        application.removeTranslator(translator)
    return int(code)


def _is_headless(arguments: list[str]) -> bool:
    if not arguments:
        return False
    if arguments[0].startswith("-"):
        return True  # --help, --version, -v VERB; a path that begins so can be written ./-path
    from segcore.cli import VERBS

    return arguments[0] in VERBS


if __name__ == "__main__":
    sys.exit(main())
