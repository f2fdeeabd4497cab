"""The membership of each space as its signed, clear log gives it; remembered until that log grows."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from circle_app.errors import BadChangeset
from sync import codec, wire
from sync.membership import log as member_log
from sync.membership.epochs import check_epoch
from sync.membership.evaluate import evaluate
from sync.membership.log import Log
from sync.membership.may import by_predecessor, check_content, check_push, judged
from sync.membership.ops import Join, LinkDevice, Role, decode_op
from sync.membership.proofs import linked_card
from sync.membership.result import Membership
from sync.server.store import Reader, SpaceRow

REMEMBERED_SPACES = 1000


@dataclass(frozen=True, slots=True)
class Circle:
    """One space's log and what it says."""

    log: Log
    membership: Membership

    def device_key(self, dev: bytes) -> bytes | None:
        """The Ed25519 key of a device that was ever let in."""
        card = self.log.cards.get(dev)
        return None if card is None else card.ed_pk

    def role_of(self, dev: bytes) -> Role | None:
        """The role of a device's member; None for strangers and for those who are not in the circle any more."""
        member = self.membership.member_of.get(dev)
        return None if member is None else self.membership.members[member].role

    def may_ask(self, dev: bytes) -> bool:
        """Whether a device has a say here: its member is in the circle and nobody withdrew it.

        Closed by its own owner it has, too: that workspace was put back once more, or there is a copy of it. It has to
        hear so, vouch for its next key and bring what it had numbered.
        """
        state = self.membership.devices.get(dev)
        return state is not None and not state.revoked and self.membership.members[state.member].role is not None

    def key_of(self, auth: wire.Auth, *, now_ms: int) -> bytes | None:
        """The key that must have signed a request, or None when the caller has no business here.

        A device must be one that may ask; an invite must be unexpired, not revoked and not used up.
        """
        if auth.mode == wire.AUTH_DEVICE:
            return self.log.cards[auth.key_id].ed_pk if self.may_ask(auth.key_id) else None
        invite = self.membership.invites.get(auth.key_id) if auth.mode == wire.AUTH_INVITE else None
        if invite is None or invite.revoked or invite.used >= invite.op.uses:
            return None
        if invite.op.not_after and invite.op.not_after < now_ms:
            return None
        return invite.op.inv_pk

    def opens(self, invite: bytes) -> bool:
        """Whether an invite hands out the key, so that who holds it may fetch what was written."""
        return self.membership.invites[invite].op.wrapped is not None

    def joining_key(self, data: bytes, dev: bytes) -> bytes | None:
        """The key of a device that is about to enter by its first change, else None.

        That is a join that a valid invite signed, or a link by a device that may ask. A device
        that is in the log already has its say by its role, or none any more.
        """
        if dev in self.log.cards:
            return None
        try:
            changeset = codec.parse(data)
            if changeset.dev != dev or changeset.kind != codec.MEMBERSHIP:
                return None
            op = decode_op(changeset.clear)
            if not isinstance(op, Join) and not (isinstance(op, LinkDevice) and self.may_ask(op.parent)):
                return None
            return member_log.add(self.log, changeset).cards[dev].ed_pk
        except BadChangeset:
            return None

    def crowded_by(self, id: bytes, most: int) -> bool:
        """Whether the newest change, this one, is one too many of `most` changes of this circle.

        Organizers keep a third for themselves, and nobody else takes more than a quarter: who fills the list on purpose can
        always be shown out.
        """
        if len(self.log.changes) > most:
            return True
        organizers = {m.id for m in self.membership.members.values() if m.role is Role.ORGANIZER}
        author = self.log.author(self.log.by_id[id])
        if author in organizers:
            return False
        authors = [self.log.author(change) for change in self.log.changes]
        others = sum(one not in organizers for one in authors)
        return others > most * 2 // 3 or authors.count(author) > most // 4

    def vouches(self, changeset: codec.Changeset) -> bool:
        """Whether a membership change is signed by a device that may ask here, or by one that such a device links with it."""
        if changeset.kind != codec.MEMBERSHIP or changeset.space != self.log.space:
            return False
        try:
            if self.may_ask(changeset.dev):
                codec.check_signature(changeset, self.log.cards[changeset.dev].ed_pk)
                return True
            op = decode_op(changeset.clear)
            if not isinstance(op, LinkDevice) or not self.may_ask(op.parent):
                return False
            linked_card(changeset, op, self.log.cards[op.parent].ed_pk)
        except BadChangeset:
            return False
        return True

    def admit(
        self, changeset: codec.Changeset, *, signed: bool, now_ms: int, since_ms: int, vouched: bool = False,
        has_envelope: Callable[[bytes], bool],
    ) -> Circle:  # fmt: skip
        """The circle after one more changeset; raises BadChangeset when it may not be kept.

        `signed` says that the signature was checked. An invite that ended before this server knew the space
        (`since_ms`) is not judged by the clock: its joins are old ones that come back to a refilled server.
        `vouched` says that another member brings it: they believed it, and may have built on it, before anything was known
        that took its author's right; who reads it judges for themselves. `has_envelope` says of an epoch whether the author,
        who pushes this, can fetch its key here.
        """
        if changeset.kind == codec.MEMBERSHIP:
            clock = self._clock_for(changeset, now_ms, since_ms)
            log = check_push(self.membership, changeset, now_ms=clock, vouched=vouched)
            return Circle(log, evaluate(log))
        check_epoch(
            self.membership, dev=changeset.dev, epoch=changeset.epoch, mheads=changeset.mheads,
            has_envelope=has_envelope,
        )  # fmt: skip
        if vouched:
            codec.check_signature(changeset, member_log.author_key(self.log, changeset))
        elif signed:
            judged(self.membership, changeset, by_predecessor(changeset))
        else:
            check_content(self.membership, changeset, by_predecessor(changeset))
        return self

    def _clock_for(self, changeset: codec.Changeset, now_ms: int, since_ms: int) -> int:
        op = decode_op(changeset.clear)
        invite = self.membership.invites.get(op.invite) if isinstance(op, Join) else None
        return 0 if invite is not None and invite.op.not_after < since_ms else now_ms


def founded(genesis: codec.Changeset) -> Circle:
    """The circle that a genesis founds; raises BadChangeset when it does not certify its own space."""
    log = member_log.start(genesis)
    return Circle(log, evaluate(log))


@dataclass(slots=True)
class Members:
    """Remembers evaluated circles by the hash of their log, so that a log that was undone is never mistaken."""

    _known: OrderedDict[tuple[int, bytes], Circle] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, reader: Reader, row: SpaceRow) -> Circle:
        """The circle as the log up to this row's mark says."""
        circle = self.known(row)
        if circle is None:
            circle = _replayed(reader.membership_log(row.no))
            self.remember(row, circle)
        return circle

    def known(self, row: SpaceRow) -> Circle | None:
        """The same, if it is remembered."""
        with self._lock:
            circle = self._known.get((row.no, row.members_mark))
            if circle is not None:
                self._known.move_to_end((row.no, row.members_mark))
            return circle

    def remember(self, row: SpaceRow, circle: Circle) -> None:
        with self._lock:
            self._known[(row.no, row.members_mark)] = circle
            while len(self._known) > REMEMBERED_SPACES:
                self._known.popitem(last=False)


def _replayed(changesets: list[bytes]) -> Circle:
    """The circle of a log that was checked when it was kept."""
    log = member_log.start(codec.parse(changesets[0]))
    for data in changesets[1:]:
        log = member_log.add(log, codec.parse(data))
    return Circle(log, evaluate(log))
