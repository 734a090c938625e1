"""Translations: installs the package's translation for the language of the system."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from resources import resource


def install_translations(application: QCoreApplication, language: str = "system") -> list[QTranslator]:
    """Install and return the translators for a language such as ``zh_CN`` or the system's; an empty list for none."""
    folder = resource("translations")
    translator = QTranslator(application)
    locale = QLocale.system() if language == "system" else QLocale(language)
    if language == "en" or not folder.is_dir() or not translator.load(locale, "maskwright", "_", str(folder)):
        return []
    application.installTranslator(translator)
    return [translator]
