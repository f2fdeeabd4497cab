"""Two people type into one text: every word of both stays, and each one's cursor stays with their own words."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.domain.ids import Ref
from circle_app.domain.schema import NOTES
from circle_app.workspace.commands.notes import add_note, set_note
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.notes import note, notes
from circle_app.workspace.verify import state_hash
from tests.support.exchange import exchange
from tests.support.pair import ana_and_ben
from tests.support.workspaces import new_space, new_workspace
from ui.models.live_text import LiveText, as_shown, len16, typed_over, units
from ui.theme.theme import Theme
from ui.widgets.fields import TextArea

SIGNS = ("a", " ", "\n", "é", "e\u0301", "🙂", "👩‍👩‍👧", "سلام", "日本", "\u00a0", "\u202e", "word ")


@dataclass
class Desk:
    """One person's note on their screen."""

    ws: Workspace
    space: int
    area: TextArea
    text: LiveText

    @property
    def ref(self) -> Ref:
        return Ref(self.space, notes(self.ws, space=self.space)[0].ref.row)

    @property
    def shown(self) -> str:
        return self.area.toPlainText()

    def look(self) -> None:
        self.text.show(self.ref)

    def type(self, words: str, *, after: str = "") -> None:
        """Put the cursor behind some words, and type."""
        cursor = self.area.textCursor()
        cursor.setPosition(self.shown.index(after) + len(after))
        self.area.setTextCursor(cursor)
        self.area.insertPlainText(words)


def desk(theme: Theme, ws: Workspace, space: int) -> Desk:
    area = TextArea(theme, name="Note")

    def keep(text: str, base: bytes) -> bool:
        set_note(ws, Ref(space, notes(ws, space=space)[0].ref.row), body=text, base=base)
        return True

    made = Desk(ws, space, area, LiveText(area, ws, NOTES, "body", keep))
    made.look()
    area.resize(500, 240)
    area.show()
    return made


@pytest.fixture
def desks(theme: Theme, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    with ExitStack() as held:
        ana, ben = (held.enter_context(new_workspace(tmp_path / str(n), seed=n)) for n in range(2))
        sides = (ana, new_space(ana)), (ben, new_space(ben))
        add_note(ana, 1, title="Letter", body="Dear council, we need benches. Yours, all of us")
        exchange(*sides)
        made = desk(theme, *sides[0]), desk(theme, *sides[1])
        yield made
        put_away(*made)


def put_away(*desks: Desk) -> None:
    """Before the workspace closes: a field that is left saves what was typed."""
    for one in desks:
        one.text.flush()
        one.area.close()
        one.area.deleteLater()


def meet(*desks: Desk) -> None:
    for one in desks:
        one.text.flush()
    exchange(*((one.ws, one.space) for one in desks))
    for one in desks:
        one.look()


def test_words_of_both_stay_and_each_cursor_stays_with_its_own_words(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    ana.type(" of oak", after="benches")
    ben.type("and mayor ", after="Dear ")
    exchange((ana.ws, 1), (ben.ws, 1))  # what nobody saved yet is not there
    ana.text.flush()
    ben.area.moveCursor(QTextCursor.MoveOperation.NextWord, QTextCursor.MoveMode.KeepAnchor)
    assert ben.area.textCursor().selectedText() == "council"
    meet(ana, ben)
    for one in desks:
        assert one.shown == "Dear and mayor council, we need benches of oak. Yours, all of us"
    ana.area.insertPlainText("!")
    assert "of oak!." in ana.shown
    assert ben.area.textCursor().selectedText() == "council"


def test_words_that_arrive_while_somebody_types_are_worked_in_around_what_was_typed(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    ana.type("THE ", after="Dear ")
    ana.text.flush()
    ben.type(" and two trees", after="benches")
    exchange((ana.ws, 1), (ben.ws, 1))
    ben.look()  # the news comes while Ben's words are not saved
    assert ben.shown == "Dear THE council, we need benches and two trees. Yours, all of us"
    ben.area.insertPlainText(", soon")
    meet(ana, ben)
    assert ana.shown == ben.shown == "Dear THE council, we need benches and two trees, soon. Yours, all of us"


def test_two_who_begin_an_empty_text_at_the_same_time_both_keep_their_words(theme: Theme, tmp_path: Path) -> None:
    with new_workspace(tmp_path / "a", seed=1) as ana, new_workspace(tmp_path / "b", seed=2) as ben:
        sides = (ana, new_space(ana)), (ben, new_space(ben))
        add_note(ana, 1, title="Empty")
        exchange(*sides)
        pair = desk(theme, *sides[0]), desk(theme, *sides[1])
        pair[0].area.insertPlainText("from Ana.")
        pair[1].area.insertPlainText("from Ben.")
        meet(*pair)
        assert pair[0].shown == pair[1].shown
        assert "from Ana." in pair[0].shown and "from Ben." in pair[0].shown
        put_away(*pair)


def test_taking_back_after_words_of_others_came_in_leaves_theirs(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    ana.type(" of oak", after="benches")
    ana.text.flush()
    ben.type("O ")
    meet(ana, ben)
    ana.area.setFocus(Qt.FocusReason.OtherFocusReason)
    QTest.keyClick(ana.area, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert ana.shown == "O Dear council, we need benches. Yours, all of us"
    meet(ana, ben)
    assert ben.shown == ana.shown


def test_the_page_does_not_jump_when_lines_arrive_above(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    ana.type("\n".join(f"line {n}" for n in range(200)), after="us")
    meet(ana, ben)
    QApplication.processEvents()
    bar = ben.area.verticalScrollBar()
    bar.setValue(100)
    top = ben.area.cursorForPosition(ben.area.viewport().rect().topLeft()).block().text()
    ana.type("one\ntwo\nthree\n")
    meet(ana, ben)
    assert ben.area.cursorForPosition(ben.area.viewport().rect().topLeft()).block().text() == top


def test_showing_a_text_never_rewrites_it(theme: Theme, tmp_path: Path) -> None:
    strange = "no\u00a0break, a line\u2028and a paragraph\u2029, fin"
    with new_workspace(tmp_path / "a") as ws:
        new_space(ws)
        ref = add_note(ws, 1, title="Strange", body=strange)
        one = desk(theme, ws, 1)
        assert one.shown == as_shown(strange) != strange
        one.type("ish", after="fin")
        one.text.flush()
        assert note(ws, ref).body == strange + "ish"
        put_away(one)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_both_type_no_letter_is_lost_and_both_see_the_same(desks: tuple[Desk, Desk], seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(30):
        one = chance.choice(desks)
        cursor = one.area.textCursor()
        # a place where a cursor can stand: never between the halves of one sign
        cursor.setPosition(units(one.shown)(chance.randint(0, len(one.shown))))
        for _ in range(chance.randint(0, 3)):
            cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
        one.area.setTextCursor(cursor)
        one.area.insertPlainText(chance.choice(SIGNS))
        if chance.random() < 0.4:
            one.text.flush()
        if chance.random() < 0.2:
            meet(*desks)
        place = one.area.textCursor().position()
        assert 0 <= place <= len16(one.shown)
    meet(*desks)
    meet(*desks)
    assert desks[0].shown == desks[1].shown == as_shown(note(desks[0].ws, desks[0].ref).body)
    assert state_hash(desks[0].ws) == state_hash(desks[1].ws)


def test_two_editors_with_a_server_between_them(theme: Theme, tmp_path: Path) -> None:
    with ana_and_ben(tmp_path) as pair:
        ref = add_note(pair.ana.ws, pair.ours, title="Plan", body="Trees and benches")
        pair.settle()
        ana = desk(theme, pair.ana.ws, pair.ours)
        ben = desk(theme, pair.ben.ws, pair.theirs)
        ana.type(" of oak", after="benches")
        ben.type("Tall ")
        ana.text.flush()
        ben.text.flush()
        pair.settle()
        ana.look()
        ben.look()
        assert ana.shown == ben.shown == "Tall Trees and benches of oak"
        assert note(pair.ana.ws, ref).body == ana.shown
        put_away(ana, ben)


def test_what_is_typed_over_a_text_keeps_the_letters_a_field_does_not_tell_apart() -> None:
    assert typed_over("a\u00a0b\u2028c", "a b\nc!") == "a\u00a0b\u2028c!"
    assert typed_over("a\u00a0b", "ab") == "ab"
    assert typed_over("", "x\u00a0") == "x\u00a0"
