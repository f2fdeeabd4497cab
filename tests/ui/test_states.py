"""The pages of an evening in every state and every look, with whatever opens over them: nothing unnamed, cut off, pushed
sideways, overlapping or cut short."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from circle_app.workspace import settings
from tests.support.workspaces import StillClock, new_circle
from tests.ui.test_screens import LOOKS, cut_off, lowered, overlapping, pushed_sideways, unnamed
from ui.app import make_shell, open_folder
from ui.language import speak
from ui.shell import Shell
from ui.states import FURTHER, NAMES, STATES, STEPS, Stage
from ui.states_opened import OPENED, Opened, on_top, press, put_back
from ui.views.live import LiveView
from ui.widgets.base import Label
from ui.widgets.canvas import Canvas
from ui.widgets.fields import TextField
from ui.widgets.tip import plain_tip

SIZES = ((1440, 900), (1024, 600))
QUESTIONS = tuple(str(step["question"]) for step in STEPS if step.get("question"))


@pytest.fixture(scope="module", params=sorted(LOOKS))
def hall(
    request: pytest.FixtureRequest, qapp: QApplication, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Shell, Stage]]:
    """The window of somebody with one circle, in one look."""
    clock = StillClock(1_795_455_000_000)
    ws, vault = open_folder(tmp_path_factory.mktemp("states") / "data", clock=clock)
    with ws:
        settings.put(ws, "me_name", "Amina Diallo")
        for name, value in LOOKS[request.param].items():
            settings.put(ws, name, value)
        space = new_circle(ws)
        if request.param == "mirrored":
            qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        shell = make_shell(ws, vault)
        shell.setAccessibleDescription(request.param)
        shell.show()
        yield shell, Stage(ws, space, clock)
        shell.shut_down()
        shell.close()
        shell.deleteLater()
        speak(qapp, "en")


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()


def squeezed(view: QWidget) -> list[str]:
    """Labels of one line that are narrower than their words."""
    return [
        f"{label.text()!r} has {label.width()} px"
        for label in view.findChildren(Label)
        if label.isVisibleTo(view)
        and not label.wordWrap()
        and QFontMetricsF(label.font()).horizontalAdvance(label.text()) > label.width() + 2
    ]


@pytest.fixture
def elided(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is painted with dots at its end, from here on."""
    found: list[str] = []
    paint = Canvas.text

    def text(self: Canvas, rect: QRectF, words: str, **given: object) -> None:
        if given.get("elide", True) and QFontMetricsF(given["font"]).horizontalAdvance(words) > rect.width() + 0.5:  # type: ignore[arg-type]
            found.append(words)
        paint(self, rect, words, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(Canvas, "text", text)
    return found


@pytest.mark.parametrize("name", sorted((*STATES, *OPENED)))
def test_a_page_stands_in_every_state(hall: tuple[Shell, Stage], name: str, elided: list[str]) -> None:
    shell, stage = hall
    opened = OPENED.get(name) or Opened(STATES[name], ())
    place, ref = opened.make(stage)
    shell.resize(*SIZES[0])
    shell.navigate(place, ref)
    shell.activateWindow()
    settle()
    press(shell, opened.keys, settle)
    view = on_top(shell) or shell.view(place)
    faults = _faults(shell, view, name, elided)
    if name in STATES and isinstance(view, LiveView):
        faults += _second_screen(shell, view, f"{name}-{shell.accessibleDescription()}")
    put_back(shell, settle)
    assert not faults, "\n".join(faults)


def _faults(shell: Shell, view: QWidget, name: str, elided: list[str]) -> list[str]:
    """What is wrong with a page, or with what lies over it, in a large window and in a small one."""
    look = shell.accessibleDescription()
    hard = look in ("double", "pseudo")
    faults = []
    for size in SIZES:
        shell.setWindowState(Qt.WindowState.WindowNoState)
        shell.resize(*size)
        settle()
        _keep(view if isinstance(view, QDialog) else shell, f"{name}-{look}-{size[0]}")
        found = [
            *unnamed(view),
            *cut_off(view),
            *lowered(view),
            *pushed_sideways(view, 48 if hard else 2),
            *overlapping(view),
        ]
        faults += [f"{size[0]}: {one}" for one in (*found, *squeezed(view))]
        if not hard:
            elided.clear()
            view.grab()
            seen = [words for words in dict.fromkeys(elided) if words not in told_by_tips(view)]
            titles = [words for words in seen if _matters(words, size, shell.place[0])]
            faults += [f"{size[0]}: {words!r} ends in dots" for words in titles]
    return faults


def told_by_tips(view: QWidget) -> set[str]:
    """What is in fields that may be wider than they are: their tool tips have all of it."""
    return {field.text() for field in view.findChildren(TextField) if field.toolTip() == plain_tip(field.text())}


def _matters(words: str, size: tuple[int, int], place: str) -> bool:
    """In a small window titles and names are to be read; what goes with them may be short there. In the list of a plan a
    question is a reminder: the editor beside it has it whole."""
    if size == SIZES[0]:
        return place != "plan" or not words.endswith(QUESTIONS)
    return words in {step["title"] for step in STEPS} or words in {*NAMES, *FURTHER}


def _second_screen(shell: Shell, view: LiveView, name: str) -> list[str]:
    view.toggle_projector()
    settle()
    window = view.projector()
    assert window is not None
    window.resize(1024, 768)
    settle()
    _keep(window, f"{name}-second")
    faults = [f"second screen: {one}" for one in squeezed(window)]
    shell.context.second.switch_names()
    settle()
    _keep(window, f"{name}-names")
    faults += [f"second screen with names: {one}" for one in squeezed(window)]
    view.toggle_projector()
    settle()
    return faults


def _keep(window: QWidget, name: str) -> None:
    folder = os.environ.get("CIRCLE_SCREENS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        window.grab().save(f"{folder}/{name}.png")
