"""The block model of everything that is exported, printed or shown as rich text: plain frozen data, no markup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

RTL_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})

Align = Literal["", "left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text of one style. A line feed in `text` is a line break; `link` is http, https or mailto, or ""."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    link: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: Runs


@dataclass(frozen=True, slots=True)
class ListItem:
    """`done` is None for a plain item; True or False make it a task with a box."""

    blocks: tuple[Block, ...]
    done: bool | None = None


@dataclass(frozen=True, slots=True)
class ListBlock:
    """`start` is None for bullets and tasks, else the first number."""

    items: tuple[ListItem, ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has as many cells as `header`; `align` has one entry a column or is empty.

    On paper, `widths` are the columns' shares of the page in percent, and `roomy` rows can be written in by hand.
    """

    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    align: tuple[Align, ...] = ()
    widths: tuple[int, ...] = ()
    roomy: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


Block = Heading | Paragraph | ListBlock | Table | Quote | Code | Rule


@dataclass(frozen=True, slots=True)
class Document:
    """A whole export. `language` is a BCP 47 tag; the title is not repeated in the blocks.

    `paper` says how it is printed: as it flows, made to fit one page, or each heading of level 1 as a card on a page of
    its own, in large letters.
    """

    title: str
    blocks: tuple[Block, ...] = field(default=())
    language: str = "en"
    paper: Literal["flow", "one page", "cards"] = "flow"

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        return "rtl" if self.language.split("-")[0].lower() in RTL_LANGUAGES else "ltr"


def text(words: str, *, bold: bool = False, italic: bool = False) -> Runs:
    """One run, or none for empty words."""
    return (Run(words, bold=bold, italic=italic),) if words else ()


def paragraph(words: str) -> Paragraph:
    return Paragraph(text(words))


def bullets(lines: Iterable[str]) -> ListBlock:
    return ListBlock(tuple(ListItem((paragraph(line),)) for line in lines))


def lines_of(blocks: Iterable[Block]) -> tuple[str, ...]:
    """The words of blocks line by line, without marks but for the numbers of a list; tables and rules have none."""
    found: list[str] = []
    for block in blocks:
        match block:
            case Heading(_, runs) | Paragraph(runs):
                found += [" ".join(plain(runs).split())]
            case Quote(inner):
                found += lines_of(inner)
            case Code(code, _):
                found += code.splitlines()
            case ListBlock(items, start):
                for place, item in enumerate(items):
                    first, *rest = lines_of(item.blocks) or ("",)
                    found += [first if start is None else f"{start + place}. {first}", *rest]
    return tuple(line for line in found if line)


def merged(runs: Iterable[Run]) -> Runs:
    """The same text in as few runs as possible: neighbours of one style become one, empty ones go."""
    out: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        if out and replace(out[-1], text="") == replace(run, text=""):
            out[-1] = replace(run, text=out[-1].text + run.text)
        else:
            out.append(run)
    return tuple(out)


def plain(runs: Iterable[Run]) -> str:
    """The words without their style."""
    return "".join(run.text for run in runs)
