"""What a facilitator does in an evening of forty people, key by key: the stage, the wrap-up, the notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt

from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.carry import left_open
from circle_app.workspace.queries.meetings import clock, meeting
from circle_app.workspace.queries.outcomes import outcomes, parking_lot
from circle_app.workspace.queries.reflections import reflections
from circle_app.workspace.queries.turns import pairings, turns
from tests.journeys.evening_acts import (
    NEXT,
    SHIFT,
    START_MS,
    Act,
    Does,
    Done,
    evening,
    fill,
    give,
    in_turn,
    keys,
    line,
    next_date,
    promise,
    seat,
    status,
    step,
    the_next,
)
from tests.journeys.evening_before import ALLEY, door, plan, saved, tabbed
from tests.journeys.hands import CTRL, ENTER, ESCAPE, SPACE, TAB, Hands

IDEAS = (("Planters that classes can water", 30), ("A bench in the shade", 41), ("Chalk on the street", 7))
DUG = "We ask before we dig"
COUNCIL, TUBS = "Ask the council for tree pits", "Fetch twelve tubs with the van"


def script(papers: Path) -> tuple[Act, ...]:
    """All of it, from the day before on; what is saved goes into the folder `papers`."""
    return (*plan(papers), *door(papers), *_talk(), *_round_and_pairs(), *_vote_and_end(), *_wrap_up(), *_notes(papers))


def _talk() -> Iterator[Act]:
    yield Act(0, "checkin", keys(Qt.Key.Key_F5), lambda ws: clock(ws, evening(ws)).state == "live")
    yield _line(4, Qt.Key.Key_M, "Arrived: hopeful, tired, cold hands")
    yield _live(6, keys(Qt.Key.Key_J, "2", ENTER), lambda ws: clock(ws, evening(ws)).opened_ms == START_MS - 120_000)
    yield _next(8, ALLEY)
    yield _next(13, "What we heard")
    yield _line(14, Qt.Key.Key_M, "Call the school @leila in 2 weeks")
    for minute, (words, _dots) in enumerate(IDEAS[:2], start=15):
        yield _line(minute, Qt.Key.Key_I, words)
    yield _live(17, keys(Qt.Key.Key_W, "vera", ENTER, ESCAPE, ESCAPE), lambda ws: status(ws, "Vera") == "late")
    yield _live(18, keys("+"), lambda ws: step(ws, "What we heard").extra_minutes == 1)
    yield _live(20, keys(Qt.Key.Key_P), lambda ws: clock(ws, evening(ws)).paused)
    yield _live(24, keys(Qt.Key.Key_P), lambda ws: not clock(ws, evening(ws)).paused)
    yield _live(25, in_turn(keys(Qt.Key.Key_K), lambda hands: hands.replace("A summer party"), keys(ENTER, ESCAPE)),
                lambda ws: "A summer party" in [one.text for one in parking_lot(ws, evening(ws).space)])  # fmt: skip
    yield _live(26, in_turn(tabbed("Call the school"), keys(Qt.Key.Key_T)),
                lambda ws: promise(ws, "Call the school") == ("Leila Lind", "2026-12-08"))  # fmt: skip
    yield _live(27, in_turn(tabbed("cold hands"), keys(Qt.Key.Key_L)),
                lambda ws: any(one.private for one in outcomes(ws, evening(ws))))  # fmt: skip
    yield _live(28, keys(Qt.Key.Key_O, SPACE, ESCAPE),
                lambda ws: "Ask who has the key" not in [one.title for one in left_open(ws, evening(ws))])  # fmt: skip


def _round_and_pairs() -> Iterator[Act]:
    yield _next(31, "One thing to change")
    for number in range(1, 9):
        yield _turn(31 + number, SPACE, number)
    yield _turn(40, Qt.Key.Key_X, 9)
    yield _line(41, Qt.Key.Key_D, "A slip of the finger")
    yield _live(42, keys(Qt.Key.Key_Z, held=CTRL), lambda ws: line(ws, "A slip") is None)
    yield _live(
        43, in_turn(keys(Qt.Key.Key_W, "bruno"), keys(Qt.Key.Key_G, held=CTRL), keys(ESCAPE, ESCAPE)), _bruno_left
    )
    yield _line(44, Qt.Key.Key_T, f"{COUNCIL} @amina fri", COUNCIL)
    yield _next(48, "In pairs")
    for minute, does in ((49, keys(SPACE)), (50, keys(SPACE)), (52, keys(Qt.Key.Key_G, held=SHIFT))):
        yield _shuffled(minute, does, min(minute - 48, 3))


def _vote_and_end() -> Iterator[Act]:
    yield _next(62, "Choose two")
    yield _live(
        63, _vote, lambda ws: [one.dots for words, _n in IDEAS if (one := line(ws, words))] == [n for _w, n in IDEAS]
    )
    yield _live(65, _hands, lambda ws: [one.hands for one in outcomes(ws, evening(ws)) if one.text == DUG] == [31])
    yield _live(67, keys(Qt.Key.Key_R, "1"), lambda ws: step(ws, "Closing round").extra_minutes < 0)
    yield _line(69, Qt.Key.Key_T, TUBS)
    yield _next(74, "Tea")
    yield _live(76, keys(Qt.Key.Key_W, "bruno", ENTER, ESCAPE, ESCAPE), lambda ws: not _bruno_left(ws))
    yield _next(79, "Closing round")
    yield _line(86, Qt.Key.Key_M, "Taken home: begin small")
    yield _live(90, keys(Qt.Key.Key_E), lambda ws: clock(ws, evening(ws)).state == "closed")


def _wrap_up() -> Iterator[Act]:
    yield Act(91, "wrapup", in_turn(fill(f"Who carries: {TUBS}", "oskar", ENTER), fill(f"By when: {TUBS}", "in 2 weeks", ENTER)),
              lambda ws: promise(ws, TUBS) == ("Oskar Lind", "2026-12-08"))  # fmt: skip
    yield _answer(92, "Courage", "Courage")
    yield _answer(92.5, "@nadia hope", "hope")
    yield Act(93, "wrapup", fill("Words for all of us", "It was warm in here.", TAB),
              lambda ws: meeting(ws, evening(ws)).reflection == "It was warm in here.")  # fmt: skip
    yield Act(94, "wrapup", in_turn(fill("What it is about", NEXT), fill("Which day", "in 2 weeks", ENTER)), next_date)
    yield give(95, "wrapup", the_next, ("Hosts", "host"), "Wanda Lind")
    yield give(95.5, "wrapup", the_next, ("Facilitates", "facilitate"), "Farid Lind")


def _notes(papers: Path) -> Iterator[Act]:
    def go(hands: Hands) -> None:
        hands.press(ENTER, held=CTRL)
        assert hands.at("export")

    went = saved(97, papers / "notes.md", "For us", "For the public")
    yield Act(97, "wrapup", in_turn(go, went.does), went.done)
    yield saved(98, papers / "public.md", "For the public", "For us")


def _live(minute: float, does: Does, done: Done) -> Act:
    return Act(minute, "live", does, done)


def _line(minute: float, key: Qt.Key, words: str, kept: str = "") -> Act:
    # a half-typed line is still there after a crash
    does = in_turn(keys(key), lambda hands: hands.replace(words), keys(ENTER, ESCAPE))
    return _live(minute, does, lambda ws: line(ws, kept or words))


def _next(minute: float, title: str) -> Act:
    return _live(minute, keys(Qt.Key.Key_N), lambda ws: clock(ws, evening(ws)).item == step(ws, title).row)


def _turn(minute: float, key: Qt.Key, number: int) -> Act:
    def done(ws: Workspace) -> bool:
        return sum(one.spoken_ms is not None for one in turns(ws, step(ws, "One thing to change").ref)) >= number

    return _live(minute, keys(key), done)


def _shuffled(minute: float, does: Does, times: int) -> Act:
    return _live(minute, does, lambda ws: len(pairings(ws, evening(ws).space)) >= times)


def _bruno_left(ws: Workspace) -> bool:
    found = seat(ws, "Bruno")
    return found is not None and found.left_item == step(ws, "One thing to change").ref


def _vote(hands: Hands) -> None:
    hands.press(Qt.Key.Key_V)
    if line(hands.shell.context.ws, IDEAS[2][0]) is None:
        hands.tab_to("Another idea")
        hands.press(IDEAS[2][0], ENTER)
    for words, dots in IDEAS:
        fill(f"Dots on {words}", str(dots))(hands)
    hands.press(ENTER, held=CTRL)
    hands.come()


def _hands(hands: Hands) -> None:
    """Somebody counts one hand more than there are people since one left, and counts again."""
    if line(hands.shell.context.ws, DUG) is None:
        hands.press(Qt.Key.Key_D, DUG, ENTER, ESCAPE)
    hands.tab_to(DUG)
    hands.press(Qt.Key.Key_H)
    hands.replace("39")
    hands.press(ENTER)
    assert hands.hears() == "Hands in favour", "39 hands of 38 people are refused"
    hands.replace("31")
    hands.press(ENTER)
    hands.come()


def _answer(minute: float, typed: str, kept: str) -> Act:
    return Act(minute, "wrapup", fill("An answer", typed, ENTER),
               lambda ws: kept in [said.text for said in reflections(ws, evening(ws))])  # fmt: skip
