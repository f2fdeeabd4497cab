"""The server's process never holds the code that could open anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from circle_app.workspace.commands.tasks import add_task
from tests.support import databases
from tests.support.pair import ana_and_ben, titles

CANARY = "Kanarienvogel Quittenmarmelade"
ROOT = Path(__file__).resolve().parents[2]
OPENING = (
    "sync.letters",
    "sync.pieces",
    "sync.seal",
    "sync.keys",
    "sync.pieces",
    "sync.envelopes",
    "sync.vault",
    "sync.body",
    "sync.invitation",
    "sync.client",
)


def test_the_server_cannot_load_what_opens() -> None:
    code = "import sys, sync.server.__main__; print('\\n'.join(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "sync.server.app" in loaded
    assert [name for name in loaded if name.startswith(OPENING)] == []
    assert [name for name in loaded if name.startswith(("circle_app.workspace", "peewee"))] == []


def test_no_piece_of_a_word_is_in_the_files_of_postgresql(tmp_path: Path) -> None:
    url = databases.fresh_database()
    with ana_and_ben(tmp_path, database=url) as pair:
        add_task(pair.ana.ws, pair.ours, title=CANARY)
        pair.settle()
        assert CANARY in titles(pair.ben, pair.theirs)
        kept = pair.server.reads(lambda reader: [row[0] for row in reader.rows("SELECT data FROM changesets")])
        disk = databases.bytes_on_disk()
    assert len(kept) > 3 and all(data in disk for data in kept if len(data) < 1500)  # these files, and not others
    pieces = {CANARY[n : n + 8].encode() for n in range(len(CANARY) - 7)}
    assert [piece for piece in pieces if piece in disk] == []
    databases.drop(url)
