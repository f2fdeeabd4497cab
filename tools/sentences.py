"""Finds the sentences lupdate cannot see by itself: those that reach `translate` through a small function of ours."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ERRORS = "circle_app/errors.py"
PROBLEMS = "Problems"
"""The context in which ui/problems.py looks up what a CircleError says."""


class Sentence(NamedTuple):
    """One sentence to translate; `counted` ones have a form for each number."""

    context: str
    text: str
    counted: bool


class Wrapper(NamedTuple):
    """A function whose argument number `position` is looked up in `context`: `def _tr(text): translate("Live", text)`."""

    context: str
    position: int
    counted: bool


Trees = Mapping[str, ast.Module]


def shim(found: list[Sentence]) -> str:
    """A Python file that says `found` in the one way lupdate understands."""
    lines = [
        f"QCoreApplication.translate({json.dumps(context)}, {json.dumps(text, ensure_ascii=False)}"
        + (", None, 1)" if counted else ")")
        for context, text, counted in found
    ]
    return "from PySide6.QtCore import QCoreApplication\n\n" + "\n".join(lines) + "\n"


def parsed(root: Path, *folders: str) -> dict[str, ast.Module]:
    """The parsed files of some folders, by path from the root."""
    paths = [path for folder in folders for path in sorted((root / folder).rglob("*.py"))]
    return {path.relative_to(root).as_posix(): ast.parse(path.read_text("utf-8"), str(path)) for path in paths}


def error_sentences(trees: Trees) -> list[Sentence]:
    """What the expected errors say and advise, raised anywhere below the screens."""
    kinds = {node.name for node in ast.walk(trees[ERRORS]) if isinstance(node, ast.ClassDef)}
    return [
        Sentence(PROBLEMS, argument.value, False)
        for tree in trees.values()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in kinds
        for argument in call.args[:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value
    ]


def wrapped_sentences(trees: Trees) -> tuple[list[Sentence], list[str]]:
    """The sentences given to wrappers, and the calls of which nobody can tell the sentence."""
    known = {path: dict(wrappers(tree)) for path, tree in trees.items()}
    found: list[Sentence] = []
    unknown: list[str] = []
    for path, tree in trees.items():
        names = known[path] | imported(tree, known)
        for scope in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for call, wrapper in wrapped_calls(scope, names):
                told = texts(call, wrapper, scope)
                found += [Sentence(wrapper.context, text, wrapper.counted) for text in told]
                if not told and not isinstance(call.args[wrapper.position], ast.Constant):
                    unknown.append(f"{path}:{call.lineno}: no sentence to translate can be told from this call")
    return found, unknown


def wrappers(tree: ast.Module) -> Iterator[tuple[str, Wrapper]]:
    """Functions that hand one of their own parameters to `translate("Context", parameter)`."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        names = [argument.arg for argument in function.args.args]
        for node in ast.walk(function):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="translate"),
                    args=[ast.Constant(value=str(context)), ast.Name(id=name), *rest],
                ) if name in names:
                    yield function.name, Wrapper(context, names.index(name), len(rest) > 1)


def imported(tree: ast.Module, known: Mapping[str, Mapping[str, Wrapper]]) -> dict[str, Wrapper]:
    names: dict[str, Wrapper] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            theirs = known.get(node.module.replace(".", "/") + ".py", {})
            names |= {alias.asname or alias.name: theirs[alias.name] for alias in node.names if alias.name in theirs}
    return names


def wrapped_calls(scope: ast.FunctionDef, names: Mapping[str, Wrapper]) -> Iterator[tuple[ast.Call, Wrapper]]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            wrapper = names[node.func.id]
            if len(node.args) > wrapper.position:
                yield node, wrapper


def texts(call: ast.Call, wrapper: Wrapper, scope: ast.FunctionDef) -> list[str]:
    """The literal in the call; for a variable the literals of the same function (counted ones have their %Ln)."""
    argument = call.args[wrapper.position]
    literals = [
        node.value for node in ast.walk(argument) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    if isinstance(argument, ast.Constant | ast.IfExp):
        return literals
    return [
        node.value
        for node in ast.walk(scope)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and wrapper.counted and "%Ln" in node.value
    ]
