"""The server keeps what signers say, in order, hands it to everybody, and knows of letters only that they are there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
import requests

from circle_app.errors import SyncProblem
from sync import wire
from sync.client.calls import Signer
from sync.client.publication_calls import PublicationCalls
from sync.keys import DeviceKeys, publication_keys
from sync.letters import Message, open_letter, seal_letter
from sync.publications import entries as e
from sync.publications import wire as pub_wire
from sync.publications.chain import Standing, follow, start
from sync.publications.reading import read
from sync.wire import KNOWN, REFUSED, STORED, ZERO32
from tests.support.by_hand import NOW_MS, founder, line
from tests.support.server import RunningServer
from tests.vectors.bad_publications import good_chain

HOSTILE = "\u202eevil\u2066\u0000 <img src=x onerror=alert(1)> '; DROP TABLE publications;-- %_!"


class Press:
    """A publication written by hand: it makes the next entry and remembers where its chain stands."""

    def __init__(self, root: bytes = b"p" * 32, *, profile: e.Profile | None = None, type_: int = 1) -> None:
        self.keys: DeviceKeys = publication_keys(root=root, pub_salt=b"s" * 32)
        said = profile or e.Profile("Care of a river", "Eight evenings.", "en", ("river",), 1)
        body = e.Genesis(b"n" * 16, type_, (self.keys.signing.public,), (self.keys.kem.public,), said)
        self.chain = [self._entry(e.GENESIS, body, ZERO32, 1, ZERO32)]
        self.standing: Standing = start(self.chain[0])

    @property
    def pub(self) -> bytes:
        return self.standing.pub

    def says(self, kind: int, body: msgspec.Struct) -> e.Entry:
        entry = self.would_say(kind, body)
        self.standing = follow(self.standing, entry)
        self.chain.append(entry)
        return entry

    def would_say(self, kind: int, body: msgspec.Struct) -> e.Entry:
        return self._entry(kind, body, self.pub, self.standing.seq + 1, self.standing.head)

    def _entry(self, kind: int, body: msgspec.Struct, pub: bytes, seq: int, prev: bytes) -> e.Entry:
        signing = self.keys.signing
        return e.make_entry(
            kind=kind, pub=pub, seq=seq, prev=prev, signer=e.signer_id(signing.public), body=body, sign=signing.sign
        )


@pytest.fixture
def server(tmp_path: Path, database: str) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "server", now_ms=lambda: NOW_MS, database=database)
    yield running
    running.stop()


def ask(server: RunningServer, *, now_ms: int = NOW_MS) -> PublicationCalls:
    return PublicationCalls(line(server, now_ms=now_ms))


def news(text: str) -> e.Announcement:
    return e.Announcement(text, "")


def statuses(reply: pub_wire.EntriesReply) -> list[tuple[int, str]]:
    return [(r.status, r.code) for r in reply.results]


def everything(server: RunningServer, pub: bytes) -> list[bytes]:
    found: list[bytes] = []
    while True:
        page = ask(server).entries(pub, len(found))
        found += page.entries
        if not page.more:
            return found


def test_a_publication_comes_back_as_it_was_written_and_survives_a_restart(server: RunningServer) -> None:
    chain = good_chain()
    assert statuses(ask(server).found(chain[0].data)) == [(STORED, "")]
    reply = ask(server).post(chain[0].pub, [entry.data for entry in chain[1:]])
    assert statuses(reply) == [(STORED, "")] * (len(chain) - 1)
    assert (reply.head.seq, reply.head.id) == (len(chain), chain[-1].id)
    server.stop()
    server.start()
    kept = everything(server, chain[0].pub)
    assert read(kept) == read(entry.data for entry in chain)
    assert [e.parse(data).id for data in kept] == [entry.id for entry in chain]


def test_the_same_again_is_success_and_changes_nothing(server: RunningServer) -> None:
    press = Press()
    one = press.says(e.ANNOUNCEMENT, news("one"))
    ask(server).found(press.chain[0].data, entries=[one.data])
    assert statuses(ask(server).found(press.chain[0].data, entries=[one.data])) == [(KNOWN, "")] * 2
    assert statuses(ask(server).post(press.pub, [one.data, one.data])) == [(KNOWN, "")] * 2
    assert everything(server, press.pub) == [entry.data for entry in press.chain]


def test_two_that_follow_one_entry_cannot_both_stand(server: RunningServer) -> None:
    press = Press()
    ask(server).found(press.chain[0].data)
    first, second = (press.would_say(e.ANNOUNCEMENT, news(word)) for word in ("one", "two"))
    assert statuses(ask(server).post(press.pub, [first.data, second.data])) == [(STORED, ""), (REFUSED, "stale")]
    assert ask(server).entries(press.pub, 1).entries == (first.data,)


def test_of_many_at_once_exactly_one_is_the_next(server: RunningServer) -> None:
    press = Press()
    ask(server).found(press.chain[0].data)
    twins = [press.would_say(e.ANNOUNCEMENT, news(f"number {n}")) for n in range(12)]
    with ThreadPoolExecutor(6) as people:
        replies = list(people.map(lambda entry: ask(server).post(press.pub, [entry.data]), twins))
    assert sorted(statuses(reply)[0] for reply in replies) == [(STORED, ""), *[(REFUSED, "stale")] * 11]
    assert len(everything(server, press.pub)) == 2


def test_a_stranger_cannot_say_anything_here(server: RunningServer) -> None:
    press, eve = Press(), Press(b"e" * 32)
    ask(server).found(press.chain[0].data)
    eve.standing = press.standing
    forged = eve.would_say(e.SIGNERS, e.NewSigners((eve.keys.signing.public,), ()))
    late = press.would_say(e.ANNOUNCEMENT, news("late"))
    broken = late.data[:-1] + bytes([late.data[-1] ^ 1])
    reply = ask(server).post(press.pub, [forged.data, broken, b"", late.data])
    assert statuses(reply) == [(REFUSED, "signer"), (REFUSED, "body_hash"), (REFUSED, "malformed"), (STORED, "")]


def test_a_genesis_that_does_not_prove_itself_founds_nothing(server: RunningServer) -> None:
    press = Press()
    changed = press.chain[0].data.replace(press.chain[0].pub, b"\x09" * 32)
    for data in (b"", changed, press.would_say(e.ANNOUNCEMENT, news("x")).data):
        with pytest.raises(SyncProblem, match="did not accept"):
            ask(server).found(data)
    with pytest.raises(SyncProblem) as told:
        ask(server).post(press.pub, [])
    assert told.value.code == "not_found"


def test_who_founds_may_be_asked_for_a_token_and_there_is_an_end(tmp_path: Path, database: str) -> None:
    server = RunningServer(
        tmp_path / "server",
        now_ms=lambda: NOW_MS,
        database=database,
        registration_token="tök",
        max_publications=2,
        max_entries=3,
    )
    first, second, third = Press(b"1" * 32), Press(b"2" * 32), Press(b"3" * 32)
    with pytest.raises(SyncProblem) as told:
        ask(server).found(first.chain[0].data, "wrong")
    assert told.value.code == "token"
    ask(server).found(first.chain[0].data, "tök")
    assert statuses(ask(server).found(first.chain[0].data)) == [(KNOWN, "")]
    ask(server).found(second.chain[0].data, "tök")
    with pytest.raises(SyncProblem) as told:
        ask(server).found(third.chain[0].data, "tök")
    assert told.value.code == "quota"
    more = [first.says(e.ANNOUNCEMENT, news(str(n))).data for n in range(3)]
    assert statuses(ask(server).post(first.pub, more)) == [(STORED, ""), (STORED, ""), (REFUSED, "quota")]
    server.stop()


def test_pages_follow_each_other_without_a_hole(server: RunningServer) -> None:
    press = Press()
    ask(server).found(press.chain[0].data)
    large = [press.says(e.RELEASE, e.Release("R", "", "", "x/y", bytes(900_000))).data for _ in range(6)]
    small = [press.says(e.ANNOUNCEMENT, news(str(n))).data for n in range(120)]
    for batch in (large[:3], large[3:], small[:60], small[60:]):
        ask(server).post(press.pub, batch)
    assert everything(server, press.pub) == [entry.data for entry in press.chain]
    page = ask(server).entries(press.pub, 0)
    assert len(page.entries) == 5 and page.more  # the genesis and 4 MiB of releases, never more than fits


def test_the_body_of_what_was_hidden_is_not_handed_out_any_more(server: RunningServer) -> None:
    press = Press()
    ask(server).found(press.chain[0].data)
    said = press.says(e.RELEASE, e.Release("Mistake", "", "", "text/plain", b"somebody's telephone number"))
    ask(server).post(press.pub, [said.data, press.says(e.HIDE, e.Hide(said.id)).data])
    kept = everything(server, press.pub)
    assert kept[1] == e.without_body(said)
    assert read(kept).releases() == ()
    fresh = RunningServer(server.folder.parent / "fresh", now_ms=lambda: NOW_MS)
    assert statuses(ask(fresh).found(kept[0], entries=kept[1:])) == [(STORED, "")] * 3
    fresh.stop()


def test_nothing_stands_without_its_body_unless_it_was_hidden(server: RunningServer) -> None:
    press = Press()
    ask(server).found(press.chain[0].data)
    said = press.says(e.ANNOUNCEMENT, news("words"))
    assert statuses(ask(server).post(press.pub, [e.without_body(said)])) == [(REFUSED, "body_missing")]


def test_the_directory_finds_by_words_without_case_and_accents(server: RunningServer) -> None:
    profiles = {
        "river": e.Profile("Care of a RIVER", "Łódź, eight evenings", "en", ("water",), 1),
        "école": e.Profile("École du soir", "100% gratuit_", "fr", (), 1),
        "hidden": e.Profile("Care of nobody", "", "en", (), 0),
        "hostile": e.Profile(HOSTILE, HOSTILE, "en", (HOSTILE[:40],), 1),
    }
    pubs = {name: Press(name.encode().ljust(32), profile=profile) for name, profile in profiles.items()}
    for press in pubs.values():
        ask(server).found(press.chain[0].data)

    def found(query: str, type_: int = 0) -> set[str]:
        titles = {f.title for f in ask(server).search(query, type_=type_).found}
        return {name for name, profile in profiles.items() if profile.title in titles}

    assert found("") == {"river", "école", "hostile"}
    assert found("river") == found("care  lodz") == found("WATER") == {"river"}
    assert found("ecole") == found("ÉCOLE soir") == {"école"}
    assert found("100%") == found("gratuit_") == {"école"}
    assert found("%") == {"école", "hostile"}  # a sign like any other
    assert found("_") == {"école", "hostile"}
    assert found("river school") == set()
    assert found("river", 1) == {"river"} and found("river", 2) == set()
    assert found("drop table") == {"hostile"}
    [hit] = ask(server).search("onerror").found
    assert (hit.title, hit.text, hit.words) == (HOSTILE, HOSTILE, (HOSTILE[:40],))  # as it came


def test_what_was_closed_or_renamed_is_found_no_more_by_its_old_name(server: RunningServer) -> None:
    press = Press()
    ask(server).found(press.chain[0].data)
    renamed = press.says(e.PROFILE, e.NewProfile(e.Profile("Care of a lake")))
    ask(server).post(press.pub, [renamed.data])
    assert [f.title for f in ask(server).search("lake").found] == ["Care of a lake"]
    assert ask(server).search("river").found == ()
    ask(server).post(press.pub, [press.says(e.CLOSE, e.Close()).data])
    assert ask(server).search("lake").found == ()
    assert statuses(ask(server).post(press.pub, [press.would_say(e.PROFILE, renamed.body).data])) == [
        (REFUSED, "closed")
    ]


def test_the_directory_comes_in_pages(tmp_path: Path, database: str) -> None:
    server = RunningServer(tmp_path / "server", now_ms=lambda: NOW_MS, database=database, new_spaces_per_minute=1000)
    pubs = {Press(n.to_bytes(32, "big")).pub for n in range(60)}
    for n in range(60):
        ask(server).found(Press(n.to_bytes(32, "big")).chain[0].data)
    first = ask(server).search("river")
    rest = ask(server).search("river", after=first.found[-1].head.pub)
    assert (len(first.found), first.more, len(rest.found), rest.more) == (50, True, 10, False)
    assert {f.head.pub for f in (*first.found, *rest.found)} == pubs
    server.stop()


@pytest.mark.parametrize("query", ["query=%ff", "query=" + "a%20" * 9, "query=" + "x" * 201, "type=256", "after=00"])
def test_a_search_of_another_form_is_refused(server: RunningServer, query: str) -> None:
    reply = requests.get(f"{server.url}{pub_wire.ROUTE_PUBLICATIONS}?{query}", timeout=15)
    assert (reply.status_code, reply.content) == (400, msgspec.msgpack.encode(wire.Problem("request")))


def letter(press: Press, text: str = "May we join?") -> bytes:
    return seal_letter(
        pub=press.pub, contacts=press.standing.contacts, message=Message(1, text, ""), random_bytes=random.randbytes
    )


def test_a_letter_reaches_the_signers_and_nobody_else(server: RunningServer) -> None:
    press, other = Press(), Press(b"o" * 32)
    for one in (press, other):
        ask(server).found(one.chain[0].data)
    sent = [letter(press, f"letter {n}") for n in range(3)]
    for one in (*sent, sent[0]):
        ask(server).write_letter(press.pub, one)
    page = ask(server).letters(press.pub, press.keys)
    assert [item.letter for item in page.items] == sent and not page.more
    opened = [open_letter(pub=press.pub, kem=press.keys.kem, data=item.letter).subject for item in page.items]
    assert opened == ["letter 0", "letter 1", "letter 2"]
    assert [i.no for i in ask(server).letters(press.pub, press.keys, page.items[0].no).items] == [2, 3]
    with pytest.raises(SyncProblem, match="does not know you"):
        ask(server).letters(press.pub, other.keys)
    with pytest.raises(SyncProblem, match="does not know you"):
        ask(server).drop_letters(press.pub, other.keys, 3)
    assert b"letter 1" not in server.bytes_on_disk()


def test_letters_that_were_read_are_dropped_and_numbers_are_never_given_again(server: RunningServer) -> None:
    press = Press()
    ask(server).found(press.chain[0].data)
    for _ in range(3):
        ask(server).write_letter(press.pub, letter(press))
    assert ask(server).drop_letters(press.pub, press.keys, 2) == 1
    assert ask(server).drop_letters(press.pub, press.keys, 3) == 0
    ask(server).write_letter(press.pub, letter(press))
    assert [item.no for item in ask(server).letters(press.pub, press.keys, 3).items] == [4]


def test_a_former_signer_reads_no_more_letters(server: RunningServer) -> None:
    press, next_ = Press(), Press(b"o" * 32)
    ask(server).found(press.chain[0].data)
    handed_on = press.says(e.SIGNERS, e.NewSigners((next_.keys.signing.public,), (next_.keys.kem.public,)))
    ask(server).post(press.pub, [handed_on.data])
    with pytest.raises(SyncProblem, match="does not know you"):
        ask(server).letters(press.pub, press.keys)
    assert ask(server).letters(press.pub, next_.keys).items == ()


def test_letters_to_nobody_here_are_refused(server: RunningServer) -> None:
    press, other = Press(), Press(b"o" * 32)
    ask(server).found(press.chain[0].data)
    strange = seal_letter(
        pub=press.pub, contacts=other.standing.contacts, message=Message(1, "s", ""), random_bytes=random.randbytes
    )
    good = msgspec.msgpack.decode(letter(press), type=pub_wire.Letter)
    twice = msgspec.msgpack.encode(msgspec.structs.replace(good, keys=good.keys * 2))
    elsewhere = msgspec.msgpack.encode(msgspec.structs.replace(good, pub=bytes(32)))
    huge = msgspec.msgpack.encode(msgspec.structs.replace(good, ct=bytes(pub_wire.MAX_LETTER)))
    url = server.url + pub_wire.ROUTE_INBOX.replace("{pub}", press.pub.hex())
    for body, status, code in (
        (strange, 400, "contacts"), (twice, 400, "request"), (elsewhere, 400, "request"), (huge, 413, "too_large"),
        (b"", 400, "request"),
    ):  # fmt: skip
        reply = requests.post(url, data=body, timeout=15)
        assert (reply.status_code, reply.content) == (status, msgspec.msgpack.encode(wire.Problem(code)))
    with pytest.raises(SyncProblem) as told:
        ask(server).write_letter(other.pub, letter(other))
    assert told.value.code == "not_found"


def test_letters_are_few_in_a_minute_and_bounded_in_all(tmp_path: Path, database: str) -> None:
    now = [NOW_MS]
    server = RunningServer(
        tmp_path / "server", now_ms=lambda: now[0], database=database, letters_per_minute=2, max_letters=3
    )
    press = Press()
    ask(server).found(press.chain[0].data)

    def told() -> str:
        try:
            ask(server).write_letter(press.pub, letter(press))
        except SyncProblem as problem:
            return problem.code
        return "kept"

    assert [told() for _ in range(3)] == ["kept", "kept", "busy"]
    now[0] += 60_001
    assert [told() for _ in range(2)] == ["kept", "busy"]
    now[0] += 91 * 24 * 3600 * 1000  # the old ones make room
    assert [told() for _ in range(2)] == ["kept", "kept"]
    assert [item.no for item in ask(server, now_ms=now[0]).letters(press.pub, press.keys).items] == [4, 5]
    server.stop()


def test_the_key_of_a_signer_opens_no_circle_and_the_key_of_a_member_no_inbox(server: RunningServer) -> None:
    press, ana = Press(), founder()
    ask(server).found(press.chain[0].data)
    line(server).create_space(ana.chain[0].data)
    client = line(server)
    for mode in (wire.AUTH_DEVICE, wire.AUTH_INVITE, wire.AUTH_SIGNER):
        stranger = Signer(press.pub, mode, ana.keys.dev, ana.signer.sign)
        inbox = pub_wire.ROUTE_INBOX.replace("{pub}", press.pub.hex())
        with pytest.raises(SyncProblem, match="does not know you"):
            client.signed(stranger, "GET", inbox, b"", pub_wire.InboxPage)
        if mode != wire.AUTH_DEVICE:
            with pytest.raises(SyncProblem, match="does not know you"):
                client.pull(Signer(ana.space, mode, ana.keys.dev, ana.signer.sign), 0)
