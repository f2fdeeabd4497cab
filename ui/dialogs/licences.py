"""The licences of the program and of what it brings along, word for word."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from ui.theme.theme import Theme
from ui.widgets.button import Button
from ui.widgets.fields import Select, TextArea
from ui.widgets.sheet import Sheet

ROOT = Path(__file__).resolve().parents[2]
FILES = (
    ("Citizen Circles (AGPL 3.0)", "LICENSE"),
    ("Figtree (SIL Open Font License)", "assets/fonts/OFL-figtree.txt"),
    ("Fraunces (SIL Open Font License)", "assets/fonts/OFL-fraunces.txt"),
    ("Atkinson Hyperlegible Next (SIL Open Font License)", "assets/fonts/OFL-atkinson-hyperlegible-next.txt"),
    ("Lucide (ISC)", "assets/icons/LICENSE-lucide.txt"),
    ("Listening and Greening", "assets/courses/listening-and-greening/LICENSE.md"),
)


class LicencesSheet(Sheet):
    """A list to choose from, and the text below it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", width=720, parent=parent)
        self.setWindowTitle(self.tr("Licences"))
        self.heading.setText(self.tr("Licences"))
        known = tuple((file, name) for name, file in FILES if (ROOT / file).is_file())
        self.choice = Select(theme, known, name=self.tr("Licence of"))
        self.text = TextArea(theme, name=self.tr("The licence"), rows=18)
        self.text.setReadOnly(True)
        self.body.addWidget(self.choice)
        self.body.addWidget(self.text, 1)
        leave = Button(theme, self.tr("Close"), look="ghost")
        leave.clicked.connect(lambda _on=False: self.reject())
        self.foot().addStretch(1)
        self.foot().addWidget(leave)
        self.choice.chosen.connect(self._show)
        self._show(self.choice.code())

    def accept(self) -> None:
        self.reject()

    def _show(self, file: str) -> None:
        self.text.setPlainText((ROOT / file).read_text(encoding="utf-8", errors="replace") if file else "")
