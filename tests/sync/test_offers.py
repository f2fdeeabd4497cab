"""When a server that does not know us is offered a circle again."""

from __future__ import annotations

from sync.client.offers import FIRST_S, LONGEST_S, Offers

GEN, OTHER = b"g" * 16, b"o" * 16


class Watch:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_a_circle_is_offered_again_each_time_after_twice_as_long() -> None:
    watch = Watch()
    offers = Offers(watch)
    waits = []
    for _ in range(12):
        assert offers.due(1, GEN)
        offers.note(1, GEN)
        began = watch.now_s
        while not offers.due(1, GEN):
            watch.now_s += FIRST_S
        waits.append(watch.now_s - began)
    assert waits[:4] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S, 8 * FIRST_S]
    assert waits[-1] == waits[-2] == LONGEST_S


def test_another_circle_and_another_generation_wait_for_themselves() -> None:
    watch = Watch()
    offers = Offers(watch)
    offers.note(1, GEN)
    assert not offers.due(1, GEN)
    assert offers.due(2, GEN)
    assert offers.due(1, OTHER)


def test_a_server_that_knows_us_is_offered_everything_at_once_when_it_forgets_us_again() -> None:
    watch = Watch()
    offers = Offers(watch)
    offers.note(1, GEN)
    offers.note(2, GEN)
    offers.forget(1)
    assert offers.due(1, GEN)
    assert not offers.due(2, GEN)
