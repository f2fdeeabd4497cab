"""The checklist of a cycle in words: its three parts, the usual things to do, how far each is from the first meeting."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from circle_app.domain.lifecycle import AFTER, BEFORE, DURING, MOST_DAYS


def phase_words(phase: str) -> str:
    return {
        BEFORE: _tr("Before the first meeting"), DURING: _tr("While you meet"), AFTER: _tr("When it is over"),
    }.get(phase, _tr("Before the first meeting"))  # fmt: skip


def starter_words(code: str) -> str:
    """The sentence of a thing that a new list begins with."""
    return {
        "three": _tr("Find three people who want to do this"),
        "topic": _tr("Write down in one sentence what you want to learn or change"),
        "place": _tr("Find a room that everybody can get into"),
        "plan": _tr("Make a first plan: six evenings, one question each"),
        "invite": _tr("Invite others, in person where you can"),
        "needs": _tr("Ask who needs a step-free seat, an interpreter or somebody for the children"),
        "remind": _tr("Remind everybody and ask who is coming"),
        "room": _tr("Set up the room: chairs in a circle, tea, the sign-in sheet"),
        "goals": _tr("Ask everybody what they hope to take home"),
        "agreements": _tr("Agree how you want to treat each other"),
        "roles": _tr("Share out who facilitates, hosts, wrangles, takes notes and keeps time"),
        "halfway": _tr("Halfway: look at your goals and change the plan"),
        "thanks": _tr("Say thank you, and what you saw each other learn"),
        "notes": _tr("Send the notes to everybody"),
        "recognise": _tr("Write for each other what you learned and did"),
        "tell": _tr("Tell the School and your neighbours what came of it"),
        "again": _tr("Decide: stop here, go on, or hand the next plan to two others"),
    }[code]


def distance_words(phase: str, days: int) -> str:
    """ "2 weeks before the first meeting"."""
    days = min(max(days, 0), MOST_DAYS)
    if days == 0:
        return _tr("on the day of the first meeting")
    whole_weeks = days % 7 == 0
    if phase == BEFORE:
        if whole_weeks:
            return _n("%Ln week(s) before the first meeting", days // 7)
        return _n("%Ln day(s) before the first meeting", days)
    if whole_weeks:
        return _n("%Ln week(s) after the first meeting", days // 7)
    return _n("%Ln day(s) after the first meeting", days)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Checklist", text)


def _n(text: str, n: int) -> str:
    return QCoreApplication.translate("Checklist", text, None, n)
