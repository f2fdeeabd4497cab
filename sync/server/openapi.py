"""The OpenAPI 3.1 document of the server's calls, made from the one list of routes and the structs of the wire.

Schemas describe the data model of MessagePack: a struct is an array whose later fields may be left out and to which a later
version may add some; `format: binary` is a MessagePack byte string, its lengths in bytes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

import msgspec
from msgspec import NODEFAULT
from msgspec import inspect as shapes

from sync import wire
from sync.server.about import JSON, TEXT, About, Query

Json = dict[str, Any]

_PARTS = {
    "space": ("the space's id", "^[0-9a-f]{64}$"),
    "pub": ("the publication's id", "^[0-9a-f]{64}$"),
    "sha256": ("SHA-256 of the bytes", "^[0-9a-f]{64}$"),
    "epoch": ("the epoch's id", "^[0-9a-f]{32}$"),
}


class Described(Protocol):
    """A route with what it does."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def about(self) -> About: ...


def document(routes: Iterable[Described]) -> Json:
    """The whole document as plain data."""
    schemas: Json = {}
    paths: dict[str, Json] = defaultdict(dict)
    for route in routes:
        paths[route.path][route.method.lower()] = _operation(route, schemas)
    problem = _named(wire.Problem, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Citizen Circles server", "version": str(wire.VERSION), "license": {"name": "AGPL-3.0-or-later"},
            "description": "Keeps what it cannot read. Bodies are MessagePack; docs/protocol.md is the law of every byte.",
        },
        "paths": dict(paths),
        "components": {
            "schemas": schemas,
            "responses": {"Problem": {
                "description": "Why not: `[code, server_ms]`.", "content": {wire.MEDIA_TYPE: {"schema": problem}},
            }},
            "securitySchemes": {"CC-Auth": {
                "type": "apiKey", "in": "header", "name": wire.AUTH_HEADER,
                "description": "A signature over server, space, key, time, nonce, body, method and address: "
                "docs/protocol.md, Server calls.",
            }},
        },
    }  # fmt: skip


def _operation(route: Described, schemas: Json) -> Json:
    about = route.about
    done: Json = {
        "operationId": re.sub(r"[^a-z0-9]+", "-", f"{route.method} {route.path}".lower()).strip("-"),
        "summary": about.says,
        "description": f"Who: {about.who}.",
        "security": [{"CC-Auth": []}] if about.signed else [],
        "parameters": [*map(_part, re.findall(r"{(\w+)}", route.path)), *map(_query, about.query)],
        "responses": _responses(route, schemas),
    }
    if about.body is not None:
        done["requestBody"] = {"required": True, "content": _content(about.body, schemas)}
        done["x-most-bytes"] = about.most
    return done


def _part(name: str) -> Json:
    says, pattern = _PARTS[name]
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "path", "required": True, "description": says, "schema": schema}


def _query(query: Query) -> Json:
    schema: Json = (
        {"type": "string", "pattern": query.pattern}
        if query.most is None
        else {"type": "integer", "minimum": 0, "maximum": query.most}
    )
    return {"name": query.name, "in": "query", "required": False, "description": query.says, "schema": schema}


def _responses(route: Described, schemas: Json) -> Json:
    about = route.about
    answer: Json = {"description": "Done."}
    if route.method != "HEAD":
        answer["content"] = _content(about.reply, schemas)
    found: Json = {str(status): answer for status in about.statuses}
    codes: dict[int, list[str]] = defaultdict(list)
    for status, code in about.all_refusals():
        codes[status].append(code)
    for status, names in codes.items():
        refused: Json = {"description": ", ".join(names), "x-codes": names}
        if route.method != "HEAD":
            refused["content"] = {wire.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        if about.reply == TEXT:
            refused["content"] = {**refused["content"], TEXT: {"schema": {"type": "string"}}}
        found[str(status)] = refused
    return found


def _content(said: type[msgspec.Struct] | str, schemas: Json) -> Json:
    if isinstance(said, str):
        plain = {"type": "object"} if said == JSON else {"type": "string"}
        return {said: {"schema": plain if said in (JSON, TEXT) else {"type": "string", "format": "binary"}}}
    return {wire.MEDIA_TYPE: {"schema": _named(said, schemas)}}


def _named(struct: type[msgspec.Struct], schemas: Json) -> Json:
    """A reference to a struct's schema, which is added when it is new."""
    if struct.__name__ not in schemas:
        schemas[struct.__name__] = {}  # so that a struct may hold itself
        schemas[struct.__name__] = _struct(shapes.type_info(struct), schemas)
    return {"$ref": f"#/components/schemas/{struct.__name__}"}


def _struct(info: shapes.Type, schemas: Json) -> Json:
    assert isinstance(info, shapes.StructType)
    fields = [_shape(field.type, schemas) | {"title": field.name} for field in info.fields]
    needed = sum(field.default is NODEFAULT for field in info.fields)
    says = (info.cls.__doc__ or "").strip().split("\n\n")[0]
    return {"type": "array", "prefixItems": fields, "minItems": needed, "description": " ".join(says.split())}


def _shape(info: shapes.Type, schemas: Json) -> Json:
    match info:
        case shapes.StructType():
            return _named(info.cls, schemas)
        case shapes.BytesType(min_length=least, max_length=most):
            return {"type": "string", "format": "binary"} | _limits("Length", least, most)
        case shapes.StrType(min_length=least, max_length=most):
            return {"type": "string"} | _limits("Length", least, most)
        case shapes.IntType(ge=least, le=most):
            return {"type": "integer"} | _bounds(least, most)
        case shapes.BoolType():
            return {"type": "boolean"}
        case shapes.NoneType():
            return {"type": "null"}
        case shapes.UnionType(types=types):
            return {"anyOf": [_shape(one, schemas) for one in types]}
        case shapes.VarTupleType(item_type=item, min_length=least, max_length=most):
            return {"type": "array", "items": _shape(item, schemas)} | _limits("Items", least, most)
    raise TypeError(info)


def _limits(what: str, least: int | None, most: int | None) -> Json:
    return {f"{side}{what}": n for side, n in (("min", least), ("max", most)) if n is not None}


def _bounds(least: int | None, most: int | None) -> Json:
    return {side: n for side, n in (("minimum", least), ("maximum", most)) if n is not None}
