"""Who is asking: the CC-Auth header checked for time, signature and replay, the same answer for every "no".

A caller learns nothing about a space it may not read: an unknown space, a stranger, a removed device and a wrong
signature are answered alike, after the same work.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from sync import wire
from sync.codec import verify
from sync.server.store import Entry

MAX_REMEMBERED = 200_000


class Refused(Exception):
    """A request that is answered with a Problem: HTTP status, reason code, and for code `clock` our time.

    `hang_up`: whatever else comes on this connection is not read.
    """

    def __init__(
        self, status: int, code: str, *, server_ms: int = 0, retry_after_s: int | None = None, hang_up: bool = False
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.server_ms = server_ms
        self.retry_after_s = retry_after_s
        self.hang_up = hang_up


@dataclass(frozen=True, slots=True)
class Request:
    """What a signature covers of one request."""

    space: bytes
    method: str
    target: str
    body_sha256: bytes


@dataclass(slots=True)
class Replays:
    """The requests that this process has let in, kept for as long as their time would still be accepted."""

    window_ms: int
    _seen: OrderedDict[tuple[bytes, bytes, bytes], int] = field(default_factory=OrderedDict)

    def entry(self, space: bytes, key_id: bytes, nonce: bytes, *, now_ms: int) -> Entry:
        """A request as it is to be remembered; raises Refused when it was seen here."""
        key, until_ms = (space, key_id, nonce), now_ms + 2 * self.window_ms
        while self._seen:
            oldest, over_ms = next(iter(self._seen.items()))
            if over_ms >= now_ms and len(self._seen) < MAX_REMEMBERED:
                break
            del self._seen[oldest]
        if key in self._seen:
            raise Refused(401, "replay")
        self._seen[key] = until_ms
        return Entry(space, key_id, nonce, until_ms)


def parsed_auth(header: str | None, *, now_ms: int, window_ms: int) -> wire.Auth:
    """The header's parts when it is one of this version and its time is near ours; raises Refused."""
    auth = wire.decode_auth(header or "")
    if auth is None:
        raise Refused(401, "auth")
    if abs(auth.ts - now_ms) > window_ms:
        raise Refused(401, "clock", server_ms=now_ms)
    return auth


def signed_bytes(auth: wire.Auth, request: Request, *, server_id: bytes) -> bytes:
    """The message that the header's signature must cover for this request at this server."""
    return wire.auth_message(
        server_id=server_id,
        space=request.space,
        mode=auth.mode,
        key_id=auth.key_id,
        ts=auth.ts,
        nonce=auth.nonce,
        body_sha256=request.body_sha256,
        method=request.method,
        target=request.target,
    )


def is_signed(auth: wire.Auth, message: bytes, public_key: bytes | None) -> bool:
    """Whether `public_key` signed `message`; with no key it takes as long to say no."""
    label, _, rest = message.partition(b"\x00")
    good = verify(public_key=public_key or _NOBODY, label=label.decode("ascii"), message=rest, signature=auth.signature)
    return good and public_key is not None


def check_signed(auth: wire.Auth, message: bytes, public_key: bytes | None) -> None:
    """Raise the one answer for every "no" unless `public_key` signed `message`."""
    if not is_signed(auth, message, public_key):
        raise Refused(403, "no_access")


_NOBODY = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
"""A valid Ed25519 key that nobody uses here (RFC 8032, test 1), so that a stranger's check takes as long."""
