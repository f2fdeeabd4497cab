"""One table of kind, role and table answers who may write what."""

from __future__ import annotations

import pytest

from circle_app.domain.rules import KINDS, LED, OPEN, ROLES, Readiness, kind_rule, may_write
from circle_app.domain.schema import TABLES


@pytest.mark.parametrize("kind", ["study_group", "citizen_circle", "other"])
def test_everyone_edits_the_plan_of_an_open_circle(kind: str) -> None:
    for table in (
        "tasks",
        "agenda_items",
        "meetings",
        "notes",
        "projects",
        "attendance",
        "people",
        "outcomes",
        "files",
    ):
        assert may_write(kind_rule(kind), "participant", table)
    assert not may_write(kind_rule(kind), "participant", "circle")
    assert may_write(kind_rule(kind), "organizer", "circle")


@pytest.mark.parametrize("kind", ["course", "other_led", "a kind of the future"])
def test_only_organizers_edit_the_plan_of_a_course(kind: str) -> None:
    for table in ("tasks", "agenda_items", "meetings", "projects", "circle", "people", "attendance"):
        assert may_write(kind_rule(kind), "organizer", table)
        assert not may_write(kind_rule(kind), "participant", table)
    for table in ("attendance", "task_completions", "people", "turns", "contributions", "reflections"):
        assert may_write(kind_rule(kind), "participant", table, own_row=True)
    assert not may_write(kind_rule(kind), "participant", "tasks", own_row=True)


def test_a_follower_says_only_whether_they_come() -> None:
    for rule in (OPEN, LED):
        allowed = {t.name for t in TABLES if may_write(rule, "follower", t, own_row=True)}
        assert allowed == {"attendance", "people"}
        assert not any(may_write(rule, "follower", t) for t in TABLES)


def test_every_kind_and_role_has_an_answer_and_strangers_have_none() -> None:
    for kind in KINDS:
        for role in ROLES:
            assert isinstance(may_write(kind_rule(kind), role, "tasks"), bool)
        assert not may_write(kind_rule(kind), "stranger", "tasks", own_row=True)


def test_three_confirmed_people_are_enough() -> None:
    assert [Readiness(n).ready for n in range(5)] == [False, False, False, True, True]
    assert Readiness(2).missing == 1
