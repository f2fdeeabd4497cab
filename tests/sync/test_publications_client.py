"""Publications on people's computers: written without a network, followed by others, believed only where they prove it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from circle_app.errors import BadEntry, NotFound, SyncProblem
from circle_app.workspace import publications as kept
from circle_app.workspace.db import Workspace
from sync.client.publication_calls import PublicationCalls
from sync.client.publications import (
    Synced,
    drop_letters,
    fetch_letters,
    follow_publication,
    found_publication,
    reading,
    say,
    sync_publication,
    write_letter,
)
from sync.letters import Message
from sync.publications import entries as e
from sync.vault import Vault
from tests.support.by_hand import NOW_MS
from tests.support.lines import line_to
from tests.support.server import RunningServer, Wire

PROFILE = e.Profile("Care of a river", "Eight evenings.", "en", ("river",))


@dataclass
class Person:
    """Somebody with a computer."""

    ws: Workspace
    vault: Vault

    def found(self, server: RunningServer) -> bytes:
        return found_publication(
            self.ws, self.vault, server=server.url, type_=1, profile=PROFILE, random_bytes=random.randbytes
        )

    def announce(self, pub: bytes, *titles: str) -> None:
        for title in titles:
            say(self.ws, pub, e.ANNOUNCEMENT, e.Announcement(title, ""))

    def sync(self, pub: bytes, url: str) -> Synced:
        return sync_publication(self.ws, self.vault, ask(url), pub)

    def titles(self, pub: bytes) -> list[str]:
        return [shown.says.title for shown in reading(self.ws, pub).shown]


def ask(url: str) -> PublicationCalls:
    return PublicationCalls(line_to(url, now_ms=NOW_MS, random_bytes=random.randbytes))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server", now_ms=lambda: NOW_MS)
    yield running
    running.stop()


@pytest.fixture
def people(tmp_path: Path) -> Iterator[list[Person]]:
    """Three of them."""
    made = []
    for name in ("ana", "ben", "cleo"):
        vault = Vault.create(tmp_path / name)
        made.append(Person(Workspace.create(tmp_path / name, key=vault.db_key), vault))
    yield made
    for person in made:
        person.ws.close()


def shared(ana: Person, ben: Person, pub: bytes, server: RunningServer) -> None:
    """Let Ben sign, too: his computer gets keys of its own for this publication."""
    ana.sync(pub, server.url)
    follow_publication(ben.ws, ask(server.url), pub)
    salt = b"b" * 32
    with ben.ws.writing() as db:
        db.execute("UPDATE publications SET salt = ? WHERE pub = ?", (salt, pub))
    his, standing = ben.vault.publication_keys(salt), reading(ana.ws, pub).standing
    signers = tuple(sorted((*standing.signers, his.signing.public)))
    say(ana.ws, pub, e.SIGNERS, e.NewSigners(signers, standing.contacts))
    ana.sync(pub, server.url)
    ben.sync(pub, server.url)


def test_what_is_written_offline_is_read_by_others_when_there_is_a_network(
    server: RunningServer, people: list[Person]
) -> None:
    ana, ben, _ = people
    server.stop()
    pub = ana.found(server)
    ana.announce(pub, "We begin in May")
    say(ana.ws, pub, e.RELEASE, e.Release("First edition", "", "CC-BY-4.0", "text/markdown", b"# Water\n"))
    with pytest.raises(SyncProblem) as told:
        ana.sync(pub, server.url)
    assert told.value.code == "offline"
    server.start()
    assert ana.sync(pub, server.url) == Synced(0, 2)
    assert ana.sync(pub, server.url) == Synced(0, 0)
    [hit] = ask(server.url).search("river").found
    assert follow_publication(ben.ws, ask(server.url), hit.head.pub) == Synced(3, 0)
    server.stop()
    assert ben.titles(pub) == ["We begin in May", "First edition"]
    assert reading(ben.ws, pub) == reading(ana.ws, pub)
    server.start()


def test_two_who_write_at_once_both_stand_one_after_the_other(server: RunningServer, people: list[Person]) -> None:
    ana, ben, cleo = people
    pub = ana.found(server)
    shared(ana, ben, pub, server)
    ana.announce(pub, "one", "two")
    ben.announce(pub, "three")
    ana.sync(pub, server.url)
    assert ben.sync(pub, server.url) == Synced(2, 1)
    assert ana.sync(pub, server.url) == Synced(1, 0)
    follow_publication(cleo.ws, ask(server.url), pub)
    assert ana.titles(pub) == ben.titles(pub) == cleo.titles(pub) == ["one", "two", "three"]


def test_who_was_overtaken_while_sending_writes_it_anew_behind_the_other(
    server: RunningServer, people: list[Person]
) -> None:
    ana, ben, _ = people
    pub = ana.found(server)
    shared(ana, ben, pub, server)
    ana.announce(pub, "mine")
    ben.announce(pub, "his")

    class Overtaken(PublicationCalls):
        def post(self, pub: bytes, entries: object) -> object:  # type: ignore[override]
            if kept.sayings(ben.ws, pub):
                ben.sync(pub, server.url)  # in the moment before ours arrives
            return super().post(pub, entries)  # type: ignore[arg-type]

    assert sync_publication(ana.ws, ana.vault, Overtaken(ask(server.url).server), pub) == Synced(1, 1)
    ben.sync(pub, server.url)
    assert ana.titles(pub) == ben.titles(pub) == ["his", "mine"]


def test_a_lost_answer_never_says_a_thing_twice(server: RunningServer, people: list[Person]) -> None:
    ana, _, _ = people
    pub = ana.found(server)
    ana.sync(pub, server.url)
    wire = Wire(server.port)
    for title in ("one", "two"):
        ana.announce(pub, title)
        client = ask(wire.url)
        client.entries(pub, 0)  # the line stands; from now on answers are lost
        stuck = kept.sayings(ana.ws, pub)
        assert len(stuck) == 1

        class Losing(PublicationCalls):
            def post(self, pub: bytes, entries: object) -> object:  # type: ignore[override]
                wire.lose_replies = 1
                return super().post(pub, entries)  # type: ignore[arg-type]

        with pytest.raises(SyncProblem):
            sync_publication(ana.ws, ana.vault, Losing(client.server), pub)
        wire.lose_replies = 0
        ana.sync(pub, server.url)
    wire.close()
    assert ana.titles(pub) == ["one", "two"]
    assert len(ask(server.url).entries(pub, 0).entries) == 3 and kept.sayings(ana.ws, pub) == []


def test_any_follower_refills_a_server_that_lost_everything(server: RunningServer, people: list[Person]) -> None:
    ana, ben, cleo = people
    pub = ana.found(server)
    ana.announce(pub, *map(str, range(70)))
    ana.sync(pub, server.url)
    follow_publication(ben.ws, ask(server.url), pub)
    server.wipe()
    with pytest.raises(SyncProblem) as told:
        follow_publication(cleo.ws, ask(server.url), pub)
    assert told.value.code == "not_found"
    ben.sync(pub, server.url)
    follow_publication(cleo.ws, ask(server.url), pub)
    assert cleo.titles(pub) == ana.titles(pub) == [str(n) for n in range(70)]


def test_another_history_is_not_followed_and_what_is_here_stays(
    tmp_path: Path, server: RunningServer, people: list[Person]
) -> None:
    ana, ben, cleo = people
    pub = ana.found(server)
    ana.sync(pub, server.url)
    liar = RunningServer(tmp_path / "liar", now_ms=lambda: NOW_MS)
    shown = ask(server.url).entries(pub, 0).entries
    ask(liar.url).found(shown[0])
    ana.announce(pub, "to these")
    ana.sync(pub, server.url)
    for person in (ben, cleo):
        follow_publication(person.ws, ask(server.url), pub)
    standing = msgspec.structs.replace(reading(ben.ws, pub).standing, seq=1, head=e.parse(shown[0]).id)
    keys = ana.vault.publication_keys(kept.publication(ana.ws, pub).salt or b"")
    for count in (1, 2):  # another second entry, and then a third one that follows it
        other = e.make_entry(
            kind=e.ANNOUNCEMENT, pub=pub, seq=standing.seq + 1, prev=standing.head, signer=e.signer_id(keys.signing.public),
            body=e.Announcement("to those", ""), sign=keys.signing.sign,
        )  # fmt: skip
        ask(liar.url).post(pub, [other.data])
        standing = msgspec.structs.replace(standing, seq=other.seq, head=other.id)
        with pytest.raises(SyncProblem) as told:
            ben.sync(pub, liar.url)
        assert told.value.code == "other_history", count
    assert ben.titles(pub) == ["to these"]
    liar.stop()


def test_only_who_holds_a_key_of_the_publication_writes_it(server: RunningServer, people: list[Person]) -> None:
    ana, ben, _ = people
    pub = ana.found(server)
    shared(ana, ben, pub, server)
    say(ana.ws, pub, e.SIGNERS, e.NewSigners((ana.vault.publication_keys(_salt(ana, pub)).signing.public,), ()))
    ana.sync(pub, server.url)
    ben.announce(pub, "still here")
    with pytest.raises(SyncProblem) as told:
        ben.sync(pub, server.url)
    assert told.value.code == "not_signer"
    with ben.ws.writing() as db:
        db.execute("UPDATE publications SET salt = NULL")
    with pytest.raises(SyncProblem) as told:
        ben.sync(pub, server.url)
    assert told.value.code == "not_signer"
    assert ana.titles(pub) == []


def _salt(person: Person, pub: bytes) -> bytes:
    salt = kept.publication(person.ws, pub).salt
    assert salt is not None
    return salt


def test_what_no_reader_would_take_is_not_even_put_down(server: RunningServer, people: list[Person]) -> None:
    ana, _, _ = people
    pub = ana.found(server)
    for kind, body in ((e.ANNOUNCEMENT, e.Announcement("", "")), (e.RELEASE, e.Announcement("x", "")), (9, e.Close())):
        with pytest.raises(BadEntry):
            say(ana.ws, pub, kind, body)
    assert kept.sayings(ana.ws, pub) == []


def test_nothing_follows_a_close(server: RunningServer, people: list[Person]) -> None:
    ana, _, _ = people
    pub = ana.found(server)
    say(ana.ws, pub, e.CLOSE, e.Close("Thank you."))
    ana.announce(pub, "one more thing")
    with pytest.raises(SyncProblem) as told:
        ana.sync(pub, server.url)
    assert told.value.code == "closed"
    assert reading(ana.ws, pub).standing.closed


def test_a_letter_arrives_at_those_who_write_the_publication(server: RunningServer, people: list[Person]) -> None:
    ana, ben, _ = people
    pub = ana.found(server)
    ana.sync(pub, server.url)
    follow_publication(ben.ws, ask(server.url), pub)
    message = Message(1, "May we join?", "We are nine.", b"")
    write_letter(ben.ws, ask(server.url), pub, message, random_bytes=random.randbytes)
    assert fetch_letters(ana.ws, ana.vault, ask(server.url), pub) == [(1, message)]
    with pytest.raises(SyncProblem) as told:
        fetch_letters(ben.ws, ben.vault, ask(server.url), pub)
    assert told.value.code == "not_signer"
    assert drop_letters(ana.ws, ana.vault, ask(server.url), pub, 1) == 0
    assert fetch_letters(ana.ws, ana.vault, ask(server.url), pub) == []


def test_what_is_followed_no_more_is_gone_from_this_computer(server: RunningServer, people: list[Person]) -> None:
    ana, ben, _ = people
    pub = ana.found(server)
    ana.sync(pub, server.url)
    follow_publication(ben.ws, ask(server.url), pub)
    assert [p.pub for p in kept.publications(ben.ws)] == [pub]
    kept.forget(ben.ws, pub)
    assert kept.publications(ben.ws) == () and kept.entries(ben.ws, pub) == []
    with pytest.raises(NotFound):
        reading(ben.ws, pub)
