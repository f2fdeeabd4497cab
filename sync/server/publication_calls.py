"""The calls about publications: whoever has an entry may bring it, everybody may read, and nobody needs to sign in.

What a publication is stands in sync/publications; here it is kept as it came. Source: docs/protocol.md, Publications.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from circle_app.errors import BadEntry
from sync import wire
from sync.publications import wire as pub_wire
from sync.publications.chain import Standing, follow, start
from sync.publications.entries import HIDEABLE, Entry, Hide, parse
from sync.server.auth import Refused
from sync.server.config import Config
from sync.server.http import Request, Response, decoded, packed
from sync.server.intake import check_token
from sync.server.logs import said
from sync.server.service import Service, log
from sync.server.store import Reader, Touching
from sync.server.store_drafts import Writer
from sync.server.store_publications import (
    PublicationRow,
    append,
    begin,
    count_publications,
    entries_after,
    entry_id,
    hide,
    publication,
    search,
)

Parsed = tuple[Entry | None, str]


async def found_publication(service: Service, request: Request) -> Response:
    """Keep a genesis, and what follows it."""
    wanted = decoded(await service.body(request), pub_wire.Founding)
    genesis, standing = await service.work(lambda: _checked_genesis(wanted.genesis))
    following = await service.work(lambda: [_parsed(data) for data in wanted.entries])

    def keep(writer: Writer) -> tuple[list[pub_wire.EntryResult], PublicationRow]:
        row, status = publication(writer, genesis.pub), wire.KNOWN
        if row is None:
            _check_room(writer, service.config, wanted.token, now_ms=service.now_ms())
            row, status = begin(writer, standing, genesis, now_ms=service.now_ms()), wire.STORED
        elif entry_id(writer, genesis.pub, 1) != genesis.id:
            raise Refused(409, "stale")
        results, row = _kept(writer, row, following, service.config)
        return [pub_wire.EntryResult(genesis.id, status), *results], row

    results, row = await service.write(Touching(genesis.pub), keep)
    log.info(said("publication", id=genesis.pub, seq=row.standing.seq))
    return packed(pub_wire.EntriesReply(tuple(results), _head(row.standing)))


async def post_entries(service: Service, request: Request) -> Response:
    """Keep entries that follow each other, in the order sent, and tell what became of each."""
    sent = decoded(await service.body(request), pub_wire.Entries)
    pub = named(request)
    following = await service.work(lambda: [_parsed(data) for data in sent.entries])

    def keep(writer: Writer) -> tuple[list[pub_wire.EntryResult], PublicationRow]:
        row = publication(writer, pub)
        if row is None:
            raise Refused(404, "not_found")
        return _kept(writer, row, following, service.config)

    results, row = await service.write(Touching(pub), keep)
    refused = sorted({r.code for r in results if r.status == wire.REFUSED})
    stored = sum(r.status == wire.STORED for r in results)
    log.info(said("entries", publication=pub, new=stored, of=len(results), refused=refused))
    return packed(pub_wire.EntriesReply(tuple(results), _head(row.standing)))


async def get_entries(service: Service, request: Request) -> Response:
    pub = named(request)
    after = request.number("after", default=0)
    limit = request.number("limit", default=pub_wire.MAX_ENTRY_PAGE, most=pub_wire.MAX_ENTRY_PAGE)

    def read(reader: Reader) -> pub_wire.EntryPage:
        row = publication(reader, pub)
        if row is None:
            raise Refused(404, "not_found")
        found = entries_after(reader, pub, after, limit=max(limit, 1), size=wire.MAX_PAGE)
        more = bool(found) and after + len(found) < row.standing.seq
        return pub_wire.EntryPage(tuple(found), more, _head(row.standing))

    return packed(await service.read(read))


async def directory(service: Service, request: Request) -> Response:
    """What can be found here by words."""
    words = _words(request.query("query") or "")
    type_ = request.number("type", default=0, most=255) or None
    after = wire.parse_id32(request.query("after") or "00" * 32)
    if after is None:
        raise Refused(400, "request")
    most = pub_wire.MAX_FOUND
    found = await service.read(lambda reader: search(reader, words, type_=type_, after=after, limit=most + 1))
    return packed(pub_wire.Directory(tuple(_found(standing) for standing in found[:most]), len(found) > most))


def named(request: Request) -> bytes:
    """The publication that the path names; raises Refused."""
    pub = wire.parse_id32(request.params["pub"])
    if pub is None:
        raise Refused(404, "not_found")
    return pub


def _checked_genesis(data: bytes) -> tuple[Entry, Standing]:
    try:
        entry = parse(data)
        return entry, start(entry)
    except BadEntry as error:
        raise Refused(400, error.code) from error


def _parsed(data: bytes) -> Parsed:
    try:
        return parse(data), ""
    except BadEntry as error:
        return None, error.code


def _check_room(writer: Writer, config: Config, token: str, *, now_ms: int) -> None:
    check_token(config.registration_token, token)
    if count_publications(writer) >= config.max_publications:
        raise Refused(507, "quota")
    if count_publications(writer, since_ms=now_ms - 60_000) >= config.new_spaces_per_minute:
        raise Refused(503, "busy", retry_after_s=60)


def _kept(
    writer: Writer, row: PublicationRow, following: Sequence[Parsed], config: Config
) -> tuple[list[pub_wire.EntryResult], PublicationRow]:
    """Keep what follows, and tell for each entry what became of it."""
    hidden = {entry.body.entry for entry, _ in following if entry is not None and isinstance(entry.body, Hide)}
    results = []
    for entry, code in following:
        if entry is None:
            results.append(pub_wire.EntryResult(b"", wire.REFUSED, code))
        elif entry.pub == row.standing.pub and entry_id(writer, entry.pub, entry.seq) == entry.id:
            results.append(pub_wire.EntryResult(entry.id, wire.KNOWN))
        else:
            try:
                row = _one_more(writer, row, entry, hidden, config)
                results.append(pub_wire.EntryResult(entry.id, wire.STORED))
            except BadEntry as error:
                results.append(pub_wire.EntryResult(entry.id, wire.REFUSED, error.code))
    return results, row


def _one_more(writer: Writer, row: PublicationRow, entry: Entry, hidden: set[bytes], config: Config) -> PublicationRow:
    standing = follow(row.standing, entry)
    if entry.kind in HIDEABLE and entry.body is None and entry.id not in hidden:
        raise BadEntry("", code="body_missing")  # what is shown has to be there; what is hidden right after need not
    if entry.seq > config.max_entries or row.bytes + len(entry.data) > config.publication_quota_bytes:
        raise BadEntry("", code="quota")
    row = append(writer, row, standing, entry)
    return hide(writer, row, entry.body.entry) if isinstance(entry.body, Hide) else row


def _words(query: str) -> list[str]:
    try:
        words = unquote_to_bytes(query).decode("utf-8").split()
    except UnicodeDecodeError:
        raise Refused(400, "request") from None
    if len(query) > pub_wire.MAX_QUERY or len(words) > pub_wire.MAX_QUERY_WORDS:
        raise Refused(400, "request")
    return words


def _found(standing: Standing) -> pub_wire.Found:
    profile = standing.profile
    return pub_wire.Found(_head(standing), standing.type, profile.title, profile.text, profile.language, profile.words)


def _head(standing: Standing) -> pub_wire.PublicationHead:
    return pub_wire.PublicationHead(standing.pub, standing.seq, standing.head)
