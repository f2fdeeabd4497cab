"""The tables of the server, once for both databases: `{int}` is 64 bits, `{bytes}` any bytes."""

from __future__ import annotations

TABLES = """
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value {bytes} NOT NULL){keyed};
CREATE TABLE IF NOT EXISTS spaces(
  no {int} PRIMARY KEY, space {bytes} NOT NULL, created_ms {int} NOT NULL, pos {int} NOT NULL DEFAULT 0,
  mark {bytes} NOT NULL, members_mark {bytes} NOT NULL, bytes {int} NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS changesets(
  no {int} NOT NULL, pos {int} NOT NULL, dev {bytes} NOT NULL, seq {int} NOT NULL, kind {int} NOT NULL,
  id {bytes} NOT NULL, mark {bytes} NOT NULL, data {bytes} NOT NULL);
CREATE TABLE IF NOT EXISTS envelopes(
  no {int} NOT NULL, epoch {bytes} NOT NULL, dev {bytes} NOT NULL, hash {bytes} NOT NULL, data {bytes} NOT NULL,
  PRIMARY KEY(no, epoch, dev, hash)){keyed};
CREATE TABLE IF NOT EXISTS blobs(
  no {int} NOT NULL, hash {bytes} NOT NULL, size {int} NOT NULL, kept_ms {int} NOT NULL, PRIMARY KEY(no, hash)
  ){keyed};
CREATE TABLE IF NOT EXISTS publications(
  pub {bytes} PRIMARY KEY, type {int} NOT NULL, listed {int} NOT NULL, folded TEXT NOT NULL, standing {bytes} NOT NULL,
  bytes {int} NOT NULL, letters {int} NOT NULL, created_ms {int} NOT NULL);
CREATE TABLE IF NOT EXISTS pub_entries(
  pub {bytes} NOT NULL, seq {int} NOT NULL, id {bytes} NOT NULL, data {bytes} NOT NULL, PRIMARY KEY(pub, seq)){keyed};
CREATE TABLE IF NOT EXISTS letters(
  pub {bytes} NOT NULL, no {int} NOT NULL, hash {bytes} NOT NULL, data {bytes} NOT NULL, kept_ms {int} NOT NULL,
  PRIMARY KEY(pub, no)){keyed};
CREATE INDEX IF NOT EXISTS pub_by_created ON publications(created_ms);
CREATE INDEX IF NOT EXISTS pub_by_id ON pub_entries(pub, id);
CREATE INDEX IF NOT EXISTS letter_by_hash ON letters(pub, hash);
CREATE INDEX IF NOT EXISTS by_created ON spaces(created_ms);
CREATE UNIQUE INDEX IF NOT EXISTS by_pos ON changesets(no, pos);
CREATE INDEX IF NOT EXISTS by_dev ON changesets(no, dev, seq);
CREATE INDEX IF NOT EXISTS by_short_id ON changesets(no, substr(id, 1, 8));
CREATE INDEX IF NOT EXISTS membership ON changesets(no, pos) WHERE kind = 1;
"""
"""`by_dev` and `by_short_id` are not unique: where a device made two changesets with one number, and that was proven, both are
kept. What may follow what is decided in intake.py."""


def statements(**words: str) -> list[str]:
    """The statements that make the tables, in the words of one database."""
    return [s.strip() for s in TABLES.format(**words).split(";") if s.strip()]
