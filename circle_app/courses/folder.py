"""Reading text from a folder that somebody else made: bounded, UTF-8, and never outside of it."""

from __future__ import annotations

from pathlib import Path

from circle_app.errors import RuleBroken

FILE_BYTES_MAX = 512 * 1024
FILES_MAX = 1_000


class CourseFolder:
    """A folder of foreign files; every path is checked to lie in it after links are followed."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise RuleBroken("There is no folder at that place.", "Choose the folder of the course.", code="course")
        self.root = folder.resolve()
        self._left = FILES_MAX

    def text(self, path: Path) -> str:
        """The text of one file with its line ends as they are, without a byte order mark.

        RuleBroken when it is a link out of the folder, no plain file, too large, or not UTF-8.
        """
        inside = self._inside(path)
        self._left -= 1
        if self._left < 0:
            raise RuleBroken("This course has too many files.", "Part it into smaller courses.", code="course")
        if not inside.is_file():
            raise RuleBroken(f"“{path.name}” is not a plain file.", "Take it out of the folder.", code="course")
        with inside.open("rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
        if len(data) > FILE_BYTES_MAX:
            raise RuleBroken(f"“{path.name}” is too large for one step.", "Part it into smaller files.", code="course")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise RuleBroken(f"“{path.name}” is not UTF-8 text.", "Save it again as UTF-8.", code="course") from error

    def optional_text(self, *names: str) -> str:
        """The text of the first of these files that exists, else ""."""
        found = next((self.root / name for name in names if (self.root / name).exists()), None)
        return "" if found is None else self.text(found)

    def folders(self, path: Path) -> list[Path]:
        """The folders in `path`, by name; none when it does not exist."""
        return [p for p in self._entries(path) if p.is_dir()]

    def markdown_files(self, path: Path) -> list[Path]:
        """The Markdown files in `path`, by name; none when it does not exist."""
        return [p for p in self._entries(path) if p.suffix.lower() in (".md", ".markdown") and not p.is_dir()]

    def _entries(self, path: Path) -> list[Path]:
        if not path.is_dir():
            return []
        return sorted((p for p in self._inside(path).iterdir() if not p.name.startswith(".")), key=lambda p: p.name)

    def _inside(self, path: Path) -> Path:
        resolved = path.resolve()
        if not resolved.is_relative_to(self.root):
            raise RuleBroken(
                f"“{path.name}” leads out of the course's folder.", "Take it out of the folder.", code="course"
            )
        return resolved
