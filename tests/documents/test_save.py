"""An export is on disk whole, or the old one still is."""

from __future__ import annotations

from pathlib import Path

import pytest

from circle_app.documents.save import save_file, save_text
from circle_app.errors import CircleError


def test_text_is_saved_as_utf8_in_a_folder_that_is_made_for_it(tmp_path: Path) -> None:
    target = tmp_path / "exports" / "notes.md"
    save_text(target, "Łucja\nمرحبا\n")
    assert target.read_bytes() == "Łucja\nمرحبا\n".encode()


def test_a_writer_that_fails_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    target = tmp_path / "notes.md"
    save_text(target, "old")

    def full(part: Path) -> None:
        part.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(CircleError) as refused:
        save_file(target, full)
    assert refused.value.next_step
    assert target.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["notes.md"]
