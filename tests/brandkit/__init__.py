"""What the tests know of each brand: one file a brand, found by itself; nothing to register."""

from __future__ import annotations

import importlib
import pkgutil

from brandkit.kit import Kit

_SHARED = ("edits", "kit")


def _collected() -> dict[str, Kit]:
    """Return the kit of every file of this folder that is not shared, by brand."""
    kits: dict[str, Kit] = {}
    for found in pkgutil.iter_modules(__path__):
        if found.name not in _SHARED:
            kit: Kit = importlib.import_module(f"brandkit.{found.name}").KIT
            if kit.brand != found.name:
                raise AssertionError(f"{found.name}.py holds the kit of {kit.brand}")
            kits[kit.brand] = kit
    return kits


KITS = _collected()
# (brand, on a linear track): every cell that a round trip is made in.
CELLS = [(b, on_track) for b, kit in KITS.items() for on_track in (False, True)[: 1 + kit.track]]
