"""What every view is handed: the workspace, the look, the news, and the ways to move, speak and work in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ui.second_screen import SecondScreen

if TYPE_CHECKING:
    from circle_app.errors import CircleError
    from circle_app.workspace.db import Workspace
    from sync.client.engine import SyncEngine
    from sync.vault import Vault
    from ui.bus import Bus
    from ui.settings import Settings
    from ui.syncing import SyncDoor
    from ui.tasks import Background
    from ui.theme.theme import Theme


class Navigate(Protocol):
    """Go to a place of `ui.views.registry` (or open one of its dialogs); `ref` is what it shows: a Ref, a number, None."""

    def __call__(self, place: str, ref: object = None) -> None: ...


class Say(Protocol):
    """Show a short message; `undo` is called when Undo is pressed."""

    def __call__(self, text: str, undo: Callable[[], object] | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class AppContext:
    """One per window; views keep it and pass it on to their parts."""

    ws: Workspace
    vault: Vault
    runner: SyncDoor
    bus: Bus
    theme: Theme
    settings: Settings
    tasks: Background
    navigate: Navigate
    toast: Say
    problem: Callable[[CircleError], None]
    second: SecondScreen = field(default_factory=SecondScreen)

    @property
    def engine(self) -> SyncEngine:
        """The engine that syncs; made when first asked for, because it brings the network libraries along."""
        return self.runner.engine
