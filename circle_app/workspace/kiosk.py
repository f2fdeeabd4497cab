"""Whether this computer is left at the door for people to check themselves in, and the PIN that ends it.

A courtesy lock against curious neighbours, not against whoever owns the computer: the PIN is kept here only, as a slow
salted hash, and is never synced. It stays locked over a crash or a restart until the PIN is typed or `end` is called.
"""

from __future__ import annotations

import hashlib
import hmac

from circle_app.domain.ids import Ref
from circle_app.domain.text import ascii_digits
from circle_app.errors import RuleBroken
from circle_app.workspace import settings
from circle_app.workspace.db import Workspace

PLACE, PIN, WRONG = "kiosk_meeting", "kiosk_pin", "kiosk_wrong"
SHORTEST, LONGEST = 4, 12
_COST, _BLOCK = 2**14, 8
"""scrypt: 16 MB and about a twentieth of a second for each try."""
WAIT_MS, WAIT_MOST_MS = 2_000, 30_000
"""After a wrong PIN one waits; after each further one twice as long, up to half a minute."""


def begin(ws: Workspace, meeting: Ref, pin: str) -> None:
    """Lock this computer to the door of a meeting; RuleBroken unless the PIN is 4 to 12 digits (of any script)."""
    digits = _digits(pin)
    if not SHORTEST <= len(digits) <= LONGEST or not digits.isdecimal():
        raise RuleBroken("A PIN has 4 to 12 digits.", "Take digits that you will remember.", code="pin")
    salt = ws.random_bytes(16)
    kept = f"{salt.hex()}:{_hash(digits, salt).hex()}"
    settings.put_all(ws, {PLACE: f"{meeting.space}:{meeting.row.hex()}", PIN: kept, WRONG: None})


def locked_to(ws: Workspace) -> Ref | None:
    """The meeting whose door this computer stands at; None while it is not locked."""
    space, _, row = settings.get(ws, PLACE, "").partition(":")
    try:
        return Ref(int(space), bytes.fromhex(row)) if row else None
    except ValueError:
        return None


def count_try(ws: Workspace) -> None:
    """To be called before a PIN is looked at: a try counts also where the program is ended before its answer is known."""
    settings.put(ws, WRONG, str(_tries(ws) + 1))


def wait_ms(ws: Workspace) -> int:
    """How long the next try has to wait after the last one, also after a restart, which is no way to try faster."""
    tries = _tries(ws)
    return min(WAIT_MOST_MS, WAIT_MS << min(tries - 1, 16)) if tries else 0


def which(ws: Workspace) -> str:
    """Tells one locking from the next; empty while there is none."""
    return settings.get(ws, PIN, "")


def fits(ws: Workspace, pin: str) -> bool:
    """Whether this is the PIN. Slow on purpose: ask away from the window."""
    salt, _, kept = settings.get(ws, PIN, "").partition(":")
    try:
        return hmac.compare_digest(_hash(_digits(pin), bytes.fromhex(salt)), bytes.fromhex(kept))
    except ValueError:
        return False


def end(ws: Workspace) -> None:
    """The computer is its owner's again, and the PIN is forgotten."""
    settings.put_all(ws, {PLACE: None, PIN: None, WRONG: None})


def _tries(ws: Workspace) -> int:
    kept = settings.get(ws, WRONG, "")
    return int(kept) if kept.isascii() and kept.isdecimal() and len(kept) < 9 else 0


def _digits(pin: str) -> str:
    """The PIN with 0 to 9 for the digits of any script, without spaces."""
    return "".join(ascii_digits(pin).split())


def _hash(digits: str, salt: bytes) -> bytes:
    return hashlib.scrypt(digits.encode(), salt=salt, n=_COST, r=_BLOCK, p=1, maxmem=2**26, dklen=32)
