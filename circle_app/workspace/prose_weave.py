"""The loro document of one text: plays edits at the version they were made at, and gives the text that all of them make.

No bytes of other people reach loro: every edit is checked (domain/prose) and then typed in again here, at the version
its author saw and under the same peer everywhere, so that every device makes the same document. Nothing imports this at its
top: loro is loaded when the first two edits of a text cross.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from loro import ID, ExportMode, Frontiers, LoroDoc, LoroText, VersionVector

from circle_app.domain.prose import Steps, atoms, has_effect

End = tuple[int, int]
"""(peer, numbers used so far): where an edit ends in the chain of its peer."""

_TEXT = "t"
_VOID = "\ufffc"


class Weave:
    """One text with its whole history. `add` takes edits in any order in which each follows what it builds on."""

    def __init__(self, snapshot: bytes | None = None) -> None:
        self._whole = _document()
        if snapshot is not None:
            self._whole.import_(snapshot)
        self._branch: LoroDoc | None = None
        self._at: frozenset[End] = frozenset()
        self._unsent = False

    def add(self, ends: Iterable[End], start: End, steps: Steps | Callable[[str], Steps], *, on_top: bool) -> End:
        """Plays an edit on the version that `ends` names; `on_top` says that this is everything there is.

        `start` is where its chain stands; returns where it ends. An edit that does not fit the text its author saw
        changes nothing. `steps` may be worked out from the text at that version.
        """
        peer, used = start
        if on_top and not self._unsent:
            document = self._whole
        else:
            document = self._branch_at(frozenset(ends))
            self._unsent = True
        document.peer_id = peer
        text = document.get_text(_TEXT)
        if callable(steps):
            done = steps(text.to_string())
        else:
            done = steps if has_effect(text.len_unicode, steps) else ()
        _type(text, done)
        document.commit()
        end = (peer, used + atoms(done))
        if document is self._branch:
            self._at = frozenset({end})
        return end

    def text(self) -> str:
        """The text that everything taken in makes."""
        self._join()
        return self._whole.get_text(_TEXT).to_string()

    def text_at(self, ends: Iterable[End]) -> str:
        """The text as it was at a version."""
        return self._branch_at(frozenset(ends)).get_text(_TEXT).to_string()

    def snapshot(self) -> bytes:
        """Everything, as bytes for the same `Weave` later."""
        self._join()
        return self._whole.export(ExportMode.Snapshot())

    def _join(self) -> None:
        if self._unsent and self._branch is not None:
            self._whole.import_(self._branch.export(ExportMode.Updates(self._whole.oplog_vv)))
            self._unsent = False

    def _branch_at(self, ends: frozenset[End]) -> LoroDoc:
        """A document beside the whole one that shows a version; moving on from where it was costs only the way."""
        branch = self._branch
        if branch is None:
            branch = self._branch = _document()
            branch.set_detached_editing(True)
        elif ends == self._at:
            return branch
        held = branch.oplog_vv
        if not all(held.includes_id(ID(peer, tail - 1)) for peer, tail in ends):
            self._join()
            missing = _reached(self._whole, ends).sub_iter(held)
            branch.import_(self._whole.export(ExportMode.UpdatesInRange(missing)))
        branch.checkout(branch.vv_to_frontiers(_reached(branch, ends)))
        self._at = ends
        return branch


def _reached(document: LoroDoc, ends: Iterable[End]) -> VersionVector:
    """Everything at and before these places."""
    reached = _nothing()
    for peer, tail in ends:
        known = document.frontiers_to_vv(Frontiers.from_id(ID(peer, tail - 1)))
        if known is None:
            raise RuntimeError("an edit of a text was given a place that its document does not have")
        reached.merge(known)
    return reached


def _document() -> LoroDoc:
    return LoroDoc()  # type: ignore[no-untyped-call]


def _nothing() -> VersionVector:
    return VersionVector()  # type: ignore[no-untyped-call]


def _type(text: LoroText, steps: Sequence[int | str]) -> None:
    """Types an edit; one that changes nothing leaves its mark in the history all the same, so that others can build on it."""
    if not steps:
        text.insert(0, _VOID)
        text.delete(0, len(_VOID))
    pairs = iter(steps)
    for at, what in zip(pairs, pairs, strict=True):
        if type(what) is str:
            text.insert(int(at), what)
        else:
            text.delete(int(at), int(what))
