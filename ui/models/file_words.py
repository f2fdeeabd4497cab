"""An attached file in words: how large it is, where it is, and what it looks like."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from circle_app.workspace.queries.files import File, State
from ui.text import isolated


def size_words(size: int) -> str:
    """ "4.2 MB", in the language of the interface."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def state_words(file: File) -> str:
    """Where it is, in words that say what happens next."""
    percent = f"{int(100 * file.fraction)} %"
    match file.state:
        case State.HERE:
            return _tr("here")
        case State.LEAVING:
            return _tr("here, on its way to the others: {percent}").format(percent=percent)
        case State.COMING:
            return _tr("on its way: {percent}").format(percent=percent)
        case State.THERE:
            return _tr("on the server")
        case State.WAITING if file.author_name:
            return _tr("waiting for {name}’s computer").format(name=isolated(file.author_name))
        case State.WAITING:
            return _tr("waiting for the computer it came from")
        case State.BROKEN:
            return _tr("cannot be read")


def file_icon(media: str) -> str:
    """The icon of a type of content."""
    if media.startswith("image/"):
        return "image"
    if media.startswith("audio/"):
        return "mic"
    if media.startswith("video/"):
        return "play"
    if "sheet" in media:
        return "table-2"
    if "presentation" in media:
        return "presentation"
    if media == "text/plain" or media == "application/pdf" or "document" in media:
        return "book-open"
    return "paperclip"


def second_line(file: File) -> str:
    """Size, who attached it, and where it is."""
    who = isolated(file.author_name) if file.author_name else ""
    return "  ·  ".join(part for part in (size_words(file.size), who, state_words(file)) if part)


def _tr(words: str) -> str:
    return QCoreApplication.translate("Files", words)
