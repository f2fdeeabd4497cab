"""What a server's refusal of our own changesets means, as the problem that a person reads."""

from __future__ import annotations

from circle_app.errors import SyncProblem
from sync import wire


class RolledBack(SyncProblem):
    """The server lost part of what it had acknowledged; met once it is refilled, met again it is told."""

    code = "rolled_back"

    def __init__(self) -> None:
        super().__init__("The server lost changes it had kept before.", "We send them again; nothing is lost here.")


def push_refused(result: wire.PushResult, after: int) -> SyncProblem:
    """The problem to tell later; raises at once what asks for something else than going on.

    `after` is how many of its author's changesets the server took before: a copy of that chain that ends earlier has lost some,
    and whatever it says of this one, such as of a key that it lost as well, follows from that.
    """
    if result.head_seq < after and result.code not in ("fork", "quota"):
        raise RolledBack
    match result.code:
        case "gap" | "mheads_unknown":
            raise RolledBack
        case "fork":
            return SyncProblem(
                "The server does not know yet that a copy of this computer wrote beside it.",
                "All of it is kept here; we try again later.",
                code="copied",
            )
        case "quota":
            return SyncProblem("There is no room left on the server.", "Ask whoever runs it.", code="quota")
    return SyncProblem(
        "The server did not take a change of yours.", "It is kept here; ask an organizer of the circle.",
        code=f"refused_{result.code}",
    )  # fmt: skip
