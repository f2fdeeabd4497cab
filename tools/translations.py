"""Shows that every sentence of the screens can be handed to translators: lupdate reads all of ui/ without complaint."""

from __future__ import annotations

import ast
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from pathlib import Path

LUPDATE = "import sys; from PySide6.scripts.pyside_tool import lupdate; sys.exit(lupdate())"


def translation_problems(root: Path, python: Path, folder: Path) -> list[str]:
    """Extract the sentences of ui/ into `folder`; gives what lupdate or a look at its file finds wrong."""
    sources = sorted(path for path in (root / "ui").rglob("*.py") if path.stat().st_size)
    if not sources:
        return []
    catalogue = folder / "all.ts"
    command = [str(python), "-P", "-c", LUPDATE, "-locations", "none", *map(str, sources), "-ts", str(catalogue)]
    done = subprocess.run(
        command, cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    said = done.stdout.decode(errors="replace").splitlines()
    if done.returncode != 0 or not catalogue.is_file():
        return said or [f"lupdate ended with exit code {done.returncode} and wrote no file"]
    complaints = [line for line in said if "warning" in line.lower() or "error" in line.lower()]
    return complaints + garbled_sentences(catalogue) or lost_sentences(catalogue, sources)


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
    """Sentences that Python will look up but the catalogue does not hold letter by letter, so no one can translate them."""
    kept = {message.findtext("source", "") for message in ElementTree.parse(catalogue).getroot().iter("message")}
    return [
        f"{path.name}:{line}: lupdate misreads this sentence: {sentence!r}"
        for path in sources
        for line, sentence in sentences(ast.parse(path.read_text("utf-8"), str(path)))
        if sentence not in kept
    ]


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and literal of every `x.tr("...")` and `x.translate("Context", "...")` in a parsed file."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="tr"), args=[ast.Constant(value=str(sentence)), *_]):
                yield node.lineno, sentence
            case ast.Call(func=ast.Attribute(attr="translate"), args=[_, ast.Constant(value=str(sentence)), *_]):
                yield node.lineno, sentence
