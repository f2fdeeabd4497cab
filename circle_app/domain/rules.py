"""The rules of circles as data: who may write what by kind and role, when a circle is ready, and which words are allowed.

One table answers for the interface, for commands and for changesets that arrive.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from circle_app.domain.schema import TABLES, Table

READY_PEOPLE = 3
"""A circle is ready from three confirmed people on."""

KINDS = ("course", "study_group", "citizen_circle", "other", "other_led")
"""Kinds of circle. `other` has a founder-given name and the open rule, `other_led` the rule of a course."""

ROLES = ("organizer", "participant", "follower")

OPEN, LED = "open", "led"
RULE_OF_KIND = MappingProxyType(
    {"course": LED, "study_group": OPEN, "citizen_circle": OPEN, "other": OPEN, "other_led": LED}
)

PEOPLE_STATUS = ("member", "invited", "guest", "gone")
MEETING_STATES = ("planned", "live", "closed", "skipped")
ITEM_STATES = ("done", "parked", "skipped")
ASIDE = frozenset({"parked", "skipped"})
"""The states of steps that the evening will not have: they take no time and need nothing."""
MODES = ("talk", "round", "pairs", "vote", "break")
ATTENDANCE = ("present", "late", "excused", "absent")
OUTCOME_KINDS = ("note", "decision", "task", "idea")
TASK_STATES = ("now", "waiting", "later", "done")
PROJECT_STATES = ("active", "done")
NEEDS = ("step-free", "interpreter", "children")
CONTRIBUTIONS = ("facilitate", "host", "wrangle", "notes", "time", "prepare", "bring")
WILLING = CONTRIBUTIONS[:5]
"""The roles of an evening, which the rota gives to whoever is willing."""
COMING = ("yes", "maybe", "no")
CHECK_PHASES = ("before", "during", "after")

_EVERYTHING = frozenset(t.name for t in TABLES)
_OWN_ROWS = frozenset(t.name for t in TABLES if t.own_row) | {"people"}
_SPOKEN = frozenset({"comments", "notes", "files"})
_SHARED = _EVERYTHING - {"circle"}

MAY_WRITE = MappingProxyType(
    {
        (OPEN, "organizer"): _EVERYTHING,
        (OPEN, "participant"): _SHARED,
        (OPEN, "follower"): frozenset[str](),
        (LED, "organizer"): _EVERYTHING,
        (LED, "participant"): _SPOKEN,
        (LED, "follower"): frozenset[str](),
    }
)
"""Tables whose every row a role may write; a person's own rows come on top through MAY_WRITE_OWN."""

MAY_WRITE_OWN = MappingProxyType(
    {"organizer": _OWN_ROWS, "participant": _OWN_ROWS, "follower": frozenset({"attendance", "people"})}
)


@dataclass(frozen=True, slots=True)
class Readiness:
    """How many confirmed people a circle has of the three it needs."""

    confirmed: int
    needed: int = READY_PEOPLE

    @property
    def ready(self) -> bool:
        return self.confirmed >= self.needed

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.confirmed)


def kind_rule(kind: str | None) -> str:
    """The rule of a kind; a kind this version does not know has the stricter one."""
    return RULE_OF_KIND.get(kind or "citizen_circle", LED)


def may_write(rule: str, role: str, table: Table | str, own_row: bool = False) -> bool:
    """Whether a person of `role` may write a row of `table` in a circle of `rule` (OPEN or LED).

    `own_row` says that the row's natural id belongs to this person.
    """
    name = table if isinstance(table, str) else table.name
    if name in MAY_WRITE.get((rule, role), frozenset()):
        return True
    return own_row and name in MAY_WRITE_OWN.get(role, frozenset())
