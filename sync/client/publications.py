"""Publications of this computer: found and written offline, followed and read offline, brought together when there is a network.

Everything that a server hands out is checked as if a stranger had sent it: an entry counts when it continues the chain that
is here and is signed by one of its signers.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from circle_app.domain.ids import RandomBytes
from circle_app.errors import BadEntry, SyncProblem
from circle_app.workspace import publications as kept
from circle_app.workspace.db import Workspace
from circle_app.workspace.publications import KeptEntry, Saying
from sync import wire
from sync.client.calls import nonsense
from sync.client.publication_calls import PublicationCalls
from sync.keys import DeviceKeys
from sync.letters import Message, open_letter, seal_letter
from sync.publications import entries as e
from sync.publications.chain import Standing, follow, start
from sync.publications.reading import Reading, read
from sync.publications.wire import MAX_POSTED, PublicationHead
from sync.vault import Vault

MOST_ENTRIES = 10_000
"""Entries of one publication that are kept here."""
_TRIES = 5
_BATCH_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Synced:
    """How an exchange went: entries that came, and that left."""

    came: int
    sent: int


def found_publication(
    ws: Workspace, vault: Vault, *, server: str, type_: int, profile: e.Profile, random_bytes: RandomBytes
) -> bytes:
    """Found a publication, offline; its id. This device signs for it and receives its letters."""
    salt = random_bytes(32)
    keys = vault.publication_keys(salt)
    body = e.Genesis(random_bytes(16), type_, (keys.signing.public,), (keys.kem.public,), profile)
    entry = e.make_entry(
        kind=e.GENESIS, pub=wire.ZERO32, seq=1, prev=wire.ZERO32, signer=e.signer_id(keys.signing.public), body=body,
        sign=keys.signing.sign,
    )  # fmt: skip
    kept.begin(ws, entry.pub, server=server, salt=salt, standing=_packed(start(entry)), kept=[_kept(entry)])
    return entry.pub


def say(ws: Workspace, pub: bytes, kind: int, body: e.Body) -> None:
    """Put down what the publication says next. Raises BadEntry when no reader would take it."""
    packed = msgspec.msgpack.encode(body)
    e.checked_body(kind, packed)
    kept.say(ws, pub, kind=kind, body=packed)


def follow_publication(ws: Workspace, calls: PublicationCalls, pub: bytes) -> Synced:
    """Begin to keep a publication that a server has; one that is here already is brought up to date."""
    page = calls.entries(pub, 0)
    if not page.entries:
        raise nonsense()
    try:
        entry = e.parse(page.entries[0])
        standing = start(entry)
    except BadEntry as error:
        raise _not_followed() from error
    if entry.pub != pub:
        raise nonsense()
    server = calls.server.transport.server
    kept.begin(ws, pub, server=server, salt=None, standing=_packed(standing), kept=[_kept(entry)])
    came, _head = _fetch(ws, calls, pub)
    return Synced(came + 1, 0)


def sync_publication(ws: Workspace, vault: Vault, calls: PublicationCalls, pub: bytes, *, token: str = "") -> Synced:
    """Fetch what is new, bring back what the server lost, and send what was said here. Raises SyncProblem."""
    try:
        came, head = _fetch(ws, calls, pub)
    except SyncProblem as problem:
        if problem.code != "not_found":
            raise
        came, head = 0, None
    _refill(ws, calls, pub, head, token=token)
    sent = 0
    for saying in kept.sayings(ws, pub):
        more, left = _send(ws, vault, calls, pub, saying)
        came, sent = came + more, sent + left
    return Synced(came, sent)


def reading(ws: Workspace, pub: bytes) -> Reading:
    """What a publication says, as far as it is here. Raises NotFound."""
    kept.publication(ws, pub)
    return read(kept.entries(ws, pub))


def write_letter(
    ws: Workspace, calls: PublicationCalls, pub: bytes, message: Message, *, random_bytes: RandomBytes
) -> None:
    """Send a letter to the people of a publication that is here."""
    contacts = _standing(ws, pub).contacts
    calls.write_letter(pub, seal_letter(pub=pub, contacts=contacts, message=message, random_bytes=random_bytes))


def fetch_letters(
    ws: Workspace, vault: Vault, calls: PublicationCalls, pub: bytes, *, after: int = 0
) -> list[tuple[int, Message | None]]:
    """The next letters by number; None is one that cannot be opened."""
    keys = _keys(ws, vault, pub)
    found: list[tuple[int, Message | None]] = []
    for item in calls.letters(pub, keys, after).items:
        try:
            found.append((item.no, open_letter(pub=pub, kem=keys.kem, data=item.letter)))
        except BadEntry:
            found.append((item.no, None))
    return found


def drop_letters(ws: Workspace, vault: Vault, calls: PublicationCalls, pub: bytes, upto: int) -> int:
    """Let the server forget the letters up to a number; how many are left there."""
    return calls.drop_letters(pub, _keys(ws, vault, pub), upto)


def _fetch(ws: Workspace, calls: PublicationCalls, pub: bytes) -> tuple[int, PublicationHead]:
    """Take in what follows the entries that are here; how many, and where the server stands."""
    standing, came = _standing(ws, pub), 0
    while True:
        page = calls.entries(pub, standing.seq)
        if page.head.seq <= standing.seq:
            if page.head.id != kept.entry_id(ws, pub, page.head.seq):
                raise _not_followed()
            return came, page.head
        if not page.entries:
            raise nonsense()
        new = []
        try:
            for data in page.entries:
                entry = e.parse(data)
                standing = follow(standing, entry)
                new.append(_kept(entry))
        except BadEntry as error:
            raise _not_followed() from error
        if standing.seq > MOST_ENTRIES:
            raise SyncProblem("This publication is too long.", "Tell its people.", code="too_large")
        kept.add(ws, pub, new, standing=_packed(standing))
        came += len(new)


def _refill(ws: Workspace, calls: PublicationCalls, pub: bytes, head: PublicationHead | None, *, token: str) -> None:
    """Bring a server the entries that it does not have (any more)."""
    lacking = kept.entries(ws, pub, after=0 if head is None else head.seq)
    if head is None:
        calls.found(lacking.pop(0), token)
    batch: list[bytes] = []
    for data in [*lacking, b""]:
        if batch and (not data or len(batch) == MAX_POSTED or sum(map(len, batch)) + len(data) > _BATCH_BYTES):
            refused = [r.code for r in calls.post(pub, batch).results if r.status == wire.REFUSED]
            if refused:
                raise _refused(refused[0])
            batch = []
        batch.append(data)


def _send(ws: Workspace, vault: Vault, calls: PublicationCalls, pub: bytes, saying: Saying) -> tuple[int, int]:
    """Make something said the next entry; others may be quicker, then it follows theirs. How many came, and left."""
    came, data = 0, saying.entry
    for _ in range(_TRIES):
        standing = _standing(ws, pub)
        if data is not None and kept.has_entry(ws, pub, e.parse(data).id):
            # it had arrived, and only the answer was lost
            kept.drop_saying(ws, saying.no)
            return came, 1
        if data is None or e.parse(data).prev != standing.head:
            data = _signed(_keys(ws, vault, pub), standing, saying).data
            kept.keep_signed(ws, saying.no, data)
        entry = e.parse(data)
        try:
            after = follow(standing, entry)
        except BadEntry as error:
            raise _refused(error.code) from error
        [result] = calls.post(pub, [data]).results
        if result.status != wire.REFUSED:
            kept.add(ws, pub, [_kept(entry)], standing=_packed(after), said=saying.no)
            return came, 1
        if result.code not in ("stale", "gap"):
            raise _refused(result.code)
        more, _head = _fetch(ws, calls, pub)
        came += more
    raise SyncProblem("Others write here just now.", "We try again in a while.", code="busy")


def _signed(keys: DeviceKeys, standing: Standing, saying: Saying) -> e.Entry:
    return e.make_entry(
        kind=saying.kind, pub=standing.pub, seq=standing.seq + 1, prev=standing.head,
        signer=e.signer_id(keys.signing.public), body=msgspec.Raw(saying.body), sign=keys.signing.sign,
    )  # fmt: skip


def _keys(ws: Workspace, vault: Vault, pub: bytes) -> DeviceKeys:
    salt = kept.publication(ws, pub).salt
    if salt is None:
        raise SyncProblem(
            "This computer follows this publication and does not write it.",
            "Write on one of its own.",
            code="not_signer",
        )
    return vault.publication_keys(salt)


def _standing(ws: Workspace, pub: bytes) -> Standing:
    return msgspec.msgpack.decode(kept.publication(ws, pub).standing, type=Standing)


def _packed(standing: Standing) -> bytes:
    return msgspec.msgpack.encode(standing)


def _kept(entry: e.Entry) -> KeptEntry:
    return KeptEntry(entry.seq, entry.id, entry.data)


def _not_followed() -> SyncProblem:
    return SyncProblem(
        "The server shows another history of this publication than it did before.",
        "What is here stays. Ask its people, or look at another server.",
        code="other_history",
    )


def _refused(code: str) -> SyncProblem:
    match code:
        case "signer":
            return SyncProblem("Somebody else writes this publication now.", "Ask its people.", code="not_signer")
        case "closed":
            return SyncProblem("This publication is closed.", "Look for the one that follows it.", code="closed")
        case "quota":
            return SyncProblem("There is no room left on the server.", "Ask whoever runs the server.", code="quota")
    return SyncProblem("The server did not take an entry.", "Look for a newer version of this program.", code="refused")
