"""The words that exports print, in the language of the interface."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from circle_app.documents.labels import Labels
from circle_app.domain.reflection import QUESTIONS
from ui.reflection_words import question
from ui.views.duty_words import duties
from ui.views.role_words import ROLES, role_words


def export_labels() -> Labels:
    """Every label of `circle_app.documents`, translated; weekdays and months as the language names them."""
    locale = QLocale()
    return Labels(
        notes_of=_tr("Notes: {title}"),
        when=_tr("When"),
        where=_tr("Where"),
        circle=_tr("Circle"),
        session=_tr("Meeting {number}"),
        no_date=_tr("No date yet"),
        who=_tr("Who was here"),
        present=_tr("Here"),
        late=_tr("Came later"),
        excused=_tr("Excused"),
        absent=_tr("Absent"),
        guests=_tr("Guests"),
        left_early=_tr("Left early"),
        left_during=_tr("{name} (during “{step}”)"),
        in_room=_tr("{count} in the room"),
        in_room_without=_tr("{count} in the room, without {names}"),
        people_total=_tr("{count} people were here"),
        person_total=_tr("One person was here"),
        guests_total=_tr("{count} of them as guests"),
        child_total=_tr("with one child"),
        children_total=_tr("with {count} children"),
        children=_tr("Children"),
        roles_title=_tr("Who does what"),
        roles=tuple((code, role_words(code)) for code in ROLES),
        agenda=_tr("Agenda"),
        step=_tr("Step"),
        lead=_tr("Lead"),
        bring=_tr("To bring"),
        agreements=_tr("What we agreed on"),
        cards_title=_tr("Role cards"),
        card_before=_tr("Before"),
        card_during=_tr("At the meeting"),
        card_after=_tr("Afterwards"),
        card_tonight=_tr("The steps"),
        card_needs=_tr("What is needed"),
        needs=(
            ("step-free", _tr("Step-free seats")),
            ("interpreter", _tr("Interpreters")),
            ("children", _tr("Children")),
        ),
        duties=duties(),
        planned=_tr("Planned"),
        actual=_tr("Took"),
        minutes=_tr("{count} min"),
        total=_tr("Together"),
        parked_step=_tr("parked"),
        skipped_step=_tr("left out"),
        decisions=_tr("What we decided"),
        tasks=_tr("What we promised"),
        outcomes=_tr("Step by step"),
        between_steps=_tr("Between the steps"),
        notes=_tr("Notes"),
        facilitator=_tr("Only for the facilitator"),
        reflection=_tr("Looking back"),
        questions=tuple((code, question(code)) for code in QUESTIONS),
        parking_lot=_tr("Parked for later"),
        still_open=_tr("Still open"),
        open_once=_tr("open since the last meeting"),
        open_for=_tr("open for {count} meetings"),
        and_more=_tr("and {count} more"),
        kinds=(("decision", _tr("Decision")), ("task", _tr("Task")), ("idea", _tr("Idea")), ("note", _tr("Note"))),
        hands=_tr("{hands} of {present} hands"),
        hands_against=_tr("{hands} of {present} hands, {against} against"),
        dots=_tr("dots: {dots}"),
        due=_tr("by {date}"),
        nobody=_tr("nobody yet"),
        done=_tr("done"),
        to_do=_tr("to do"),
        someone=_tr("someone"),
        hidden_contact=_tr("(contact left out)"),
        private=_tr("private"),
        from_course=_tr("With parts of: {origin}"),
        licence=_tr("Licence of those parts: {licence}"),
        page=_tr("Page {page} of {pages}"),
        at=_tr("At"),
        row=_tr("No."),
        name=_tr("Name"),
        signature=_tr("Signature"),
        weekdays=tuple(locale.dayName(day) for day in range(1, 8)),
        months=tuple(locale.standaloneMonthName(month) for month in range(1, 13)),
        date_pattern=_tr("{weekday} {day} {month} {year}"),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Documents", text)
