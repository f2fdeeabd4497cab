"""The second window: it follows, it ends with the app, and no clock runs that nobody sees."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from circle_app.workspace.commands import live as live_commands
from circle_app.workspace.commands.agenda import delete_item
from tests.ui.hall import live_page, press
from ui.rehearsal import rehearsal
from ui.views.live import LiveView


def test_closing_the_app_closes_the_second_window_too(tmp_path, qapp):
    with rehearsal(tmp_path / "data") as stage:
        stage.press("Amina", Qt.Key.Key_Return, Qt.Key.Key_Space)
        stage.until(lambda: stage.shell.place[0] == "home")
        from circle_app.workspace.queries.meetings import meetings

        stage.shell.navigate("live", meetings(stage.ws)[-1].ref)
        stage.press(Qt.Key.Key_F11)
        window = stage.shell.context.second.window
        assert window is not None and window.isVisible()
        stage.shell.close()
        assert stage.shell.context.second.window is None
        assert [one for one in QApplication.topLevelWidgets() if one.isVisible()] == []


def test_another_text_size_leaves_the_second_window_open_and_fed(tmp_path, qapp):
    with rehearsal(tmp_path / "data") as stage:
        stage.press("Amina", Qt.Key.Key_Return, Qt.Key.Key_Space)
        stage.until(lambda: stage.shell.place[0] == "home")
        from circle_app.workspace.queries.meetings import agenda, meetings

        ref = next(card.ref for card in meetings(stage.ws) if card.state == "planned" and card.steps > 1)
        live_commands.open_meeting(stage.ws, ref)
        stage.shell.navigate("live", ref)
        stage.press(Qt.Key.Key_F11)
        window = stage.shell.context.second.window
        stage.shell.theme.set_text(scale=1.3)
        stage.settle()
        assert stage.shell.context.second.window is window and window.isVisible()
        live_commands.next_step(stage.ws, ref)
        stage.settle()
        assert agenda(stage.ws, ref)[1].title in window.words()[1:3]
        live = stage.shell.view("live")
        assert isinstance(live, LiveView) and live.projector() is window


def test_the_second_window_shows_a_change_in_the_same_turn_as_the_stage(hall, qtbot):
    view = live_page(hall, qtbot)
    press(Qt.Key.Key_F11)
    window = view.projector()
    live_commands.next_step(hall.ws, hall.meeting)
    assert window.words()[2] == "Welcome & check-in"
    for _ in range(2):  # the news are gathered, then delivered
        QApplication.processEvents()
    assert view.stage.title.text() == "What we heard"
    assert window.words()[2] == "What we heard"
    assert window.ring._clock == view.stage.ring._clock


def test_the_second_window_keeps_the_time_when_no_live_page_is_shown(hall, qtbot):
    view = live_page(hall, qtbot)
    view.toggle_projector()
    window = view.projector()
    view.hide()
    hall.clock.forward(minutes=3)
    qtbot.waitUntil(lambda: window.ring._clock == "07:00", timeout=3000)


def test_no_clock_ticks_faster_than_something_changes(hall, qtbot):
    view = live_page(hall, qtbot)
    assert 0 < view._timer.interval() <= 1004
    hall.clock.forward(minutes=1, seconds=20)
    press(Qt.Key.Key_P)
    # 18:31:20 and 88 minutes and 40 seconds to come: the foreseen end moves on in a whole minute
    assert 59_000 < view._timer.interval() <= 60_004
    press(Qt.Key.Key_P)
    assert view._timer.interval() <= 1004
    live_commands.close_meeting(hall.ws, hall.meeting)
    qtbot.waitUntil(lambda: not view._timer.isActive())


def test_a_minimized_window_has_no_clock_running(hall, qtbot):
    view = live_page(hall, qtbot)
    view.window().showMinimized()
    qtbot.waitUntil(lambda: not view._timer.isActive())
    live_commands.next_step(hall.ws, hall.meeting)
    QApplication.processEvents()
    assert not view._timer.isActive()
    hall.clock.forward(minutes=2)
    view.window().showNormal()
    qtbot.waitUntil(view._timer.isActive)
    assert view.stage.ring._clock == "13:00"


def test_the_second_window_goes_with_its_meeting(hall, qtbot):
    from circle_app.workspace.commands.meetings import delete_meeting

    view = live_page(hall, qtbot)
    view.toggle_projector()
    view.hide()
    for step in hall.steps:
        delete_item(hall.ws, step)
    delete_meeting(hall.ws, hall.meeting)
    qtbot.waitUntil(lambda: hall.ctx.second.window is None)


def test_a_cable_pulled_out_never_covers_the_stage_and_put_in_again_the_projector_is_back(
    hall, qtbot, qapp, monkeypatch
):
    view = live_page(hall, qtbot)
    view.toggle_projector()
    window, own = view.projector(), view.screen()
    window.showFullScreen()
    qapp.screenRemoved.emit(own)  # what is left is the stage's own
    qtbot.waitUntil(lambda: not window.isFullScreen())
    assert window.isVisible() and window.height() < own.availableGeometry().height()

    class Projector:
        def geometry(self):
            return own.geometry()

    monkeypatch.setattr(QGuiApplication, "screens", staticmethod(lambda: [own, Projector()]))
    qapp.screenAdded.emit(own)
    qtbot.waitUntil(window.isFullScreen)
    window.showNormal()
    qapp.screenAdded.emit(own)
    QApplication.processEvents()
    assert not window.isFullScreen()
