"""What happens to files: a migration, an export, the key file, attachments, backups, a restore and the new key after it."""

from __future__ import annotations

from typing import cast

import apsw

from circle_app.documents.save import save_text
from circle_app.domain.ids import Ref
from circle_app.domain.schema import TASKS
from circle_app.workspace import backup, migrations
from circle_app.workspace.connection import check, open_connection
from circle_app.workspace.queries.files import files_of
from circle_app.workspace.queries.tasks import tasks as all_tasks
from sync.client.files import attach_bytes, read_file
from sync.vault import Vault
from tests.support.faults.steps import alone, opened_by_ana, promised, synced, together
from tests.support.faults.world import Doing, World, shut

PLAN = b"Bring bread, salt and a board. " * 90_000


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


def with_a_copy(world: World) -> None:
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


def restored_behind(world: World) -> None:
    """A copy from before things were sent was put back: the circle knows more of this computer than it does itself."""
    together(world)
    home = world.home("ana")
    with world.person("ana") as ana:
        made = backup.back_up(ana.ws, ana.vault.db_key)
        for n in range(3):
            promised(ana.ws, f"sent, then forgotten {n}")
            synced(ana)
        key = ana.vault.db_key
    backup.restore(home, key, made.path, clock=world.clock, random_bytes=world.random_of("ana"))


def renewing(world: World, doing: Doing) -> None:
    """The restored computer takes a new key with its next sync."""
    ana = opened_by_ana(world, doing)
    doing.step("+before the new key", lambda: promised(ana.ws, "before the new key"))
    doing.step("", lambda: synced(ana))
    doing.step("+after the new key", lambda: promised(ana.ws, "after the new key"))
    doing.step("", lambda: synced(ana))
    doing.step("", lambda: shut(ana))


def what_was_sent_comes_back(world: World, doing: Doing) -> None:
    with world.person("ana") as ana:
        synced(ana)
        synced(ana)
        titles = [t.title for t in all_tasks(ana.ws)]
        assert sorted(t for t in titles if t.startswith("sent")) == [f"sent, then forgotten {n}" for n in range(3)]


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
