"""Floor 0: when the package was imported, on the clock that files are stamped with [s]."""

from __future__ import annotations

import time

IMPORTED_S = time.time()
