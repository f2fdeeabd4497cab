"""Sync in words: how a circle stands, why the network did not work, and why a change was put aside."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication

from circle_app.workspace.inbox import Held
from circle_app.workspace.queries.status import SpaceStatus
from sync.refusals import REFUSALS
from ui import text
from ui.models.authors import Authors


def standing(status: SpaceStatus, *, demo: bool, left: bool = False, asked: bool = False) -> tuple[str, str, str]:
    """Words, tone and icon of a circle's chip. Being offline is never a failure."""
    if asked and status.problem == "invitation_spent":
        return _tr("You were not let in"), "plain", "log-out"
    if asked:
        return _tr("Waits for an organizer"), "gold", "hand"
    if demo:
        return _tr("Stays here"), "plain", "laptop"
    if left:
        return _tr("You left"), "plain", "log-out"
    if not status.server:
        return _tr("Only on this computer"), "plain", "laptop"
    if status.waiting:
        return _tr("%Ln change(s) (waits|wait)", status.waiting), "gold", "cloud-upload"
    if status.last_sync_ms is None:
        return _tr("Not sent yet"), "gold", "cloud-upload"
    return _tr("Sent to the others"), "teal", "cloud-check"


def details(status: SpaceStatus, now_ms: int) -> str:
    """ "circles.example.org  ·  last exchanged today, 18:02  ·  the server cannot be reached just now"."""
    if not status.server:
        return _tr("No server chosen, so nobody else can join from afar")
    parts = [urlsplit(status.server).hostname or status.server]
    if status.last_sync_ms is not None:
        parts.append(_tr("last exchanged {when}").format(when=moment(status.last_sync_ms, now_ms)))
    if status.problem:
        parts.append(problem_words(status.problem))
    if status.held:
        parts.append(_tr("%Ln change(s) of others (waits|wait) for an earlier one", status.held))
    return "  ·  ".join(parts)


def moment(at_ms: int, now_ms: int) -> str:
    """ "today, 18:02"."""
    day = text.relative_day(text.date_of_ms(at_ms), text.date_of_ms(now_ms))
    return f"{day}, {text.time_of_ms(at_ms)}"


def problem_words(code: str) -> str:
    """Why the last exchange did not go through, for the middle of a line."""
    known = {
        "offline": _tr("the server cannot be reached just now"),
        "slow": _tr("the connection is too slow just now"),
        "cut_off": _tr("the connection broke in the middle; it goes on from there"),
        "captive_portal": _tr("this network wants you to log in first, in your browser"),
        "proxy": _tr("this network's proxy did not let us through"),
        "tls": _tr("we could not make sure that this is your circle's server"),
        "clock": _tr("this computer's clock is far off; please set it"),
        "busy": _tr("the server is busy; we try again in a while"),
        "server": _tr("the server has a fault; we try again later"),
        "bad_reply": _tr("the server's answer made no sense; we try again later"),
        "not_our_server": _tr("there is something else at this server's address"),
        "bad_address": _tr("the server's address is not one"),
        "insecure": _tr("the server's address is not protected (http)"),
        "no_access": _tr("the server does not know you in this circle; ask an organizer"),
        "token": _tr("the server asks for a registration code; ask whoever runs it"),
        "quota": _tr("there is no room left on the server; ask whoever runs it"),
        "too_large": _tr("a change is too large for this server; tell whoever runs it"),
        "update": _tr("the server or somebody here uses a newer version; please update the app"),
        "bug": _tr("the app made a mistake with this circle; your work is safe here, and we try again later"),
        "disk_full": _tr("the disk of this computer is full; please free some space"),
        "disk_failed": _tr("the disk of this computer refused to save; please check it"),
        "workspace_damaged": _tr("the workspace file is damaged; nothing is sent from it"),
        "new_key": _tr("this computer took a new key in between; we try again"),
        "inbox_full": _tr("too many changes wait for an earlier one; we try again later"),
        "no_key": _tr("this circle stays on this computer"),
        "refused": _tr("the server did not accept the request; look for a newer version of this app"),
        "not_found": _tr("the server does not have that yet; perhaps another computer brings it later"),
        "wrong_circle": _tr("the server showed another circle; do not go on, ask whoever invited you"),
        "copied": _tr("a copy of this computer wrote beside it; all of it is kept, and we try again later"),
        "other_history": _tr("the server shows another history of this publication than before; what is here stays"),
        "not_signer": _tr("somebody else writes this publication now; ask its people"),
        "closed": _tr("this publication is closed; look for the one that follows it"),
        "rolled_back": _tr("the server lost changes it had kept; we send them again"),
    }
    if code.startswith("refused_"):
        return _tr("the server did not take a change of yours; it is kept here, ask an organizer")
    return known.get(code, _tr("the last exchange did not go through; we try again"))


def refused_words(held: Held, authors: Authors, now_ms: int, *, count: int = 1) -> tuple[str, str]:
    """Who and when, and why a change was put aside with what happens next; `held` is the last of `count` alike."""
    who = authors.of_device(held.dev)
    when = moment(held.added_ms, now_ms)
    if count > 1:
        name = _tr("this computer") if authors.is_mine(held.dev) else who and text.isolated(who)
        title = _tr("%Ln change(s) from {name}, the last one {when}", count).format(
            name=name or _tr("somebody this circle does not know"), when=when
        )
    elif authors.is_mine(held.dev):
        title = _tr("A change from this computer, {when}").format(when=when)
    elif who:
        title = _tr("A change from {name}, {when}").format(name=text.isolated(who), when=when)
    else:
        title = _tr("A change from somebody this circle does not know, {when}").format(when=when)
    sentence, next_step = REFUSALS.get(
        held.why, ("A change could not be taken in.", "It was put aside; the rest is not affected.")
    )
    problems = "Problems"
    return title, f"{QCoreApplication.translate(problems, sentence)} {QCoreApplication.translate(problems, next_step)}"


def _tr(words: str, n: int = -1) -> str:
    return QCoreApplication.translate("Sync", words, None, n)
