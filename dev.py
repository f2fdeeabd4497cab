#!/usr/bin/env python3
"""The one door for working on Citizen Circles: `python3 dev.py run`, `test`, `check` and their few friends."""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Citizen Circles needs Python 3.11 or newer and this is Python %d.%d; "
        "install a newer one and start dev.py with it, for example: python3.12 dev.py run" % sys.version_info[:2]
    )

from tools.verbs import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
