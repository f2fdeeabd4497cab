"""What a plan needs: the shortest it could be, and things to bring with who brings them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.documents.markdown import to_markdown
from circle_app.documents.papers import agenda_sheet
from circle_app.documents.role_cards import role_cards
from circle_app.domain.materials import things
from circle_app.errors import RuleBroken
from circle_app.workspace.commands.agenda import set_item
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.contributions import add_contribution
from circle_app.workspace.commands.people import add_person, set_person
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.queries.contributions import contributions
from circle_app.workspace.queries.meetings import agenda
from circle_app.workspace.queries.people import me
from circle_app.workspace.spaces import set_space
from tests.ui.test_planner import plan, put, settle
from ui.shell import Shell
from ui.widgets.menu import Menu


def test_the_plan_says_how_short_it_could_be(shell: Shell) -> None:
    view, ref = plan(shell, (("Welcome", 40), ("Round", 40), ("Close", 20)))
    assert view.truth.shortest.isHidden(), "nothing may be shortened yet"
    view.editor.flexible.click()
    settle()
    put(view.editor.least, "30")
    assert view.truth.shortest.text() == "Could be cut to 90 min"
    put(view.editor.least, "35 min")
    assert view.truth.shortest.text() == "Cut as short as it may be: 95 min, still 5 over"
    assert agenda(shell.context.ws, ref)[0].min_minutes == 35


def test_a_shortest_length_above_the_length_is_refused_and_stays_to_be_mended(shell: Shell) -> None:
    view, ref = plan(shell)
    view.editor.flexible.click()
    settle()
    put(view.editor.least, "12")
    assert view.editor.least.text() == "12", "what was typed is not lost"
    assert "longer than the step" in view.editor._boxes["min_minutes"].below.text()
    assert agenda(shell.context.ws, ref)[0].min_minutes is None
    put(view.editor.least, "8")
    assert agenda(shell.context.ws, ref)[0].min_minutes == 8
    assert view.editor._boxes["min_minutes"].below.isHidden()
    put(view.editor.minutes, "5")
    assert "shorter than the shortest" in view.editor._boxes["minutes"].below.text()
    assert agenda(shell.context.ws, ref)[0].minutes == 10
    set_item(shell.context.ws, agenda(shell.context.ws, ref)[0].ref, minutes=5, min_minutes=5)
    with pytest.raises(RuleBroken):
        set_item(shell.context.ws, agenda(shell.context.ws, ref)[0].ref, minutes=4)


def test_things_are_parted_in_any_script_and_stand_once() -> None:
    assert things(["Pens, large  map", "pens\nTea; المقصّ، ورق", "紙、筆，Café", "cafe"]) == (
        "Pens", "large map", "Tea", "المقصّ", "ورق", "紙", "筆", "Café"
    )  # fmt: skip


def test_who_brings_a_thing_is_chosen_beside_the_plan_and_printed(shell: Shell) -> None:
    view, ref = plan(shell)
    ws = shell.context.ws
    bo = add_person(ws, ref.space, name="Bo Lind")
    first, second, _third = agenda(ws, ref)
    set_item(ws, first.ref, materials="Pens, map")
    set_item(ws, second.ref, materials="map, soup")
    settle()
    assert list(view.truth.bring.who) == ["Pens", "map", "soup"]
    link = view.truth.bring.who["map"]
    assert (link.text(), link.accessibleName()) == ("Who?", "map: nobody brings it yet")
    link.setFocus()
    QTest.keyClick(link, Qt.Key.Key_Space)
    settle()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, Menu)
    for _ in range(len(menu.actions())):
        QTest.keyClick(menu, Qt.Key.Key_Down)
        active = menu.activeAction()
        if active is not None and active.text() == "Bo Lind":
            break
    QTest.keyClick(menu, Qt.Key.Key_Return)
    settle()
    (said,) = contributions(ws, ref.space, meeting=ref)
    assert (said.person, said.kind, said.text) == (bo, "bring", "map")
    link = view.truth.bring.who["map"]
    assert (link.text(), link.accessibleName()) == ("Bo Lind", "map: Bo Lind brings it")
    assert link.hasFocus(), "the keyboard stays"
    assert "**To bring:** Pens  ·  map _(Bo Lind)_  ·  soup" in to_markdown(agenda_sheet(ws, ref))
    assert undo(ws) is not None
    settle()
    assert view.truth.bring.who["map"].text() == "Who?"


def test_who_leads_stays_named_when_they_are_gone(shell: Shell) -> None:
    view, ref = plan(shell)
    ws = shell.context.ws
    bo = add_person(ws, ref.space, name="Bo Lind")
    first, second, _third = agenda(ws, ref)
    set_item(ws, first.ref, lead=bo)
    set_person(ws, bo, status="gone")
    settle()
    assert view.editor.lead.code() == bo.row.hex()
    view.steps.choose(second.ref)
    settle()
    assert bo.row.hex() not in dict(view.editor._leads), "but is not asked any more"


def test_where_organizers_plan_the_others_offer_what_they_bring_themselves(shell: Shell) -> None:
    view, ref = plan(shell)
    ws = shell.context.ws
    add_person(ws, ref.space, name="Bo Lind")
    mine = me(ws, ref.space)
    set_item(ws, agenda(ws, ref)[0].ref, materials="Pens")
    set_circle(ws, ref.space, kind="course")
    set_space(ws, ref.space, role="participant")
    view.refresh()
    link = view.truth.bring.who["Pens"]
    link.click()
    settle()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, Menu)
    assert [line.text() for line in menu.actions()] == ["Ana"]
    menu.actions()[0].trigger()
    menu.close()
    settle()
    assert [one.person for one in contributions(ws, ref.space, meeting=ref)] == [mine]
    assert view.truth.bring.who["Pens"].text() == "Ana"


def test_a_step_put_aside_takes_no_time_and_needs_nothing(shell: Shell) -> None:
    view, ref = plan(shell)
    ws = shell.context.ws
    first, second, _third = agenda(ws, ref)
    set_item(ws, first.ref, materials="Pens")
    set_item(ws, second.ref, materials="soup", flexible=1, state="parked")
    settle()
    assert view.truth.sum.text() == "30 of 90 min, 60 spare"
    assert [row.at for row in view.steps.rows()] == ["18:30", "–", "18:40"]
    assert "Parked for another evening" in view.steps.rows()[1].below
    assert list(view.truth.bring.who) == ["Pens"]
    assert view.truth.shortest.isHidden(), "what is put aside has nothing to give"
    for paper in (agenda_sheet(ws, ref), role_cards(ws, ref)):
        written = to_markdown(paper)
        assert "What we heard" not in written and "soup" not in written
        assert "18:40" in written
    set_item(ws, second.ref, state=None)
    settle()
    assert list(view.truth.bring.who) == ["Pens", "soup"]


def test_what_somebody_brings_besides_is_one_thing_in_their_own_words(shell: Shell) -> None:
    view, ref = plan(shell)
    ws = shell.context.ws
    set_item(ws, agenda(ws, ref)[0].ref, materials="map, pens")
    bo, chi = (add_person(ws, ref.space, name=name, confirmed=True) for name in ("Bo Lind", "Chi"))
    add_contribution(
        ws, ref.space, person=bo, kind="bring", text="Soup for fourteen, without nuts, and bread", meeting=ref
    )
    add_contribution(ws, ref.space, person=chi, kind="bring", text="pens, tape", meeting=ref)
    settle()
    lines = {thing: link.text() for thing, link in view.truth.bring.who.items()}
    assert lines == {
        "map": "Who?", "pens": "Chi", "Soup for fourteen, without nuts, and bread": "Bo Lind", "tape": "Chi",
    }  # fmt: skip
