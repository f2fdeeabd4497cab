"""The server's calls as functions of this program: signed on the way out, typed on the way in."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from circle_app.domain.ids import RandomBytes
from circle_app.errors import SyncProblem
from sync import wire
from sync.client.transport import Reply, Taking, Transport

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Signer:
    """Who calls in a space: a device (key_id = dev16) or somebody with an invitation (key_id = invite id16)."""

    space: bytes
    mode: int
    key_id: bytes
    sign: Callable[[bytes], bytes] = field(repr=False)


@dataclass(slots=True)
class Server:
    """One server and what this client learned of it; for one thread."""

    transport: Transport
    now_ms: Callable[[], int]
    random_bytes: RandomBytes
    asked: int = field(default=0, init=False)
    """How many signed requests were made."""
    _info: wire.Info | None = field(default=None, init=False)
    _ahead_ms: int = field(default=0, init=False)

    def info(self) -> wire.Info:
        """What the server says of itself; asked once. Raises SyncProblem "update" when we speak no common version."""
        if self._info is None:
            info = self.plain("GET", wire.ROUTE_INFO, b"", wire.Info)
            if not info.min_version <= wire.VERSION <= info.max_version:
                raise SyncProblem(
                    "This server speaks another version.", "Install the newest Citizen Circles.", code="update"
                )
            self._info = info
        return self._info

    def create_space(self, genesis: bytes, token: str = "", *, log: Sequence[bytes] = ()) -> wire.SpaceCreated:
        """Found a space, or find it already there; `log` are changesets of it that the server may have lost."""
        body = msgspec.msgpack.encode(wire.CreateSpace(genesis, token, tuple(log)))
        return self.plain("POST", wire.ROUTE_SPACES, body, wire.SpaceCreated)

    def push(
        self, signer: Signer, changesets: Sequence[bytes], *, envelopes: Sequence[wire.Envelope] = ()
    ) -> wire.PushReply:
        body = msgspec.msgpack.encode(wire.Push(tuple(changesets), tuple(envelopes)))
        reply = self.signed(signer, "POST", wire.ROUTE_CHANGESETS, body, wire.PushReply)
        if len(reply.results) != len(changesets):
            raise nonsense()
        return reply

    def pull(self, signer: Signer, after: int, limit: int = wire.MAX_PAGE_CHANGESETS) -> wire.Page:
        """The next changesets after a position."""
        only = "" if limit == wire.MAX_PAGE_CHANGESETS else f"&limit={limit}"
        return self._page(signer, f"{wire.ROUTE_CHANGESETS}?after={after}{only}", after)

    def members(self, signer: Signer, after: int) -> wire.Page:
        """The next membership changesets after a position."""
        return self._page(signer, f"{wire.ROUTE_MEMBERS}?after={after}", after)

    def diff(self, signer: Signer, have: Sequence[wire.ChainEnd]) -> wire.DiffReply:
        """What the server lacks and what this device lacks, from where each chain ends here."""
        body = msgspec.msgpack.encode(wire.Diff(tuple(sorted(have))))
        reply = self.signed(signer, "POST", wire.ROUTE_DIFF, body, wire.DiffReply)
        if not _ascending([0, *(item.pos for item in reply.items)]) or reply.head.space != signer.space:
            raise nonsense()
        return reply

    def events(self, signer: Signer, after: int) -> wire.Head:
        """Where the space stands, when it is elsewhere than `after`, or unchanged after `info().events_s` seconds."""
        head = self.signed(signer, "GET", f"{wire.ROUTE_EVENTS}?after={after}", b"", wire.Head)
        if head.space != signer.space:
            raise nonsense()
        return head

    def envelopes(self, signer: Signer, epoch: bytes) -> tuple[bytes, ...]:
        """This device's envelopes of an epoch; none when the server has none."""
        route = wire.ROUTE_ENVELOPE.replace("{epoch}", epoch.hex())
        return self.signed(signer, "GET", route, b"", wire.OwnEnvelopes).envelopes

    def put_blob(self, signer: Signer, data: bytes) -> None:
        """Keep a sealed piece of a file at the server, under the hash of its bytes; the same piece again is success."""
        target = _blob(signer, hashlib.sha256(data).digest())
        _decoded(self._answer(signer, "PUT", target, data, headers={"Content-Type": wire.BLOB_TYPE}), wire.BlobKept)

    def get_blob(self, signer: Signer, name: bytes, put: Callable[[bytes], object], *, offset: int = 0) -> None:
        """Hand a sealed piece from `offset` on to `put`, chunk by chunk as it comes; nothing of it is checked yet.

        What came before a line broke was handed over already: ask for the rest. SyncProblem "not_found": the server
        has no such piece.
        """
        taking = Taking(wire.BLOB_TYPE, wire.MAX_BLOB - offset, put)
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        reply = self._answer(signer, "GET", _blob(signer, name), b"", headers=headers, taking=taking)
        if reply.status not in (200, 206):
            raise _refusal(reply)
        if reply.status != (206 if offset else 200):
            raise nonsense()

    def missing_blobs(self, signer: Signer, names: Sequence[bytes]) -> frozenset[bytes]:
        """Which of these pieces (up to `wire.MAX_BLOB_NAMES`) the server does not have."""
        body = msgspec.msgpack.encode(wire.BlobNames(tuple(names)))
        missing = frozenset(self.signed(signer, "POST", wire.ROUTE_BLOBS_MISSING, body, wire.BlobNames).names)
        if not missing <= set(names):
            raise nonsense()
        return missing

    def drop_blobs(self, signer: Signer, names: Sequence[bytes]) -> None:
        """Have the server drop these pieces (up to `wire.MAX_BLOB_NAMES`); those it does not have are no mistake."""
        body = msgspec.msgpack.encode(wire.BlobNames(tuple(names)))
        self.signed(signer, "POST", wire.ROUTE_BLOBS_DROP, body, wire.BlobNames)

    def time_ms(self) -> int:
        """The time as this computer says, set right by what the server last said of it."""
        return self.now_ms() + self._ahead_ms

    def close(self) -> None:
        self.transport.close()

    def hang_up(self) -> None:
        """End the request that is under way, from another thread, and refuse all later ones."""
        self.transport.hang_up()

    def _page(self, signer: Signer, route: str, after: int) -> wire.Page:
        page = self.signed(signer, "GET", route, b"", wire.Page)
        if not _ascending([after, *(item.pos for item in page.items)]) or page.head.space != signer.space:
            raise nonsense()
        return page

    def plain(self, method: str, path: str, body: bytes, kind: type[T]) -> T:
        """What anybody may ask."""
        return _decoded(self.transport.call(method, path, body=body), kind)

    def signed(self, signer: Signer, method: str, route: str, body: bytes, kind: type[T]) -> T:
        """What `signer` alone may ask; a `{space}` in the route is theirs."""
        target = route.replace("{space}", wire.space_text(signer.space))
        return _decoded(self._answer(signer, method, target, body), kind)

    def _answer(
        self, signer: Signer, method: str, target: str, body: bytes, *, headers: Mapping[str, str] | None = None,
        taking: Taking | None = None,
    ) -> Reply:  # fmt: skip
        server_id = self.info().server_id
        reply = self._send(signer, method, target, body, server_id, headers=headers, taking=taking)
        if reply.status == 401 and (problem := _problem(reply)).code == "clock":
            self._ahead_ms = problem.server_ms - self.now_ms()
            reply = self._send(signer, method, target, body, server_id, headers=headers, taking=taking)
        if reply.status == 403:
            self._info = None  # perhaps another server stands here now: ask again next time
        return reply

    def _send(
        self, signer: Signer, method: str, target: str, body: bytes, server_id: bytes, *,
        headers: Mapping[str, str] | None = None, taking: Taking | None = None,
    ) -> Reply:  # fmt: skip
        self.asked += 1
        ts, nonce = max(0, self.time_ms()), self.random_bytes(16)
        message = wire.auth_message(
            server_id=server_id,
            space=signer.space,
            mode=signer.mode,
            key_id=signer.key_id,
            ts=ts,
            nonce=nonce,
            body_sha256=hashlib.sha256(body).digest(),
            method=method,
            target=target,
        )
        header = wire.encode_auth(wire.Auth(signer.mode, signer.key_id, ts, nonce, signer.sign(message)))
        sent = {wire.AUTH_HEADER: header, **(headers or {})}
        return self.transport.call(method, target, body=body, headers=sent, taking=taking)


def nonsense() -> SyncProblem:
    """The server answered in its own form but not with what was asked."""
    return SyncProblem(
        "The server's answer made no sense.", "We try again later; your work is safe here.", code="bad_reply"
    )


def _ascending(positions: Sequence[int]) -> bool:
    return all(a < b for a, b in itertools.pairwise(positions))


def _blob(signer: Signer, name: bytes) -> str:
    route = wire.ROUTE_BLOB.replace("{space}", wire.space_text(signer.space))
    return route.replace("{sha256}", name.hex())


def _decoded(reply: Reply, kind: type[T]) -> T:
    if reply.status != 200:
        raise _refusal(reply)
    try:
        return msgspec.msgpack.decode(reply.body, type=kind)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise nonsense() from error


def _problem(reply: Reply) -> wire.Problem:
    try:
        return msgspec.msgpack.decode(reply.body, type=wire.Problem)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise nonsense() from error


def _refusal(reply: Reply) -> SyncProblem:
    if reply.status in (429, 503):
        return SyncProblem("The server is busy just now.", "We try again in a while.", code="busy")
    problem = _problem(reply)
    match problem.code:
        case "no_access":
            return SyncProblem(
                "The server does not know you in this circle.", "Ask an organizer of the circle.", code="no_access"
            )
        case "token":
            return SyncProblem(
                "This server asks for a registration code.", "Ask whoever runs the server.", code="token"
            )
        case "quota":
            return SyncProblem("There is no room left on the server.", "Ask whoever runs the server.", code="quota")
        case "not_found":
            return SyncProblem(
                "The server does not have that.", "Perhaps another device brings it later.", code="not_found"
            )
        case "too_large":
            return SyncProblem("A change is too large for this server.", "Tell whoever runs it.", code="too_large")
    if reply.status >= 500:
        return SyncProblem("The server has a fault.", "We try again later; your work is safe here.", code="server")
    return SyncProblem(
        "The server did not accept our request.", "Look for a newer version of this program.", code="refused"
    )
