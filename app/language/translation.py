"""Translations: installs the package's translation for the language of the system."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from resources import resource


def install_translations(application: QCoreApplication) -> list[QTranslator]:
    """Install and return the translators for the language of the system; an empty list for English."""
    folder = resource("translations")
    translator = QTranslator(application)
    if not folder.is_dir() or not translator.load(QLocale.system(), "maskwright", "_", str(folder)):
        return []
    application.installTranslator(translator)
    return [translator]
