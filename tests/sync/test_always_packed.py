"""Whatever was written here can be sealed and sent: no edit may stand in the way of all that come after it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from circle_app.domain.ids import Ref
from circle_app.domain.ops import SetOp
from circle_app.domain.schema import TASKS
from circle_app.domain.text import BODY_MAX_BYTES
from circle_app.workspace import journal
from circle_app.workspace.changes import ZERO_ID, Opened
from circle_app.workspace.commands.notes import add_note, set_note
from circle_app.workspace.commands.tasks import add_task, set_task
from circle_app.workspace.queries.tasks import task
from circle_app.workspace.verify import verify
from sync.client.access import access, sealer
from sync.client.opening import opener
from tests.support.machines import Machine, machine

LAST_HLC = 2**63 - 1


@pytest.fixture
def ana(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path / "ana", "Ana") as ana:
        ana.found()
        yield ana


def pack(person: Machine) -> int:
    held = access(person.ws, person.vault, 1)
    made = journal.pack(person.ws, 1, sealer(held, person.ws.random_bytes))
    assert journal.loose_ops(person.ws, 1) == ()
    assert verify(person.ws, opener(person.ws, person.vault)).ok
    return made


@pytest.mark.parametrize("hlc", [LAST_HLC, LAST_HLC - 1, 2**62])
def test_an_edit_over_a_stamp_from_the_end_of_time_still_leaves(ana: Machine, hlc: int) -> None:
    row = b"r" * 16
    poison = SetOp(TASKS.number, row, TASKS.column("title").number, "Mine for ever", hlc, None)
    ana.ws.apply(1, [Opened(b"p" * 32, b"\x00" * 16, 1, ZERO_ID, (poison,), b"data")])
    set_task(ana.ws, Ref(1, row), title="Ours again")
    set_task(ana.ws, Ref(1, row), title="Ours still")
    if hlc < LAST_HLC:
        assert task(ana.ws, Ref(1, row)).title == "Ours still"
    held = access(ana.ws, ana.vault, 1)
    assert journal.pack(ana.ws, 1, sealer(held, ana.ws.random_bytes)) == 1


def test_a_clock_that_is_thousands_of_years_ahead_stops_nothing(tmp_path: Path) -> None:
    with machine(tmp_path / "ana", "Ana") as ana:
        ana.ws.clock = type("Ahead", (), {"now_ms": staticmethod(lambda: 2**47 + 5)})()
        ana.found()
        add_task(ana.ws, 1, title="Later")
        assert pack(ana) == 1


def test_many_versions_of_a_long_note_written_on_a_train_all_leave(ana: Machine) -> None:
    note = add_note(ana.ws, 1, title="Minutes", body="begun")
    for n in range(12):
        set_note(ana.ws, note, body=f"version {n} " + random.Random(n).randbytes(240_000).hex())
    assert pack(ana) > 2


def test_the_longest_text_of_the_widest_letters_leaves(ana: Machine) -> None:
    chance = random.Random(5)
    add_note(
        ana.ws,
        1,
        title="Wide",
        body="".join(chr(chance.randrange(0x20000, 0x2A000)) for _ in range(BODY_MAX_BYTES // 4)),
    )
    add_task(ana.ws, 1, title="After it")
    assert pack(ana) > 1
