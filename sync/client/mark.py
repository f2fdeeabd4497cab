"""How far a server's log was read: which database it was, the position, and the running hash of the ids up to there.

The hash tells a server that was restored from an old copy, even when others have filled it up again since.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from circle_app.domain.ids import tagged_hash
from circle_app.workspace import settings
from circle_app.workspace.db import Workspace
from sync import wire

Noting = Callable[[Sequence[bytes | None]], dict[str, str | None]]


@dataclass(frozen=True, slots=True)
class Mark:
    """`gen` is the server database's 16 bytes (empty: none read yet), `before` 32 bytes as in `wire.Page`."""

    gen: bytes = b""
    pos: int = 0
    before: bytes = wire.ZERO32

    def continues_in(self, page: wire.Page) -> bool:
        """Whether a page goes on where this mark stands, in the same log."""
        if self.pos == 0:
            return True
        return page.head.gen == self.gen and page.head.pos >= self.pos and page.before == self.before

    def after(self, page: wire.Page, ids: Sequence[bytes | None]) -> Mark:
        """The mark at the end of a page; `ids` are those of its changesets, None where one was unreadable.

        An unreadable id gives a hash that will not fit, so the next sync reads the log once more.
        """
        before = self.before
        for changeset_id in ids:
            before = tagged_hash("cc1/log", before + (changeset_id or b""))
        return Mark(page.head.gen, page.items[-1].pos if page.items else self.pos, before)


def read_mark(ws: Workspace, no: int) -> Mark:
    """The mark of a circle in this workspace; one that makes no sense counts as none, and the log is read once more."""
    gen, _, rest = settings.get(ws, _name(no), "").partition(":")
    pos, _, before = rest.partition(":")
    try:
        return Mark(bytes.fromhex(gen), _count(pos), bytes.fromhex(before))
    except ValueError:
        return Mark()


def mark_note(no: int, mark: Mark) -> dict[str, str | None]:
    """The setting that is a mark; written after what it covers was merged, so that a crash only reads a page again."""
    return {_name(no): f"{mark.gen.hex()}:{mark.pos}:{mark.before.hex()}"}


def noting(no: int, mark: Mark, page: wire.Page) -> Noting:
    """Gives the note of the mark at the end of a page, from the ids of its changesets."""
    return lambda ids: mark_note(no, mark.after(page, ids))


def write_mark(ws: Workspace, no: int, mark: Mark) -> None:
    """Keep a mark now."""
    settings.put_all(ws, mark_note(no, mark))


def read_unread(ws: Workspace, no: int) -> int | None:
    """The number of our first changeset that the server acknowledged and that we have not read back from it yet."""
    try:
        return _count(settings.get(ws, _unread_name(no), ""))
    except ValueError:
        return None


def unread_from(ws: Workspace, no: int, seq: int) -> dict[str, str | None]:
    """The setting that says that a changeset is acknowledged but not read back, or an earlier one is."""
    held = read_unread(ws, no)
    return {_unread_name(no): str(seq if held is None else min(seq, held))}


def all_read(no: int) -> dict[str, str | None]:
    """The setting that says that everything acknowledged was read back."""
    return {_unread_name(no): None}


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= wire.MAX_SEQ:
        raise ValueError("not a position")
    return number


def _unread_name(no: int) -> str:
    return f"sync.unread.{no}"


def _name(no: int) -> str:
    return f"sync.mark.{no}"
