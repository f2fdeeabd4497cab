"""What the server checks before it keeps a changeset: who signed it, its place in its chain, and the clear log.

The server opens nothing. It keeps a changeset when its device is in the circle by the signed membership log, when
it is the next of its chain, and when what it builds on is here. Every client checks all of it again.
"""

from __future__ import annotations

import contextlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from circle_app.errors import BadChangeset
from sync import codec, wire
from sync.membership.epochs import check_envelopes, envelope_hash, trusted_envelopes
from sync.membership.ops import GrantKey, Join, decode_op
from sync.refusals import refuse
from sync.server.auth import Refused
from sync.server.config import Config
from sync.server.members import Circle, Members, founded
from sync.server.store import Entry, NewRow, SpaceRow, Touching
from sync.server.store_drafts import Writer


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: a device (`wire.AUTH_DEVICE`, dev16) or somebody with an invite (`AUTH_INVITE`, id16)."""

    mode: int
    key_id: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """One pushed changeset taken apart, or the reason why it cannot be; `signed` once its signature was checked."""

    changeset: codec.Changeset | None
    code: str = ""
    signed: bool = False


def read_part(data: bytes) -> Part:
    """Take one pushed changeset apart; never raises."""
    try:
        return Part(codec.parse(data))
    except BadChangeset as error:
        return Part(None, error.code)


def touching(space: bytes, parts: Sequence[Part], entry: Entry | None = None) -> Touching:
    """What keeping these will ask about; `entry` is the request that brings them, unless it was entered before."""
    there = [part.changeset for part in parts if part.changeset is not None]
    return Touching(space, tuple(c.id for c in there), tuple({c.dev for c in there}), entry)


def stored_bytes(parts: Sequence[Part], results: Sequence[wire.PushResult]) -> int:
    """How many bytes were kept."""
    kept = zip(parts, results, strict=True)
    return sum(len(p.changeset.data) for p, r in kept if p.changeset is not None and r.status == wire.STORED)


def checked_ahead(part: Part, circle: Circle) -> Part:
    """Check the signature of a device that is known already, outside the writer's turn."""
    changeset = part.changeset
    key = None if changeset is None else circle.device_key(changeset.dev)
    if changeset is None or key is None:
        return part
    try:
        codec.check_signature(changeset, key)
    except BadChangeset as error:
        return Part(None, error.code)
    return Part(changeset, signed=True)


def checked_genesis(data: bytes) -> codec.Changeset:
    """A genesis that certifies its own space; raises Refused."""
    try:
        genesis = codec.parse(data)
        founded(genesis)
    except BadChangeset as error:
        raise Refused(400, error.code) from error
    return genesis


def create_space(writer: Writer, genesis: codec.Changeset, token: str, *, config: Config, now_ms: int) -> SpaceRow:
    """Keep a genesis as the first changeset of its space; the same one again is success. Raises Refused."""
    row = writer.space(genesis.space)
    if row is not None:
        if writer.pos_of(row.no, genesis.id) is None:
            raise Refused(409, "genesis")
        return row
    check_token(config.registration_token, token)
    if writer.count_spaces() >= config.max_spaces:
        raise Refused(507, "quota")
    if writer.count_spaces(since_ms=now_ms - 60_000) >= config.new_spaces_per_minute:
        raise Refused(503, "busy", retry_after_s=60)
    row = writer.add_space(genesis.space, now_ms=now_ms)
    if row is None:
        raise Refused(409, "genesis")
    return writer.append(row, _row(genesis))


def check_token(wanted: str | None, token: str) -> None:
    """Raise Refused unless the operator lets whoever has this token found something here."""
    if wanted is not None and not hmac.compare_digest(wanted.encode(), token.encode("utf-8", "surrogatepass")):
        raise Refused(403, "token")


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides about a push besides the changesets: remembered memberships, the quota and the time."""

    members: Members
    config: Config
    now_ms: int


def push(
    writer: Writer,
    space: bytes,
    parts: Sequence[Part],
    rules: Rules,
    *,
    only_join: bool = False,
    vouched: bool = False,
    refilled: bool = False,
    author: bytes = b"",
    envelopes: Sequence[wire.Envelope] = (),
) -> tuple[list[wire.PushResult], SpaceRow]:
    """Keep what may be kept, in the order sent, and tell for each changeset what became of it.

    `only_join` is the right of somebody who has nothing but an invite, `vouched` that of a member.
    `refilled` are changesets that come back to a server that lost them, in causal order. A rekey of `author`,
    the device that asks, needs all its envelopes; who brings back somebody else's has none.
    Raises Refused when there is no such space.
    """
    row = writer.space(space)
    if row is None:
        raise Refused(403, "no_access")
    results = []
    named = _named(parts, rules.members.of(writer, row)) if refilled else frozenset[bytes]()
    granted = _granted(parts) if envelopes else frozenset[tuple[bytes, bytes]]()
    for part in parts:
        believed = vouched or (part.changeset is not None and part.changeset.id in named)
        result, row = _push_one(
            writer, row, part, rules, only_join=only_join, vouched=believed, refilled=refilled, author=author,
            envelopes=envelopes, granted=granted,
        )  # fmt: skip
        results.append(result)
    return results, row if only_join else _with_envelopes(writer, row, rules, envelopes)


def _named(parts: Sequence[Part], circle: Circle) -> frozenset[bytes]:
    """What comes back and was believed by somebody who is in the circle here: their signature names it as seen, or what
    follows it in its chain.

    Another member may have brought back a revocation already. A join beside it would then be refused, and with it all
    that builds on it, and nobody who knows of it could come in any more to vouch for it.
    """
    known = {part.changeset.id: part.changeset for part in parts if part.changeset is not None}
    todo = [c for c in known.values() if circle.vouches(c)]
    found: set[bytes] = set()
    while todo:
        change = todo.pop()
        fresh = [h for h in (*change.mheads, change.prev) if h in known and h not in found]
        found.update(fresh)
        todo += [known[h] for h in fresh]
    return frozenset(found)


def _granted(parts: Sequence[Part]) -> frozenset[tuple[bytes, bytes]]:
    """What grants among these hand out: (epoch16, dev16)."""
    found = set[tuple[bytes, bytes]]()
    for part in parts:
        if part.changeset is not None and part.changeset.kind == codec.MEMBERSHIP:
            with contextlib.suppress(BadChangeset):  # it is refused for that in its turn
                op = decode_op(part.changeset.clear)
                found |= {(op.epoch, op.dev)} if isinstance(op, GrantKey) else set()
    return frozenset(found)


def _with_envelopes(writer: Writer, row: SpaceRow, rules: Rules, envelopes: Sequence[wire.Envelope]) -> SpaceRow:
    """Keep the envelopes whose hashes stand in a signed op of this circle; whoever brings them.

    Half of the room for a device's is for those that organizers made, or its own member: others could fill it with nothing.
    """
    if not envelopes:
        return row
    membership = rules.members.of(writer, row).membership
    epochs, trusted = membership.epochs, trusted_envelopes(membership)
    for envelope in envelopes:
        epoch = epochs.get(envelope.epoch)
        wanted = frozenset[bytes]() if epoch is None else epoch.envelope_hashes(envelope.dev)
        if envelope_hash(envelope.data) in wanted and row.bytes + len(envelope.data) <= rules.config.space_quota_bytes:
            name = envelope_hash(envelope.data)
            row = writer.keep_envelope(
                row, epoch=envelope.epoch, dev=envelope.dev, name=name, data=envelope.data,
                most=wire.MAX_OWN_ENVELOPES if name in trusted else wire.MAX_OWN_ENVELOPES // 2,
            )  # fmt: skip
    return row


def _push_one(
    writer: Writer, row: SpaceRow, part: Part, rules: Rules, *, only_join: bool, vouched: bool, refilled: bool,
    author: bytes, envelopes: Sequence[wire.Envelope], granted: Collection[tuple[bytes, bytes]],
) -> tuple[wire.PushResult, SpaceRow]:  # fmt: skip
    changeset = part.changeset
    if changeset is None:
        return wire.PushResult(b"", wire.REFUSED, code=part.code), row
    pos = writer.pos_of(row.no, changeset.id)
    if pos is not None:
        return wire.PushResult(changeset.id, wire.KNOWN, pos=pos), row
    seq, head = writer.head(row.no, changeset.dev) or (0, wire.ZERO32)
    by_another = vouched and changeset.dev != author
    try:
        circle = rules.members.of(writer, row)
        if changeset.space != circle.log.space:
            raise refuse("space")
        if only_join:
            _check_only_join(changeset)
        circle = circle.admit(
            changeset,
            signed=part.signed,
            now_ms=rules.now_ms,
            since_ms=row.created_ms,
            vouched=by_another,
            has_envelope=lambda epoch: changeset.dev == author and bool(writer.envelopes(row.no, epoch, changeset.dev)),
        )
        if refilled or by_another or changeset.dev in circle.membership.forks:
            before = (changeset.dev, changeset.seq - 1)
            codec.check_place(changeset, before if writer.stands(row.no, changeset.prev, *before) else None)
        else:
            codec.check_chain(changeset, last_seq=seq, last_id=head)
        if changeset.kind == codec.MEMBERSHIP and changeset.dev == author:
            check_envelopes(decode_op(changeset.clear), envelopes, granted)
        crowded = changeset.kind == codec.MEMBERSHIP and circle.crowded_by(
            changeset.id, rules.config.max_member_changes
        )
        if crowded or row.bytes + len(changeset.data) > rules.config.space_quota_bytes:
            return wire.PushResult(changeset.id, wire.REFUSED, code="quota"), row
    except BadChangeset as error:
        return wire.PushResult(changeset.id, wire.REFUSED, code=error.code, head_seq=seq, head_id=head), row
    row = writer.append(row, _row(changeset))
    if changeset.kind == codec.MEMBERSHIP:
        rules.members.remember(row, circle)
    return wire.PushResult(changeset.id, wire.STORED, pos=row.pos), row


def _check_only_join(changeset: codec.Changeset) -> None:
    if changeset.kind != codec.MEMBERSHIP or not isinstance(decode_op(changeset.clear), Join):
        raise refuse("not_allowed")


def _row(changeset: codec.Changeset) -> NewRow:
    return NewRow(changeset.dev, changeset.seq, changeset.kind, changeset.id, changeset.data)
