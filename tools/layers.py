"""The import rules that name single files as the only home of something (the layers stand in pyproject.toml)."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

HOMES: Mapping[str, tuple[str, ...]] = {
    "peewee": ("circle_app/workspace/",),
    "playhouse": ("circle_app/workspace/",),
    "apsw": ("circle_app/workspace/", "sync/server/store"),
    "psycopg": ("sync/server/store",),
    "prometheus_client": ("sync/server/metrics.py",),
    "sqlite3": (),
    "cryptography": (
        "sync/keys.py", "sync/derive.py", "sync/seal.py", "sync/envelopes.py", "sync/vault.py", "sync/codec.py", "sync/pieces.py",
        "sync/letters.py", "sync/membership/",
    ),
    "requests": (),
    "truststore": ("sync/client/",),
    "starlette": (),
    "uvicorn": ("sync/server/",),
    "PySide6": ("ui/",),
    "shiboken6": ("ui/",),
}  # fmt: skip
"""Package -> the only files (or starts of paths) in circle_app, sync and ui that may import it."""

SHIPPED = ("circle_app/", "sync/", "ui/")
SERVER_MAY_REACH = (
    "sync.server", "sync.wire", "sync.codec", "sync.refusals", "sync.membership",
    "sync.publications", "circle_app.errors", "circle_app.domain.text", "circle_app.domain.ids", "circle_app.domain.ops",
)  # fmt: skip
"""All of the project that the blind server reaches, directly or through others: it checks signatures, opens nothing."""

Found = tuple[str, int, str]


def import_findings(trees: Mapping[str, ast.Module]) -> Iterator[Found]:
    """Imports outside their home, and everything the server reaches that it must not; `trees` by path from the root."""
    for path, tree in trees.items():
        if path.startswith(SHIPPED):
            yield from foreign_packages(path, tree)
    yield from server_reaches(trees)


def foreign_packages(path: str, tree: ast.Module) -> Iterator[Found]:
    for line, module in imports_of(path, tree):
        package = module.partition(".")[0]
        homes = HOMES.get(package)
        if homes is not None and not path.startswith(homes):
            yield path, line, f"imports {package}, whose only home is {' '.join(homes) or 'nowhere'}"


def server_reaches(trees: Mapping[str, ast.Module]) -> Iterator[Found]:
    """Follow the imports of sync.server through the project; each step outside the allowed list is a finding."""
    files = {module_name(path): path for path in trees}
    waiting = [path for path in trees if path.startswith("sync/server/")]
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        for line, module in imports_of(path, trees[path]):
            target = files.get(module) or files.get(module.rpartition(".")[0])
            if target is None or target.endswith("__init__.py") or target in seen:
                continue
            seen.add(target)
            waiting.append(target)
            if not within(module_name(target), SERVER_MAY_REACH):
                yield path, line, f"lets the server reach {module_name(target)}"


def within(module: str, allowed: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(name + ".") for name in allowed)


def imports_of(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every module a file imports, in functions too; `from a import b` gives `a` and `a.b`, as `b` may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute_base(path, node)
            yield node.lineno, base
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def absolute_base(path: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = path.split("/")[: -node.level]
    return ".".join([*package, node.module] if node.module else package)


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
