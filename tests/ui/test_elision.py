"""No word that matters is cut off: every scene in three looks and two sizes, whoever wrote the words."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QLineEdit, QWidget

from tests.ui.painting import afresh, marks, seen_part
from tests.ui.scenes import SCENES, put_away
from tests.ui.theatre import at_rest, theatre
from ui.widgets.base import Label
from ui.widgets.listrow import ElidedLabel

LOOKS = MappingProxyType({"plain": {}, "double": {"text_scale": "2"}, "pseudo": {"language": "xx"}})
SIZES = ((1440, 900), (1024, 600))


def cut_short(window: QWidget) -> list[tuple[str, str, bool]]:
    """What does not stand there whole: the kind of the widget, the words, and whether a tool tip has all of them."""
    afresh(window)
    with marks(silently=True) as painted:
        window.grab()
    afresh(window)
    found = [
        (type(mark.widget).__name__, mark.words, bool(mark.widget.toolTip()))
        for mark in painted
        if mark.cut and not seen_part(mark, window).isEmpty()
    ]
    for part in window.findChildren(QWidget):
        if not part.isVisible() or part.visibleRegion().isEmpty():
            continue
        kind, parent = type(part).__name__, type(part.parentWidget()).__name__
        if isinstance(part, ElidedLabel):
            if part.text() != part.whole_text():
                found.append((f"{kind} of {parent}", part.whole_text(), bool(part.toolTip())))
        elif isinstance(part, Label) and part.text():
            narrow = QFontMetricsF(part.font()).horizontalAdvance(part.text()) > part.width() + 2
            low = part.height() + 1 < part.heightForWidth(part.width())
            if low if part.wordWrap() else narrow:
                found.append((f"{kind} of {parent}", part.text(), bool(part.toolTip())))
        elif isinstance(part, QLineEdit) and not part.text() and part.placeholderText():
            edges = part.textMargins()
            room = QWidget.size(part).width() - edges.left() - edges.right() - 4
            if QFontMetricsF(part.font()).horizontalAdvance(part.placeholderText()) > room + 2:
                found.append(("hint", part.placeholderText(), bool(part.toolTip())))
    return found


NAMED = MappingProxyType(
    {
        "Bullet": "a thought that somebody parked, in a small window; O shows all of it",
        "ElidedLabel of CardButton": "the name that somebody gave a circle",
        "ElidedLabel of Flow": "where a note comes from, in an editor that is narrow",
        "ElidedLabel of ListRow": "what somebody wrote, in a list that leads to it",
        "ElidedLabel of PersonRow": "a name, and what is told of somebody on their own sheet",
        "ElidedLabel of QWidget": "a long name, or a circle and a meeting above their page",
        "ElidedLabel of SyncCard": "how things stand, in the sidebar; the page behind it says all of it",
        "ElidedLabel of _Line": "the beginning of a note, in the list beside it",
        "LinkButton": "the name that somebody gave a circle, above its plan",
        "NavItem": "the name that somebody gave a circle",
        "Select": "what somebody called a thing",
        "_Gap": "who carries a promise, in a field that is narrow",
        "_Step": "how a step works, in the agenda of a small window; L shows all of it",
        "hint": "an example in a field that is narrow, with large text or long words",
    }
)
"""What may end in dots, and why: words of people's own, in lists that lead to all of them. A tool tip has them whole."""


@pytest.mark.timeout(900)
@pytest.mark.parametrize("look", LOOKS)
def test_no_word_that_matters_is_cut_off(qapp: object, look: str) -> None:
    faults: dict[str, str] = {}
    with theatre(LOOKS[look]) as (shell, stage):
        for name in (name for name in SCENES if not name.startswith("menu of ")):
            window = SCENES[name](shell, stage)
            for size in SIZES if window is shell else SIZES[:1]:
                if window is shell:
                    shell.resize(*size)
                at_rest(shell)
                for kind, words, told in cut_short(window):
                    known = told and kind in NAMED and (kind != "hint" or look != "plain")
                    if not known:
                        faults[f"{kind}: {words!r}"] = f"{name} at {size[0]}"
            put_away(shell)
    assert not faults, "\n".join(f"{fault}, {where}" for fault, where in faults.items())
