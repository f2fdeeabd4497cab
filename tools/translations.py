"""Gathers every sentence of the screens for translators with Qt's lupdate, and shows that none is lost on the way."""

from __future__ import annotations

import ast
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.sentences import Sentence, error_sentences, parsed, shim, wrapped_sentences
from tools.words import Stop, say

LUPDATE = "import sys; from PySide6.scripts.pyside_tool import lupdate; sys.exit(lupdate())"
LRELEASE = "import sys; from PySide6.scripts.pyside_tool import lrelease; sys.exit(lrelease())"


def update_catalogue(root: Path, python: Path, folder: Path, *, language: str) -> None:
    """Bring assets/i18n/circle_LANGUAGE.ts up to date (translations in it stay) and build the .qm the app loads.

    `folder` is empty and ours for the moment. Raises Stop when Qt's tools do not know the language.
    """
    catalogue = root / "assets" / "i18n" / f"circle_{language}.ts"
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    hidden, _ = hidden_sentences(root)
    said = lupdate(root, python, folder, hidden, catalogue, "-target-language", language)
    if not catalogue.is_file():
        raise Stop("lupdate wrote no file:\n" + "\n".join(said))
    run_tool(python, LRELEASE, str(catalogue), "-qm", str(catalogue.with_suffix(".qm")), cwd=root)
    say(f"{catalogue.relative_to(root)} is up to date; open it in Qt Linguist, then give this command again")


def translation_problems(root: Path, python: Path, folder: Path) -> list[str]:
    """Extract the sentences into `folder`; gives what lupdate or a look at its file finds wrong."""
    catalogue = folder / "all.ts"
    hidden, unknown = hidden_sentences(root)
    said = lupdate(root, python, folder, hidden, catalogue)
    if not catalogue.is_file():
        return said or ["lupdate wrote no file and said nothing"]
    complaints = [line for line in said if "warning" in line.lower() or "error" in line.lower()]
    problems = complaints + garbled_sentences(catalogue)
    return problems or unknown + lost_sentences(catalogue, sources_of(root)) + lost_hidden(catalogue, hidden)


def hidden_sentences(root: Path) -> tuple[list[Sentence], list[str]]:
    """What lupdate cannot see by itself, and the calls of which nobody can tell the sentence."""
    wrapped, unknown = wrapped_sentences(parsed(root, "ui"))
    return wrapped + error_sentences(parsed(root, "circle_app", "sync", "ui")), unknown


def sources_of(root: Path) -> list[Path]:
    return sorted(path for path in (root / "ui").rglob("*.py") if path.stat().st_size)


def lupdate(
    root: Path, python: Path, folder: Path, hidden: list[Sentence], catalogue: Path, *options: str
) -> list[str]:
    spoken = folder / "spoken.py"
    spoken.write_text(shim(hidden), "utf-8")
    sources = [str(path) for path in (*sources_of(root), spoken)]
    return run_tool(python, LUPDATE, "-locations", "none", *options, *sources, "-ts", str(catalogue), cwd=root)


def run_tool(python: Path, code: str, *args: str, cwd: Path) -> list[str]:
    done = subprocess.run(
        [str(python), "-P", "-c", code, *args],
        cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    said = done.stdout.decode(errors="replace").splitlines()
    return [*said, f"error: exit code {done.returncode}"] if done.returncode else said


def garbled_sentences(catalogue: Path) -> list[str]:
    """What cannot be right in a catalogue: nothing in it, empty sentences, broken letters, contexts without a name."""
    try:
        contexts = ElementTree.parse(catalogue).getroot().findall("context")
    except ElementTree.ParseError as problem:
        return [f"lupdate wrote XML that cannot be read: {problem}"]
    found = [(context.findtext("name", ""), message) for context in contexts for message in context.iter("message")]
    if not found:
        return ["lupdate found no sentence in ui/"]
    problems = []
    for name, message in found:
        source = message.findtext("source", "")
        if not source.strip() or "\ufffd" in source:
            problems.append(f"context '{name}' has an empty or garbled sentence: {source!r}")
        elif not name.strip():
            problems.append(f"no context for the sentence {source!r}: use self.tr or translate('Context', ...)")
    return problems


def lost_sentences(catalogue: Path, sources: Sequence[Path]) -> list[str]:
    """Sentences that Python will look up but the catalogue does not hold letter by letter: no one can translate them."""
    kept = {text for _, text in catalogue_pairs(catalogue)}
    return [
        f"{path.name}:{line}: lupdate misreads this sentence: {sentence!r}"
        for path in sources
        for line, sentence in plain_sentences(ast.parse(path.read_text("utf-8"), str(path)))
        if sentence not in kept
    ]


def lost_hidden(catalogue: Path, hidden: list[Sentence]) -> list[str]:
    kept = catalogue_pairs(catalogue)
    return [f"the catalogue lacks {text!r} of '{name}'" for name, text, _ in hidden if (name, text) not in kept]


def catalogue_pairs(catalogue: Path) -> set[tuple[str, str]]:
    """(context, sentence) of everything in a .ts file."""
    return {
        (context.findtext("name", ""), message.findtext("source", ""))
        for context in ElementTree.parse(catalogue).getroot().findall("context")
        for message in context.iter("message")
    }


def plain_sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and literal of every `x.tr("...")` and `x.translate("Context", "...")` in a parsed file."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="tr"), args=[ast.Constant(value=str(sentence)), *_]):
                yield node.lineno, sentence
            case ast.Call(func=ast.Attribute(attr="translate"), args=[_, ast.Constant(value=str(sentence)), *_]):
                yield node.lineno, sentence
