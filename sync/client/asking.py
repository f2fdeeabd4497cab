"""Joining by an invitation that an organizer has to confirm: the join goes out, and the circle waits for its key.

Such an invitation hands out no key. What is here until then is the signed log alone; once it says that we are in, the
key comes in an envelope like every other, and the circle is read as by any newcomer.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from circle_app.domain.ops import Value
from circle_app.domain.schema import PEOPLE
from circle_app.errors import BadChangeset, NotFound, RuleBroken, SyncProblem
from circle_app.workspace import journal, settings, spaces
from circle_app.workspace.changes import MEMBERSHIP, Draft, Seal, Sealed
from circle_app.workspace.commands.people import own_row_id
from circle_app.workspace.commands.undo import clear_undo
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.history import NO_UNDO
from circle_app.workspace.spaces import Space
from sync import wire
from sync.client.access import device_keys_signer, invite_signer
from sync.client.admit import forget_unproven, membership_of, replayed
from sync.client.calls import Server, Signer, nonsense
from sync.client.epochs import opened, unlocked
from sync.client.mark import Mark, read_mark, write_mark
from sync.client.refused import RolledBack
from sync.envelopes import InviteKeys, invite_keys
from sync.keys import DeviceKeys, EpochKey, first_key_hash, open_epoch
from sync.membership import ops
from sync.membership.cards import join_message, make_card, member_id
from sync.membership.epochs import best
from sync.membership.heads import heads_for
from sync.membership.result import Membership
from sync.seal import seal
from sync.vault import Vault

WAITING = "waiting"
"""The state of a circle that was asked to let us in."""
MAX_LOG = 64 << 20
"""Bytes of a membership log that a newcomer reads before anything of it is proven."""


class _Asked(msgspec.Struct, array_like=True, frozen=True):
    """What is remembered until the answer: the invitation's secret and the name to go by."""

    secret: bytes
    my_name: str


def ask(
    ws: Workspace, vault: Vault, *, secret: bytes, space32: bytes, server: str, membership: Membership, my_name: str
) -> int:
    """Write the join and keep all that is needed to go on; returns the circle's number here. Sent by the next sync."""
    key_salt = ws.random_bytes(32)
    keys = vault.device_keys(key_salt)
    invited = invite_keys(secret=secret, space=space32)
    invite = membership.invites[invited.id]
    no = spaces.add_space(
        ws, space32=space32, dev16=keys.dev, member16=member_id(keys.signing.public), server=server,
        key_salt=key_salt, role=ops.Role(invite.op.role).name.lower(), state="joining",
    )  # fmt: skip
    clear = ops.encode_op(_join(space32, keys, invited))
    heads = heads_for(membership, keys.dev, above=invite.change.id)
    journal.append(ws, no, _open_sealer(ws, keys), kind=MEMBERSHIP, clear=clear, mheads=heads)
    kept = msgspec.msgpack.encode(_Asked(secret, my_name))
    settings.put(ws, _name(no), kept.hex())
    spaces.set_space(ws, no, state=WAITING)
    return no


def go_on(ws: Workspace, vault: Vault, space: Space, server: Server) -> Membership | None:
    """One look at how the circle answered: who is in it, once we are and hold its key; None while we wait.

    The log is read anew each time: without a key its chains have holes, so nothing of it is kept. Whoever calls goes on
    with `come_in`. Raises RuleBroken when an organizer said no or the invitation ended before,
    SyncProblem when the server cannot be reached or shows another circle.
    """
    assert space.key_salt is not None
    keys = vault.device_keys(space.key_salt)
    asked = _read(ws, space.no)
    guest = invite_signer(space.space32, invite_keys(secret=asked.secret, space=space.space32).signing)
    device = device_keys_signer(space.space32, keys)
    _send_join(ws, space.no, server, guest)
    membership = _membership(server, guest, device)
    if membership.space != space.space32:
        raise nonsense()
    if membership.was_declined(space.member16):
        raise _spent()
    held = _fetched(server, device, keys, membership) if membership.is_active(keys.dev) else {}
    if not held:
        return None
    secrets = {id: key.secret for id, key in held.items()}
    spaces.adopt_epoch_keys(ws, space.no, secrets, current=best(membership, held.keys()).id)
    return membership


def come_in(ws: Workspace, space: Space, pull: Callable[[], None]) -> None:
    """Read the circle by `pull`, and be in it once what came hangs together.

    Until then the next sync reads on, or all of it anew: a server may have hidden something. Raises SyncProblem.
    """
    before = read_mark(ws, space.no)
    try:
        pull()
    except RolledBack:
        _anew(ws, space.no)
        raise
    if not hangs_together(ws, space.no):
        if read_mark(ws, space.no) == before:
            _anew(ws, space.no)
        raise nonsense()
    enter(ws, space)


def _anew(ws: Workspace, no: int) -> None:
    """From here on everything is read once more."""
    forget_unproven(ws, no)
    write_mark(ws, no, Mark())


def hangs_together(ws: Workspace, no: int) -> bool:
    """Whether everything that the membership changes kept here build on is here, too."""
    try:
        membership_of(ws, no)
    except BadChangeset:
        return False
    return True


def enter(ws: Workspace, space: Space) -> None:
    """The circle is ours: our own entry in its list of people, and no way back by undo."""
    name = _read(ws, space.no).my_name
    cells: dict[str, Value] = {"name": name, "status": "member", "member": space.member16, "confirmed": 1}
    ws.record(space.no, (Put(PEOPLE, own_row_id(space.member16), cells),), trail=NO_UNDO)
    clear_undo(ws, space.no)
    spaces.set_space(ws, space.no, state="active")  # cut off before this, all of it is done again
    settings.put(ws, _name(space.no), None)


def _join(space32: bytes, keys: DeviceKeys, invited: InviteKeys) -> ops.Join:
    member = member_id(keys.signing.public)
    card = make_card(
        space=space32, member=member, ed_pk=keys.signing.public, kem_pk=keys.kem.public, sign=keys.signing.sign
    )
    message = join_message(space=space32, invite=invited.id, member=member, card=card)
    return ops.Join(ops.JOIN, 1, invited.id, member, card, invited.signing.sign("cc1/join", message))


def _open_sealer(ws: Workspace, keys: DeviceKeys) -> Seal:
    """Seals membership changes, which need no key of the circle."""

    def seal_draft(draft: Draft) -> Sealed:
        assert draft.kind == MEMBERSHIP and not draft.ops
        return seal(
            space=draft.space32, dev=draft.dev, seq=draft.seq, prev=draft.prev, mheads=draft.mheads, deps=draft.deps,
            ops=(), kind=draft.kind, clear=draft.clear, signing=keys.signing, epoch=open_epoch(draft.space32),
            random_bytes=ws.random_bytes,
        )  # fmt: skip

    return seal_draft


def _send_join(ws: Workspace, no: int, server: Server, guest: Signer) -> None:
    waiting = journal.outbox(ws, no)
    if not waiting:
        return
    (result,) = server.push(guest, [waiting[0].data]).results
    if result.status == wire.REFUSED:
        raise _spent()
    journal.acknowledge(ws, no, [waiting[0].id])


def _membership(server: Server, guest: Signer, device: Signer) -> Membership:
    """Who is in the circle by the server's log; the invitation may have ended since, but then we may be in."""
    try:
        log = member_log(server, guest)
    except SyncProblem as problem:
        if problem.code != "no_access":
            raise
        try:
            log = member_log(server, device)
        except SyncProblem as refused:
            raise (_spent() if refused.code == "no_access" else refused) from problem
    try:
        return replayed(log)
    except BadChangeset as error:
        raise nonsense() from error


def member_log(server: Server, signer: Signer) -> list[bytes]:
    """Every membership change that a server has, in its order. Raises SyncProblem."""
    log: list[bytes] = []
    after = 0
    while True:
        page = server.members(signer, after)
        log += [item.data for item in page.items]
        if sum(map(len, log)) > MAX_LOG:
            raise nonsense()
        if not page.more or not page.items:
            return log
        after = page.items[-1].pos


def _fetched(server: Server, signer: Signer, keys: DeviceKeys, membership: Membership) -> dict[bytes, EpochKey]:
    """The keys in our envelopes and all that they unlock; nothing until the first one is among them."""
    found: dict[bytes, EpochKey] = {}
    for epoch in membership.epochs.values():
        wanted = epoch.envelope_hashes(keys.dev)
        for envelope in server.envelopes(signer, epoch.id) if wanted else ():
            key = opened(envelope, epoch, keys, space=membership.space, wanted=wanted)
            if key is not None:
                found[key.id] = key
    held = unlocked(membership, found)
    first = held.get(membership.log.changes[0].epoch)
    return held if first is not None and first_key_hash(first.secret) == membership.first_key else {}


def _read(ws: Workspace, no: int) -> _Asked:
    kept = settings.get(ws, _name(no))
    if kept is None:
        raise NotFound("This circle is not on this computer any more.")
    return msgspec.msgpack.decode(bytes.fromhex(kept), type=_Asked)


def _name(no: int) -> str:
    return f"sync.asked.{no}"


def _spent() -> RuleBroken:
    return RuleBroken(
        "You were not let into this circle.", "Ask an organizer for a new invitation.", code="invitation_spent"
    )
