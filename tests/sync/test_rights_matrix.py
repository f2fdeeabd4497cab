"""Who may write what has one answer: on the screens, in the commands, and for what arrives, in whatever order it arrives."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from circle_app.domain.ids import natural_row_id
from circle_app.domain.ops import SetOp
from circle_app.domain.rights import first_refused, own_row_id
from circle_app.domain.rules import KINDS, LED, OPEN, ROLES, kind_rule, may_write
from circle_app.domain.schema import PEOPLE, TABLES, Kind, Table
from circle_app.errors import RuleBroken
from circle_app.workspace import spaces
from circle_app.workspace.commands.writing import may_edit, record
from circle_app.workspace.db import Put, Workspace
from sync import codec
from sync.client.admit import Incoming, replayed, take_in
from sync.client.by_hand import give
from sync.client.circle_members import promote
from sync.keys import EpochKey
from tests.support.machines import Machine, machine
from tests.support.server import RunningServer
from tests.support.workspaces import new_circle, new_workspace

MEMBER, PARENT = b"m" * 16, b"p" * 16
ROOT = Path(__file__).resolve().parents[2]


def cell(table: Table) -> tuple[str, object]:
    """A column that is neither a parent nor a text edited in place, and a value it may hold."""
    special = set(table.natural or ()) | {"parent", "parent_table", "meeting", "task", "person", "member"}
    column = next(c for c in table.columns[1:] if c.kind in (Kind.TEXT, Kind.INT, Kind.FLAG) and c.name not in special)
    return column.name, "now" if column.kind is Kind.TEXT else 1


def has_own(table: Table) -> bool:
    return table.own_row or table is PEOPLE


def row_of(table: Table, member: bytes, *, own: bool) -> bytes:
    if not own:
        return bytes([table.number]) * 16
    return own_row_id(member) if table is PEOPLE else natural_row_id(table.number, PARENT, own_row_id(member))


def puts_for(table: Table, member: bytes, *, own: bool) -> Put:
    name, value = cell(table)
    values: dict[str, object] = {name: value}
    if own and table is not PEOPLE and table.natural is not None:
        values[table.natural[0]] = PARENT
    return Put(table, row_of(table, member, own=own), values)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_screen_the_command_and_the_judge_of_what_arrives_give_one_answer(
    tmp_path: Path, kind: str, role: str
) -> None:
    rule = kind_rule(kind)
    with new_workspace(tmp_path / "w") as ws:
        space = new_circle(ws, kind=kind)
        member = spaces.my_member(ws, space)
        spaces.set_space(ws, space, role=role)
        for table in TABLES:
            for own in (False, True) if has_own(table) else (False,):
                expected = may_write(rule, role, table, own)
                put = puts_for(table, member, own=own)
                if not own:
                    assert may_edit(ws, space, table) is expected, f"the screens of {table.name}"
                assert _command_takes(ws, space, put, own=own) is expected, f"the commands of {table.name}, own={own}"
                ops = [SetOp(table.number, put.row, table.column(n).number, v, 1, None) for n, v in put.values.items()]
                judged = first_refused(rule, role, member=member, ops=ops) is None
                assert judged is expected, f"what arrives for {table.name}, own={own}"


def _command_takes(ws: Workspace, space: int, put: Put, *, own: bool) -> bool:
    try:
        record(ws, space, (put,), label="try", own_rows=frozenset({put.row}) if own else frozenset())
    except RuleBroken as refused:
        assert refused.code == "not_allowed"
        return False
    return True


def in_three_orders(data: tuple[bytes, ...]) -> Iterator[list[bytes]]:
    yield list(data)
    yield list(reversed(data))
    shuffled = list(data)
    random.Random(7).shuffle(shuffled)
    yield shuffled


@pytest.mark.parametrize("kind", ["course", "citizen_circle"])
def test_a_changed_program_gets_no_further_than_the_rules_in_any_order_of_arrival(tmp_path: Path, kind: str) -> None:
    """Each person writes one row of every table past the commands; Ana takes nobody's word for it."""
    server = RunningServer(tmp_path / "server")
    with ExitStack() as stack:
        ana, ben, carl, dana = (stack.enter_context(machine(tmp_path / n, n)) for n in ("ana", "ben", "carl", "dana"))
        ana.found(server=server.url, kind=kind)
        everybody = {"organizer": dana, "participant": ben, "follower": carl}
        for role, person in everybody.items():
            person.join(ana.invite(1, role="follower" if role == "follower" else "participant"))
        ana.sync(1)
        promote(ana.ws, ana.vault, 1, spaces.space(dana.ws, 1).member16)
        for person in (ana, ben, carl, dana, ana):
            assert person.sync(1).problem is None
        wrote = {role: _write_everything(person, role) for role, person in everybody.items()}
        handed: dict[bytes, bytes] = {}
        for person in (ana, ben, carl, dana):
            handed |= {codec.parse(data).id: data for data in give(person.ws, person.vault, 1)}
        epochs = {i: EpochKey(spaces.space(ana.ws, 1).space32, i, s) for i, s in spaces.epoch_keys(ana.ws, 1).items()}
        rule = LED if kind == "course" else OPEN
        for number, order in enumerate(in_three_orders(tuple(handed.values()))):
            with new_workspace(tmp_path / f"reader-{number}") as ws:
                space = _read(ws, spaces.space(ana.ws, 1).space32, order, epochs)
                for role, rows in wrote.items():
                    for (table, own), row in rows.items():
                        seen = bool(ws.rows(f'SELECT 1 FROM "{table.name}" WHERE space = ? AND id = ?', (space, row)))
                        assert seen is may_write(rule, role, table, own), (
                            f"{role}, {table.name}, own={own}, order {number}"
                        )
    server.stop()


def _write_everything(person: Machine, role: str) -> dict[tuple[Table, bool], bytes]:
    """A row of each table, in a changeset of its own each, straight past the rules of this computer."""
    rows = {}
    member = spaces.space(person.ws, 1).member16
    for table in TABLES[1:]:
        for own in (False, True) if table.own_row else (False,):
            put = puts_for(table, member, own=own)
            row = put.row if own else bytes([table.number, ROLES.index(role), 7]).ljust(16, b"x")
            person.ws.record(1, [Put(table, row, put.values)])
            give(person.ws, person.vault, 1)  # numbers it, so that each is judged alone
            rows[table, own] = row
    return rows


def _read(ws: Workspace, space32: bytes, data: list[bytes], epochs: dict[bytes, EpochKey]) -> int:
    """A reader who knows the founding alone takes in the rest in this order."""
    genesis = next(d for d in data if (c := codec.parse(d)).kind == codec.MEMBERSHIP and not c.mheads)
    no = spaces.add_space(ws, space32=space32, dev16=b"r" * 16, member16=b"q" * 16, key_salt=None)
    membership = replayed([genesis])
    for start in range(0, len(data), 5):
        some = [Incoming(d) for d in data[start : start + 5]]
        membership = take_in(ws, no, some, membership=membership, epochs=epochs).membership
    return no


def test_the_documentation_shows_the_matrix_as_it_is() -> None:
    text = (ROOT / "docs" / "rights.md").read_text("utf-8")
    for table in TABLES:
        marks = [_mark(rule, role, table) for rule in (OPEN, LED) for role in ROLES]
        assert f"| {table.name} | {' | '.join(marks)} |" in text, f"docs/rights.md differs for {table.name}: {marks}"


def _mark(rule: str, role: str, table: Table) -> str:
    if may_write(rule, role, table):
        return "all"
    return "own" if has_own(table) and may_write(rule, role, table, own_row=True) else "–"
