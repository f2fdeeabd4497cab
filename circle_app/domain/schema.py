"""The registry of synced tables: each declared once, with numbers that are permanent.

Rules: numbers are never reused and types never change; a column may be added at the end; every column is
nullable. Column 0 of every table is the `deleted` register. Times are UTC milliseconds (`_ms`) or local civil
text (`starts_at` = "2026-11-24T18:30" beside a zone name); dates are "2026-12-04"; lengths are whole minutes or
seconds by their name; flags are 0 or 1; `ref` holds the 16-byte row id of a row of the same circle. A number outside of
what its column can mean is kept and not projected, so that nobody's numbers overflow somebody's sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

DELETED = 0
"""The number of the `deleted` flag that every table has."""
PACKED_MAX = 65_536
"""The longest bytes that a packed cell shows."""
CHILDREN_MOST = 99
"""More children than one person brings along."""


class Kind(Enum):
    """The type of a column; a value of another type is kept but not projected.

    PROSE is text that several people write at once: its cell is not set but edited, and every word of both stays
    (domain/prose).
    """

    TEXT = "TEXT"
    INT = "INTEGER"
    FLAG = "FLAG"
    REF = "REF"
    PACKED = "PACKED"
    PROSE = "PROSE"

    @property
    def sql(self) -> str:
        return {"FLAG": "INTEGER", "REF": "BLOB", "PACKED": "BLOB", "PROSE": "TEXT"}.get(self.value, self.value)

    def fits(self, value: object) -> bool:
        """Whether a cell of this kind may show `value` (None always fits)."""
        match self:
            case Kind.TEXT | Kind.PROSE:
                return value is None or isinstance(value, str)
            case Kind.INT:
                return value is None or (isinstance(value, int) and not isinstance(value, bool))
            case Kind.FLAG:
                return value is None or (isinstance(value, int) and value in (0, 1))
            case Kind.REF:
                return value is None or (isinstance(value, bytes) and len(value) == 16)
            case Kind.PACKED:
                return value is None or (isinstance(value, bytes) and len(value) <= PACKED_MAX)


@dataclass(frozen=True, slots=True)
class Column:
    """One column; numbers in it are from `low` to `high`."""

    number: int
    name: str
    kind: Kind
    low: int = 0
    high: int = 1

    def shows(self, value: object) -> bool:
        """Whether a cell of this column may show `value`: of its kind and in its range."""
        return self.kind.fits(value) and (not isinstance(value, int) or self.low <= value <= self.high)


@dataclass(frozen=True, slots=True)
class Table:
    """One synced table. In `own_row` tables a member's own row is known by its id, without history.

    `natural` names the two columns whose bytes make the row's id: a thing and a person, or random bytes (`proof`) and a
    person where somebody has many such rows; `search` names the columns that the search index holds.
    """

    number: int
    name: str
    columns: tuple[Column, ...]
    natural: tuple[str, str] | None = None
    own_row: bool = False
    search: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    @property
    def shared(self) -> bool:
        """Whether a row is there once for two others, so that two devices which know nothing of each other make the same one."""
        return self.natural is not None and self.column(self.natural[0]).kind is Kind.REF


def _table(
    number: int,
    name: str,
    /,
    *columns: tuple[str, Kind],
    natural: tuple[str, str] | None = None,
    own_row: bool = False,
    search: tuple[str, ...] = (),
) -> Table:
    numbered = [Column(DELETED, "deleted", Kind.FLAG)]
    numbered += [Column(i, column, kind, *_span(column, kind)) for i, (column, kind) in enumerate(columns, start=1)]
    return Table(number, name, tuple(numbered), natural, own_row, search)


def _span(column: str, kind: Kind) -> tuple[int, int]:
    """The least and the greatest number of a column, by what its name says it counts."""
    if kind is Kind.FLAG:
        return 0, 1
    if column.endswith("_ms"):
        return 0, 2**47  # the year 6429
    if column == "children":
        return 0, CHILDREN_MOST
    if column.endswith("minutes"):
        return -1_000_000, 1_000_000  # about two years
    return 0, 2**40


_T, _I, _F, _R, _P, _B = Kind.TEXT, Kind.INT, Kind.FLAG, Kind.REF, Kind.PROSE, Kind.PACKED

CIRCLE = _table(
    1, "circle",  # one row per circle; its row id is natural_row_id(1, zero, zero)
    ("name", _T), ("kind", _T), ("kind_label", _T), ("topic", _T), ("place", _T), ("rhythm", _T), ("plan", _P),
    ("color", _T), ("zone", _T), ("language", _T), ("first_date", _T), ("origin", _T), ("licence", _T),
    ("agreements", _P),
    search=("name", "topic", "plan"),
)  # fmt: skip
PEOPLE = _table(
    # status: member | invited | guest | gone; needs: comma list of step-free, interpreter, children;
    # willing: comma list of the roles somebody may be given, NULL = all
    2, "people",
    ("name", _T), ("status", _T), ("contact", _T), ("note", _T), ("needs", _T), ("languages", _T), ("offers", _T),
    ("member", _R), ("confirmed", _F), ("role", _T), ("willing", _T),
    search=("name",),
)  # fmt: skip
MEETINGS = _table(
    # state: planned | live | closed | skipped; the clock of a live meeting is the clock_* columns and who drives it;
    # signin: the people of the printed sign-in sheet in its order (domain/packed)
    3, "meetings",
    ("title", _T), ("starts_at", _T), ("zone", _T), ("minutes", _I), ("place", _T), ("state", _T),
    ("private_notes", _P), ("clock_item", _R), ("clock_since_ms", _I), ("clock_paused", _F), ("opened_ms", _I),
    ("closed_ms", _I), ("origin", _T), ("reflection", _P), ("cycle", _R), ("extra_minutes", _I), ("driver", _R),
    ("question_code", _T), ("signin", _B),
    search=("title",),
)  # fmt: skip
AGENDA_ITEMS = _table(
    # state: NULL | done | parked | skipped; mode: talk | round | pairs | vote | break; group_size: 2 (or NULL) or 3;
    # dots_each: NULL = a show of hands; carried: the step of an earlier meeting that this one goes on with
    4, "agenda_items",
    ("meeting", _R), ("pos", _T), ("title", _T), ("minutes", _I), ("min_minutes", _I), ("flexible", _F),
    ("lead", _R), ("question", _T), ("method", _P), ("mode", _T), ("materials", _T), ("private_notes", _P),
    ("section", _T), ("state", _T), ("spent_s", _I), ("extra_minutes", _I), ("origin", _T), ("started_ms", _I),
    ("group_size", _I), ("dots_each", _I), ("carried", _R),
    search=("title", "question", "method"),
)  # fmt: skip
ATTENDANCE = _table(
    # status: present | late | excused | absent; NULL = nobody said anything; stays: earlier ones of who came back
    # (domain/packed); children: how many this person brought along, NULL = nobody counted
    5, "attendance",
    ("meeting", _R), ("person", _R), ("status", _T), ("arrived_ms", _I), ("left_ms", _I), ("left_item", _R),
    ("note", _T), ("coming", _T), ("stays", _B), ("children", _I),
    natural=("meeting", "person"), own_row=True,
)  # fmt: skip
OUTCOMES = _table(
    6, "outcomes",  # kind: note | decision | task | idea
    ("meeting", _R), ("item", _R), ("kind", _T), ("text", _P), ("author", _R), ("at_ms", _I), ("private", _F),
    ("task", _R), ("present", _I), ("hands", _I), ("parked", _F),
    ("dots", _I), ("against", _I),
    search=("text",),
)  # fmt: skip
TASKS = _table(
    7, "tasks",  # state: now | waiting | later | done
    ("title", _T), ("owner", _R), ("due", _T), ("state", _T), ("done_ms", _I), ("project", _R), ("meeting", _R),
    ("outcome", _R), ("body", _P), ("pos", _T), ("everyone", _F),
    search=("title", "body"),
)  # fmt: skip
TASK_COMPLETIONS = _table(
    8, "task_completions",  # done_ms: NULL = not done (any more)
    ("task", _R), ("person", _R), ("done_ms", _I), ("note", _T),
    natural=("task", "person"), own_row=True,
)  # fmt: skip
PROJECTS = _table(
    9, "projects",  # state: active | done
    ("title", _T), ("purpose", _P), ("state", _T), ("pos", _T), ("color", _T),
    search=("title", "purpose"),
)  # fmt: skip
NOTES = _table(
    10, "notes",
    ("title", _T), ("body", _P), ("project", _R), ("meeting", _R), ("private", _F), ("author", _R), ("at_ms", _I),
    search=("title", "body"),
)  # fmt: skip
CONTRIBUTIONS = _table(
    # kind: facilitate | host | wrangle | notes | time | prepare | bring; item: the step that somebody prepares
    11, "contributions",
    ("person", _R), ("meeting", _R), ("kind", _T), ("text", _T), ("done", _F), ("item", _R), ("proof", _B),
    natural=("proof", "person"), own_row=True, search=("text",),
)  # fmt: skip
COMMENTS = _table(
    12, "comments",  # parent_table is a table number, parent the row it speaks about
    ("parent_table", _I), ("parent", _R), ("author", _R), ("text", _P), ("at_ms", _I),
    search=("text",),
)  # fmt: skip
FILES = _table(
    13, "files",  # manifest: key, size and pieces in one cell (domain/manifest), so that they never mix; media: by content
    ("name", _T), ("media", _T), ("manifest", _B), ("parent_table", _I), ("parent", _R), ("author", _R), ("at_ms", _I),
    search=("name",),
)  # fmt: skip
TURNS = _table(
    14, "turns",  # who had the word in a round: spoken_ms when, passed = wanted to say nothing, pos = the order
    ("item", _R), ("person", _R), ("spoken_ms", _I), ("passed", _F), ("pos", _T),
    natural=("item", "person"), own_row=True,
)  # fmt: skip
PAIRINGS = _table(
    15, "pairings",  # one shuffle: turn counts those of a step from 1, groups are its pairs or threes (domain/packed)
    ("meeting", _R), ("item", _R), ("turn", _I), ("groups", _B), ("at_ms", _I),
)  # fmt: skip
TEMPLATES = _table(
    16, "templates",  # an agenda to be used again; steps: see domain/packed
    ("title", _T), ("steps", _B), ("author", _R), ("at_ms", _I),
    search=("title",),
)  # fmt: skip
CYCLES = _table(
    17, "cycles",  # a series of dates: every `days` days from first_date on at `starts` ("18:30", local)
    ("title", _T), ("pos", _T), ("first_date", _T), ("starts", _T), ("zone", _T), ("days", _I), ("minutes", _I), ("place", _T),
)  # fmt: skip
CHECKLIST = _table(
    18, "checklist",  # phase: before | during | after; so many days before or after the first meeting of the cycle
    ("cycle", _R), ("phase", _T), ("days", _I), ("title", _T), ("owner", _R), ("done_ms", _I), ("pos", _T),
    search=("title",),
)  # fmt: skip
REFLECTIONS = _table(
    19, "reflections",  # an answer to the question of the day; author: NULL = nameless
    ("meeting", _R), ("question_code", _T), ("text", _P), ("author", _R), ("at_ms", _I), ("proof", _B),
    natural=("proof", "author"), own_row=True, search=("text",),
)  # fmt: skip

TABLES: tuple[Table, ...] = (
    CIRCLE, PEOPLE, MEETINGS, AGENDA_ITEMS, ATTENDANCE, OUTCOMES, TASKS, TASK_COMPLETIONS, PROJECTS, NOTES,
    CONTRIBUTIONS, COMMENTS, FILES, TURNS, PAIRINGS, TEMPLATES, CYCLES, CHECKLIST, REFLECTIONS,
)  # fmt: skip
BY_NUMBER = MappingProxyType({t.number: t for t in TABLES})
BY_NAME = MappingProxyType({t.name: t for t in TABLES})
PROSE = MappingProxyType({t.number: frozenset(c.number for c in t.columns if c.kind is Kind.PROSE) for t in TABLES})
"""The numbers of the columns that are texts, by table number."""
