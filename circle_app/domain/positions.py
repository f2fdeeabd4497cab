"""Fractional positions: text keys between which there is always room, so moving one row writes one cell.

A key is a string of digits over `DIGITS` (in ASCII order) that never ends in the lowest digit. Two people who insert
at one place get different keys by jitter; equal keys are told apart by row id when reading.
"""

from __future__ import annotations

from circle_app.domain.ids import RandomBytes

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE = len(DIGITS)
JITTER_DIGITS = 3


def between(before: str | None, after: str | None, random_bytes: RandomBytes) -> str:
    """A new key after `before` and before `after` (None is an open end). A pair out of order counts as an open end."""
    low = _digits(before)
    high = _digits(after)
    if high and low >= high:
        high = []
    return "".join(DIGITS[d] for d in _middle(low, high) + _jitter(random_bytes))


def spread(count: int, before: str | None, after: str | None, random_bytes: RandomBytes) -> list[str]:
    """`count` keys in order between the two, of even length instead of ever longer ones."""
    if count <= 0:
        return []
    middle = between(before, after, random_bytes)
    left = spread((count - 1) // 2, before, middle, random_bytes)
    return [*left, middle, *spread(count - 1 - len(left), middle, after, random_bytes)]


def _middle(low: list[int], high: list[int]) -> list[int]:
    """Digits strictly between two digit lists; `high` empty means no upper end."""
    out: list[int] = []
    bounded = bool(high)
    for place in range(len(low) + len(high) + 2):
        a = low[place] if place < len(low) else 0
        b = high[place] if bounded and place < len(high) else (0 if bounded else _BASE)
        if b - a > 1:
            return [*out, (a + b) // 2]
        out.append(a)
        if b > a:
            bounded = False
    return [*low, _BASE // 2]  # only another client's key can end in the lowest digit; then order falls to the row id


def _jitter(random_bytes: RandomBytes) -> list[int]:
    # The last digit is never the lowest one: "A" and "A0" would leave no room between them.
    drawn = random_bytes(JITTER_DIGITS)
    return [*(byte % _BASE for byte in drawn[:-1]), 1 + drawn[-1] % (_BASE - 1)]


def _digits(key: str | None) -> list[int]:
    """Digits of a key; foreign characters (another client's key) count as the nearest digit, so reading never fails."""
    if not key:
        return []
    return [_digit(c) for c in key]


def _digit(char: str) -> int:
    found = DIGITS.find(char)
    return found if found >= 0 else min(sum(d < char for d in DIGITS), _BASE - 1)
