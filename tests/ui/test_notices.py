"""Restored, copied, held back, two histories: said in words on the sync centre, and gone once read or over."""

from __future__ import annotations

from circle_app.workspace import settings, spaces
from circle_app.workspace.doubt import cast_doubt
from circle_app.workspace.forks import Fork, note_forks
from circle_app.workspace.told import note_told
from tests.support.workspaces import new_circle, new_workspace
from ui.models.notices import notices, put_by, refilled_name


def test_each_notice_is_said_in_words_until_it_is_read_or_over(tmp_path, qapp) -> None:
    with new_workspace(tmp_path / "w") as ws:
        no = new_circle(ws)
        spaces.set_space(ws, no, server="https://circles.example.org")
        assert notices(ws, no) == ()
        cast_doubt(ws, no, "restored")
        note_forks(ws, no, [Fork(b"f" * 16, 3, b"a" * 32, b"b" * 32)])
        note_told(ws, no, [(b"t" * 16, (b"d" * 16, 2, b"i" * 8))])
        settings.put(ws, refilled_name(no), "7")
        shown = notices(ws, no)
        assert [n.stays for n in shown] == [True, False, True, False]
        assert "circles.example.org holds back" in shown[2].words and "{" not in "".join(n.words for n in shown)
        put_by(ws, no, shown)
        assert notices(ws, no) == tuple(n for n in shown if n.stays)
        settings.put(ws, refilled_name(no), "8")
        assert len(notices(ws, no)) == 3, "lost once more is told once more"
