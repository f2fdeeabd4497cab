"""What waits is what the outbox holds, at every moment: edits, packing, acknowledgements, a server that lost them, a restart."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from circle_app.workspace import journal
from circle_app.workspace.changes import ACK, Draft, Sealed
from circle_app.workspace.commands.tasks import add_task, delete_task
from circle_app.workspace.commands.undo import undo
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.status import sync_status
from tests.support.exchange import plain_seal
from tests.support.workspaces import new_circle, new_workspace


class NoRoom(Exception):
    """Sealing failed in the middle."""


def failing_seal(_draft: Draft) -> Sealed:
    raise NoRoom


class Outbox(RuleBasedStateMachine):
    """A circle, and beside it a plain count of what no server has."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.ws: Workspace = new_workspace(Path(self.folder.name) / "w")
        self.space = new_circle(self.ws)
        self.loose = len(journal.loose_ops(self.ws, self.space))
        self.sent: list[tuple[bytes, int]] = []
        self.unsent: dict[bytes, int] = {}
        self.last = None

    def teardown(self) -> None:
        self.ws.close()
        self.folder.cleanup()

    @rule(title=st.text("abc", min_size=1, max_size=5))
    def edit(self, title: str) -> None:
        before = len(journal.loose_ops(self.ws, self.space))
        self.last = add_task(self.ws, self.space, title=title)
        self.loose += len(journal.loose_ops(self.ws, self.space)) - before

    @precondition(lambda self: self.last is not None)
    @rule()
    def delete(self) -> None:
        delete_task(self.ws, self.last)
        self.loose += 1
        self.last = None

    @rule()
    def take_back(self) -> None:
        before = len(journal.loose_ops(self.ws, self.space))
        undo(self.ws)
        self.loose += len(journal.loose_ops(self.ws, self.space)) - before
        self.last = None

    @rule()
    def pack(self) -> None:
        journal.pack(self.ws, self.space, plain_seal)
        self._numbered()

    @rule()
    def fail_to_pack(self) -> None:
        if self.loose:
            try:
                journal.pack(self.ws, self.space, failing_seal)
            except NoRoom:
                return
            raise AssertionError("there was something to seal")

    @rule()
    def say_what_was_seen(self) -> None:
        journal.append(self.ws, self.space, plain_seal, kind=ACK, clear=b"")
        self._numbered()

    @precondition(lambda self: bool(self.unsent))
    @rule(part=st.integers(1, 3))
    def a_server_keeps_some(self, part: int) -> None:
        for ident in list(self.unsent)[:part]:
            journal.acknowledge(self.ws, self.space, [ident])
            self.sent.append((ident, self.unsent.pop(ident)))

    @precondition(lambda self: bool(self.sent))
    @rule()
    def a_server_loses_all(self) -> None:
        journal.unacknowledge(self.ws, self.space)
        self.unsent = {o.id: max(o.ops, 1) for o in journal.outbox(self.ws, self.space, -1)}
        self.sent = []

    @rule()
    def start_again(self) -> None:
        folder, clock, chance = self.ws.folder, self.ws.clock, self.ws.random_bytes
        self.ws.close()
        self.ws = Workspace.open(folder, key=None, clock=clock, random_bytes=chance)

    def _numbered(self) -> None:
        known = set(self.unsent) | {ident for ident, _ in self.sent}
        fresh = {o.id: max(o.ops, 1) for o in journal.outbox(self.ws, self.space, -1) if o.id not in known}
        assert sum(o.ops for o in journal.outbox(self.ws, self.space, -1) if o.id in fresh) == self.loose
        self.unsent |= fresh
        self.loose = 0

    @invariant()
    def what_waits_is_the_outbox(self) -> None:
        expected = self.loose + sum(self.unsent.values())
        assert journal.waiting(self.ws, self.space) == journal.waiting(self.ws) == expected
        assert [status.waiting for status in sync_status(self.ws)] == [expected]
        outbox = journal.outbox(self.ws, self.space, -1)
        assert [o.seq for o in outbox] == sorted(o.seq for o in outbox) and {o.id for o in outbox} == set(self.unsent)


Outbox.TestCase.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestOutbox = Outbox.TestCase
