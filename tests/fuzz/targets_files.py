"""Files of others: the key file, courses, manifests, pictures, names, and what a file is."""

from __future__ import annotations

import dataclasses
import io
import struct
import tempfile
import zlib
from functools import cache
from pathlib import Path
from typing import Any

from circle_app.courses import front_matter, releases
from circle_app.courses.markdown_course import first_question, read_course, suggested_minutes
from circle_app.domain import filenames, manifest, media, traces
from circle_app.errors import FileProblem, RuleBroken
from sync import vault
from tests.fuzz.targets import Target, words
from tests.simulator.run import MEMORY


def targets() -> list[Target]:
    root = b"CCVAULT1\x00" + bytes(32) + vault.tagged_hash("cc1/vault", bytes(32))[:8]
    locked = b"CCVAULT1\x01" + bytes(76)
    release = releases.Release("Course", "about", "en", "CC BY", "here", "hello", ())
    page = b"---\ntitle: Pots\nsuggested: [a, b]\n---\n# Pots\n\nSuggested timing: 10 minutes\n\nWhat now? And then?\n"
    return [
        Target("key-file", _key_file, (vault.VaultError,), (root, locked)),
        Target("release", releases.decode, (RuleBroken,), (releases.encode(release), _release())),
        Target("course-page", _page, (RuleBroken,), (page, page.replace(b"Pots", b"2026-01-01"))),
        Target("course-folder", _course, (RuleBroken,), (page, b"modules: [one]\ntitle: x\n")),
        Target("manifest", manifest.read_manifest, (FileProblem,), _manifests()),
        Target("media", lambda data: media.use_of(media.detect(data[:500], data[-500:]), words(data[-30:])), (), _pictures()),
        Target("picture", _picture, (), _pictures()),
        Target("file-name", _file_name, (), (b"notes.pdf", b"CON.txt", b"a/../b\\c:d", "\u202efdp.exe".encode())),
    ]  # fmt: skip


def _key_file(data: bytes) -> object:
    """Never with a passphrase: stretching one is slow and does not look at these bytes."""
    folder = _scratch()
    (folder / vault.FILE_NAME).write_bytes(data)
    return vault.Vault.open(folder)


def _page(data: bytes) -> None:
    text = words(data)
    head, body = front_matter.split_page(text)
    suggested_minutes(body)
    first_question(body)
    settings = front_matter.read_yaml(head, "page.md")
    for name in settings:
        front_matter.word(settings, name)
        front_matter.words(settings, name)
    front_matter.read_yaml(text, "_config.yml")


def _course(data: bytes) -> None:
    """The bytes as a page and as the settings of a whole course."""
    folder = _scratch() / "course"
    posts = folder / "modules" / "one" / "_posts"
    posts.mkdir(parents=True, exist_ok=True)
    (folder / "_data").mkdir(exist_ok=True)
    (posts / "2026-01-01-pots.md").write_bytes(data)
    (folder / "_data" / "course.yml").write_bytes(data[:2000])
    releases.decode(releases.encode(read_course(folder)))


def _picture(data: bytes) -> None:
    for kind in ("image/jpeg", "image/png", "image/webp"):
        traces.without_traces(data, kind)


def _file_name(data: bytes) -> None:
    name = filenames.clean_name(words(data), ("pdf", "txt"))
    assert name and not set(name) & set('/\\:*?"<>|\x00'), name
    assert len(name.encode()) <= 255
    filenames.unused_name(name, {name})
    filenames.same_name(name)


@cache
def _scratch() -> Path:
    """A folder for as long as this process lives."""
    folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
    _kept.append(folder)
    return Path(folder.name)


_kept: list[tempfile.TemporaryDirectory[str]] = []


def _release() -> bytes:
    def filled(kind: type[Any], **given: object) -> Any:
        """Every field has some value of its type."""
        kinds = {f.name: str(f.type) for f in dataclasses.fields(kind)}
        values = {n: () if "tuple" in t else 5 if t.startswith("int") else "words" for n, t in kinds.items()}
        return kind(**{**values, **given})

    module = filled(releases.Module, items=(filled(releases.Item),))
    return releases.encode(releases.Release("Course", "about", "en", "CC BY", "here", "hello", (module,)))


def _manifests() -> tuple[bytes, ...]:
    made = (
        manifest.Manifest(bytes(32), size, (bytes(32),) * manifest.piece_count(size)) for size in (0, 300, 9_000_000)
    )
    return tuple(manifest.pack_manifest(m) for m in made)


@cache
def _pictures() -> tuple[bytes, ...]:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    png += chunk(b"tEXt", b"GPS\x00here") + chunk(b"IDAT", zlib.compress(bytes(4))) + chunk(b"IEND", b"")
    exif = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00" + bytes(4)
    jpeg = (
        b"\xff\xd8\xff\xe1"
        + struct.pack(">H", len(exif) + 2)
        + exif
        + b"\xff\xda\x00\x03\x01\x00\x12\xff\x00\x34\xff\xd9"
    )
    webp = b"RIFF\x26\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x08" + bytes(9) + b"EXIF\x04\x00\x00\x00here"
    return png, jpeg, webp, b"%PDF-1.7\n", b"PK\x03\x04" + bytes(30), io.BytesIO(b"\x7fELF" + bytes(60)).getvalue()
