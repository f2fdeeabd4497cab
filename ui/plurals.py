"""English number forms without a translation file: "(s)" and "(is|are)" in counted texts follow the number."""

from __future__ import annotations

import re

from PySide6.QtCore import QTranslator

_PAIR = re.compile(r"\(([^()|]*)\|([^()|]*)\)")


class EnglishPlurals(QTranslator):
    """Installed first, so that a real translation of the same text, installed later, is asked before it."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        """The counted text in its form for `n`; None (no translation) for all others. Qt itself fills in %Ln."""
        if n < 0 or "(" not in source:
            return None
        return english(source, n)


def english(source: str, n: int) -> str:
    """ "%Ln promise(s) (is|are) due" for one or for many."""
    words = source.replace("(s)", "" if n == 1 else "s")
    return _PAIR.sub(lambda found: found[1] if n == 1 else found[2], words)
