"""What a file is by its content, never by its name, and what may be done with it.

Three answers: it may be opened with another program (a short list), saved only, or it is a program and never handed out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from circle_app.domain.filenames import ending

HEAD = 64 << 10
"""Bytes from the beginning and from the end of a file that `detect` looks at."""

UNKNOWN, PROGRAM = "application/octet-stream", "application/x-program"


class Use(Enum):
    """What may be done with a file."""

    OPEN = "open"
    SAVE = "save"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Media:
    """A type of content: its name, the endings its files may have (the first one is given), and whether it is opened."""

    name: str
    endings: tuple[str, ...]
    opens: bool = True


_OFFICE = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

KNOWN = MappingProxyType(
    {
        media.name: media
        for media in (
            Media("image/png", ("png",)),
            Media("image/jpeg", ("jpg", "jpeg", "jpe")),
            Media("image/webp", ("webp",)),
            Media("image/gif", ("gif",)),
            Media("image/heic", ("heic", "heif", "avif")),
            Media("application/pdf", ("pdf",)),
            Media("text/plain", ("txt", "md", "csv", "tsv", "log", "ics", "srt", "vtt", "json", "yaml", "yml")),
            Media("audio/mpeg", ("mp3",)),
            Media("audio/ogg", ("ogg", "oga", "opus")),
            Media("audio/wav", ("wav",)),
            Media("audio/flac", ("flac",)),
            Media("video/mp4", ("mp4", "m4a", "m4v", "mov", "3gp")),
            Media("video/webm", ("webm", "mkv")),
            Media(_OFFICE + "wordprocessingml.document", ("docx",)),
            Media(_OFFICE + "spreadsheetml.sheet", ("xlsx",)),
            Media(_OFFICE + "presentationml.presentation", ("pptx",)),
            Media(_ODF + "text", ("odt",)),
            Media(_ODF + "spreadsheet", ("ods",)),
            Media(_ODF + "presentation", ("odp",)),
            Media("image/svg+xml", ("svg",), opens=False),
            Media("text/html", ("html", "htm"), opens=False),
            Media("text/xml", ("xml",), opens=False),
            Media("application/rtf", ("rtf",), opens=False),
            Media("application/x-ole", ("doc", "xls", "ppt"), opens=False),
            Media("application/zip", ("zip", "epub"), opens=False),
            Media("application/gzip", ("gz", "tgz"), opens=False),
            Media("application/x-7z-compressed", ("7z",), opens=False),
            Media("application/vnd.rar", ("rar",), opens=False),
            Media("application/x-xz", ("xz",), opens=False),
            Media("application/x-bzip2", ("bz2",), opens=False),
            Media("application/x-tar", ("tar",), opens=False),
        )
    }
)

PREVIEWED = frozenset({"image/png", "image/jpeg", "image/webp"})
"""The only types that are ever drawn by this app itself."""

PROGRAM_ENDINGS = frozenset(
    [
        "exe",
        "com",
        "scr",
        "pif",
        "bat",
        "cmd",
        "ps1",
        "psm1",
        "vbs",
        "vbe",
        "js",
        "jse",
        "mjs",
        "ws",
        "wsf",
        "wsh",
        "wsc",
        "hta",
        "msi",
        "msp",
        "msix",
        "appx",
        "cpl",
        "dll",
        "sys",
        "jar",
        "class",
        "apk",
        "lnk",
        "reg",
        "inf",
        "scf",
        "url",
        "website",
        "desktop",
        "app",
        "command",
        "tool",
        "workflow",
        "sh",
        "bash",
        "zsh",
        "csh",
        "fish",
        "run",
        "elf",
        "py",
        "pyw",
        "pyc",
        "pyz",
        "rb",
        "pl",
        "php",
        "lua",
        "dmg",
        "iso",
        "img",
        "vhd",
        "vhdx",
        "chm",
        "hlp",
        "docm",
        "dotm",
        "xlsm",
        "xltm",
        "xlam",
        "xll",
        "pptm",
        "potm",
        "ppam",
        "sldm",
        "gadget",
        "application",
        "appref-ms",
        "settingcontent-ms",
        "search-ms",
        "library-ms",
        "msc",
        "mst",
        "diagcab",
        "deb",
        "rpm",
        "pkg",
        "mpkg",
        "so",
        "dylib",
        "swf",
        "xbap",
    ]
)
"""Endings of names for which some system runs what is inside."""

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole"),
    (b"{\\rtf", "application/rtf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"BZh", "application/x-bzip2"),
)
_PROGRAM_STARTS = (
    b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"!<arch>\n", b"dex\n", b"\x00asm", b"L\x00\x00\x00\x01\x14\x02\x00", b"\xed\xab\xee\xdb",
    b"ITSF", b"MSCF", b"[InternetShortcut]", b"[Desktop Entry]", b"@echo", b"<?php",
)  # fmt: skip
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg|\?xml)[\s>]", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def detect(head: bytes, tail: bytes = b"") -> str:
    """The type of the content that begins with `head` and ends with `tail` (`HEAD` bytes each, or all of it)."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_PROGRAM_STARTS) or head.startswith(_PROGRAM_STARTS):
        return PROGRAM
    for start, name in _STARTS:
        if head.startswith(start):
            return name
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return "image/heic" if head[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc") else "video/mp4"
    if head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"):
        return "audio/mpeg"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(head, tail)
    if head[257:262] == b"ustar":
        return "application/x-tar"
    return _text(head)


def use_of(media: str, name: str) -> Use:
    """What may be done with content of this type under this name; programs by either are never handed out."""
    if media == PROGRAM or ending(name) in PROGRAM_ENDINGS:
        return Use.NOTHING
    known = KNOWN.get(media)
    return Use.OPEN if known is not None and known.opens else Use.SAVE


def _zipped(head: bytes, tail: bytes) -> str:
    """Which of the many things that are zip files; those that carry macros or code are programs."""
    both = head + tail
    if any(mark in both for mark in (b"vbaProject.bin", b"META-INF/MANIFEST.MF", b"AndroidManifest.xml", b".class")):
        return PROGRAM
    if head[30:38] == b"mimetype":
        told = head[38 : 38 + 60]
        odf = next((name for name in KNOWN if name.startswith(_ODF) and told.startswith(name.encode())), None)
        # the template and master kinds begin with the same words
        if odf is not None and not told[len(odf) :].startswith(b"-"):
            return PROGRAM if b"Basic/" in both or b"Scripts/" in both else odf
        return "application/zip"
    if b"[Content_Types].xml" in both:
        for folder, kind in ((b"word/", "wordprocessingml.document"), (b"xl/", "spreadsheetml.sheet")):
            if folder in both:
                return _OFFICE + kind
        if b"ppt/" in both:
            return _OFFICE + "presentationml.presentation"
    return "application/zip"


def _text(head: bytes) -> str:
    if _CONTROL.search(head):
        return UNKNOWN
    try:
        # the last letter may be cut off
        head.decode("utf-8") if len(head) < HEAD else head[:-4].decode(
            "utf-8", "strict" if head.isascii() else "ignore"
        )
    except UnicodeDecodeError:
        return UNKNOWN
    if found := _MARKUP.search(head[:4096]):
        if b"<svg" in head.lower():
            return "image/svg+xml"
        return "text/xml" if found[0].startswith(b"<?") else "text/html"
    return "text/plain"
