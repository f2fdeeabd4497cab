"""What people were doing when it happened: each scenario prepares a world, then acts in it while the disk is watched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import apsw

from circle_app.documents.save import save_text
from circle_app.domain.ids import Ref
from circle_app.domain.schema import TASKS
from circle_app.workspace import backup, journal, migrations, settings, spaces
from circle_app.workspace.commands import agenda, attendance, live, meetings, outcomes, people, tasks
from circle_app.workspace.commands.undo import redo, undo
from circle_app.workspace.connection import check, open_connection
from circle_app.workspace.db import Workspace
from circle_app.workspace.queries.files import files_of
from circle_app.workspace.queries.people import people as all_people
from circle_app.workspace.queries.tasks import tasks as all_tasks
from sync.client import circle_members
from sync.client.access import access, sealer
from sync.client.admit import membership_of
from sync.client.files import attach_bytes, read_file
from sync.membership.log import mheads_for
from sync.vault import Vault
from tests.support.faults.world import SERVER, Act, Doing, World, shut
from tests.support.machines import Machine

PLAN = b"Bring bread, salt and a board. " * 90_000
LONG = "The bakery lends us its oven on Mondays. " * 4


@dataclass(frozen=True, slots=True)
class Scenario:
    """`who` meets the fault. `after` is what they do once the app has started again, before anything is judged."""

    name: str
    build: Callable[[World], None]
    act: Act
    who: str = "ana"
    after: Act | None = None


def promised(ws: Workspace, title: str, space: int = 1) -> Ref:
    """A promise with everything it can have, so that half of one would show."""
    return tasks.add_task(ws, space, title=title, due="2026-12-04", body=LONG)


def opened_by_ana(world: World, doing: Doing) -> Machine:
    return _opened(world, doing, "ana")


def _opened(world: World, doing: Doing, name: str) -> Machine:
    return cast(Machine, doing.step("", lambda: world.opened(name)))


def _nobody(world: World) -> None:
    world.folder.mkdir(exist_ok=True)


def alone(world: World) -> None:
    with world.person("ana") as ana:
        ana.found(server=None)
        for n in range(5):
            promised(ana.ws, f"old {n}")
            people.add_person(ana.ws, 1, name=f"Guest {n}")


def _together(world: World) -> None:
    with world.person("ana") as ana, world.person("ben") as ben:
        ben.join(ana.invite(ana.found(server=SERVER)))
        for n in range(3):
            promised(ana.ws, f"old {n}")
            ana.sync()
        ben.sync()


def _with_cleo(world: World) -> None:
    _together(world)
    with world.person("ana") as ana, world.person("cleo") as cleo:
        cleo.join(ana.invite(1))
        ana.sync()


def _much_from_ben(world: World) -> None:
    _together(world)
    with world.person("ben") as ben:
        for n in range(12):
            for m in range(25):
                tasks.add_task(ben.ws, 1, title=f"of Ben {n} {m}", due="2026-12-04", body="x")
            ben.sync()


def _loose(world: World) -> None:
    _together(world)
    with world.person("ana") as ana:
        for n in range(260):
            promised(ana.ws, f"loose {n}")


def _packed(world: World) -> None:
    _together(world)
    with world.person("ana") as ana:
        for n in range(6):
            promised(ana.ws, f"packed {n}")
            packed(ana)


def _invited(world: World) -> None:
    _together(world)
    with world.person("ana") as ana:
        (world.folder / "link").write_text(ana.invite(1), "utf-8")


def first_start(world: World, doing: Doing) -> None:
    """The app is started for the first time, a name is given and a circle founded."""
    ana = opened_by_ana(world, doing)
    doing.step("", lambda: settings.put(ana.ws, "me_name", "Ana"))
    circle = cast(int, doing.step("", lambda: ana.found(server=None)))
    doing.step("+first", lambda: promised(ana.ws, "first", circle))
    doing.step("", lambda: shut(ana))


def _founded_again(world: World, doing: Doing) -> None:
    """Whoever sees no circle founds it again."""
    from circle_app.workspace.queries.circles import my_circles

    with world.person("ana") as ana:
        if not my_circles(ana.ws):
            ana.found(server=None)


def edit(world: World, doing: Doing) -> None:
    ana = opened_by_ana(world, doing)
    for n in range(3):
        ref = cast(Ref, doing.step(f"+new {n} {world.chance}", lambda n=n: promised(ana.ws, f"new {n} {world.chance}")))
        doing.step("", lambda ref=ref, n=n: tasks.set_task(ana.ws, ref, body=f"changed {n}"))
    doing.step("", lambda: settings.keep_draft(ana.ws, "composer", "half a sentence"))
    doing.step("", lambda: shut(ana))


def meeting(world: World, doing: Doing) -> None:
    """An evening: planned, opened, people checked in, a decision and a task written, closed."""
    ana = opened_by_ana(world, doing)
    ws = ana.ws
    evening = cast(Ref, doing.step("", lambda: meetings.plan_meeting(ws, 1, title="Evening", minutes=90)))
    for n in range(2):
        doing.step("", lambda n=n: agenda.add_item(ws, evening, title=f"Item {n}", minutes=20))
    doing.step("", lambda: live.open_meeting(ws, evening))
    for person in [p.ref for p in all_people(ws, 1)][:2]:
        doing.step("", lambda person=person: attendance.mark(ws, evening, person, status="present"))
    doing.step("", lambda: outcomes.add_outcome(ws, evening, kind="decision", text="We bake on Mondays", private=False))
    doing.step("+said in the evening", lambda: promised(ws, "said in the evening"))
    doing.step("", lambda: live.next_step(ws, evening))
    doing.step("", lambda: live.close_meeting(ws, evening))
    doing.step("", lambda: shut(ana))


def taking_back(world: World, doing: Doing) -> None:
    ana = opened_by_ana(world, doing)
    doing.step("+slip", lambda: promised(ana.ws, "slip"))
    doing.step("-slip", lambda: undo(ana.ws))
    doing.step("+slip", lambda: redo(ana.ws))
    doing.step("+kept", lambda: promised(ana.ws, "kept"))
    doing.step("-kept", lambda: undo(ana.ws))
    doing.step("", lambda: shut(ana))


def pack(world: World, doing: Doing) -> None:
    ana = opened_by_ana(world, doing)
    doing.step("", lambda: packed(ana))
    doing.step("+after the pack", lambda: promised(ana.ws, "after the pack"))
    doing.step("", lambda: shut(ana))


def sync_once(world: World, doing: Doing) -> None:
    ana = opened_by_ana(world, doing)
    doing.step("+before the sync", lambda: promised(ana.ws, "before the sync"))
    doing.step("", lambda: synced(ana))
    doing.step("+after the sync", lambda: promised(ana.ws, "after the sync"))
    doing.step("", lambda: synced(ana))
    doing.step("", lambda: shut(ana))


def remove_ben(world: World, doing: Doing) -> None:
    """A removal with its new key, while something unsent waits."""
    ana = opened_by_ana(world, doing)
    doing.step("+before the removal", lambda: promised(ana.ws, "before the removal"))
    doing.step("", lambda: _removed(ana))
    doing.step("+after the removal", lambda: promised(ana.ws, "after the removal"))
    doing.step("", lambda: synced(ana))
    doing.step("", lambda: shut(ana))


def _ben_is_removed(world: World, doing: Doing) -> None:
    with world.person("ana") as ana:
        _removed(ana)


def _removed(ana: Machine) -> None:
    """As from the list of people: who is shown as gone already is not removed twice."""
    for person in all_people(ana.ws, 1):
        member = next((m for m in circle_members.circle_members(ana.ws, 1) if m.member16 == person.member), None)
        if person.name == "ben" and member is not None and member.may_remove:
            circle_members.remove(ana.ws, ana.vault, 1, member.member16)


def join(world: World, doing: Doing) -> None:
    dora = _opened(world, doing, "dora")
    link = (world.folder / "link").read_text("utf-8")
    doing.step("", lambda: _joined(dora, link))
    doing.step("+of Dora", lambda: promised(dora.ws, "of Dora", spaces.spaces(dora.ws)[0].no))
    doing.step("", lambda: synced(dora))
    doing.step("", lambda: shut(dora))


def _dora_joins(world: World, doing: Doing) -> None:
    with world.person("dora") as dora:
        _joined(dora, (world.folder / "link").read_text("utf-8"))


def _joined(dora: Machine, link: str) -> None:
    if not any(s.state == "active" for s in spaces.spaces(dora.ws)):
        dora.join(link)


def migrate(world: World, doing: Doing) -> None:
    """A later version with two more steps opens the file; the child it runs in ends before anybody else is concerned."""
    migrations.migrate.__kwdefaults__["steps"] = (*migrations.STEPS, *_LATER)
    ana = opened_by_ana(world, doing)
    doing.step("+after the migration", lambda: promised(ana.ws, "after the migration"))
    doing.step("", lambda: shut(ana))


def _later_step(number: int) -> migrations.Step:
    def later(db: apsw.Connection) -> None:
        db.execute(f"CREATE TABLE later{number} (x)")
        db.execute("INSERT INTO settings VALUES (?, ?)", (f"later{number}", "x" * 10_000))

    return later


_LATER = (_later_step(1), _later_step(2))


def migrated_wholly(world: World, doing: Doing) -> None:
    """Whatever version the file has, it holds what that version made; then the later version opens it again."""
    vault = Vault.open(world.home("ana"))
    db = open_connection(world.home("ana") / "workspace.db", vault.db_key)
    try:
        version = db.pragma("user_version")
        made = {n for (n,) in db.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'later%'")}
        assert made == {f"later{n}" for n in range(1, version - len(migrations.STEPS) + 1)}, (version, made)
        steps = (*migrations.STEPS, *_LATER)
        migrations.migrate(db, world.home("ana"), vault.db_key, steps=steps)
        db.pragma("user_version", len(migrations.STEPS))  # so that this version may judge it
    finally:
        db.close()


def export(world: World, doing: Doing) -> None:
    out = world.home("ana") / "out"
    for n in (1, 2):
        doing.step("", lambda n=n: save_text(out / "notes.md", f"version {n}\n" * 5000))


def exported_wholly(world: World, doing: Doing) -> None:
    out = world.home("ana") / "out"
    for path in out.glob("notes.md"):
        assert path.read_text("utf-8") in {f"version {n}\n" * 5000 for n in (1, 2)}, "half an export under its name"
    save_text(out / "notes.md", "again")
    assert {p.name for p in out.iterdir()} == {"notes.md"}


def passphrase(world: World, doing: Doing) -> None:
    """The key file is written anew, bare each time: stretching a passphrase is slow and changes no file operation."""
    for _ in range(2):
        doing.step("", lambda: Vault.open(world.home("ana")).with_passphrase(None))


def packed(person: Machine) -> None:
    held = access(person.ws, person.vault, 1)
    heads = mheads_for(membership_of(person.ws, 1).log, held.keys.dev)
    journal.pack(person.ws, 1, sealer(held, person.ws.random_bytes), mheads=heads)


def backing_up(world: World, doing: Doing) -> None:
    ana = opened_by_ana(world, doing)
    for n in range(2):
        doing.step("", lambda: backup.back_up(ana.ws, ana.vault.db_key))
        doing.step(f"+after copy {n}", lambda n=n: promised(ana.ws, f"after copy {n}"))
        world.clock.forward(minutes=1)
    doing.step("", lambda: shut(ana))


def copies_are_whole(world: World, doing: Doing) -> None:
    """Whatever has the name of a copy is one."""
    key = Vault.open(world.home("ana")).db_key
    for copy in backup.backups(world.home("ana") / backup.FOLDER):
        db = open_connection(copy.path, key, read_only=True)
        check(db, thorough=True)
        assert db.execute("SELECT count(*) FROM tasks WHERE title LIKE 'old%'").fetchone() == (5,)
        db.close()


def _with_a_copy(world: World) -> None:
    alone(world)
    with world.person("ana") as ana:
        backup.back_up(ana.ws, ana.vault.db_key)
        promised(ana.ws, "newer than the copy")


def restoring(world: World, doing: Doing) -> None:
    home = world.home("ana")

    def restore() -> None:
        backup.restore(
            home, Vault.open(home).db_key, backup.backups(home / backup.FOLDER)[0].path,
            clock=world.clock, random_bytes=world.random_of("ana"),
        )  # fmt: skip

    doing.step("", restore)
    ana = opened_by_ana(world, doing)
    doing.step("+after the restore", lambda: promised(ana.ws, "after the restore"))
    doing.step("", lambda: shut(ana))


def the_old_file_is_somewhere(world: World, doing: Doing) -> None:
    """What the copy does not have is in the workspace, or in the file that was set aside."""
    home = world.home("ana")
    key = Vault.open(home).db_key
    found = set()
    for folder in (home, *home.glob("set-aside-*")):
        if (folder / "workspace.db").exists():
            db = open_connection(folder / "workspace.db", key)
            found |= {t for (t,) in db.execute("SELECT title FROM tasks")}
            db.close()
    assert {"newer than the copy", *(f"old {n}" for n in range(5))} <= found, found


def attach_a_file(world: World, doing: Doing) -> None:
    """A plan of three pieces on a task, acknowledged with a second task."""
    ana = opened_by_ana(world, doing)
    task = cast(Ref, doing.step("+with a plan", lambda: promised(ana.ws, "with a plan")))
    doing.step("", lambda: attach_bytes(ana.ws, task, table=TASKS, name="plan.txt", data=PLAN))
    doing.step("+the plan is there", lambda: promised(ana.ws, "the plan is there"))
    doing.step("", lambda: shut(ana))


def files_are_whole(world: World, doing: Doing) -> None:
    """A file that shows is whole; once it was acknowledged it shows."""
    with world.person("ana") as ana:
        by_title = {t.title: t.ref for t in all_tasks(ana.ws)}
        found = files_of(ana.ws, by_title["with a plan"]) if "with a plan" in by_title else ()
        assert len(found) >= ("the plan is there" in by_title), "an attached file is gone"
        for file in found:
            assert b"".join(read_file(ana.ws, file)) == PLAN


def synced(person: Machine) -> None:
    """A sync of the circle that raises what went wrong, as the app shows it."""
    (space,) = spaces.spaces(person.ws)
    report = person.sync(space.no)
    if report.problem is not None:
        raise report.problem


def _ana_reads(world: World) -> None:
    _much_from_ben(world)
    with world.person("ana") as ana:
        assert len(all_tasks(ana.ws)) == 3


SCENARIOS = {
    s.name: s
    for s in (
        Scenario("first start", _nobody, first_start, after=_founded_again),
        Scenario("edit", alone, edit),
        Scenario("meeting", alone, meeting),
        Scenario("undo", alone, taking_back),
        Scenario("pack", _loose, pack),
        Scenario("push", _packed, sync_once),
        Scenario("pull", _ana_reads, sync_once),
        Scenario("removal", _with_cleo, remove_ben, after=_ben_is_removed),
        Scenario("join", _invited, join, who="dora", after=_dora_joins),
        Scenario("migration", alone, migrate, after=migrated_wholly),
        Scenario("export", alone, export, after=exported_wholly),
        Scenario("key file", alone, passphrase),
        Scenario("attaching", alone, attach_a_file, after=files_are_whole),
        Scenario("backup", alone, backing_up, after=copies_are_whole),
        Scenario("restore", _with_a_copy, restoring, after=the_old_file_is_somewhere),
    )
}
