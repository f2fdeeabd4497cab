"""Reading a course in a box: nothing lost, nothing from outside, every odd folder refused in words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from circle_app.courses.markdown_course import first_question, read_course, suggested_minutes
from circle_app.courses.releases import Release, content_hash, decode, encode
from circle_app.errors import RuleBroken

OWN = Path(__file__).parents[2] / "assets" / "courses" / "listening-and-greening"
# A real course of another project, when its folder lies beside this one; it is not ours to copy.
REAL = Path(__file__).parents[3] / "shared" / "data" / "learning-about-learning-circles"
COURSES = [OWN, pytest.param(REAL, marks=pytest.mark.skipif(not REAL.is_dir(), reason="the real course is not here"))]


def course_in(folder: Path, pages: dict[str, str | bytes]) -> Path:
    for name, text in pages.items():
        page = folder / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def one_page(folder: Path, text: str | bytes, name: str = "2026-01-01-a.md") -> Path:
    return course_in(folder, {f"modules/One/_posts/{name}": text})


@pytest.mark.parametrize("folder", COURSES)
def test_no_line_of_any_page_is_lost(folder: Path) -> None:
    release = read_course(folder)
    kept = {(m.key, i.key): i for m in release.modules for i in m.items}
    pages = sorted((folder / "modules").glob("*/_posts/*.md"))
    assert len(pages) == len(kept)
    for page in pages:
        item = kept[page.parent.parent.name, page.name]
        again = f"---\n{item.front}---\n{item.body}"
        assert again.encode() == page.read_bytes()
        assert again.splitlines() == page.read_text(encoding="utf-8").splitlines()
    assert (folder / "index.md").read_text(encoding="utf-8").endswith(release.welcome)
    assert len(release.welcome) > 100


@pytest.mark.skipif(not REAL.is_dir(), reason="the real course is not here")
def test_the_real_course_has_six_modules_and_24_timed_items() -> None:
    release = read_course(REAL, licence="CC BY-SA 4.0", origin="https://github.com/p2pu")
    assert [m.title for m in release.modules] == [
        "Introduction", "Course Selection", "Logistics & Tools", "Facilitation", "Organizing Teams",
        "Learning for Credit",
    ]  # fmt: skip
    assert [m.minutes for m in release.modules] == [90, 90, 90, 90, 90, 80]
    assert sum(item.minutes is not None for m in release.modules for item in m.items) == 24
    assert [i.title for i in release.modules[1].items] == [
        "Check-in", "Read & Watch", "Do/Make/Say/Think", "Reflect: Plus/Delta"
    ]  # fmt: skip
    assert [i.minutes for i in release.modules[4].items] == [10, 30, 40, 10]
    assert release.licence == "CC BY-SA 4.0"


def test_our_own_course_is_three_evenings_of_ninety_minutes() -> None:
    release = read_course(OWN)
    assert [(m.title, len(m.items), m.minutes) for m in release.modules] == [
        ("Listen", 4, 90), ("Walk & notice", 4, 90), ("Plant & keep", 4, 90)
    ]  # fmt: skip
    assert (release.language, release.licence) == ("en", "CC BY-SA 4.0")
    assert release.modules[0].items[0].question == "What sound do you hear when you open your window?"
    assert {i.mode for m in release.modules for i in m.items} == {"round", "pairs", "talk", "vote"}


@pytest.mark.parametrize("folder", COURSES)
def test_a_release_reads_back_from_its_bytes_and_keeps_its_name(folder: Path) -> None:
    release = read_course(folder)
    assert decode(encode(release)) == release
    assert content_hash(decode(encode(release))) == content_hash(read_course(folder))


def test_one_changed_letter_is_another_release(tmp_path: Path) -> None:
    first = content_hash(read_course(one_page(tmp_path / "a", "# A\nhello")))
    second = content_hash(read_course(one_page(tmp_path / "b", "# A\nhallo")))
    assert first != second


@pytest.mark.parametrize("cut", [0, 1, 10, -1])
def test_damaged_release_bytes_are_refused_in_words(cut: int) -> None:
    with pytest.raises(RuleBroken):
        decode(encode(read_course(OWN))[:cut])


def test_bytes_with_something_added_are_not_a_release() -> None:
    data = encode(Release("A", "", "", "", "", "", ()))
    assert decode(data).title == "A"
    with pytest.raises(RuleBroken):
        decode(data.replace(b"\xa5title\xa1A", b"\xa5title\xd9\x01A"))


@pytest.mark.parametrize(
    ("line", "minutes"),
    [("*Suggested timing: 10 minutes* ", 10), ("**Suggested timing:** 1 h 30 min", 90), ("suggested timing: 45", 45),
     ("Suggested timing: a while", None), ("Take 5 minutes to reflect.", None),
     ("> Suggested timing: 10 minutes", None),
     ("We think the suggested timing: 10 minutes is short", None), ("    ```\n*Suggested timing: 5 minutes*", 5),
     ("```\nSuggested timing: 5 minutes\n```\n*Suggested timing: 7 minutes*", 7)],
)  # fmt: skip
def test_only_the_line_of_suggested_timing_gives_minutes(line: str, minutes: int | None) -> None:
    assert suggested_minutes(f"# Title\n\n{line}\n\nSpend 20 minutes on this, then 15 minutes.\n") == minutes


def test_the_first_question_is_found_in_lists_and_without_links() -> None:
    assert first_question("Text.\n- Look around. [What](http://x/?) do you **see**?") == "What do you see?"
    assert first_question("> Is this a box?\n<a>Or HTML?</a>\n```\nor code here?\n```\nNothing.") == ""


def test_pages_come_in_the_order_of_their_dates_and_titles_from_wherever_they_are(tmp_path: Path) -> None:
    folder = course_in(
        tmp_path,
        {
            "modules/M & N/_posts/2019-01-10-ten & more.md": '---\ntitle: "Ten "\n---\nx',
            "modules/M & N/_posts/2019-1-9-nine.md": "# Nine #\nx",
            "modules/M & N/_posts/2018-12-31-last-year.md": "no title here",
            "modules/M & N/_posts/undated.md": "---\ntitle: 2019\n---\n",
            "modules/M & N/_posts/notes.txt": "not a page",
            "modules/Empty/_posts/.keep": "",
        },
    )
    release = read_course(folder, language="fr")
    assert [m.title for m in release.modules] == ["M & N"]
    assert [i.title for i in release.modules[0].items] == ["Last year", "Nine", "Ten", "2019"]
    assert release.modules[0].items[0].minutes is None
    assert release.language == "fr"


def test_modules_follow_the_list_and_forgotten_ones_come_last(tmp_path: Path) -> None:
    pages: dict[str, str | bytes] = {f"modules/{m}/_posts/2019-01-01-a.md": "x" for m in ("Ä", "B", "C", "D")}
    pages["_data/course.yml"] = "title: T\nmodules: [D, Gone, A\u0308, D]\n"
    assert [m.title for m in read_course(course_in(tmp_path, pages)).modules] == ["D", "Ä", "B", "C"]


def test_windows_line_ends_and_a_byte_order_mark_do_not_hide_the_front_matter(tmp_path: Path) -> None:
    folder = one_page(tmp_path, b"\xef\xbb\xbf---\r\ntitle: Hi\r\n---\r\n*Suggested timing: 5 minutes*\r\nbody\r\n")
    item = read_course(folder).modules[0].items[0]
    assert (item.title, item.minutes) == ("Hi", 5)
    assert item.body == "*Suggested timing: 5 minutes*\r\nbody\r\n"


def test_a_page_whose_front_matter_never_ends_is_all_body(tmp_path: Path) -> None:
    item = read_course(one_page(tmp_path, "---\ntitle: Hi\nbody")).modules[0].items[0]
    assert item.body == "---\ntitle: Hi\nbody"


@pytest.mark.parametrize(
    "page",
    [b"\xff\xfe\x00", b"x" * 600_000, "---\ntitle: [\n---\n", "---\n" + "[" * 5000 + "\n---\n",
     "---\n- 2019-99-99\n---\n", "---\na: &a [x]\nb: [*a, *a]\n---\n", "---\n" + "k: v\n" * 5000 + "---\n",
     "---\n!!python/object:os.system {}\n---\n"],
    ids=["not UTF-8", "huge", "no YAML", "deep", "no date", "aliases", "long", "object"],
)  # fmt: skip
def test_an_unreadable_page_is_refused_with_its_name(tmp_path: Path, page: str | bytes) -> None:
    with pytest.raises(RuleBroken) as refused:
        read_course(one_page(tmp_path, page, "2026-01-01-odd.md"))
    assert "2026-01-01-odd.md" in refused.value.sentence
    assert refused.value.next_step


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links on this system")
@pytest.mark.parametrize("what", ["page", "posts", "module", "modules", "index.md"])
def test_a_link_out_of_the_folder_is_never_followed(tmp_path: Path, what: str) -> None:
    secret = one_page(tmp_path / "secret", "private") / "modules" / "One" / "_posts" / "2026-01-01-a.md"
    course = one_page(tmp_path / "course", "fine", "2026-01-02-fine.md")
    links = {
        "page": (course / "modules/One/_posts/2026-01-01-a.md", secret),
        "posts": (course / "modules/Two/_posts", secret.parent),
        "module": (course / "modules/Two", secret.parent.parent),
        "modules": (tmp_path / "other/modules", secret.parents[2]),
        "index.md": (course / "index.md", secret),
    }
    link, target = links[what]
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target)
    with pytest.raises(RuleBroken):
        read_course(tmp_path / "other" if what == "modules" else course)


def test_a_folder_that_is_no_course_is_refused_in_words(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere", course_in(tmp_path / "empty", {"modules/a/readme.md": "x"})):
        with pytest.raises(RuleBroken) as refused:
            read_course(folder)
        assert refused.value.next_step
