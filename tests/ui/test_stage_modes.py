"""What the room does, on the stage and by keys: rounds and pairs as rows that the other laptop has too."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands import attendance as door
from circle_app.workspace.commands import live as live_commands
from circle_app.workspace.commands import turns
from circle_app.workspace.commands.agenda import set_item
from circle_app.workspace.commands.meetings import plan_meeting
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.commands.undo import redo, undo
from circle_app.workspace.commands.votes import count_dots
from circle_app.workspace.queries.turns import pairings
from circle_app.workspace.queries.turns import turns as marks
from tests.support.plain_edits import keep_groups
from tests.support.repeating import meet_again
from tests.ui.hall import gather, go, live_page, open_hall, press
from ui.models.evening import read_evening
from ui.views.live_seat import SeatMenu
from ui.widgets.board import Board, Line

ROUND, VOTE, PAIRS = 2, 3, 4


def plain(words: str) -> str:
    """Without the marks that keep a name's direction."""
    return words.replace("\u2068", "").replace("\u2069", "")


def menu_words(hall, place: int, view) -> list[str]:
    menu = SeatMenu(hall.ctx, read_evening(hall.ws, hall.meeting), place, view)
    return [plain(action.text()) for action in menu.actions() if action.text()]


def choose(hall, place: int, view, words: str) -> None:
    menu = SeatMenu(hall.ctx, read_evening(hall.ws, hall.meeting), place, view)
    next(action for action in menu.actions() if words in plain(action.text())).trigger()
    QApplication.processEvents()


def groups(hall) -> list[list[list[bytes]]]:
    return [[[ref.row for ref in group] for group in kept.groups] for kept in pairings(hall.ws, hall.space)]


def test_a_round_is_rows_that_undo_and_redo_one_by_one(hall, qtbot):
    go(hall, ROUND)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_Space, Qt.Key.Key_Space)
    assert {mark.person for mark in marks(hall.ws, hall.steps[ROUND])} == set(hall.people[:2])
    undo(hall.ws)
    qtbot.waitUntil(lambda: "João" in view.stage.speaking.text())
    undo(hall.ws)
    qtbot.waitUntil(lambda: "Amina" in view.stage.speaking.text())
    redo(hall.ws)
    redo(hall.ws)
    qtbot.waitUntil(lambda: "Łucja" in view.stage.speaking.text())


def test_one_key_lets_somebody_pass_and_the_word_comes_back_to_them(hall, qtbot):
    go(hall, ROUND)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_X)
    assert "João" in view.stage.speaking.text()
    assert [seat.state for seat in view.stage.ring.seats[:3]] == ["passed", "speaking", "waiting"]
    assert view.steps.lines()[ROUND].below == "0 of 12 have spoken"
    QTest.keyClick(view, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    QApplication.processEvents()
    assert "Amina" in view.stage.speaking.text()
    press(Qt.Key.Key_X, *[Qt.Key.Key_Space] * 11)
    assert (view.stage.speaking.text(), view.stage.following.text()) == ("Everyone has had a turn", "·  1 let it pass")
    choose(hall, 0, view, "Amina Diallo has spoken after all")
    qtbot.waitUntil(lambda: view.stage.speaking.text() == "Everyone has spoken")


def test_the_line_says_how_long_each_may_take_of_what_is_left(hall, qtbot):
    go(hall, ROUND)
    view = live_page(hall, qtbot)
    assert plain(view.stage.following.text()) == "·  João next  ·  about 70 s each"
    press(*[Qt.Key.Key_Space] * 9)
    assert plain(view.stage.following.text()) == "·  Ines next  ·  about 5 min each"
    press(*[Qt.Key.Key_Space] * 2)
    assert view.stage.following.text() == ""


def test_somebody_speaks_next_and_the_circle_goes_the_other_way(hall, qtbot):
    go(hall, ROUND)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_Space)
    assert menu_words(hall, 0, view)[0] == "Amina Diallo has not spoken yet"
    choose(hall, 6, view, "Greta Holm speaks next")
    assert "Greta" in view.stage.following.text()
    choose(hall, 5, view, "Go round the other way")
    names = [seat.name.split()[0] for seat in view.stage.ring.seats]
    assert names == ["Amina", "Tom", "Ines", "Kofi", "Rosa", "Omar", "Ravi", "Mei", "Sam", "Łucja", "Greta", "João"]
    press(Qt.Key.Key_Space)
    assert "Ines" in view.stage.speaking.text()
    undo(hall.ws)
    undo(hall.ws)
    qtbot.waitUntil(lambda: "Greta" in view.stage.following.text())


def test_who_comes_late_speaks_last_and_who_leaves_is_passed_over(hall, qtbot):
    go(hall, ROUND)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_Space)
    door.mark_left(hall.ws, hall.meeting, hall.people[1])
    hall.clock.forward(minutes=1)
    door.mark(hall.ws, hall.meeting, hall.people[12], status="late")
    qtbot.waitUntil(lambda: "Łucja" in view.stage.speaking.text())
    assert view.stage.ring.seats[-1].name == "Rowan Fields"
    assert view.steps.lines()[ROUND].below == "1 of 12 have spoken"


def test_a_seat_is_reached_by_tab_and_arrows_and_opens_its_menu(hall, qtbot, monkeypatch):
    go(hall, ROUND)
    view = live_page(hall, qtbot)
    heard: list[str] = []
    view.announced.connect(lambda words: heard.append(plain(words)))
    view.stage.ring.setFocus(Qt.FocusReason.TabFocusReason)
    assert heard == ["Amina Diallo, is speaking, seat 1 of 12"]
    press(Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert heard[-1] == "Łucja Nowak, waits, seat 3 of 12"
    opened: list[str] = []
    monkeypatch.setattr(SeatMenu, "popup", lambda menu, _where: opened.append(plain(menu.actions()[0].text())))
    press(Qt.Key.Key_Space, Qt.Key.Key_Return)
    assert opened == ["Łucja Nowak has spoken"] * 2


def test_a_screen_reader_hears_who_speaks_next_and_who_meets_whom(hall, qtbot):
    go(hall, ROUND)
    view = live_page(hall, qtbot)
    heard: list[str] = []
    view.announced.connect(lambda words: heard.append(plain(words)))
    press(Qt.Key.Key_Space)
    assert heard == ["João is speaking. Łucja next"]
    go(hall, PAIRS)
    qtbot.waitUntil(lambda: len(heard) == 2)
    press(Qt.Key.Key_Space)
    assert heard[-1].startswith("1: ") and heard[-1].count(": ") == 6


def test_space_makes_pairs_that_do_not_repeat_for_eleven_turns(hall, qtbot):
    go(hall, PAIRS)
    view = live_page(hall, qtbot)
    assert (view.stage.speaking.text(), view.stage.following.text()) == ("Who talks with whom?", "·  Make pairs")
    press(*[Qt.Key.Key_Space] * 11)
    made = groups(hall)
    assert len(made) == 11
    for turn, now in enumerate(made):
        assert meet_again(now, made[:turn]) == 0
    assert view.stage.speaking.text() == "Talking in pairs"
    shown = [seat.key for seat in view.stage.ring.seats]
    assert [[shown[at] for at in group] for group in view.stage.ring._picture.groups] == made[-1]


def test_pairs_of_earlier_evenings_count_and_so_do_comers_and_goers(hall, qtbot):
    before = plan_meeting(hall.ws, hall.space, title="An earlier evening")
    told = [[hall.people[at], hall.people[at + 1]] for at in range(0, 12, 2)]
    keep_groups(hall.ws, before, told, turn=1, item=None)
    go(hall, PAIRS)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_Space)
    door.mark_left(hall.ws, hall.meeting, hall.people[0])
    door.mark(hall.ws, hall.meeting, hall.people[12], status="late")
    qtbot.waitUntil(lambda: "2 without a partner" in view.stage.following.text())
    press("g")
    made = groups(hall)
    assert len(made) == 3
    assert [meet_again(now, made[:turn]) for turn, now in enumerate(made)] == [0, 0, 0]
    assert hall.people[0].row not in [row for group in made[-1] for row in group]
    assert "without" not in view.stage.following.text()


def test_threes_instead_of_pairs_are_one_step_to_take_back(hall, qtbot):
    go(hall, PAIRS)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_Space)
    QTest.keyClick(view, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    QApplication.processEvents()
    assert view.stage.speaking.text() == "Talking in threes"
    assert {len(group) for group in groups(hall)[-1]} == {3}
    undo(hall.ws)
    qtbot.waitUntil(lambda: view.stage.speaking.text() == "Talking in pairs")
    assert len(groups(hall)) == 1
    QTest.mouseClick(view.stage.size_switch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.stage.speaking.text() == "Talking in threes")


def test_the_groups_from_before_come_back_with_shift_and_space(hall, qtbot):
    go(hall, PAIRS)
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_Space, Qt.Key.Key_Space)
    first, _second = groups(hall)
    QTest.keyClick(view, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: groups(hall) == [first])


def test_a_break_says_when_it_ends(hall, qtbot):
    set_item(hall.ws, hall.steps[1], mode="break", minutes=15)
    go(hall, 1)
    view = live_page(hall, qtbot)
    assert view.stage.question.text() == "Back at 18:45"
    press("+")
    assert view.stage.question.text() == "Back at 18:46"
    press(Qt.Key.Key_P)
    assert view.stage.question.text() == ""
    assert view.stage.speaking.text() == "A break for everyone"


@pytest.mark.parametrize("height", [900, 600])
def test_forty_people_find_their_group_in_a_list_whatever_the_window(tmp_path, qapp, qtbot, height):
    names = tuple(f"{first}{number} Miller" for number, first in enumerate(["Ana", "Ben", "Cem", "Dora"] * 10))
    hall = open_hall(tmp_path, names=names)
    gather(hall, 40)
    live_commands.open_meeting(hall.ws, hall.meeting)
    go(hall, PAIRS)
    turns.make_groups(hall.ws, hall.meeting, hall.steps[PAIRS])
    view = live_page(hall, qtbot)
    view.resize(1372, height)
    QApplication.processEvents()
    board = view.stage.board
    assert board.isVisible() and view.stage.ring.seats == ()
    assert len(board.lines()) == 20 and "·" in board.lines()[0].text
    assert board._fits(*board.fitted())
    assert view.stage.ring.geometry().bottom() <= view.stage.bar.geometry().top()
    hall.close()


def test_what_was_voted_for_stands_under_the_clock_once_it_is_counted(hall, qtbot):
    go(hall, VOTE)
    set_item(hall.ws, hall.steps[VOTE], dots_each=3)
    words = ("Chalk on the street", "A bench in the shade of the old plane, with a roof and a book shelf")
    lines = [add_outcome(hall.ws, hall.meeting, kind="idea", text=text, item=hall.steps[VOTE]) for text in words]
    view = live_page(hall, qtbot)
    view.resize(1372, 900)
    QApplication.processEvents()
    stage = view.stage
    assert stage.board.isHidden() and stage.ring.seats  # people are seen until there is something to read
    count_dots(hall.ws, hall.steps[VOTE], dict(zip(lines, (4, 11), strict=True)), each=3, present=12)
    qtbot.waitUntil(stage.board.isVisible)
    assert [(line.text, line.figure) for line in stage.board.lines()] == [(words[1], "11"), (words[0], "4")]
    assert stage.ring.seats == () and stage.board._fits(*stage.board.fitted())
    press(Qt.Key.Key_N)
    qtbot.waitUntil(stage.board.isHidden)
    assert stage.ring.seats


@pytest.mark.parametrize("width", [300, 420, 700])
def test_a_long_idea_is_read_whole_on_a_board(theme, qtbot, width):
    board = Board(theme)
    qtbot.addWidget(board)
    idea = "A bench in the shade of the old plane at the bus stop, with a roof and a small book shelf"
    board.set_lines((Line(idea, "11", 1.0, strong=True), Line("Chalk", "4", 0.3)))
    board.resize(width, 500)
    pixels, columns = board.fitted()
    assert columns == 1 and board._whole(board.lines()[0], pixels, width)


def test_pairs_made_on_two_laptops_at_once_are_both_remembered_and_one_is_shown(tmp_path, qapp):
    from circle_app.domain.ids import Ref
    from tests.support.exchange import exchange
    from tests.support.workspaces import new_space, new_workspace

    here = open_hall(tmp_path / "here")
    gather(here)
    live_commands.open_meeting(here.ws, here.meeting)
    with new_workspace(tmp_path / "there", seed=2) as there:
        sides = (here.ws, here.space), (there, new_space(there))
        exchange(*sides)
        space = sides[1][1]
        meeting, pairs, round_ = (Ref(space, ref.row) for ref in (here.meeting, here.steps[PAIRS], here.steps[ROUND]))
        go(here, PAIRS)
        turns.make_groups(here.ws, here.meeting, here.steps[PAIRS])
        exchange(*sides)
        turns.make_groups(here.ws, here.meeting, here.steps[PAIRS])
        turns.make_groups(there, meeting, pairs)
        exchange(*sides)
        shown = [
            [[ref.row for ref in group] for group in read_evening(ws, at).groups[-1].groups]
            for ws, at in ((here.ws, here.meeting), (there, meeting))
        ]
        assert shown[0] == shown[1]
        assert len(groups(here)) == 3
        go(here, ROUND)
        exchange(*sides)
        for number in range(4):
            ws, item, no = ((here.ws, here.steps[ROUND], here.space), (there, round_, space))[number % 2]
            turns.have_spoken(ws, item, Ref(no, here.people[number].row))
        exchange(*sides)
        heard = [now.round.spoken for now in (read_evening(here.ws, here.meeting), read_evening(there, meeting))]
        assert heard[0] == heard[1] == {ref.row for ref in here.people[:4]}
    here.close()
