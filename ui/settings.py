"""The settings of this computer as the interface uses them: typed, with their defaults in one place."""

from __future__ import annotations

from circle_app.workspace import settings as store
from circle_app.workspace.db import Workspace


class Settings:
    """Reads and writes workspace settings; a value that cannot be understood counts as not set."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws

    def get(self, name: str, default: str = "") -> str:
        return store.get(self._ws, name, default)

    def put(self, name: str, value: str | None) -> None:
        store.put(self._ws, name, value)

    def remember(self, name: str, value: str | None) -> None:
        """As `put`, for a convenience: left out while the disk takes no writes."""
        store.remember(self._ws, name, value)

    @property
    def name(self) -> str:
        """What this person is called; empty before the first steps are done."""
        return self.get("me_name")

    @property
    def scheme(self) -> str:
        """`system`, `light` or `dark`."""
        return self.get("theme", "system")

    @property
    def scale(self) -> float:
        """Text size, 1.0 to 2.0."""
        try:
            scale = float(self.get("text_scale", "1"))
        except ValueError:
            return 1.0
        return scale if 1.0 <= scale <= 2.0 else 1.0

    @property
    def easy_reading(self) -> bool:
        return self.get("easy_reading") == "1"

    @property
    def language(self) -> str:
        """A language tag, or empty for the system's language."""
        return self.get("language")
