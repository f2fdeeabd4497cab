"""Which servers that do not know us were offered all that is kept here, and when they are offered it again."""

from __future__ import annotations

from collections.abc import Callable

FIRST_S = 600.0
"""After one offer in vain; each further wait is twice as long."""
LONGEST_S = 86_400.0


class Offers:
    """Kept while the program runs. `monotonic` gives seconds.

    What a server could not take the first time, as something before it was missing, it can when somebody else has brought
    that; but a server that let us go for good is not to be sent a whole circle at every try.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._made: dict[tuple[int, bytes], tuple[float, float]] = {}

    def due(self, no: int, gen: bytes) -> bool:
        """Whether a circle may be offered to a generation of a server now."""
        made_s, wait_s = self._made.get((no, gen), (0.0, 0.0))
        return self._monotonic() >= made_s + wait_s

    def note(self, no: int, gen: bytes) -> None:
        """It was offered just now."""
        _, wait_s = self._made.get((no, gen), (0.0, 0.0))
        self._made[no, gen] = (self._monotonic(), min(2 * wait_s, LONGEST_S) or FIRST_S)

    def forget(self, no: int) -> None:
        """The server knows us (again), or there is something new to make known."""
        self._made = {at: made for at, made in self._made.items() if at[0] != no}
