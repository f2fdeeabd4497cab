"""Reads every Python file for what must never stand in it: risky calls, forbidden imports, long files, loose ends."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tools.layers import import_findings

MAX_LINES = 400
FOLDERS = ("circle_app", "sync", "ui", "tests", "tools", "bench")
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "shelve", "marshal"}
"""Reading these can run foreign code."""

OWN_SQLITE = {"sqlite3"}
"""The system's SQLite may be one that loses writes, and knows no cipher."""
PROGRAM = ("circle_app/", "sync/", "ui/")
DURABLE = ("circle_app/durable.py", "circle_app/documents/save.py", "sync/server/")
"""The only places that put a file in the place of another one: tests/support/faults watches what they do."""

FORBIDDEN_CALLS = {"eval", "exec"}
FORBIDDEN_METHODS = {"extractall", "full_load", "unsafe_load", "load_all", "unsafe_load_all"}
FORBIDDEN_KEYWORDS = {"shell": True, "verify": False}
CATCH_ALL = {"Exception", "BaseException"}
HTML_RENDERERS = ("ui/widgets/reading.py", "ui/printing/")
"""The only places that may hand HTML to Qt: they load nothing and escape what is foreign."""

LATIN_COUNT = "%" + "n"
LOOSE_END = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


FEATURES = "docs/features.md"
NAMED_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
"""How the map of features names a test, below `tests/`."""


class Finding(NamedTuple):
    """One thing that must not be there."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


def all_findings(root: Path) -> list[Finding]:
    """Everything the gates object to in the project at `root`, file by file."""
    found: list[Finding] = []
    trees: dict[str, ast.Module] = {}
    for path in python_files(root):
        name = path.relative_to(root).as_posix()
        source = path.read_text("utf-8")
        found += [Finding(name, line, text) for line, text in text_findings(name, source)]
        try:
            trees[name] = ast.parse(source, name)
        except SyntaxError as problem:
            found.append(Finding(name, problem.lineno or 0, f"is not Python: {problem.msg}"))
            continue
        found += [Finding(name, line, text) for line, text in tree_findings(name, trees[name])]
    found += [Finding(*finding) for finding in import_findings(trees)]
    features = (root / FEATURES).read_text("utf-8")
    found += [Finding(FEATURES, line, text) for line, text in feature_findings(features, trees)]
    return sorted(found)


def python_files(root: Path) -> list[Path]:
    found = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    return [root / "dev.py", *found]


def text_findings(name: str, source: str) -> Iterator[tuple[int, str]]:
    """What the bare text tells: length, and comments that promise to come back."""
    lines = source.count("\n")
    if lines > MAX_LINES:
        yield MAX_LINES, f"has {lines} lines; part it (at most {MAX_LINES})"
    for number, line in enumerate(source.split("\n") if name.startswith("ui/") else (), 1):
        if LATIN_COUNT in line:
            yield number, f"counts with {LATIN_COUNT}, always in Latin digits; %Ln has those of the language"
    if name.endswith("__init__.py") and source.strip():
        yield 1, "an __init__.py stays empty"
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return
    for token in tokens:
        if token.type == tokenize.COMMENT and LOOSE_END.search(token.string):
            yield token.start[0], f"a loose end: {token.string.strip()}"


def feature_findings(text: str, trees: Mapping[str, ast.Module]) -> Iterator[tuple[int, str]]:
    """Where the map of features names a test that is not there; `trees` are the parsed files by name."""
    there = {
        name: {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        for name, tree in trees.items()
        if name.startswith("tests/")
    }
    for number, line in enumerate(text.splitlines(), 1):
        for path, test in NAMED_TEST.findall(line):
            if test not in there.get(f"tests/{path}", ()):
                yield number, f"names {path}::{test}, which is not there"


def tree_findings(name: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What the parsed file tells: a missing first sentence and forbidden constructs."""
    if tree.body and ast.get_docstring(tree) is None:
        yield 1, "does not open with a sentence that says what it is for"
    for node in ast.walk(tree):
        if name.startswith(PROGRAM):
            for text in program_findings(name, node):
                yield getattr(node, "lineno", 0), text
        match node:
            case ast.Import():
                for alias in node.names:
                    if alias.name.partition(".")[0] in FORBIDDEN_MODULES:
                        yield node.lineno, f"imports {alias.name}"
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in FORBIDDEN_MODULES:
                yield node.lineno, f"imports {module}"
            case ast.ExceptHandler():
                if catches_all(node):
                    yield node.lineno, "catches everything; name the errors that are expected"
            case ast.Call():
                for text in call_findings(name, node):
                    yield node.lineno, text


def program_findings(name: str, node: ast.AST) -> Iterator[str]:
    """What the program itself must not do, though its tests may."""
    match node:
        case ast.Import(names=names) if any(alias.name in OWN_SQLITE for alias in names):
            yield "imports sqlite3; use the SQLite that we bring"
        case ast.Constant(value=str(sql)) if sql.lstrip().upper().startswith(("ATTACH DATABASE", "ATTACH ?")):
            yield "attaches another database; open foreign files nowhere but in a connection of their own"
        case ast.Call(func=ast.Attribute(attr="itemAt" | "itemAtPosition")):
            yield "asks a layout for an item, of which Python's side outlives Qt's; keep the parts, or ask indexOf"
        case ast.Call(func=ast.Attribute(attr="replace" | "rename", value=ast.Name(id="os"))) if not name.startswith(
            DURABLE
        ):
            yield "renames a file; write it whole with circle_app/durable.py"


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Whether a handler swallows everything; one that raises it again or hands it to a future's waiter does not."""
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    if not any(kind is None or (isinstance(kind, ast.Name) and kind.id in CATCH_ALL) for kind in caught):
        return False
    last = handler.body[-1]
    raised_again = isinstance(last, ast.Raise) and last.exc is None
    handed_on = any(isinstance(node, ast.Attribute) and node.attr == "set_exception" for node in ast.walk(handler))
    return not (raised_again or handed_on)


def _tip_is_safe(call: ast.Call) -> bool:
    """Whether every way a tip can come out is a literal, a translated sentence, a key's name or made by plain_tip."""
    ways = [call.args[0]] if call.args else []
    while ways:
        way = ways.pop()
        match way:
            case ast.IfExp(body=body, orelse=orelse):
                ways += [body, orelse]
            case ast.Constant():
                continue
            case ast.Call(
                func=ast.Name(id="plain_tip" | "key_name" | "_tr") | ast.Attribute(attr="tr" | "accessibleName")
            ):
                continue
            case _:
                return False
    return True


def call_findings(name: str, call: ast.Call) -> Iterator[str]:
    match call.func:
        case ast.Name(id=called) if called in FORBIDDEN_CALLS:
            yield f"calls {called}()"
        case ast.Attribute(attr="load", value=ast.Name(id="yaml")):
            yield "calls yaml.load(); use yaml.safe_load"
        case ast.Attribute(attr=called) if called in FORBIDDEN_METHODS:
            yield f"calls {called}()"
        case ast.Attribute(attr="setHtml" | "insertHtml") if not name.startswith((*HTML_RENDERERS, "tests/")):
            yield f"hands HTML to Qt; only {' and '.join(HTML_RENDERERS)} may"
        case ast.Attribute(attr="setToolTip") if name.startswith("ui/") and not _tip_is_safe(call):
            yield "gives Qt a tip that it may take for HTML; use plain_tip(...) or a literal sentence"
        case ast.Attribute(attr="tr" | "translate") if name.startswith("ui/"):
            if any(isinstance(argument, ast.JoinedStr) for argument in call.args):
                yield "translates an f-string; translators need the literal sentence with %1 or {name} in it"
    for keyword in call.keywords:
        if keyword.arg in FORBIDDEN_KEYWORDS and isinstance(keyword.value, ast.Constant):
            if keyword.value.value is FORBIDDEN_KEYWORDS[keyword.arg]:
                yield f"passes {keyword.arg}={keyword.value.value}"
