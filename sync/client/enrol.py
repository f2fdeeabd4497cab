"""How a person gets into a circle: by founding one (offline), or by an invitation that somebody hands over.

Founding, inviting and joining are membership changesets like any other: written here first, sent when there is a
line. Only joining needs the server at once, because the newcomer has nothing of the circle yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any

from circle_app.domain.ops import Value
from circle_app.domain.rules import KINDS, LED, kind_rule
from circle_app.domain.schema import PEOPLE
from circle_app.errors import BadChangeset, CircleError, RuleBroken, SyncProblem
from circle_app.workspace import journal, spaces
from circle_app.workspace.changes import MEMBERSHIP, Draft, Sealed
from circle_app.workspace.commands.circles import set_circle
from circle_app.workspace.commands.people import add_person, own_row_id
from circle_app.workspace.commands.undo import clear_undo
from circle_app.workspace.commands.writing import required
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.history import NO_UNDO
from sync import wire
from sync.client import asking
from sync.client.access import Access, access, invite_signer, sealer
from sync.client.admit import membership_of, replayed
from sync.client.calls import Server, nonsense
from sync.client.circle_members import as_organizer
from sync.client.engine import SyncEngine
from sync.client.epochs import follow, rotate, unlocked
from sync.client.transport import checked_address
from sync.envelopes import INVITE_SECRET_BYTES, InviteKeys, invite_keys
from sync.invitation import InvitationLink, link_text, read_link
from sync.keys import EpochKey, first_key_hash, new_epoch_secret
from sync.membership import ops
from sync.membership.cards import join_message, make_card, member_id
from sync.membership.epochs import best, is_joined_up
from sync.membership.heads import heads_for
from sync.membership.result import Membership
from sync.seal import found
from sync.vault import Vault

DAY_MS = 86_400_000
_TYPES = {
    "citizen_circle": ops.Type.CIRCLE,
    "study_group": ops.Type.STUDY_GROUP,
    "course": ops.Type.COURSE,
}
_ROLES = {"participant": ops.Role.PARTICIPANT, "follower": ops.Role.FOLLOWER}


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an organizer hands over: the link, the same as a file's bytes, and until when it holds (UTC ms)."""

    link: str = field(repr=False)
    file_bytes: bytes = field(repr=False)
    expires_ms: int


def found_circle(
    ws: Workspace,
    vault: Vault,
    *,
    name: str,
    kind: str,
    my_name: str,
    topic: str = "",
    place: str = "",
    rhythm: str = "",
    plan: str = "",
    server: str | None = None,
    kind_label: str | None = None,
    color: str | None = None,
    fill: Callable[[int], None] | None = None,
) -> int:
    """Found a circle on this computer and return its number here; nothing is sent until the next sync.

    `fill` puts into it, by its number, what it has to hold before anybody sees it. Raises RuleBroken for an empty name or
    an unknown kind, SyncProblem for an address that may not be used.
    """
    required(name, "a name for the circle")
    required(my_name, "your name")
    if kind not in KINDS:
        raise RuleBroken("This kind of circle is not known.", "Choose one from the list.", code="kind")
    address = checked_address(server) if server else None
    spaces.forget_unfinished(ws)
    key_salt = ws.random_bytes(32)
    keys = vault.device_keys(key_salt)
    member = member_id(keys.signing.public)
    secret = new_epoch_secret(ws.random_bytes)
    card = make_card(
        space=wire.ZERO32, member=member, ed_pk=keys.signing.public, kem_pk=keys.kem.public, sign=keys.signing.sign
    )
    clear = ops.encode_op(
        ops.Genesis(
            ops.GENESIS,
            1,
            member,
            card,
            ws.random_bytes(16),
            _TYPES.get(kind, ops.Type.OTHER),
            ops.Policy.COURSE if kind_rule(kind) == LED else ops.Policy.SHARED,
            first_key_hash(secret),
        )
    )
    made = found(
        dev=keys.dev, ops=(), clear=clear, signing=keys.signing, epoch_secret=secret, random_bytes=ws.random_bytes
    )
    no = spaces.add_space(
        ws,
        space32=made.space,
        dev16=keys.dev,
        member16=member,
        server=address,
        key_salt=key_salt,
        role="organizer",
        state="founding",
    )
    spaces.add_epoch_key(ws, no, made.epoch.id, secret)
    journal.append(ws, no, _as_it_is(Sealed(made.sealed.id, made.sealed.data)), kind=MEMBERSHIP, clear=clear)
    profile: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "topic": topic,
        "place": place,
        "rhythm": rhythm,
        "plan": plan,
    }
    optional: dict[str, Any] = {"kind_label": kind_label, "color": color}
    set_circle(ws, no, **profile, **{k: v for k, v in optional.items() if v is not None})
    add_person(ws, no, name=my_name, confirmed=True, member=member, role="organizer")
    if fill is not None:
        fill(no)
    # being in the circle is not a slip that Ctrl+Z takes back
    clear_undo(ws, no)
    spaces.set_space(ws, no, state="active")
    return no


def invite(
    ws: Workspace, vault: Vault, space: int, *, role: str = "participant", uses: int = 20, days: int = 14,
    confirm: bool = False,
) -> Invitation:  # fmt: skip
    """An invitation for up to `uses` people during `days`; it works from the next sync on.

    With `confirm` an organizer lets in each who comes by it; before that, the link opens nothing. Raises RuleBroken.
    """
    held, membership = as_organizer(ws, vault, space)
    if role not in _ROLES or not 1 <= uses <= wire.MAX_INVITE_USES or not 1 <= days <= 3650:
        raise RuleBroken("This invitation is not possible.", "Choose other limits.", code="invitation")
    if held.space.server is None:
        raise RuleBroken(
            "This circle has no server yet, so nobody could join from afar.",
            "Choose a server for the circle first.",
            code="no_server",
        )
    held = _leading_everywhere(ws, vault, held, membership)
    membership = membership_of(ws, space)
    secret = ws.random_bytes(INVITE_SECRET_BYTES)
    keys = invite_keys(secret=secret, space=held.space.space32)
    expires_ms = ws.clock.now_ms() + days * DAY_MS
    clear = ops.encode_op(
        ops.Invite(
            ops.INVITE,
            1,
            keys.signing.public,
            _ROLES[role],
            uses,
            expires_ms,
            ops.CONFIRMED if confirm else ops.OPEN,
            held.current.id,
            None if confirm else keys.wrap(held.current),
        )
    )
    heads = heads_for(membership, held.keys.dev)
    journal.append(ws, space, sealer(held, ws.random_bytes), kind=MEMBERSHIP, clear=clear, mheads=heads)
    founder = membership.log.changes[0].dev[:8]
    link = link_text(InvitationLink(held.space.space32, founder, secret, held.space.server))
    return Invitation(link, link.encode("ascii") + b"\n", expires_ms)


def _leading_everywhere(ws: Workspace, vault: Vault, held: Access, membership: Membership) -> Access:
    """The keys after a rekey if two were made at the same time: who comes new is given one that unlocks all others."""
    if follow(ws, held, membership):
        held = access(ws, vault, held.space.no)
    if is_joined_up(membership, held.epochs) or best(membership).id not in held.epochs:
        return held
    return rotate(ws, vault, held, membership)


def join(ws: Workspace, vault: Vault, link: str, *, my_name: str, engine: SyncEngine | None = None) -> int:
    """Join the circle of an invitation and fetch what it has; returns its number here.

    By one that asks for a confirmation the circle is `waiting` here until an organizer has given it and a sync brings it.
    A circle that was left is joined again: its old copy stays beside the new one until that is whole and accepted.

    Raises InvitationError for a text that holds no whole link, RuleBroken for one's own circle or an invitation that
    does not hold, SyncProblem when the server cannot be reached.
    """
    if engine is None:
        with closing(SyncEngine(ws, vault)) as own:
            return join(ws, vault, link, my_name=my_name, engine=own)
    required(my_name, "your name")
    invitation = read_link(link)
    spaces.forget_unfinished(ws)
    known = spaces.space_by_id(ws, invitation.space)
    if known is not None and known.state == "active":
        raise RuleBroken("You are in this circle already.", "Nothing was changed.", code="own_circle")
    if invitation.server is None:
        raise RuleBroken("This invitation names no server.", "Ask for one that does.", code="no_server")
    keys = invite_keys(secret=invitation.secret, space=invitation.space)
    address = checked_address(invitation.server)
    with closing(engine.connect(address)) as server:
        membership = _fetched_membership(server, invitation, keys)
    epochs = _unwrapped(membership, invitation, keys)
    if known is not None and known.state == asking.WAITING:
        spaces.forget_space(ws, known.no)
    elif known is not None:
        spaces.step_aside(ws, known.no)
    try:
        if not epochs:
            no = asking.ask(
                ws, vault, secret=invitation.secret, space32=invitation.space, server=address, membership=membership,
                my_name=my_name,
            )  # fmt: skip
            engine.sync(no)
            return no
        no = _entered(ws, vault, invitation, keys, membership=membership, epochs=epochs)
        engine.read_all(no, invite_signer(invitation.space, keys.signing), membership)
        if not asking.hangs_together(ws, no):
            raise nonsense()
        _write_join(ws, vault, no, keys, my_name=my_name)
        report = engine.sync(no)
        if report.problem is not None and report.problem.code.startswith(("refused_", "no_access")):
            spaces.forget_space(ws, no)
            raise _spent()
        return no
    except CircleError:
        with suppress(CircleError):  # where even that is refused, the next start of the app does it
            spaces.forget_unfinished(ws)
        raise


def _fetched_membership(server: Server, invitation: InvitationLink, keys: InviteKeys) -> Membership:
    """Who is in the circle, by its signed log; the genesis has to be the one that the link names."""
    try:
        membership = replayed(asking.member_log(server, invite_signer(invitation.space, keys.signing)))
    except SyncProblem as problem:
        if problem.code == "no_access":
            raise _spent() from problem
        raise
    except BadChangeset as error:
        raise _wrong_circle() from error
    if membership.space != invitation.space or membership.log.changes[0].dev[:8] != invitation.founder:
        raise _wrong_circle()
    return membership


def _unwrapped(membership: Membership, invitation: InvitationLink, keys: InviteKeys) -> dict[bytes, EpochKey]:
    """The key of the invitation's epoch and all older ones that it unlocks; the first has to be that of the genesis."""
    given = membership.invites.get(keys.id)
    if given is None or given.revoked:
        raise _spent()
    if given.op.wrapped is None:
        return {}
    try:
        epoch = keys.unwrap(space=invitation.space, epoch_id=given.op.epoch, wrapped=given.op.wrapped)
    except BadChangeset as error:
        raise _wrong_circle() from error
    epochs = unlocked(membership, {epoch.id: epoch})
    first = epochs.get(membership.log.changes[0].epoch)
    if first is None or first_key_hash(first.secret) != membership.first_key:
        raise _wrong_circle()
    return epochs


def _entered(
    ws: Workspace,
    vault: Vault,
    invitation: InvitationLink,
    keys: InviteKeys,
    *,
    membership: Membership,
    epochs: Mapping[bytes, EpochKey],
) -> int:
    """The circle in this workspace with fresh device keys, not visible yet."""
    key_salt = ws.random_bytes(32)
    device = vault.device_keys(key_salt)
    no = spaces.add_space(
        ws,
        space32=invitation.space,
        dev16=device.dev,
        member16=member_id(device.signing.public),
        server=checked_address(invitation.server or ""),
        key_salt=key_salt,
        role=ops.Role(membership.invites[keys.id].op.role).name.lower(),
        state="joining",
    )
    top = best(membership, epochs.keys()).id
    spaces.adopt_epoch_keys(ws, no, {i: key.secret for i, key in epochs.items()}, current=top)
    return no


def _write_join(ws: Workspace, vault: Vault, no: int, invited: InviteKeys, *, my_name: str) -> None:
    """The join as this device's first changeset, and this person's entry in the list of people after it."""
    held = access(ws, vault, no)
    space, keys = held.space, held.keys
    card = make_card(
        space=space.space32,
        member=space.member16,
        ed_pk=keys.signing.public,
        kem_pk=keys.kem.public,
        sign=keys.signing.sign,
    )
    message = join_message(space=space.space32, invite=invited.id, member=space.member16, card=card)
    signature = invited.signing.sign("cc1/join", message)
    clear = ops.encode_op(ops.Join(ops.JOIN, 1, invited.id, space.member16, card, signature))
    membership = membership_of(ws, no)
    if invited.id not in membership.invites:
        raise nonsense()
    heads = heads_for(membership, keys.dev, above=membership.invites[invited.id].change.id)
    journal.append(ws, no, sealer(held, ws.random_bytes), kind=MEMBERSHIP, clear=clear, mheads=heads)
    cells: dict[str, Value] = {
        "name": required(my_name, "your name"),
        "status": "member",
        "member": space.member16,
        "confirmed": 1,
    }
    ws.record(no, (Put(PEOPLE, own_row_id(space.member16), cells),), trail=NO_UNDO)
    clear_undo(ws, no)
    spaces.set_space(ws, no, state="active")


def _as_it_is(sealed: Sealed) -> Callable[[Draft], Sealed]:
    """A genesis is sealed before its space exists; the journal only gives it its place."""

    def give(draft: Draft) -> Sealed:
        assert draft.seq == 1
        return sealed

    return give


def _spent() -> RuleBroken:
    return RuleBroken(
        "This invitation cannot be used (any more).", "Ask an organizer for a new one.", code="invitation_spent"
    )


def _wrong_circle() -> SyncProblem:
    return SyncProblem(
        "The server showed another circle than the one you were invited to.",
        "Do not go on; ask whoever invited you.",
        code="wrong_circle",
    )
