"""The two kinds of error: expected ones that carry a sentence for a facilitator, and bugs (everything else)."""

from __future__ import annotations


class CircleError(Exception):
    """Something expected went wrong.

    `sentence` says what happened in words a facilitator understands; `next_step` says what to do about it
    (may be empty). Both are English source text: screens pass them through their translator by `code`.
    """

    code = "error"

    def __init__(self, sentence: str, next_step: str = "", *, code: str | None = None) -> None:
        super().__init__(sentence if not next_step else f"{sentence} {next_step}")
        self.sentence = sentence
        self.next_step = next_step
        if code is not None:
            self.code = code


class RuleBroken(CircleError):
    """The rules of the circle or of good input do not allow this; nothing was changed."""

    code = "rule"


class NotFound(CircleError):
    """What was asked for is not (or no longer) in this workspace."""

    code = "not_found"


class WorkspaceError(CircleError):
    """The workspace file cannot be opened, read or written."""

    code = "workspace"


class BadChangeset(CircleError):
    """A changeset was refused. `code` names the one check that failed (see docs/protocol.md, Refusals)."""

    code = "bad_changeset"


class BadEntry(CircleError):
    """An entry of a publication was refused. `code` names the one check that failed (docs/protocol.md, Publications)."""

    code = "bad_entry"


class FileProblem(CircleError):
    """A file cannot be taken in, read or handed out. `code` says why (see docs/protocol.md, Files, for what travels)."""

    code = "file"


class SyncProblem(CircleError):
    """Talking to a server failed in an expected way; `code` says which way."""

    code = "sync"
