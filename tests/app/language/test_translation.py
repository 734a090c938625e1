"""Which language is shown, for the setting and for the languages of the system."""

import pytest
from PySide6.QtCore import QCoreApplication, QLocale

from app.language import translation
from app.language.engine_texts import translated
from app.language.mnemonic import without_mnemonic


class System(QLocale):
    """A system with a person's languages, the best first."""

    def __init__(self, *languages):
        super().__init__(languages[0])
        self.languages = list(languages)

    def uiLanguages(self):  # noqa: N802
        return self.languages


@pytest.fixture
def install(qapp):
    installed = []

    def run(language):
        installed.extend(translation.install_translations(qapp, language))
        return QCoreApplication.translate("Actions", "&File"), translated("Check the path.")

    yield run
    for each in installed:
        qapp.removeTranslator(each)
    translation.speak(None)


def test_chinese_is_chosen(install):
    assert install("zh_CN") == ("文件(&F)", "请检查路径。")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"


def test_english_is_chosen(install):
    assert install("en") == ("&File", "Check the path.")


@pytest.mark.parametrize(
    ("languages", "found"),
    [
        (["zh-Hans-CN", "zh-CN", "zh"], ["zh_CN"]),
        (["de-DE", "de", "zh-Hans-CN"], ["zh_CN"]),
        (["en-US", "en", "zh-Hans-CN"], []),
        (["zh-Hant-TW", "zh-TW"], []),
        (["de-DE"], []),
    ],
)
def test_the_first_language_of_the_system_that_there_is(languages, found):
    assert translation._matching(translation.resource("translations"), System(*languages)) == found


@pytest.mark.parametrize(
    ("text", "name"), [("&Undo", "Undo"), ("撤销(&U)", "撤销"), ("设置(&T)…", "设置…"), ("Save (&all)", "Save (all)")]
)
def test_a_name_has_no_mnemonic(text, name):
    assert without_mnemonic(text) == name
