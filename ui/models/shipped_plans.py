"""Agendas that come with the app, for evenings that many circles have; all of it can be changed once it is used."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ui.models.plan_starters import simple_plan

Steps = list[dict[str, object]]


def shipped_plans() -> tuple[tuple[str, Steps], ...]:
    """Each with its name."""
    return (
        (_tr("A simple evening"), simple_plan()),
        (_tr("Getting to know each other"), _first_evening()),
        (_tr("Deciding together"), _decision()),
        (_tr("Looking back and celebrating"), _looking_back()),
    )


def _first_evening() -> Steps:
    arriving, hearing, closing = _tr("Arriving"), _tr("Hearing each other"), _tr("Closing")
    return [
        _step(_tr("Welcome"), 5, "talk", section=arriving, method=_tr("Who hosts, where things are, how long it takes.")),
        _step(_tr("Names and one word"), 15, "round", _tr("What is your name, and one word for how you arrive?"),
              section=arriving),
        _step(_tr("In pairs: why I came"), 15, "pairs", _tr("What brought you here tonight?"), section=hearing,
              method=_tr("Half of the time each; who listens asks nothing.")),
        _step(_tr("What we heard"), 20, "round", _tr("What did you hear that you want to keep?"), section=hearing),
        _step(_tr("How we want to treat each other"), 15, "talk", _tr("What do you need to speak freely here?"),
              section=hearing, method=_tr("Write the agreements down; read them aloud at the end."),
              materials=_tr("large paper, thick pens")),
        _step(_tr("Who does what until next time"), 10, "talk", _tr("Who takes it on, and until when?"), section=closing),
        _step(_tr("Closing round"), 10, "round", _tr("One thing you take home?"), section=closing),
    ]  # fmt: skip


def _decision() -> Steps:
    arriving, deciding, closing = _tr("Arriving"), _tr("Deciding"), _tr("Closing")
    return [
        _step(_tr("Welcome & check-in"), 10, "round", _tr("One word for how you arrive?"), section=arriving),
        _step(_tr("What is the question?"), 10, "talk", _tr("What do we want to decide, and what not tonight?"),
              section=arriving),
        _step(_tr("Ideas"), 20, "round", _tr("What could we do?"), section=deciding,
              method=_tr("Every idea is written down; nobody replies yet."), materials=_tr("cards, pens")),
        _step(_tr("Dot vote"), 10, "vote", _tr("Which of these would you put your time into?"), section=deciding,
              dots_each=3, materials=_tr("sticky dots")),
        _step(_tr("What stands against it?"), 20, "round", _tr("What would have to change so that you can live with it?"),
              section=deciding),
        _step(_tr("Who does what"), 10, "talk", _tr("Who takes it on, and until when?"), section=closing),
        _step(_tr("Closing round"), 10, "round", _tr("One thing you take home?"), section=closing),
    ]  # fmt: skip


def _looking_back() -> Steps:
    back, ahead = _tr("Looking back"), _tr("Looking ahead")
    return [
        _step(_tr("Welcome & check-in"), 10, "round", _tr("One word for how you arrive?"), section=back),
        _step(_tr("What we did"), 15, "talk", _tr("What happened since we began?"), section=back,
              method=_tr("Draw a line on the wall with all dates; everyone adds what they remember."),
              materials=_tr("large paper, thick pens, photos")),
        _step(_tr("In threes: a good moment"), 15, "pairs", _tr("When did it go well, and what made it so?"), section=back,
              group_size=3),
        _step(_tr("Thanks"), 15, "round", _tr("Whom do you want to thank, and what for?"), section=back),
        _step(_tr("What next?"), 20, "round", _tr("What shall go on, and what shall end?"), section=ahead),
        _step(_tr("Food and music"), 15, "break", "", section=ahead, flexible=True),
    ]  # fmt: skip


def _step(title: str, minutes: int, mode: str, question: str = "", **more: object) -> dict[str, object]:
    step: dict[str, object] = {"title": title, "minutes": minutes, "mode": mode, **more}
    return step | {"question": question} if question else step


def _tr(text: str) -> str:
    return QCoreApplication.translate("ShippedPlans", text)
