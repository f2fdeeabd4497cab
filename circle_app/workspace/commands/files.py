"""Attaching files to rows of a circle, once their sealed pieces are on disk."""

from __future__ import annotations

from circle_app.domain.filenames import clean_name
from circle_app.domain.ids import Ref
from circle_app.domain.manifest import Manifest, pack_manifest
from circle_app.domain.schema import FILES, Table
from circle_app.workspace.commands.writing import delete, existing, record, tidied
from circle_app.workspace.db import Put, Workspace
from circle_app.workspace.queries.people import me


def add_file(ws: Workspace, parent: Ref, *, table: Table, row: bytes, name: str, media: str, manifest: Manifest) -> Ref:
    """Attaches a file to a row of `table`. `row` is its fresh id, `media` the type of its content."""
    existing(ws, table, parent)
    given = {
        "name": clean_name(name), "media": media, "manifest": pack_manifest(manifest), "parent_table": table.number,
        "parent": parent, "author": me(ws, parent.space), "at_ms": ws.clock.now_ms(),
    }  # fmt: skip
    record(ws, parent.space, (Put(FILES, row, tidied(ws, FILES, parent.space, given)),), label="Attach a file")
    return Ref(parent.space, row)


def rename_file(ws: Workspace, ref: Ref, name: str) -> None:
    existing(ws, FILES, ref)
    given = {"name": clean_name(name)}
    record(ws, ref.space, (Put(FILES, ref.row, tidied(ws, FILES, ref.space, given)),), label="Rename the file")


def delete_file(ws: Workspace, ref: Ref) -> None:
    """Takes a file away from where it hangs; its pieces stay, so that undo brings it back."""
    delete(ws, FILES, ref, label="Take the file away")
