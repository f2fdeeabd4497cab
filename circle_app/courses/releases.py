"""A release: one immutable edition of a course, named by the hash of its bytes, whatever it was read from."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from circle_app.domain.ids import tagged_hash
from circle_app.errors import RuleBroken

RELEASE_BYTES_MAX = 16 * 2**20
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Item:
    """One step of a module. `key` is its file name; `front` and `body` are the file's text, verbatim.

    `minutes` is None when the author suggested no timing. `question`, `mode` and `materials` may be empty.
    """

    key: str
    title: str
    minutes: int | None
    front: str
    body: str
    question: str = ""
    mode: str = ""
    materials: str = ""


@dataclass(frozen=True, slots=True)
class Module:
    """What fills one meeting. `key` is its folder name."""

    key: str
    title: str
    items: tuple[Item, ...]

    @property
    def minutes(self) -> int:
        """Whole minutes of all timed items."""
        return sum(item.minutes or 0 for item in self.items)


@dataclass(frozen=True, slots=True)
class Release:
    """A course as its authors gave it. `language` is a BCP 47 tag or "", `licence` and `origin` are as written by them.

    `welcome` is the text of the course's first page, verbatim.
    """

    title: str
    description: str
    language: str
    licence: str
    origin: str
    welcome: str
    modules: tuple[Module, ...]
    format: int = FORMAT


def encode(release: Release) -> bytes:
    """The canonical bytes: MessagePack of the fields in declared order, so equal releases have equal bytes."""
    return msgspec.msgpack.encode(release)


def decode(data: bytes) -> Release:
    """The release in these bytes; RuleBroken when they are too long, damaged, of another format or not canonical."""
    problem = RuleBroken("This course file is damaged.", "Ask for the file again.", code="release")
    if len(data) > RELEASE_BYTES_MAX:
        raise RuleBroken("This course is too large to open.", "Ask for a course in smaller parts.", code="release")
    try:
        release = msgspec.msgpack.decode(data, type=Release)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise problem from error
    if release.format != FORMAT:
        raise RuleBroken("This course was made by a newer version.", "Update Citizen Circles first.", code="release")
    if encode(release) != data:
        raise problem
    return release


def content_hash(release: Release) -> bytes:
    """The 32-byte name of a release, `H("cc1/release", encode(release))`."""
    return tagged_hash("cc1/release", encode(release))


def attribution(release: Release) -> str:
    """Title, origin and licence on one line, as a licence with attribution asks for."""
    named = f"{release.title}, {release.origin}" if release.origin else release.title
    return f"{named} ({release.licence})" if release.licence else named


def release_of_origin(origin: str | None) -> bytes | None:
    """The release's hash in the origin of an adopted meeting or step; None when it came from nowhere."""
    try:
        name = bytes.fromhex((origin or "").split("/")[0])
    except ValueError:
        return None
    return name if len(name) == 32 else None
