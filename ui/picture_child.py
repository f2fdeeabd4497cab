"""A process of its own that draws one foreign picture small: whatever a picture does to it, the app goes on.

On stdin: a line with the form and the longest side, then the picture. On stdout: a line with width and height, then
bare pixels, four bytes each. It holds no key, no workspace and no network, and ends itself when it takes too much.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

FORMS = ("png", "jpeg", "webp")
LARGEST = 64 << 20
"""Bytes of a picture that are read."""
MEMORY_MB, PIXELS, SIDES = 64, 50_000_000, 20_000
"""What drawing may take; a picture that says it is larger is not drawn at all."""
LONGEST_SIDE = 2048
CPU_S, ADDRESS_SPACE = 8, 1 << 30


def run() -> int:
    """0 and pixels, or 1 and nothing."""
    _take_little()
    words = sys.stdin.buffer.readline(64).split()
    if len(words) != 2 or words[0].decode("ascii", "replace") not in FORMS or not words[1].isdigit():
        return 1
    drawn = draw(sys.stdin.buffer.read(LARGEST + 1), words[0].decode("ascii"), min(int(words[1]), LONGEST_SIDE))
    if drawn is None:
        return 1
    sys.stdout.buffer.write(b"%d %d\n" % (drawn.width(), drawn.height()))
    sys.stdout.buffer.write(bytes(drawn.constBits()))
    sys.stdout.buffer.flush()
    return 0


def draw(data: bytes, form: str, side: int) -> QImage | None:
    """The picture, at most `side` pixels wide and high, the right way up; None when it is none or too much."""
    if len(data) > LARGEST:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    QImageReader.setAllocationLimit(MEMORY_MB)
    reader = QImageReader(buffer, QByteArray(form.encode("ascii")))
    reader.setDecideFormatFromContent(False)
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > SIDES or size.width() * size.height() > PIXELS:
        return None
    if max(size.width(), size.height()) > side:
        reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    image = reader.read()
    return None if image.isNull() else image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _take_little() -> None:
    """Limits of this process that it cannot lift again; Windows has none of these, and the app's clock there only."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in (
        (resource.RLIMIT_CPU, CPU_S), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, 64),
        *(((resource.RLIMIT_AS, ADDRESS_SPACE),) if sys.platform == "linux" else ()),
    ):  # fmt: skip
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(run())
