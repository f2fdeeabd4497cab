"""Somebody at a computer in one circle, who takes rows and words by chance."""

from __future__ import annotations

import random
from dataclasses import dataclass

from circle_app.domain.ids import Ref
from circle_app.workspace.db import Workspace

WORDS = ("milk", "Straße", "مرحبا", "  two  spaces ", "x" * 400, "=1+1", "a\nb", "\u202eevil", "0", "日本語 meeting")


@dataclass(frozen=True, slots=True)
class Someone:
    """`tag` makes their words their own."""

    ws: Workspace
    space: int
    chance: random.Random
    tag: str

    def words(self) -> str:
        return f"{self.chance.choice(WORDS)} {self.tag}"

    def any_of(self, table: str) -> Ref | None:
        """A row that is not deleted; None when there is none."""
        rows = self.ws.rows(f'SELECT id FROM "{table}" WHERE space = ? AND deleted IS NOT 1 ORDER BY id', (self.space,))
        return Ref(self.space, self.chance.choice(rows)[0]) if rows else None
