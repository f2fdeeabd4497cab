"""The one list of the server's calls: which method and path is answered by what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import msgspec

from sync import wire
from sync.publications import wire as pub_wire
from sync.server import about, blob_calls, calls, diff_calls, inbox_calls, publication_calls
from sync.server.about import About
from sync.server.auth import Refused
from sync.server.http import Request, Response
from sync.server.openapi import document
from sync.server.service import Service

Handler = Callable[[Service, Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One call. `path` may name parts in braces, which the handler finds in `request.params`; `about` says the rest."""

    method: str
    path: str
    handler: Handler
    about: About


async def openapi(_service: Service, _request: Request) -> Response:
    return Response(body=_document(), media_type=about.JSON.encode("ascii"))


ROUTES: tuple[Route, ...] = (
    Route("POST", wire.ROUTE_SPACES, calls.create_space, about.CREATE_SPACE),
    Route("POST", wire.ROUTE_CHANGESETS, calls.push, about.PUSH),
    Route("GET", wire.ROUTE_CHANGESETS, calls.pull, about.PULL),
    Route("GET", wire.ROUTE_MEMBERS, calls.members, about.MEMBERS),
    Route("GET", wire.ROUTE_EVENTS, calls.events, about.EVENTS),
    Route("GET", wire.ROUTE_ENVELOPE, calls.envelope, about.ENVELOPE),
    Route("PUT", wire.ROUTE_BLOB, blob_calls.put_blob, about.PUT_BLOB),
    Route("GET", wire.ROUTE_BLOB, blob_calls.get_blob, about.GET_BLOB),
    Route("HEAD", wire.ROUTE_BLOB, blob_calls.get_blob, about.HEAD_BLOB),
    Route("POST", wire.ROUTE_BLOBS_MISSING, blob_calls.missing_blobs, about.MISSING_BLOBS),
    Route("POST", wire.ROUTE_BLOBS_DROP, blob_calls.drop_blobs, about.DROP_BLOBS),
    Route("POST", wire.ROUTE_DIFF, diff_calls.diff, about.DIFF),
    Route("POST", pub_wire.ROUTE_PUBLICATIONS, publication_calls.found_publication, about.FOUND_PUBLICATION),
    Route("GET", pub_wire.ROUTE_PUBLICATIONS, publication_calls.directory, about.DIRECTORY),
    Route("POST", pub_wire.ROUTE_ENTRIES, publication_calls.post_entries, about.POST_ENTRIES),
    Route("GET", pub_wire.ROUTE_ENTRIES, publication_calls.get_entries, about.GET_ENTRIES),
    Route("POST", pub_wire.ROUTE_INBOX, inbox_calls.post_letter, about.POST_LETTER),
    Route("GET", pub_wire.ROUTE_INBOX, inbox_calls.get_letters, about.GET_LETTERS),
    Route("DELETE", pub_wire.ROUTE_INBOX, inbox_calls.drop_read_letters, about.DROP_LETTERS),
    Route("GET", wire.ROUTE_INFO, calls.info, about.INFO),
    Route("GET", wire.ROUTE_TIME, calls.time, about.TIME),
    Route("GET", wire.ROUTE_HEALTH, calls.health, about.HEALTH),
    Route("GET", wire.ROUTE_OPENAPI, openapi, about.OPENAPI),
)

FOR_OPERATORS = (Route("GET", "/metrics", calls.figures, about.METRICS),)
"""What no client calls, and what is not part of the protocol; the OpenAPI document has it."""


@cache
def _document() -> bytes:
    return msgspec.json.encode(document(ROUTES + FOR_OPERATORS))


@dataclass(slots=True)
class Tree:
    """The paths part by part: what follows a literal part, what follows any part, and what is answered here."""

    literal: dict[bytes, Tree] = field(default_factory=dict)
    named: tuple[str, Tree] | None = None
    methods: dict[str, Route] = field(default_factory=dict)


def tree_of(routes: tuple[Route, ...]) -> Tree:
    """The routes as a tree that is walked once per request."""
    root = Tree()
    for route in routes:
        node = root
        for part in route.path.split("/")[1:]:
            if part.startswith("{"):
                if node.named is None:
                    node.named = (part.strip("{}"), Tree())
                node = node.named[1]
            else:
                node = node.literal.setdefault(part.encode("ascii"), Tree())
        node.methods[route.method] = route
    return root


def found(tree: Tree, method: str, path: bytes) -> tuple[Route, Mapping[str, str]]:
    """The route of a request and the named parts of its path; raises Refused 404 or 405."""
    node, params = tree, {}
    for part in path.split(b"/")[1:]:
        after = node.literal.get(part)
        if after is None:
            if node.named is None:
                raise Refused(404, "not_found")
            name, after = node.named
            params[name] = part.decode("latin-1")
        node = after
    route = node.methods.get(method)
    if route is None:
        raise Refused(405 if node.methods else 404, "request" if node.methods else "not_found")
    return route, params
