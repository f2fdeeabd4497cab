"""The order of speaking, who has the word and whom it comes from."""

from __future__ import annotations

from circle_app.domain.turns import Round, Turn, brought_forward, ordered, other_way_round

ANA, BEN, CEM, DORA = (bytes([number]) * 16 for number in range(4))
ROOM = (ANA, BEN, CEM, DORA)


def test_the_word_goes_from_seat_to_seat() -> None:
    fresh = ordered(ROOM, ())
    assert (fresh.speaking, fresh.after, fresh.last, fresh.heard) == (ANA, BEN, None, 0)
    later = ordered(ROOM, (Turn(ANA, 1000), Turn(CEM, 2000)))
    assert (later.speaking, later.after, later.last, later.heard) == (BEN, DORA, CEM, 2)
    assert ordered(ROOM, [Turn(person, 1) for person in ROOM]).speaking is None


def test_whoever_passes_had_their_turn_and_did_not_speak() -> None:
    now = ordered(ROOM, (Turn(ANA, 1000), Turn(BEN, 2000, passed=True)))
    assert (now.speaking, now.heard, now.passed, now.last) == (CEM, 1, frozenset({BEN}), BEN)


def test_who_left_counts_no_more_and_who_comes_late_speaks_last() -> None:
    now = ordered((ANA, CEM, DORA), (Turn(BEN, 500), Turn(DORA, None, pos="A"), Turn(CEM, None, pos="B")))
    assert now.order == (DORA, CEM, ANA)
    assert (now.heard, now.last, now.speaking) == (0, None, DORA)


def test_the_other_way_round_leaves_those_who_had_their_turn() -> None:
    now = ordered(ROOM, (Turn(BEN, 1000),))
    assert other_way_round(now) == (DORA, BEN, CEM, ANA)
    assert other_way_round(Round(ROOM)) == tuple(reversed(ROOM))


def test_somebody_is_brought_forward_and_nobody_is_lost() -> None:
    now = ordered(ROOM, (Turn(ANA, 1000),))
    assert brought_forward(now, DORA) == (ANA, BEN, DORA, CEM)
    assert brought_forward(now, BEN) == ROOM
    assert brought_forward(now, ANA) == ROOM


def test_how_long_somebody_has_had_the_word() -> None:
    now = ordered(ROOM, (Turn(ANA, 61_000),))
    assert now.since_ms(1000) == 61_000
    assert ordered(ROOM, ()).since_ms(1000) == 1000
    assert ordered(ROOM, ()).since_ms(None) is None
