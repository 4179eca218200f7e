"""Write the shapes of a shipped cell again: `python -m cellsim.cellmesh door_removal`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from cellsim.cellmesh import door_removal, machine_tending
from cellsim.domain.files.data import find_data

CELLS: Mapping[str, Callable[[Path], None]] = {
    "door_removal": door_removal.write,
    "machine_tending": machine_tending.write,
}


def main(names: list[str]) -> int:
    """Write the named cells, or all of them; 3 for a name that is not known."""
    for name in names or list(CELLS):
        if name not in CELLS:
            print(f"no cell named '{name}'; there is: {', '.join(CELLS)}", file=sys.stderr)
            return 3
        CELLS[name](find_data("cells", name))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
