"""The second screen in every state of the room: no names unless they are switched on, every word seen whole."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands import agenda, turns
from circle_app.workspace.commands import live as live_commands
from circle_app.workspace.commands.agenda import set_item
from circle_app.workspace.commands.outcomes import add_outcome
from circle_app.workspace.commands.votes import count_dots
from tests.ui.hall import NAMES, gather, go, live_page, open_hall, press
from ui.models.evening import read_evening
from ui.views.projector import ProjectorWindow
from ui.views.projector_scene import scene
from ui.widgets.board import Board, Line

ROUND, VOTE, PAIRS = 2, 3, 4
SIZES = [(1024, 768), (1440, 900), (1920, 1080)]


def shown(hall, qtbot) -> ProjectorWindow:
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_F11)
    window = view.projector()
    assert window is not None
    return window


def names_in(window: ProjectorWindow) -> set[str]:
    words = " ".join(window.words())
    return {part for name in NAMES for part in name.split() if part in words}


def vote(hall) -> list:
    lines = [
        add_outcome(hall.ws, hall.meeting, kind="idea", text=text, item=hall.steps[ROUND])
        for text in ("Planters at the gate", "A bench in the shade", "Chalk on the street")
    ]
    set_item(hall.ws, hall.steps[VOTE], dots_each=3)
    go(hall, VOTE)
    return lines


def test_a_round_shows_how_many_have_spoken_and_nobody_by_name(hall, qtbot):
    go(hall, ROUND)
    window = shown(hall, qtbot)
    assert "0 of 12 have spoken" in window.words()
    assert len(window.ring.seats) == 12 and names_in(window) == set()
    hall.ctx.second._feeder.activateWindow()
    turns.have_spoken(hall.ws, hall.steps[ROUND], hall.people[0])
    qtbot.waitUntil(lambda: "1 of 12 have spoken" in window.words())
    assert [seat.state for seat in window.ring.seats[:2]] == ["spoken", "speaking"]
    assert window.ring.accessibleDescription() == ""


def test_names_show_only_when_switched_on_and_never_on_a_screen_just_opened(hall, qtbot):
    go(hall, ROUND)
    hall.ctx.second.switch_names()  # there is no screen yet on which to show them
    window = shown(hall, qtbot)
    assert names_in(window) == set() and hall.said == []
    QTest.keyClick(window, Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    assert [seat.name for seat in window.ring.seats[:2]] == ["Amina", "João"]
    assert any("is speaking" in word for word in window.words())
    assert not {"Diallo", "Prates"} & names_in(window)
    assert hall.said[-1][0] == "The projector shows first names"
    QTest.keyClick(window, Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    assert names_in(window) == set()
    assert hall.said[-1][0] == "The projector shows no names"
    hall.ctx.second.switch_names()
    window.close()
    assert names_in(shown(hall, qtbot)) == set()


def test_pairs_are_read_from_the_screen_only_with_names(hall, qtbot):
    go(hall, PAIRS)
    turns.make_groups(hall.ws, hall.meeting, hall.steps[PAIRS])
    window = shown(hall, qtbot)
    assert window.board.lines() == () and names_in(window) == set()
    assert "Talking in pairs" in window.words()
    hall.ctx.second.switch_names()
    lines = window.board.lines()
    assert [line.mark for line in lines] == ["1", "2", "3", "4", "5", "6"]
    assert all(line.text.count("·") == 1 for line in lines)


def test_the_ideas_are_seen_before_their_dots_and_the_dots_once_they_are_counted(hall, qtbot):
    lines = vote(hall)
    add_outcome(hall.ws, hall.meeting, kind="idea", text="Not for all eyes", item=hall.steps[ROUND], private=True)
    window = shown(hall, qtbot)
    assert window.board.lines() == (
        Line("Planters at the gate"), Line("A bench in the shade"), Line("Chalk on the street"),
    )  # fmt: skip
    assert "3 dots each" in window.words()
    count_dots(hall.ws, hall.steps[VOTE], dict(zip(lines, (7, 14, 0), strict=True)), each=3, present=12)
    qtbot.waitUntil(lambda: "21 dots counted" in window.words())
    assert window.board.lines() == (
        Line("A bench in the shade", "14", 1.0, strong=True),
        Line("Planters at the gate", "7", 0.5),
        Line("Chalk on the street", "0", 0.0),
    )


def test_hands_are_seen_as_they_are_counted(hall, qtbot):
    go(hall, VOTE)
    add_outcome(hall.ws, hall.meeting, kind="decision", text="Planters for six weeks", hands=9, present=12)
    window = shown(hall, qtbot)
    assert window.board.lines() == (Line("Planters for six weeks", "9 of 12", 0.75, strong=True),)


def test_a_break_says_in_large_type_when_it_ends(hall, qtbot):
    set_item(hall.ws, hall.steps[1], mode="break", minutes=15)
    go(hall, 1)
    window = shown(hall, qtbot)
    assert window.words()[:3] == ("Elm Street Greening", "What we heard", "Back at 18:45")
    assert window.ring.seats == ()


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("people", [7, 40])
def test_every_group_is_seen_whole(people, width, height, tmp_path, qapp, qtbot):
    long = tuple(f"Wilhelmina{number} Featherstonehaugh" for number in range(people))
    hall = open_hall(tmp_path, names=long)
    gather(hall, people)
    live_commands.open_meeting(hall.ws, hall.meeting)
    go(hall, PAIRS)
    turns.make_groups(hall.ws, hall.meeting, hall.steps[PAIRS], size=3)
    window = ProjectorWindow(hall.ctx.theme, title="Projector")
    qtbot.addWidget(window)
    window.resize(width, height)
    window.show()
    window.set_scene(scene(read_evening(hall.ws, hall.meeting), hall.clock.ms, names=True))
    QApplication.processEvents()
    pixels, columns = window.board.fitted()
    assert window.board._fits(pixels, columns)
    assert pixels >= 11
    assert window.board.geometry().bottom() <= window.strip.geometry().top()
    assert window._question.geometry().bottom() <= window.board.geometry().top()
    hall.close()


@pytest.mark.parametrize("count", [6, 10, 24])
def test_no_title_in_the_strip_is_shortened_and_the_running_one_always_shown(count, tmp_path, qapp, qtbot):
    hall = open_hall(tmp_path)
    extra = [{"title": f"One more step of this long evening, number {number}"} for number in range(count - 6)]
    if extra:
        agenda.add_items(hall.ws, hall.meeting, extra)
    live_commands.open_meeting(hall.ws, hall.meeting)
    window = ProjectorWindow(hall.ctx.theme, title="Projector")
    qtbot.addWidget(window)
    window.resize(1024, 768)
    window.show()
    window.set_scene(scene(read_evening(hall.ws, hall.meeting), hall.clock.ms))
    painted: list[tuple[str, float]] = []
    from ui.widgets.canvas import Canvas, text_width

    real = Canvas.text

    def watched(canvas, rect, text, *, font, **rest):
        painted.append((text, rect.width() - text_width(font, text)))
        real(canvas, rect, text, font=font, **rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Canvas, "text", watched)
        window.strip.grab()
    assert min(room for _text, room in painted) >= 0
    shown_words = " ".join(text for text, _room in painted)
    assert "Welcome & check-in" in shown_words
    assert ("Closing round" in shown_words) == (count == 6)
    hall.close()


def test_a_board_reads_from_the_right_in_arabic(hall, qtbot):
    board = Board(hall.ctx.theme)
    qtbot.addWidget(board)
    board.resize(600, 120)
    board.set_lines((Line("Bench", "7", 0.25, strong=True),))
    primary = hall.ctx.theme.color("primary")

    def middle_of_bar() -> float:
        image = board.grab().toImage()
        line = [
            (x, y) for y in range(image.height()) for x in range(image.width()) if image.pixelColor(x, y) == primary
        ]
        longest = max({y for _x, y in line}, key=lambda y: sum(at == y for _x, at in line))
        return sum(x for x, y in line if y == longest) / sum(y == longest for _x, y in line)

    assert middle_of_bar() < 300
    board.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert middle_of_bar() > 300


def test_an_evening_without_steps_begins_goes_on_and_ends_with_its_own_words(tmp_path, qtbot):
    made = open_hall(tmp_path)
    for step in made.steps:
        agenda.delete_item(made.ws, step)

    def said() -> str:
        return scene(read_evening(made.ws, made.meeting), made.clock.ms).hint

    assert said() == "Welcome. We begin soon."
    live_commands.open_meeting(made.ws, made.meeting)
    assert said() == ""
    assert live_page(made, qtbot).head.ends.isHidden(), "nothing is known of an end"
    live_commands.close_meeting(made.ws, made.meeting)
    assert said() == "Thank you for this evening."
    made.close()
