"""Takes out of a photo what the camera wrote beside the picture: place, time, owner, thumbnails, comments.

Nothing is drawn anew, so no quality is lost; the way up and the colours stay. What is not read with certainty is not
passed on: a picture of another form gives None, and the person decides.
"""

from __future__ import annotations

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD",
     b"pHYs", b"acTL", b"fcTL", b"fdAT")
)  # fmt: skip
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"))
_SOI, _EOI, _SOS, _COM, _TEM = 0xD8, 0xD9, 0xDA, 0xFE, 0x01
_ORIENTATION = 0x0112


def without_traces(data: bytes, media: str) -> bytes | None:
    """The same picture without anything else; None when it is of another type or not whole."""
    clean = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}.get(media)
    if clean is None:
        return None
    try:
        return clean(data)
    except (struct.error, IndexError, ValueError):
        return None


def _jpeg(data: bytes) -> bytes:
    """ITU T.81, Annex B. Kept: a bare JFIF head, colour profile, Adobe's colour mark, and all that makes the picture."""
    if data[:2] != b"\xff\xd8":
        raise ValueError("no beginning")
    head, rest, turned, at = bytearray(b"\xff\xd8"), bytearray(), 1, 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker where one must be")
        while data[at] == 0xFF:
            at += 1
        marker, at = data[at], at + 1
        if marker == _EOI:
            return bytes(head + _turn(turned) + rest + b"\xff\xd9")
        if marker in (0x00, _SOI, _TEM) or 0xD0 <= marker <= 0xD7:
            raise ValueError("a marker that does not stand alone here")
        (length,) = struct.unpack_from(">H", data, at)
        segment, at = data[at : at + length], at + length
        if length < 2 or len(segment) != length:
            raise ValueError("cut off")
        if marker == 0xE0 and segment[2:7] == b"JFIF\x00" and len(head) == 2:
            head += b"\xff\xe0\x00\x10" + segment[2:14] + b"\x00\x00"
        elif marker == 0xE1 and segment[2:8] == b"Exif\x00\x00":
            turned = _orientation(segment[8:])
        elif _stays(marker, segment):
            rest += bytes((0xFF, marker)) + segment
        if marker == _SOS:
            end = _scan_end(data, at)
            rest += data[at:end]
            at = end


def _stays(marker: int, segment: bytes) -> bool:
    if marker == 0xE2:
        return segment[2:14] == b"ICC_PROFILE\x00"
    if marker == 0xEE:
        return segment[2:7] == b"Adobe"
    return not (0xE0 <= marker <= 0xEF or marker == _COM)


def _scan_end(data: bytes, at: int) -> int:
    """Where the coded picture ends: at a marker that is no stuffed byte and no restart."""
    while True:
        at = data.index(b"\xff", at)
        following = data[at + 1]
        if following == 0x00 or 0xD0 <= following <= 0xD7:
            at += 2
        elif following == 0xFF:
            at += 1
        else:
            return at


def _orientation(tiff: bytes) -> int:
    """The way up, 1 to 8, in the first directory of EXIF; 1 when it is not said."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, first)
        for entry in range(count):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, first + 2 + 12 * entry)
            if tag == _ORIENTATION and kind == 3:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _turn(turned: int) -> bytes:
    """An EXIF segment that says the way up and nothing else."""
    if turned == 1:
        return b""
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 2 + 6 + len(tiff)) + b"Exif\x00\x00" + tiff


def _png(data: bytes) -> bytes:
    """ISO 15948: chunks of length, type, content and checksum; nothing after the last one."""
    if not data.startswith(_PNG):
        raise ValueError("no beginning")
    kept, at = bytearray(_PNG), len(_PNG)
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        chunk = data[at : at + 12 + length]
        if len(chunk) != 12 + length:
            raise ValueError("cut off")
        at += len(chunk)
        if kind in _PNG_KEPT:
            kept += chunk
        if kind == b"IEND":
            return bytes(kept)


def _webp(data: bytes) -> bytes:
    """RFC 9649: RIFF chunks; the head tells of EXIF and XMP, which are not there any more."""
    size, form = struct.unpack_from("<I4s", data, 4)
    if data[:4] != b"RIFF" or form != b"WEBP" or size + 8 > len(data):
        raise ValueError("no beginning, or cut off")
    kept, at, end = bytearray(), 12, 8 + size
    while at < end:
        kind, length = struct.unpack_from("<4sI", data, at)
        chunk = bytearray(data[at : at + 8 + length + (length & 1)])
        if len(chunk) < 8 + length or at + len(chunk) > end:
            raise ValueError("cut off")
        at += len(chunk)
        if kind == b"VP8X":
            chunk[8] &= ~0x0C
        if kind in _WEBP_KEPT:
            kept += chunk
    return b"RIFF" + struct.pack("<I4s", 4 + len(kept), b"WEBP") + bytes(kept)
