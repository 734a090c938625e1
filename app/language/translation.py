"""Translations: installs the package's translation for the language of the system, or the one that a person chose."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.language.engine_texts import speak
from resources import resource


def install_translations(application: QCoreApplication, language: str = "system") -> list[QTranslator]:
    """Install and return the translators for a language such as ``zh_CN`` or the system's; an empty list for English.

    They are Maskwright's own and, where it comes with PySide6, Qt's (buttons such as Cancel, the file dialogs). The
    texts of the engine follow.
    """
    folder = resource("translations")
    found = (
        [] if language == "en" else _matching(folder, QLocale.system() if language == "system" else QLocale(language))
    )
    translators = []
    for name in found:
        for directory, stem in (
            (folder, "maskwright"),
            (QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath), "qtbase"),
        ):
            translator = QTranslator(application)
            if translator.load(f"{stem}_{name}", str(directory)):
                application.installTranslator(translator)
                translators.append(translator)
    speak(folder / f"maskwright_{found[0]}.ts" if found else None)
    return translators


def _matching(folder: Path, locale: QLocale) -> list[str]:
    """Return the first language of the person that there is a translation for; nothing when English comes earlier."""
    for each in locale.uiLanguages():
        language = QLocale(each)
        if language.language() == QLocale.Language.English:
            return []
        if (folder / f"maskwright_{language.name()}.qm").is_file():
            return [language.name()]
    return []
