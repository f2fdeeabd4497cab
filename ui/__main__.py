"""`python -m ui`: the desktop app, or one of its headless verbs."""

from __future__ import annotations

import sys


def run() -> int:
    """Headless verbs start without Qt; everything else opens the window."""
    from ui.cli import VERBS

    if any(word in VERBS for word in sys.argv[1:]):
        from ui.cli import main as headless

        return headless()
    from ui.app import main

    return main()


if __name__ == "__main__":
    sys.exit(run())
