"""Small pictures made byte by byte or drawn by Qt, with what cameras write beside them."""

from __future__ import annotations

import struct
import zlib

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

GPS = b"48.2082N 16.3738E Ana's phone"


def drawn(form: str, width: int = 40, height: int = 24) -> bytes:
    """A picture of two colours, left and right, as Qt writes it."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#2255aa"))
    for x in range(width // 2):
        for y in range(height):
            image.setPixelColor(x, y, QColor("#eecc33"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, form, 90)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def read_back(data: bytes) -> QImage:
    image = QImage.fromData(data)
    assert not image.isNull()
    return image


def jpeg_with_traces(plain: bytes, turned: int = 6) -> bytes:
    """The JPEG with EXIF (a place, and which way is up), XMP, a comment, and a second picture behind its end."""
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 0x0112, 3, 1, turned, 0, 0) + GPS
    exif = _segment(0xE1, b"Exif\x00\x00" + tiff)
    xmp = _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + GPS)
    return plain[:2] + exif + xmp + _segment(0xED, GPS) + _segment(0xFE, GPS) + plain[2:] + plain + GPS


def png_with_traces(plain: bytes) -> bytes:
    """The PNG with texts, EXIF and a time, and something behind its end."""
    chunks = b"".join(_chunk(kind, GPS) for kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"))
    return plain[:33] + chunks + plain[33:] + GPS


def webp_with_traces(plain: bytes, width: int = 40, height: int = 24) -> bytes:
    """The WebP in its long form, with EXIF and XMP and the flags that tell of them."""
    head = struct.pack("<B3x", 0x0C) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + _riff(b"VP8X", head) + plain[12:] + _riff(b"EXIF", GPS) + _riff(b"XMP ", GPS)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def png_claiming(width: int, height: int) -> bytes:
    """A small PNG that says it is huge: a bomb for whoever believes it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1 << 20), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", 2 + len(content)) + content


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _riff(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\x00" * (len(content) & 1)
