"""What a refusal of our own change means: whether the server lost something, or does not want it."""

from __future__ import annotations

import pytest

from sync import wire
from sync.client.refused import RolledBack, push_refused
from sync.refusals import REFUSALS


def refused(code: str, *, ends: int) -> wire.PushResult:
    """The server's copy of our chain `ends` with this number."""
    return wire.PushResult(b"i" * 32, wire.REFUSED, 0, code, ends, b"h" * 32)


@pytest.mark.parametrize("code", sorted(REFUSALS.keys() - {"fork", "quota"}))
def test_a_chain_that_ends_before_what_was_taken_means_that_the_server_lost_some(code: str) -> None:
    """Such as a key that it lost with it: `epoch_unknown` is then no refusal of the words sealed under that key."""
    with pytest.raises(RolledBack):
        push_refused(refused(code, ends=4), after=6)


@pytest.mark.parametrize("code", ["epoch_unknown", "epoch_old", "not_allowed"])
def test_a_refusal_by_a_server_that_lost_nothing_is_told(code: str) -> None:
    assert push_refused(refused(code, ends=6), after=6).code == f"refused_{code}"


def test_a_full_server_and_a_copy_of_this_computer_are_told_whatever_the_server_knows_of_the_chain() -> None:
    assert push_refused(refused("quota", ends=0), after=6).code == "quota"
    assert push_refused(refused("fork", ends=2), after=6).code == "copied"
