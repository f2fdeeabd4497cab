"""The library: releases of courses on this computer, kept whole under the hash of their bytes; never synced."""

from __future__ import annotations

from dataclasses import dataclass

from circle_app.courses.releases import Release, content_hash, decode, encode
from circle_app.errors import NotFound
from circle_app.workspace.changes import Touched
from circle_app.workspace.db import Workspace


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A release and when it was taken in (UTC ms); `hash` is its 32-byte name."""

    hash: bytes
    title: str
    added_ms: int
    release: Release


def releases(ws: Workspace) -> tuple[LibraryEntry, ...]:
    """Every release, by title and then newest first."""
    found = ws.rows("SELECT hash, title, added_ms, data FROM releases ORDER BY title COLLATE NOCASE, added_ms DESC")
    return tuple(LibraryEntry(name, title, added_ms, decode(data)) for name, title, added_ms, data in found)


def add_release(ws: Workspace, release: Release) -> bytes:
    """Keeps a release; returns its hash. Adding it again changes nothing."""
    from circle_app.workspace.models import LibraryRelease, WorkspaceModels

    name, data = content_hash(release), encode(release)
    row = LibraryRelease.insert(hash=name, title=release.title, added_ms=ws.clock.now_ms(), data=data)
    with ws.writing():
        row.on_conflict_ignore().execute(WorkspaceModels(ws))
    ws.announce(Touched(frozenset({"library"})))
    return name


def release(ws: Workspace, name: bytes) -> Release:
    """The release of this hash; raises NotFound."""
    found = ws.rows("SELECT data FROM releases WHERE hash = ?", (name,))
    if found:
        return decode(found[0][0])
    raise NotFound("This course is not in the library any more.")


def remove_release(ws: Workspace, name: bytes) -> None:
    """Takes a release out of the library; meetings made from it stay."""
    from circle_app.workspace.models import LibraryRelease, WorkspaceModels

    with ws.writing():
        LibraryRelease.delete().where(LibraryRelease.hash == name).execute(WorkspaceModels(ws))
    ws.announce(Touched(frozenset({"library"})))
