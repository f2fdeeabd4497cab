"""A file from one window to another: dropped on a note, carried over a line that breaks, opened and gone again at the end."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from circle_app.workspace import settings, spaces
from circle_app.workspace.commands.notes import add_note
from circle_app.workspace.queries.files import State, files_in
from circle_app.workspace.queries.notes import notes
from circle_app.workspace.queries.status import sync_status
from sync.client import enrol
from tests.support.cutting import CuttingWire
from tests.support.server import RunningServer
from ui.app import make_shell, open_folder
from ui.dialogs.file_sheets import OpenSheet
from ui.shell import Shell
from ui.views.files_panel import FilesPanel
from ui.views.notes import NotesView

WORDS = b"The stairwell key is under the third flower pot.\n"
CONTENT = (WORDS * 110_000)[: 5 << 20]
PATIENCE_MS = 60_000


def test_a_file_goes_from_window_to_window_over_a_line_that_breaks(
    qapp: QApplication, server: RunningServer, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "What we saw.txt"
    path.write_bytes(CONTENT)
    with ExitStack() as windows:
        amina = windows.enter_context(window(tmp_path / "amina", "Amina"))
        ben = windows.enter_context(window(tmp_path / "ben", "Ben"))
        ours = enrol.found_circle(
            amina.context.ws, amina.context.vault, name="Quince Alley", kind="citizen_circle", my_name="Amina",
            server=server.url,
        )  # fmt: skip
        link = enrol.invite(amina.context.ws, amina.context.vault, ours).link
        amina.context.engine.sync(ours)
        theirs = enrol.join(ben.context.ws, ben.context.vault, link, my_name="Ben", engine=ben.context.engine)
        chance = random.Random(11)
        line = CuttingWire(server.port, iter([chance.randrange(5_000, 900_000) for _ in range(14)]))
        spaces.set_space(ben.context.ws, theirs, server=line.url)
        note = add_note(amina.context.ws, ours, title="Walk of Tuesday")
        for each in (amina, ben):
            each.runner.start()

        panel = files_beside(amina, note)
        panel.take([path])
        qtbot.waitUntil(lambda: len(panel.rows()) == 1, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: panel.rows()[0].file.state is State.HERE and not waiting(amina), timeout=PATIENCE_MS)

        def whole_at_bens() -> bool:
            ben.runner.nudge()  # somebody who presses "Sync now" again and again
            return [f.state for f in files_in(ben.context.ws, theirs)] == [State.HERE]

        qtbot.waitUntil(whole_at_bens, timeout=PATIENCE_MS)
        assert line.broken > 3
        seen = files_beside(ben, notes(ben.context.ws)[0].ref)
        qtbot.waitUntil(lambda: len(seen.rows()) == 1, timeout=PATIENCE_MS)
        told = seen.rows()[0].accessibleName()
        assert all(part in told for part in ("What we saw.txt", "Amina", "here"))
        opened: list[Path] = []
        seen.open_outside = opened.append
        seen.rows()[0].opened.emit()
        sheets = [w for w in QApplication.topLevelWidgets() if isinstance(w, OpenSheet) and w.isVisible()]
        sheets[0].go.click()
        qtbot.waitUntil(lambda: bool(opened), timeout=PATIENCE_MS)
        assert opened[0].read_bytes() == CONTENT
        line.close()

    assert not opened[0].exists()
    places = [tmp_path / name for name in ("amina", "ben", "server")]
    everything = [p for place in places for p in place.rglob("*") if p.is_file()]
    assert sum(p.stat().st_size for p in everything) > 3 * len(CONTENT)
    for file in everything:
        data = file.read_bytes()
        assert not any(WORDS[at : at + 10] in data for at in range(len(WORDS) - 10)), file
        assert "What we saw" not in file.name and b"What we saw" not in data, file


def files_beside(shell: Shell, note: object) -> FilesPanel:
    shell.navigate("notes", note)
    view = shell.view("notes")
    assert isinstance(view, NotesView)
    return view.editor.files


def waiting(shell: Shell) -> int:
    return sum(status.waiting for status in sync_status(shell.context.ws))


@contextmanager
def window(folder: Path, name: str) -> Iterator[Shell]:
    ws, vault = open_folder(folder)
    with ws:
        settings.put(ws, "me_name", name)
        shell = make_shell(ws, vault)
        shell.resize(1280, 800)
        shell.show()
        yield shell
        shell.close()
        shell.shut_down()
        shell.deleteLater()
