"""One exchange with one server for one circle: send what is ours, fetch what is theirs, refill what it lost.

Everything may be repeated or cut off at any point: bytes are sent until they are acknowledged, and what arrives twice
is merged once. The server is believed in nothing; see admit.py for what a changeset has to show.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Container

from circle_app.errors import CircleError, SyncProblem
from circle_app.workspace import inbox, journal, settings, spaces
from circle_app.workspace.become import own_devices
from circle_app.workspace.db import Workspace
from circle_app.workspace.doubt import cast_doubt, check_undoubted, doubt
from circle_app.workspace.newer import note_newer
from circle_app.workspace.queries.status import waiting
from circle_app.workspace.wordindex import keep_up
from sync import codec, wire
from sync.client import asking, epochs, owed, refill, renewal
from sync.client.access import access, device_signer, sealer
from sync.client.admit import Incoming, TakenIn, forget_unproven, membership_of, take_in
from sync.client.apart import OnBug, sync_apart
from sync.client.calls import Server, Signer, nonsense
from sync.client.exchange import Exchange, follow_role, lives
from sync.client.goodbye import say_goodbye
from sync.client.lines import WAITING, Watch
from sync.client.mark import Mark, Noting, mark_note, noting, read_mark, unread_from
from sync.client.offers import Offers
from sync.client.refused import RolledBack, push_refused
from sync.client.rejoining import let_go_of_old
from sync.client.rejudge import rejudge
from sync.client.repair import repair
from sync.client.report import SyncReport as SyncReport
from sync.client.report import Tally, as_problem
from sync.client.resting import Rests
from sync.client.transfers import Transfers
from sync.client.transport import Transport
from sync.membership.heads import heads_before_leaving
from sync.membership.ops import Role
from sync.membership.result import Membership
from sync.vault import Vault

MAX_PAGES = 100
"""Pages read in one exchange; the rest comes with the next one, so that one circle never keeps others waiting for ever."""
TOKEN_SETTING = "server_token"  # noqa: S105 (the name of a setting)
"""The setting that holds the registration code of a server that asks for one."""


class SyncEngine:
    """Syncs the circles of a workspace, one exchange at a time. `connect` gives the line to an address.

    With `on_bug`, a bug that shows in one circle is handed to it and the others are synced all the same; else it is raised.
    `monotonic` are seconds by which files take turns with edits, and what was in vain is tried again.
    """

    def __init__(
        self, ws: Workspace, vault: Vault, *, connect: Callable[[str], Server] | None = None,
        on_bug: OnBug | None = None, monotonic: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._ws, self._vault, self._on_bug = ws, vault, on_bug
        self._connect = connect or (lambda address: Server(Transport(address), ws.clock.now_ms, ws.random_bytes))
        self._servers: dict[str, Server] = {}
        self._asked_again: set[bytes] = set()
        self._offers = Offers(monotonic)
        self._memberships: dict[int, tuple[tuple[bytes, ...], Membership]] = {}
        self._watches: dict[int, Watch] = {}
        self._rests = Rests(ws)
        self._transfers = Transfers(ws, monotonic=monotonic)
        self._turn = threading.RLock()

    def sync_all(self, only: Container[int] | None = None) -> tuple[SyncReport, ...]:
        """Sync every circle (of `only`) that has a server; one circle's trouble does not touch another."""
        living = [s.no for s in spaces.spaces(self._ws) if s.server and lives(s)]
        for no in self._watches.keys() - set(living):
            self._watches.pop(no, None)
        reports = [sync_apart(self._ws, no, self.sync, self._on_bug) for no in living if only is None or no in only]
        with contextlib.suppress(CircleError):  # a full disk is told where something is written, or searched
            keep_up(self._ws)
        return tuple(r for r in reports if r is not None)

    def watches(self) -> tuple[Watch, ...]:
        """For each circle that was synced well, how far its server was read; for the thread that syncs."""
        return tuple(self._watches.values())

    def sync(self, space: int) -> SyncReport:
        """Send and fetch everything there is for one circle; expected trouble comes back as `problem`."""
        row = spaces.space(self._ws, space)
        if row.server is None or not lives(row):
            return SyncReport(space, waiting=waiting(self._ws, space))
        tally, problem = Tally(), None
        try:
            self._ws.barrier.check()  # nothing is sent from a damaged file
            with self._turn:
                self._exchange(row.server, space, tally)
        except CircleError as error:
            problem = as_problem(error)
        try:
            spaces.note_sync(self._ws, space, problem=None if problem is None else problem.code)
        except CircleError as error:  # the disk refuses even this
            problem = problem or as_problem(error)
        return SyncReport(
            space, tally.pushed, tally.pulled, tally.quarantined, waiting(self._ws, space), problem,
            refilled=tally.refilled and problem is None, more=tally.more and problem is None, renewed=tally.renewed,
        )  # fmt: skip

    def read_all(self, space: int, signer: Signer, membership: Membership) -> None:
        """Fetch and merge what a circle's server has, as somebody who was invited. Raises SyncProblem."""
        held = access(self._ws, self._vault, space)
        assert held.space.server is not None
        with self._turn:
            self._pull(Exchange(held, self.server(held.space.server), signer, membership))

    def connect(self, address: str) -> Server:
        """A line of one's own to a server, for whoever cannot wait for an exchange to end; to be closed."""
        return self._connect(address)

    def waiting_line(self, address: str) -> Server:
        """A line on which a request may wait for news as long as servers hold it; to be closed."""
        return Server(Transport(address, WAITING), self._ws.clock.now_ms, self._ws.random_bytes)

    def server(self, address: str) -> Server:
        """The line to a server that exchanges use, kept open between them."""
        if address not in self._servers:
            self._servers[address] = self._connect(address)
        return self._servers[address]

    def close(self) -> None:
        for server in self._servers.values():
            server.close()
        self._servers.clear()
        self._rests.clear()
        self._transfers.close()

    def _exchange(self, address: str, space: int, tally: Tally) -> None:
        rests, page = self._rests.look(space, self.server(address))
        if rests:
            return
        before, asked = self._ws.state(), self.server(address).asked
        row = spaces.space(self._ws, space)
        if row.state == asking.WAITING:
            entered = asking.go_on(self._ws, self._vault, row, self.server(address))
            if entered is None:
                return
            held = access(self._ws, self._vault, space)
            first = Exchange(held, self.server(address), device_signer(held), entered)
            asking.come_in(self._ws, row, lambda: self._pull(first))
        held = access(self._ws, self._vault, space)
        exchange = Exchange(held, self.server(address), device_signer(held), self._membership(space), tally, ahead=page)
        if exchange.membership.read_only:
            self._pull(exchange)
            self._membership(space)
            raise SyncProblem(
                "This circle uses something this version does not know.", "Please update the app.", code="update"
            )
        if epochs.follow(self._ws, held, exchange.membership):
            held = exchange.held = access(self._ws, self._vault, space)
        me = exchange.membership.members.get(held.space.member16)
        if me is not None and me.role is None:
            self._pack(exchange)
            say_goodbye(self._ws, exchange, follow_keys=self._follow_keys, push=self._push)
            return
        try:
            self._send_and_fetch(exchange)
        except SyncProblem as problem:
            if problem.code != RolledBack.code and not self._may_have_lost_us(exchange, problem):
                raise
            self._refill(exchange)
        self._offers.forget(space)
        self._follow_keys(exchange)
        repair(self._ws, exchange, self._asked_again, self._take_in)
        if exchange.full:  # perhaps for one that was just repaired
            exchange.full = False
            self._pull(exchange)
        self._judge_again(exchange)
        self._rotate(exchange)
        refill.carry(self._ws, exchange.held, exchange.membership, exchange.server, exchange.signer)
        if tally.pushed or tally.pulled:
            epochs.mind_envelopes(self._ws, exchange.held, exchange.membership, exchange.server, exchange.signer)
        follow_role(self._ws, exchange)
        if exchange.refused is None:
            let_go_of_old(self._ws, self._vault, space)
        mark = read_mark(self._ws, space)
        self._watches[space] = Watch(space, address, exchange.signer, mark.pos, mark.gen)
        check_undoubted(self._ws.db.raw(), space)
        if exchange.refused is not None:
            raise exchange.refused
        may_send = me is not None and me.role is not Role.FOLLOWER
        tally.more = self._transfers.carry(
            space, exchange.server, exchange.signer, may_send=may_send,
            may_drop=me is not None and me.role is Role.ORGANIZER, anew=tally.refilled,
        )  # fmt: skip
        if exchange.full:
            raise SyncProblem("Too many changes wait for an earlier one.", "We try again later.", code="inbox_full")
        if exchange.server.asked == asked + 1:
            self._rests.note(space, before, exchange.server, exchange.signer, mark)

    def _may_have_lost_us(self, exchange: Exchange, problem: SyncProblem) -> bool:
        """Whether a server that does not know us may have lost the circle, and not just us from it.

        Another database certainly has, and the same one may have been restored from an old copy: each is offered
        everything, not at every try, until it knows us again.
        """
        return problem.code == "no_access" and self._offers.due(exchange.held.space.no, exchange.server.info().gen)

    def _membership(self, space: int) -> Membership:
        """Who is in the circle; evaluated again only when its log has grown."""
        ids = journal.ids(self._ws, space, kind=codec.MEMBERSHIP)
        known = self._memberships.get(space)
        if known is None or known[0] != ids:
            known = self._memberships[space] = (ids, membership_of(self._ws, space))
            note_newer(self._ws, space, known[1].read_only)
        return known[1]

    def _send_and_fetch(self, exchange: Exchange) -> None:
        """Who was here before listens first: for a key that was changed, and for what another copy of it wrote.

        So nothing gets a number that is used already, not even in a workspace that was restored from an old copy.
        """
        no = exchange.held.space.no
        waiting = journal.outbox(self._ws, no, 1)
        new_here = bool(waiting) and waiting[0].seq == 1 and waiting[0].dev == exchange.held.keys.dev
        if read_mark(self._ws, no).pos and not new_here:
            self._pull(exchange, before_packing=True)
            self._follow_keys(exchange)
            self._renew(exchange)
            self._pack(exchange)
            self._push(exchange)
        else:
            self._pack(exchange)
            self._push(exchange)
            self._pull(exchange)
        if doubt(self._ws, no):  # our number was taken: see by what, and go on under another key
            self._pull(exchange)
            self._renew(exchange)
            self._pack(exchange)
            self._push(exchange)

    def _pack(self, exchange: Exchange) -> None:
        held = exchange.held
        if doubt(self._ws, held.space.no):
            exchange.keep_notes(self._ws)
            return
        notes, exchange.notes = exchange.notes, {}
        heads = heads_before_leaving(exchange.membership, held.keys.dev)
        journal.pack(self._ws, held.space.no, sealer(held, self._ws.random_bytes), mheads=heads, notes=notes)

    def _renew(self, exchange: Exchange) -> None:
        if renewal.go_on(self._ws, self._vault, exchange):
            no = exchange.held.space.no
            exchange.membership = self._membership(no)
            self._offers.forget(no)  # a new key has to be made known

    def _follow_keys(self, exchange: Exchange) -> None:
        """Fetch the keys we were given since; what waited for them is opened."""
        no = exchange.held.space.no
        if epochs.fetch_keys(self._ws, exchange.held, exchange.membership, exchange.server, exchange.signer):
            exchange.held = access(self._ws, self._vault, no)
            self._take_in(exchange, [])

    def _rotate(self, exchange: Exchange) -> None:
        """A new key for the circle when somebody left with the old one; the newest for devices that lack it."""
        held, membership = exchange.held, exchange.membership
        if exchange.refused is None and owed.owes_rekey(self._ws, held, membership):
            exchange.held = epochs.rotate(self._ws, self._vault, held, membership)
            exchange.membership = self._membership(held.space.no)
            self._push(exchange)
        handed = owed.grant(self._ws, exchange.held, exchange.membership) if exchange.refused is None else 0
        asked = exchange.refused is None and owed.ask(self._ws, exchange.held, exchange.membership)
        saw = exchange.refused is None and not handed and owed.see(self._ws, exchange.held, exchange.membership)
        if handed or asked or saw:
            exchange.membership = self._membership(held.space.no)
            self._push(exchange)

    def _push(self, exchange: Exchange) -> None:
        no = exchange.held.space.no
        own = exchange.held.keys.dev
        while waiting := refill.in_sending_order(journal.outbox(self._ws, no, wire.MAX_PUSH_CHANGESETS), own):
            batch = refill.first_batch(waiting)
            if batch[0].seq == 1 and batch[0].id == exchange.membership.log.changes[0].id:
                exchange.server.create_space(batch[0].data, settings.get(self._ws, TOKEN_SETTING, ""))
            data = [o.data for o in batch]
            self._ws.about_to_send()
            envelopes = epochs.envelopes_for(self._ws, no, data)
            reply = exchange.server.push(exchange.signer, data, envelopes=envelopes)
            kept = [o.id for o, r in zip(batch, reply.results, strict=True) if r.status != wire.REFUSED]
            if kept:
                mark = read_mark(self._ws, no)
                behind = [o.seq for o, r in zip(batch, reply.results, strict=True) if r.pos > mark.pos and o.dev == own]
                notes = unread_from(self._ws, no, min(behind)) if behind else {}
                journal.acknowledge(self._ws, no, kept, notes=notes)
                exchange.tally.pushed += sum(r.status == wire.STORED for r in reply.results)
            results = zip(batch, reply.results, strict=True)
            refused = next(((o, r) for o, r in results if r.status == wire.REFUSED), None)
            if refused is not None:
                if refused[1].code == "fork" and refused[0].dev == own:
                    cast_doubt(self._ws, no, "twin")
                else:
                    exchange.refused = push_refused(refused[1], refused[0].seq - 1)
                return

    def _pull(self, exchange: Exchange, *, before_packing: bool = False) -> None:
        """Fetch everything after the mark; raises RolledBack when the server's log is not the one we read before."""
        self._read(exchange, read_mark(self._ws, exchange.held.space.no), keep=True)
        if not before_packing:
            exchange.keep_notes(self._ws)

    def _read(self, exchange: Exchange, mark: Mark, *, keep: bool) -> tuple[set[bytes], Mark]:
        """Fetch everything after a mark: the ids that came, and the mark at their end; `keep` it as we go."""
        no, seen = exchange.held.space.no, set[bytes]()
        for _ in range(MAX_PAGES):
            page, exchange.ahead = exchange.ahead or exchange.server.pull(exchange.signer, mark.pos), None
            if not mark.continues_in(page):
                raise RolledBack
            ids: tuple[bytes | None, ...] = ()
            noted = False
            if page.items or not inbox.is_empty(self._ws, no):
                note = noting(no, mark, page) if keep else None
                taken = self._take_in(exchange, [Incoming(i.data, i.pos) for i in page.items], note)
                if taken.full:
                    exchange.full = True
                    return seen, mark
                ids, noted = taken.ids, taken.noted
            seen.update(i for i in ids if i is not None)
            after = mark.after(page, ids)
            notes = mark_note(no, after) if keep and after != mark and not noted else {}
            mark = after
            if not page.more:
                exchange.notes = notes | refill.miss(self._ws, no, exchange.held.keys.dev, seen)
                if not keep:
                    exchange.keep_notes(self._ws)
                return seen, mark
            settings.put_all(self._ws, notes)
            if not page.items:
                raise nonsense()
        return seen, mark

    def _take_in(self, exchange: Exchange, incoming: list[Incoming], note: Noting | None = None) -> TakenIn:
        taken = take_in(
            self._ws, exchange.held.space.no, incoming, membership=exchange.membership, epochs=exchange.held.epochs,
            noting=note,
        )  # fmt: skip
        exchange.membership = taken.membership
        exchange.tally.pulled += taken.applied
        exchange.tally.quarantined += taken.quarantined
        return taken

    def _refill(self, exchange: Exchange) -> None:
        """The server does not know us, or lost its log: read it from the start, and give it all that it lacks.

        "Absent on the server" never means deleted. The old mark stays until all was given: cut off before, the next
        sync finds the loss again.
        """
        no = exchange.held.space.no
        exchange.refused = None
        gen, seen = exchange.server.info().gen, set[bytes]()
        mark = Mark(gen)
        forget_unproven(self._ws, no)
        try:
            seen, mark = self._read(exchange, mark, keep=False)
        except SyncProblem as problem:
            if problem.code != "no_access":
                raise
        refill.send_everything(self._ws, exchange.held, exchange.server, exchange.membership, but=seen)
        self._offers.note(no, gen)
        more, mark = self._read(exchange, mark, keep=False)
        refill.push_missing(self._ws, exchange.held, exchange.server, exchange.signer, there=seen | more)
        journal.unacknowledge(self._ws, no)
        exchange.notes |= mark_note(no, mark)
        exchange.keep_notes(self._ws)
        epochs.bring_back(self._ws, exchange.held, exchange.membership, exchange.server, exchange.signer)
        self._follow_keys(exchange)  # what was given to our old key, only that one can fetch
        self._renew(exchange)
        self._pack(exchange)
        self._push(exchange)
        exchange.tally.refilled = True
        settings.put(self._ws, f"sync.refilled.{no}", str(self._ws.clock.now_ms()))

    def _judge_again(self, exchange: Exchange) -> None:
        held, no = exchange.held, exchange.held.space.no
        tally, members = exchange.tally, exchange.membership
        me = members.members.get(held.space.member16)
        own = own_devices(self._ws, no) if me is None or me.role is None else ()
        tally.quarantined += rejudge(self._ws, no, own=own, membership=members, epochs=held.epochs)
