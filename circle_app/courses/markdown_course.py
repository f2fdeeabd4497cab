"""Reads a "course in a box" (a Jekyll folder of Markdown) into a release without losing a line of its text.

A module is a folder in `modules`; its items are the pages in `_posts`, in the order of the dates in their names.
The order of modules is the list in `_data/course.yml`; folders that the list forgot come last, by name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from circle_app.courses.folder import CourseFolder
from circle_app.courses.front_matter import read_yaml, split_page, word, words
from circle_app.courses.releases import Item, Module, Release
from circle_app.domain.agenda import parse_minutes
from circle_app.errors import RuleBroken

_DATED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})-(.*)", re.DOTALL)
_TIMING = re.compile(r"suggested timing\s*:\s*(.+)", re.IGNORECASE)
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|<[^>]*>")
QUESTION_CHARS_MAX = 200


def read_course(folder: Path, *, licence: str = "", origin: str = "", language: str = "") -> Release:
    """The course in `folder`. The keyword values are used when the course itself does not say them.

    RuleBroken in words when the folder is no such course or holds something unsafe or unreadable.
    """
    course = CourseFolder(folder)
    modules = _modules(course)
    data = read_yaml(course.optional_text("_data/course.yml", "_data/course.yaml", "_data/course.json"), "course.yml")
    site = read_yaml(course.optional_text("_config.yml", "_config.yaml"), "_config.yml")
    said = {**site, **data}
    _, welcome = split_page(course.optional_text("index.md", "index.markdown"))
    return Release(
        title=word(data, "title") or word(site, "title") or course.root.name,
        description=word(said, "description"),
        language=word(said, "language", "lang") or language,
        licence=word(said, "licence", "license") or licence,
        origin=word(said, "origin", "repository", "url") or origin,
        welcome=welcome,
        modules=_in_order(modules, words(data, "modules")),
    )


def suggested_minutes(body: str) -> int | None:
    """The minutes in the first line "Suggested timing: 10 minutes" (it may be emphasised); no other number counts."""
    for line in _lines_outside_fences(body):
        found = _TIMING.fullmatch(line.replace("*", "").replace("_", "").strip())
        if found is None:
            continue
        try:
            return parse_minutes(found[1])
        except RuleBroken:
            return None
    return None


def first_question(body: str) -> str:
    """The first sentence that ends in a question mark, as plain words; "" when there is none."""
    for line in _lines_outside_fences(body):
        if line.lstrip().startswith(("<", ">", "|")):
            continue
        plain = _LINK.sub(lambda m: m[1] or "", line)
        plain = re.sub(r"^\s*(?:#{1,6}|[-*+]|\d+[.)])\s+", "", plain).replace("*", "").strip()
        for sentence in _SENTENCE_END.split(plain):
            if sentence.endswith("?") and 8 < len(sentence) <= QUESTION_CHARS_MAX:
                return sentence
    return ""


def _modules(course: CourseFolder) -> dict[str, Module]:
    folders = course.folders(course.root / "modules")
    modules = {_name(f.name): _module(course, f) for f in folders}
    if not any(m.items for m in modules.values()):
        raise RuleBroken(
            "I found no course in this folder.",
            "Choose the folder that has “modules” in it, with pages in “_posts”.",
            code="course",
        )
    return modules


def _module(course: CourseFolder, folder: Path) -> Module:
    pages = sorted(course.markdown_files(folder / "_posts"), key=lambda p: _page_order(p.name))
    return Module(_name(folder.name), _name(folder.name), tuple(_item(course, p) for p in pages))


def _page_order(name: str) -> tuple[int, tuple[int, int, int], str]:
    """By date, then by name; pages without a date last."""
    dated = _DATED.fullmatch(name)
    if dated is None:
        return 1, (0, 0, 0), name
    return 0, (int(dated[1]), int(dated[2]), int(dated[3])), dated[4]


def _item(course: CourseFolder, page: Path) -> Item:
    front, body = split_page(course.text(page))
    settings = read_yaml(front, page.name)
    return Item(
        key=_name(page.name),
        title=_title(settings, body, page),
        minutes=suggested_minutes(body),
        front=front,
        body=body,
        question=word(settings, "question") or first_question(body),
        mode=word(settings, "mode"),
        materials=word(settings, "materials"),
    )


def _title(settings: Mapping[str, object], body: str, page: Path) -> str:
    if titled := word(settings, "title"):
        return titled
    heading = next((line for line in body.splitlines() if re.match(r"#{1,6}\s+\S", line)), "")
    if heading:
        return heading.strip("# \t")
    dated = _DATED.fullmatch(page.stem)
    return (dated[4] if dated else page.stem).replace("-", " ").strip().capitalize() or page.stem


def _in_order(modules: dict[str, Module], listed: list[str]) -> tuple[Module, ...]:
    first = [name for name in dict.fromkeys(_name(n) for n in listed) if name in modules]
    rest = sorted(name for name in modules if name not in first)
    return tuple(modules[name] for name in [*first, *rest] if modules[name].items)


def _name(text: str) -> str:
    # File systems differ in how they spell an accent; the list in course.yml must find its folder on each.
    return unicodedata.normalize("NFC", text).strip()


def _lines_outside_fences(body: str) -> list[str]:
    lines: list[str] = []
    fence = ""
    for line in body.splitlines():
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1] == fence:
            fence = ""
        elif not fence:
            lines.append(line)
    return lines
