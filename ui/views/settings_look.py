"""How the program looks and speaks: light or dark, text size, the easy-reading typeface, the language."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from ui import language
from ui.context import AppContext
from ui.theme.theme import SCALES
from ui.widgets.base import Label
from ui.widgets.card import Card
from ui.widgets.choice import CheckBox, Option, Segmented
from ui.widgets.fields import Select
from ui.widgets.labelled import Labelled
from ui.widgets.layouts import boxed, row

TEXT_SIZE, EASY, LANGUAGE = "text size", "easy reading", "language"
"""What the page is shown with after it was built anew, so that the keyboard stays where it was."""


class LookCard(Card):
    """Everything takes effect at once."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, parent=parent)
        self._ctx = ctx
        theme, settings = ctx.theme, ctx.settings
        self.scheme = Segmented(
            theme,
            (
                Option("light", self.tr("Light"), "sun"), Option("dark", self.tr("Dark"), "moon"),
                Option("system", self.tr("As the system"), "monitor"),
            ),
            name=self.tr("Light or dark"), code=settings.scheme if settings.scheme in ("light", "dark") else "system", wrap=True,
        )  # fmt: skip
        self.text_size = Segmented(
            theme,
            tuple(Option(f"{scale:g}", self.tr("{percent} %").format(percent=round(scale * 100))) for scale in SCALES),
            name=self.tr("Text size"), code=f"{min(SCALES, key=lambda known: abs(known - theme.scale)):g}", wrap=True,
        )  # fmt: skip
        self.easy = CheckBox(theme, self.tr("Easy reading"), checked=theme.easy_reading)
        known = tuple((tag, name) for tag, name in language.available())
        self.language = Select(
            theme, (("", self.tr("As the system")), *known), name=self.tr("Language"), code=settings.language
        )
        self.body.addWidget(Label(theme, self.tr("Look and language"), role="section"))
        self.body.addWidget(Labelled(theme, self.tr("Light or dark"), self.scheme))
        self.body.addWidget(Labelled(theme, self.tr("Text size"), self.text_size))
        hint = self.tr("Letters that are easy to tell apart")
        self.body.addWidget(Labelled(theme, "", boxed(row(theme, self.easy, None)), hint=hint))
        hint = "" if len(known) > 1 else self.tr("English is the only language so far. Dates follow your system.")
        self.body.addWidget(Labelled(theme, self.tr("Language"), self.language, hint=hint))
        self.scheme.chosen.connect(self._set_scheme)
        self.text_size.chosen.connect(self._set_size)
        self.easy.toggled.connect(self._set_easy)
        self.language.chosen.connect(self._set_language)

    def focus_on(self, part: str) -> bool:
        """Put the keyboard back where it was before the page was built anew; False when it was not here."""
        field: QWidget | None = {TEXT_SIZE: self.text_size, EASY: self.easy, LANGUAGE: self.language}.get(part)
        if field is self.text_size:
            field = next((p for p in self.text_size.findChildren(QWidget) if p.property("checked")), None)
        if field is None:
            return False
        field.setFocus()
        return True

    def _set_scheme(self, code: str) -> None:
        self._ctx.settings.remember("theme", code)
        self._ctx.theme.set_scheme(code)

    def _set_size(self, code: str) -> None:
        self._ctx.settings.remember("text_scale", code)
        theme = self._ctx.theme
        self._anew(TEXT_SIZE, lambda: theme.set_text(scale=float(code)))

    def _set_easy(self, on: bool) -> None:
        self._ctx.settings.remember("easy_reading", "1" if on else None)
        theme = self._ctx.theme
        self._anew(EASY, lambda: theme.set_text(easy_reading=on))

    def _set_language(self, tag: str) -> None:
        self._ctx.settings.remember("language", tag or None)
        theme, app = self._ctx.theme, QApplication.instance()
        assert isinstance(app, QApplication)

        def speak() -> None:
            language.speak(app, tag)
            theme.rescaled.emit()

        self._anew(LANGUAGE, speak)

    def _anew(self, part: str, change: object) -> None:
        """The whole window is built anew by the change: after this control has finished, and back to this part."""
        assert callable(change)
        self._ctx.navigate("settings", part)
        QTimer.singleShot(0, change)
