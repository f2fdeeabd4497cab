"""The language of the interface: Qt's own words, ours where a translation is shipped, and the direction of reading."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from ui.plurals import EnglishPlurals

CATALOGUES = Path(__file__).resolve().parents[1] / "assets" / "i18n"
ENGLISH, PSEUDO = "en", "xx"
_SPOKEN = "spoken"
"""The application's own list of its translators: looking through its children would make the Python side of them all."""

STRETCH = 0.5
"""How much longer the pseudo-language is: German and Finnish need about as much."""

_ACCENTED = str.maketrans("aceinosuyACEINOSUY", "áçéíñóšúýÁÇÉÍÑÓŠÚÝ")


def available() -> tuple[tuple[str, str], ...]:
    """(tag, name in its own language) of every language the interface speaks, English first."""
    tags = [ENGLISH, *sorted(file.stem.removeprefix("circle_") for file in CATALOGUES.glob("circle_*.qm"))]
    return tuple((tag, _own_name(tag)) for tag in dict.fromkeys(tags))


def speak(app: QApplication, tag: str) -> None:
    """Speak this language from now on ("" for the system's); windows made before keep theirs until they are rebuilt."""
    for old in app.property(_SPOKEN) or ():
        app.removeTranslator(old)
        old.deleteLater()
    locale = _locale(tag)
    QLocale.setDefault(locale)
    app.setLayoutDirection(locale.textDirection())
    spoken: list[QTranslator] = [EnglishPlurals(app)]
    for folder, name in (
        (QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath), "qtbase"),
        (CATALOGUES, "circle"),
    ):
        catalogue = QTranslator(app)
        if catalogue.load(locale, name, "_", str(folder)):
            spoken.append(catalogue)
    if tag == PSEUDO:
        spoken.append(PseudoLanguage(app))
    for translator in spoken:
        app.installTranslator(translator)
    app.setProperty(_SPOKEN, spoken)


def has_spoken(app: QApplication) -> bool:
    """Whether a language was chosen already."""
    return app.property(_SPOKEN) is not None


def _locale(tag: str) -> QLocale:
    """The locale whose words and formats are shown: never weekdays of one language in sentences of another."""
    system = QLocale.system()
    wanted = QLocale(tag) if tag and tag != PSEUDO else system
    code = QLocale.languageToCode(wanted.language())
    if code != ENGLISH and code in {known.split("_")[0] for known, _ in available()}:
        return wanted
    # a system that says nothing about itself gets the 24-hour clock, which most of the world reads
    silent = system.language() == QLocale.Language.C
    return QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom if silent else system.territory())


def _own_name(tag: str) -> str:
    return "English" if tag == ENGLISH else QLocale(tag).nativeLanguageName().capitalize() or tag


class PseudoLanguage(EnglishPlurals):
    """Every sentence longer and accented, in brackets: what is cut off or was never translated shows at once."""

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        words = super().translate(context, source, disambiguation, n) or source
        return pseudo(words)


def pseudo(words: str) -> str:
    """ "Open the plan" as "[Ópéñ thé pláñ ~~~~~~]"; placeholders keep their letters, date patterns stay whole."""
    if set(words) <= set("dMyhm "):
        return words
    shown = words if "{" in words or "%" in words else words.translate(_ACCENTED)
    told = words.replace("%Ln", "10")  # two figures are usual
    return f"[{shown} {'~' * round(len(told) * STRETCH)}]"
