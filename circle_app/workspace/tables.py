"""The tables of the workspace file: one projection per synced table of the registry, and the engine's own tables.

A projection row holds the shown value of every cell of one row, and in `stamps` who won each cell: packed entries of
34 bytes, column number u16, stamp 16, base 16 (zeros: none), in column order. `shadowed` keeps the ops that lost. `texts`
keeps every edit of the columns that are texts, `prose` the version of each; `text_documents` can be made anew from them.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from types import MappingProxyType

from circle_app.domain.schema import TABLES, Table

ENTRY = struct.Struct(">H16s16s")

ENGINE = """
CREATE TABLE spaces (
  no INTEGER PRIMARY KEY AUTOINCREMENT, space32 BLOB NOT NULL UNIQUE, dev16 BLOB NOT NULL, member16 BLOB NOT NULL,
  server TEXT, key_salt BLOB, role TEXT NOT NULL, joined_ms INTEGER NOT NULL, state TEXT NOT NULL,
  demo INTEGER NOT NULL DEFAULT 0, pos INTEGER NOT NULL DEFAULT 0, last_sync_ms INTEGER, problem TEXT
);
CREATE TABLE epoch_keys (
  space INTEGER NOT NULL, epoch16 BLOB NOT NULL, secret BLOB NOT NULL, current INTEGER NOT NULL,
  added_ms INTEGER NOT NULL,  PRIMARY KEY (space, epoch16)
) WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE drafts (place TEXT PRIMARY KEY, text TEXT NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE releases (hash BLOB PRIMARY KEY, title TEXT NOT NULL, added_ms INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE local_ops (
  n INTEGER PRIMARY KEY, space INTEGER NOT NULL, tab INTEGER NOT NULL, row BLOB NOT NULL,
  col INTEGER NOT NULL, value, stamp BLOB NOT NULL, base BLOB NOT NULL
);
CREATE TABLE changesets (
  space INTEGER NOT NULL, id BLOB NOT NULL, dev BLOB NOT NULL, seq INTEGER NOT NULL, prev BLOB NOT NULL,
  kind INTEGER NOT NULL, ops INTEGER NOT NULL, mine INTEGER NOT NULL, acked INTEGER NOT NULL, pos INTEGER,
  data BLOB NOT NULL
);
CREATE UNIQUE INDEX changesets_id ON changesets (space, id);
CREATE INDEX changesets_seq ON changesets (space, dev, seq);
CREATE INDEX changesets_kind ON changesets (space, kind) WHERE kind <> 0;
CREATE INDEX changesets_waiting ON changesets (space, seq) WHERE mine = 1 AND acked = 0;
CREATE TABLE marks (
  space INTEGER NOT NULL, dev BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL, told INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (space, dev)
) WITHOUT ROWID;
CREATE TABLE inbox (
  space INTEGER NOT NULL, id BLOB NOT NULL, dev BLOB NOT NULL, seq INTEGER NOT NULL, why TEXT NOT NULL,
  added_ms INTEGER NOT NULL, pos INTEGER, data BLOB NOT NULL
);
CREATE UNIQUE INDEX inbox_id ON inbox (space, id);
CREATE TABLE quarantine (
  space INTEGER NOT NULL, id BLOB NOT NULL, dev BLOB NOT NULL, seq INTEGER NOT NULL, code TEXT NOT NULL,
  added_ms INTEGER NOT NULL, pos INTEGER, data BLOB NOT NULL
);
CREATE UNIQUE INDEX quarantine_id ON quarantine (space, id);
CREATE TABLE shadowed (
  space INTEGER NOT NULL, tab INTEGER NOT NULL, row BLOB NOT NULL, col INTEGER NOT NULL, stamp BLOB NOT NULL,
  vhash BLOB NOT NULL, base BLOB NOT NULL, value,
  PRIMARY KEY (space, tab, row, col, stamp, vhash, base)
) WITHOUT ROWID;
CREATE TABLE unprojected (
  space INTEGER NOT NULL, tab INTEGER NOT NULL, row BLOB NOT NULL, col INTEGER NOT NULL, stamp BLOB NOT NULL,
  vhash BLOB NOT NULL, base BLOB NOT NULL, value,
  PRIMARY KEY (space, tab, row, col, stamp, vhash, base)
) WITHOUT ROWID;
CREATE TABLE texts (
  space INTEGER NOT NULL, tab INTEGER NOT NULL, row BLOB NOT NULL, col INTEGER NOT NULL, stamp BLOB NOT NULL,
  vhash BLOB NOT NULL, base BLOB NOT NULL, value BLOB NOT NULL, gone INTEGER NOT NULL, place INTEGER, peer INTEGER,
  tail INTEGER, PRIMARY KEY (space, tab, row, col, stamp, vhash, base)
) WITHOUT ROWID;
CREATE TABLE prose (
  space INTEGER NOT NULL, tab INTEGER NOT NULL, row BLOB NOT NULL, col INTEGER NOT NULL, version BLOB NOT NULL,
  plain TEXT, places INTEGER NOT NULL, waiting INTEGER NOT NULL, gone INTEGER NOT NULL, mine BLOB,
  PRIMARY KEY (space, tab, row, col)
) WITHOUT ROWID;
CREATE TABLE text_documents (
  space INTEGER NOT NULL, tab INTEGER NOT NULL, row BLOB NOT NULL, col INTEGER NOT NULL, document BLOB NOT NULL,
  places INTEGER NOT NULL, heads BLOB NOT NULL, PRIMARY KEY (space, tab, row, col)
);
CREATE TABLE engine (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE undo (
  n INTEGER PRIMARY KEY, redo INTEGER NOT NULL, space INTEGER NOT NULL, label TEXT NOT NULL,
  cells BLOB NOT NULL
);
CREATE INDEX undo_redo ON undo (n) WHERE redo = 1;
CREATE TABLE search_rows (
  id INTEGER PRIMARY KEY, space INTEGER NOT NULL, tab INTEGER NOT NULL, row BLOB NOT NULL, UNIQUE (space, tab, row)
);
CREATE TABLE unindexed (n INTEGER PRIMARY KEY, space INTEGER NOT NULL, tab INTEGER NOT NULL, rows BLOB NOT NULL);
CREATE VIRTUAL TABLE search USING fts5 (
  words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
"""

IDENTITY = """
CREATE TABLE forks (
  space INTEGER NOT NULL, dev BLOB NOT NULL, seq INTEGER NOT NULL, one BLOB NOT NULL, other BLOB NOT NULL,
  PRIMARY KEY (space, dev, seq)
) WITHOUT ROWID;
CREATE TABLE told (
  space INTEGER NOT NULL, dev BLOB NOT NULL, seq INTEGER NOT NULL, id8 BLOB NOT NULL, teller BLOB NOT NULL,
  since_ms INTEGER NOT NULL,
  PRIMARY KEY (space, dev, seq, id8)
) WITHOUT ROWID;
CREATE INDEX changesets_carried ON changesets (space) WHERE mine = 0 AND acked = 0;
CREATE TABLE own_devices (
  space INTEGER NOT NULL, dev16 BLOB NOT NULL, key_salt BLOB NOT NULL, until_ms INTEGER NOT NULL, why TEXT NOT NULL,
  PRIMARY KEY (space, dev16)
) WITHOUT ROWID;
"""
"""What is known of devices over time: two histories of one, what others say they have seen, and our former ones."""

PIECES = """
CREATE TABLE pieces (
  space INTEGER NOT NULL, name BLOB NOT NULL, row BLOB NOT NULL, here INTEGER NOT NULL, there INTEGER,
  at_ms INTEGER NOT NULL, PRIMARY KEY (space, name)
) WITHOUT ROWID;
CREATE TABLE wishes (
  space INTEGER NOT NULL, row BLOB NOT NULL, wanted INTEGER NOT NULL, PRIMARY KEY (space, row)
) WITHOUT ROWID;
"""

PUBLISHED = """
CREATE TABLE publications (
  pub BLOB PRIMARY KEY, server TEXT NOT NULL, salt BLOB, standing BLOB NOT NULL, since_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE publication_entries (
  pub BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL, data BLOB NOT NULL, PRIMARY KEY (pub, seq)
) WITHOUT ROWID;
CREATE INDEX publication_entries_by_id ON publication_entries (pub, id);
CREATE TABLE sayings (
  no INTEGER PRIMARY KEY AUTOINCREMENT, pub BLOB NOT NULL, kind INTEGER NOT NULL, body BLOB NOT NULL, entry BLOB
);
"""
"""Publications that are written or followed here, and what was said in them and has not left yet; never synced."""

INDEXES = """
CREATE INDEX IF NOT EXISTS agenda_items_meeting ON agenda_items (space, meeting);
CREATE INDEX IF NOT EXISTS attendance_meeting ON attendance (space, meeting);
CREATE INDEX IF NOT EXISTS outcomes_meeting ON outcomes (space, meeting);
CREATE INDEX IF NOT EXISTS comments_parent ON comments (space, parent);
CREATE INDEX IF NOT EXISTS files_parent ON files (space, parent);
CREATE INDEX IF NOT EXISTS meetings_cycle ON meetings (space, cycle);
CREATE INDEX IF NOT EXISTS contributions_meeting ON contributions (space, meeting);
CREATE INDEX IF NOT EXISTS turns_item ON turns (space, item);
CREATE INDEX IF NOT EXISTS pairings_meeting ON pairings (space, meeting);
CREATE INDEX IF NOT EXISTS checklist_cycle ON checklist (space, cycle);
CREATE INDEX IF NOT EXISTS reflections_meeting ON reflections (space, meeting);
"""
BY_MEETING = "INDEXED BY {0}_meeting"
"""After the name of a table in a question about one meeting: SQLite would read all rows of the circle, expecting ten."""


def create_projection(table: Table) -> str:
    """The CREATE TABLE of one synced table."""
    columns = "".join(f', "{c.name}" {c.kind.sql}' for c in table.columns)
    return (
        f'CREATE TABLE IF NOT EXISTS "{table.name}" (space INTEGER NOT NULL, id BLOB NOT NULL, stamps BLOB NOT NULL'
        f"{columns}, PRIMARY KEY (space, id)) WITHOUT ROWID"
    )


def read_sql(table: Table) -> str:
    """Reads (stamps, column 0, column 1, ...) of the row (space, id)."""
    return f'SELECT stamps, {_names(table)} FROM "{table.name}" WHERE space = ? AND id = ?'


def read_many_sql(table: Table) -> str:
    """Reads (id, stamps, columns...) of rows of a space whose ids are given as one JSON array of hex texts."""
    return (
        f'SELECT id, stamps, {_names(table)} FROM "{table.name}" '
        "WHERE space = ? AND id IN (SELECT unhex(value) FROM json_each(?))"
    )


def write_sql(table: Table) -> str:
    """Writes (space, id, stamps, columns...) whole."""
    marks = ", ".join("?" * (3 + len(table.columns)))
    sets = ", ".join(f'"{c.name}" = excluded."{c.name}"' for c in table.columns)
    return (
        f'INSERT INTO "{table.name}" (space, id, stamps, {_names(table)}) VALUES ({marks}) '
        f"ON CONFLICT (space, id) DO UPDATE SET stamps = excluded.stamps, {sets}"
    )


def update_sql(table: Table, columns: Sequence[int]) -> str:
    """Writes (stamps, the given columns..., space, id) of a row that is there; indexes of other columns stay untouched."""
    sets = ", ".join(f'"{table.columns[n].name}" = ?' for n in columns)
    return f'UPDATE "{table.name}" SET stamps = ?, {sets} WHERE space = ? AND id = ?'


def registry_hash() -> bytes:
    """A hash of the registry; when it differs from the file's, columns are added and kept ops are projected."""
    told = repr([(t.number, t.name, [(c.number, c.name, c.kind.value) for c in t.columns], t.search) for t in TABLES])
    return hashlib.sha256(told.encode()).digest()


def json_list(rows: Iterable[bytes]) -> str:
    """Row ids as the one parameter of READ_MANY and its like."""
    return '["' + '","'.join([row.hex() for row in rows]) + '"]'


def _names(table: Table) -> str:
    return ", ".join(f'"{c.name}"' for c in table.columns)


READ = MappingProxyType({t.number: read_sql(t) for t in TABLES})
READ_MANY = MappingProxyType({t.number: read_many_sql(t) for t in TABLES})
SEARCHED = MappingProxyType({t.number: tuple(t.column(name).number for name in t.search) for t in TABLES})
"""The numbers of the columns that the search index holds, by table number."""
WRITE = MappingProxyType({t.number: write_sql(t) for t in TABLES})
