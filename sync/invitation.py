"""The link of an invitation: `circle://j/` and base64url of everything a newcomer needs, with a checksum.

    01 || flags u8 || space32 || founder8 || secret32 || [len u8 || server URL] || H("cc1/link", all before)[:4]

flags bit 0: a server follows. No name is in it: whoever finds the link learns that there is a circle, and the secret.
Source: docs/protocol.md, Invitation links.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from circle_app.domain.ids import tagged_hash
from circle_app.errors import CircleError

PREFIX: Final = "circle://j/"
MAX_SERVER: Final = 200
MAX_TEXT: Final = 2_000
_FIXED: Final = 2 + 32 + 8 + 32
_CHECK: Final = 4
_HAS_SERVER: Final = 1
_BETWEEN: Final = re.compile("[\\s\u200b\u200c\u200d\u2060\ufeff<>\"']+")
_BODY: Final = re.compile(r"[A-Za-z0-9_-]*")


class InvitationError(CircleError):
    """A link that is no invitation, was cut off or mistyped, or is of a newer version."""

    code = "invitation"


@dataclass(frozen=True, slots=True)
class InvitationLink:
    """A parsed link. `space` 32 bytes, `founder` the first 8 of the founder's device id, `server` a URL or None."""

    space: bytes
    founder: bytes
    secret: bytes = field(repr=False)
    server: str | None = None


def link_text(invitation: InvitationLink) -> str:
    """The link as text. Raises InvitationError link_server for a server address that a reader would refuse."""
    server = b""
    if invitation.server is not None:
        _check_server(invitation.server)
        server = invitation.server.encode("ascii")
        server = bytes([len(server)]) + server
    flags = _HAS_SERVER if server else 0
    raw = bytes([1, flags]) + invitation.space + invitation.founder + invitation.secret + server
    raw += tagged_hash("cc1/link", raw)[:_CHECK]
    return PREFIX + base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def read_link(text: str) -> InvitationLink:
    """The invitation in a pasted text: blanks, line breaks and quotes around or inside the link do not matter.

    Raises InvitationError: link_none, link_cut, link_version, link_server.
    """
    _, prefix, rest = text[:MAX_TEXT].partition(PREFIX)
    if not prefix:
        raise InvitationError("This is not an invitation.", f"An invitation begins with {PREFIX}", code="link_none")
    raw = _whole(rest)
    if raw[0] != 1:
        raise InvitationError(
            "This invitation was made by a newer version of the app.",
            "Update, then open it again.",
            code="link_version",
        )
    if len(raw) < _FIXED + _CHECK:
        raise _cut()
    return InvitationLink(raw[2:34], raw[34:42], raw[42:74], _server_of(raw[1], raw[_FIXED:-_CHECK]))


def _whole(rest: str) -> bytes:
    """The first run of letters whose checksum holds, joined across line breaks that a mail program put in."""
    letters = ""
    for piece in _BETWEEN.split(rest):
        run = _BODY.match(piece)
        letters += run.group() if run else ""
        raw = _decoded(letters)
        if len(raw) > _CHECK and tagged_hash("cc1/link", raw[:-_CHECK])[:_CHECK] == raw[-_CHECK:]:
            return raw
    raise _cut()


def _decoded(letters: str) -> bytes:
    if len(letters) % 4 == 1:
        return b""
    return base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))


def _server_of(flags: int, rest: bytes) -> str | None:
    """What follows the server in a later version is ignored; the checksum covers it."""
    if not flags & _HAS_SERVER:
        return None
    length = rest[0] if rest else 0
    if len(rest) < 1 + length:
        raise _cut()
    try:
        server = rest[1 : 1 + length].decode("ascii")
    except UnicodeDecodeError as error:
        raise _bad_server() from error
    _check_server(server)
    return server


def _check_server(server: str) -> None:
    """http or https, a host, nothing that hides where it leads."""
    if not 8 <= len(server) <= MAX_SERVER or not server.isascii() or not server.isprintable() or " " in server:
        raise _bad_server()
    try:
        parts = urlsplit(server)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError as error:
        raise _bad_server() from error
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise _bad_server()
    if parts.query or parts.fragment or "\\" in server:
        raise _bad_server()


def _cut() -> InvitationError:
    return InvitationError(
        "This invitation is cut off or mistyped.", "Ask for it again and copy the whole link.", code="link_cut"
    )


def _bad_server() -> InvitationError:
    return InvitationError(
        "The server address in this invitation cannot be used.", "Ask for a new invitation.", code="link_server"
    )
