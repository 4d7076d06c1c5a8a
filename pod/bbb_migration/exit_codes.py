"""How the commands of the migration end; docs/operate.md says it to administrators."""

from __future__ import annotations

from typing import Final

DONE: Final = 0
CANNOT: Final = 1  # start, or go on
USAGE: Final = 2
FAILURES: Final = 3  # done, but not for all
INTERRUPTED: Final = 130
