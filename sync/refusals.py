"""Every reason why a changeset is refused or has to wait, with the sentence a person reads.

The codes are normative: docs/protocol.md, Refusals. Codes that depend on decryption share one sentence, so that
nobody who sees the reply learns how far an attempt got.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from circle_app.errors import BadChangeset

_DAMAGED = ("A change arrived damaged.", "The rest is not affected; it is fetched again at the next sync.")
_FORGED = ("A change is not signed by the device it names.", "It was put aside; nobody's work is affected.")
_UNOPENED = ("A change could not be opened.", "It was put aside; the rest is not affected.")
_WAITS = ("A change waits for an earlier one.", "It is tried again at the next sync.")
_NEWER = ("A change was made by a newer version of this app.", "Update the app to see it.")
_RIGHTS = ("Somebody tried something their role does not allow.", "It was put aside; an organizer can look at it.")
_INVITE = ("This invitation cannot be used (any more).", "Ask an organizer for a new one.")
_FORK = ("Two copies of one device have written at the same time.", "Link the device again on one of the two machines.")

REFUSALS: Final = MappingProxyType({
    # bytes
    "size": _DAMAGED, "malformed": _DAMAGED, "core": _DAMAGED, "mheads": _DAMAGED, "seq": _DAMAGED, "clear": _DAMAGED,
    "version": _NEWER, "kind": _NEWER, "space": _FORGED,
    # author
    "weak_key": _FORGED, "signature": _FORGED,
    # chain
    "gap": _WAITS, "fork": _FORK,
    # opening
    "no_key": ("A change is locked with a key this device does not have yet.", "An organizer's next sync brings it."),
    "sealed": _UNOPENED, "padding": _UNOPENED, "deflate": _UNOPENED, "inflated": _UNOPENED, "commit": _UNOPENED,
    "body": _UNOPENED, "ops": _UNOPENED, "envelope": _UNOPENED, "wrapped_key": _UNOPENED, "envelope_missing": _DAMAGED,
    # membership
    "recipients": _DAMAGED,
    "member_op": _DAMAGED, "unknown_device": _WAITS, "mheads_unknown": _WAITS, "genesis": _FORGED, "card": _FORGED,
    "member_id": _FORGED, "invite_unknown": _INVITE, "invite_signature": _INVITE, "first_change": _FORGED,
    "parent": _FORGED, "link_signature": _FORGED, "close_signature": _FORGED, "fork_proof": _FORGED,
    "rejected": ("An organizer put this change aside.", "It is kept; an organizer can take it in again."),
    "not_allowed": _RIGHTS, "not_member": _RIGHTS, "invite_used": _INVITE, "invite_expired": _INVITE,
    "invite_revoked": _INVITE, "update_needed": _NEWER, "epoch_unknown": _UNOPENED,
    "epoch_old": ("A change is locked with a key that others have given up.", "It is locked anew at the next sync."),
})  # fmt: skip


def refuse(code: str) -> BadChangeset:
    """The error for one reason code; raise it where the check failed."""
    sentence, next_step = REFUSALS[code]
    return BadChangeset(sentence, next_step, code=code)
