"""What the database keeps of publications: their entries, where each stands, what the directory finds, and their letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from circle_app.domain.text import fold
from sync.publications.chain import Standing
from sync.publications.entries import HIDEABLE, Entry, parse, without_body
from sync.publications.wire import InboxItem
from sync.server.store import Reader
from sync.server.store_drafts import Writer

_FOLDED_MOST = 4_000
"""Characters of a profile that are searched."""
_ROW = "SELECT standing, bytes FROM publications WHERE pub = ?"
_UPDATE = "UPDATE publications SET listed = ?, folded = ?, standing = ?, bytes = ? WHERE pub = ?"


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """A publication as the server knows it."""

    standing: Standing
    bytes: int


def publication(reader: Reader, pub: bytes) -> PublicationRow | None:
    """Where a publication stands, if it is here."""
    row = reader.one(_ROW, (pub,))
    return None if row is None else PublicationRow(msgspec.msgpack.decode(row[0], type=Standing), row[1])


def count_publications(reader: Reader, *, since_ms: int = 0) -> int:
    """How many there are, or came since a time."""
    row = reader.one("SELECT count(*) FROM publications WHERE created_ms > ?", (since_ms,))
    assert row is not None
    return int(row[0])


def entry_id(reader: Reader, pub: bytes, seq: int) -> bytes | None:
    """The id of the entry with a number."""
    row = reader.one("SELECT id FROM pub_entries WHERE pub = ? AND seq = ?", (pub, seq))
    return None if row is None else row[0]


def entries_after(reader: Reader, pub: bytes, after: int, *, limit: int, size: int) -> list[bytes]:
    """Up to `limit` entries and about `size` bytes after a number, always at least one if there is one."""
    sql = "SELECT data FROM pub_entries WHERE pub = ? AND seq > ? ORDER BY seq LIMIT ?"
    found: list[bytes] = []
    for (data,) in reader.rows(sql, (pub, after, limit)):
        size -= len(data)
        if found and size < 0:
            break
        found.append(data)
    return found


def search(
    reader: Reader, words: Sequence[str], *, type_: int | None, after: bytes, limit: int
) -> list[Standing]:  # fmt: skip
    """Listed, open publications whose profile has every word, in the order of their ids."""
    wanted = "".join(" AND folded LIKE ? ESCAPE '!'" for _ in words) + (" AND type = ?" if type_ is not None else "")
    sql = f"SELECT standing FROM publications WHERE listed = 1 AND pub > ?{wanted} ORDER BY pub LIMIT ?"  # noqa: S608
    patterns = [f"%{_literally(fold(word))}%" for word in words]
    found = reader.rows(sql, (after, *patterns, *([] if type_ is None else [type_]), limit))
    return [msgspec.msgpack.decode(row[0], type=Standing) for row in found]


def begin(writer: Writer, standing: Standing, entry: Entry, *, now_ms: int) -> PublicationRow:
    """Keep a genesis."""
    writer.change(
        "INSERT INTO publications(pub, type, listed, folded, standing, bytes, letters, created_ms)"
        " VALUES(?, ?, ?, ?, ?, ?, 0, ?)",
        (entry.pub, standing.type, *_shown(standing), len(entry.data), now_ms),
    )
    _insert(writer, entry)
    return PublicationRow(standing, len(entry.data))


def append(writer: Writer, row: PublicationRow, standing: Standing, entry: Entry) -> PublicationRow:
    """Keep the next entry and return the publication as it is afterwards."""
    _insert(writer, entry)
    return _changed(writer, PublicationRow(standing, row.bytes + len(entry.data)))


def hide(writer: Writer, row: PublicationRow, hidden: bytes) -> PublicationRow:
    """Leave out the body of an entry that was hidden; the chain proves itself without it."""
    pub = row.standing.pub
    found = writer.one("SELECT data FROM pub_entries WHERE pub = ? AND id = ?", (pub, hidden))
    entry = None if found is None else parse(found[0])
    if entry is None or entry.kind not in HIDEABLE or entry.body is None:
        return row
    thin = without_body(entry)
    writer.change("UPDATE pub_entries SET data = ? WHERE pub = ? AND seq = ?", (thin, pub, entry.seq))
    return _changed(writer, replace(row, bytes=row.bytes + len(thin) - len(entry.data)))


def count_letters(reader: Reader, pub: bytes, *, since_ms: int = 0) -> int:
    """How many letters wait, or came since a time."""
    row = reader.one("SELECT count(*) FROM letters WHERE pub = ? AND kept_ms > ?", (pub, since_ms))
    assert row is not None
    return int(row[0])


def has_letter(reader: Reader, pub: bytes, name: bytes) -> bool:
    return reader.one("SELECT 1 FROM letters WHERE pub = ? AND hash = ?", (pub, name)) is not None


def letters_after(reader: Reader, pub: bytes, after: int, *, limit: int) -> list[InboxItem]:
    """The next letters after a number."""
    sql = "SELECT no, data FROM letters WHERE pub = ? AND no > ? ORDER BY no LIMIT ?"
    return [InboxItem(row[0], row[1]) for row in reader.rows(sql, (pub, after, limit))]


def keep_letter(writer: Writer, pub: bytes, *, name: bytes, data: bytes, now_ms: int) -> None:
    """Keep a letter under the next number; numbers are never given twice, or a reader would miss one."""
    writer.change("UPDATE publications SET letters = letters + 1 WHERE pub = ?", (pub,))
    row = writer.one("SELECT letters FROM publications WHERE pub = ?", (pub,))
    assert row is not None
    sql = "INSERT INTO letters(pub, no, hash, data, kept_ms) VALUES(?, ?, ?, ?, ?)"
    writer.change(sql, (pub, row[0], name, data, now_ms))


def drop_letters(writer: Writer, pub: bytes, *, upto: int = 0, before_ms: int = 0) -> None:
    """Drop the letters up to a number, and those that came before a time."""
    writer.change("DELETE FROM letters WHERE pub = ? AND (no <= ? OR kept_ms < ?)", (pub, upto, before_ms))


def _insert(writer: Writer, entry: Entry) -> None:
    sql = "INSERT INTO pub_entries(pub, seq, id, data) VALUES(?, ?, ?, ?)"
    writer.change(sql, (entry.pub, entry.seq, entry.id, entry.data))


def _changed(writer: Writer, row: PublicationRow) -> PublicationRow:
    writer.change(_UPDATE, (*_shown(row.standing), row.bytes, row.standing.pub))
    return row


def _shown(standing: Standing) -> tuple[int, str, bytes]:
    """Whether the directory has it, what is searched, and the standing as it is put away."""
    profile = standing.profile
    said = " ".join((profile.title, profile.text, *profile.words)).replace("\x00", " ")
    listed = int(bool(profile.listed) and not standing.closed)
    return listed, fold(said)[:_FOLDED_MOST], msgspec.msgpack.encode(standing)


def _literally(word: str) -> str:
    """A word for LIKE in which nothing is a wildcard."""
    return word.replace("\x00", " ").replace("!", "!!").replace("%", "!%").replace("_", "!_")
