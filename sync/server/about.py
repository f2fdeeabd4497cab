"""What each of the server's calls takes, answers and refuses, as data: the OpenAPI document is made from it.

Reasons that a kind of call shares are added by their kind: whoever signs can be refused as a stranger, whoever sends a
body can send too much of it, and a database may be in trouble for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from sync import wire
from sync.publications import wire as pub_wire
from sync.server.http import MAX_POS

Refusals = tuple[tuple[int, str], ...]

TEXT = "text/plain; charset=utf-8"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Query:
    """A name in the query: a whole number up to `most`, or text of a `pattern`."""

    name: str
    says: str
    most: int | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """One call. `body` and `reply` are a struct of the wire, or the media type of plain bytes; `who` in words."""

    says: str
    who: str
    reply: type[msgspec.Struct] | str
    body: type[msgspec.Struct] | str | None = None
    most: int = 0
    """The most bytes of a body."""
    signed: bool = True
    query: tuple[Query, ...] = ()
    statuses: tuple[int, ...] = (200,)
    refusals: Refusals = ()

    def all_refusals(self) -> Refusals:
        """Every status and code that may be answered instead."""
        found = list(self.refusals)
        if self.signed:
            found += [(401, "auth"), (401, "clock"), (401, "replay"), (403, "no_access")]
        if self.body is not None:
            found += [(400, "request"), (408, "slow"), (413, "too_large")]
        if self.query:
            found += [(400, "request")]
        return tuple(sorted({*found, (400, "request"), (429, "busy"), (503, "busy")}))


_PAGE = (
    Query("after", "the position after which to read", most=MAX_POS),
    Query("limit", "how many at most", most=wire.MAX_PAGE_CHANGESETS),
)

CREATE_SPACE = About(
    "Found a circle, or find it; with changesets of it that the server may have lost.", "anyone; a token if asked for",
    wire.SpaceCreated, wire.CreateSpace, wire.MAX_REQUEST, signed=False,
    refusals=(
        (403, "token"), (409, "genesis"), (507, "quota"),
        *((400, code) for code in (
            "size", "malformed", "core", "version", "kind", "seq", "mheads", "clear", "member_op", "genesis", "card",
            "member_id", "weak_key", "signature",
        )),
    ),
)  # fmt: skip
PUSH = About(
    "Keep changesets, each device's own in order, and the envelopes of new keys.",
    "a member; a device whose join comes first; an invite: its one join", wire.PushReply, wire.Push, wire.MAX_REQUEST,
)  # fmt: skip
PULL = About("The next changesets.", "a member or an invite", wire.Page, query=_PAGE)
MEMBERS = About("The next membership changesets.", "a member or an invite", wire.Page, query=_PAGE)
EVENTS = About(
    "Where the space stands, as soon as that is elsewhere than the caller says, or after a while.", "a member's device",
    wire.Head, query=(Query("after", "the position that the caller knows", most=MAX_POS),),
)  # fmt: skip
ENVELOPE = About("The caller's own envelopes of an epoch; none when there is none.", "a member", wire.OwnEnvelopes)
DIFF = About("What either of two copies lacks.", "a member", wire.DiffReply, wire.Diff, wire.MAX_REQUEST)
PUT_BLOB = About(
    "Keep a sealed piece of a file under the hash of its bytes.", "a participant or organizer", wire.BlobKept,
    wire.BLOB_TYPE, wire.MAX_BLOB, refusals=((400, "blob_hash"), (507, "quota")),
)  # fmt: skip
GET_BLOB = About(
    "A sealed piece, or a part of it (Range: bytes=n- or bytes=n-m).", "a member", wire.BLOB_TYPE, statuses=(200, 206),
    refusals=((404, "not_found"), (416, "range")),
)  # fmt: skip
HEAD_BLOB = About("The size of a sealed piece.", "a member", wire.BLOB_TYPE, refusals=((404, "not_found"),))
MISSING_BLOBS = About(
    "Which of these pieces are not here.", "a member", wire.BlobNames, wire.BlobNames, wire.MAX_REQUEST
)
DROP_BLOBS = About(
    "Drop these pieces, as no file needs them any more; which of them were here.", "an organizer", wire.BlobNames,
    wire.BlobNames, wire.MAX_REQUEST,
)  # fmt: skip
FOUND_PUBLICATION = About(
    "Found a publication, or find it; with entries that follow.", "anyone; a token if asked for",
    pub_wire.EntriesReply, pub_wire.Founding, wire.MAX_REQUEST, signed=False,
    refusals=(
        (403, "token"), (409, "stale"), (507, "quota"),
        *((400, code) for code in (
            "size", "malformed", "core", "version", "kind", "seq", "body_missing", "body_hash", "body", "pub", "signer",
            "weak_key", "signature",
        )),
    ),
)  # fmt: skip
DIRECTORY = About(
    "Listed publications by words.", "anyone", pub_wire.Directory, signed=False,
    query=(
        Query("query", "words, percent-encoded", pattern=f"^[^&=#]{{0,{pub_wire.MAX_QUERY}}}$"),
        Query("type", "1 course, 2 school, 3 circle; 0 all", most=255),
        Query("after", "the id after which to go on", pattern="^[0-9a-f]{64}$"),
    ),
)  # fmt: skip
POST_ENTRIES = About(
    "Bring entries that follow each other.", "anyone", pub_wire.EntriesReply, pub_wire.Entries, wire.MAX_REQUEST,
    signed=False, refusals=((404, "not_found"),),
)  # fmt: skip
GET_ENTRIES = About(
    "The next entries of a publication.", "anyone", pub_wire.EntryPage, signed=False,
    query=(
        Query("after", "the number after which to read", most=MAX_POS),
        Query("limit", "how many at most", most=pub_wire.MAX_ENTRY_PAGE),
    ),
    refusals=((404, "not_found"),),
)  # fmt: skip
POST_LETTER = About(
    "Leave a sealed letter to the people of a publication.", "anyone", pub_wire.LetterKept, pub_wire.Letter,
    pub_wire.MAX_LETTER, signed=False, refusals=((400, "contacts"), (404, "not_found")),
)  # fmt: skip
GET_LETTERS = About(
    "The next letters.", "a signer of the publication", pub_wire.InboxPage,
    query=(Query("after", "the number after which to read", most=MAX_POS),),
)  # fmt: skip
DROP_LETTERS = About(
    "Drop the letters up to a number.", "a signer of the publication", pub_wire.InboxLeft,
    query=(Query("upto", "the number", most=MAX_POS),),
)  # fmt: skip
INFO = About("Versions, limits and the name of this server.", "anyone", wire.Info, signed=False)
TIME = About("The server's time.", "anyone", wire.Time, signed=False)
HEALTH = About("Whether the database answers.", "anyone", TEXT, signed=False)
OPENAPI = About("This document.", "anyone", JSON, signed=False)
METRICS = About(
    "Figures for whoever runs the server; only where its configuration has a token for them.",
    "whoever brings the operator's token as a Bearer", TEXT, signed=False, refusals=((404, "not_found"),),
)  # fmt: skip
