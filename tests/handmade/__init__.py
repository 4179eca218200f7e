"""Edits of programs that a person wrote: what readers know and no writer says so often.

Each module of a brand holds EDITS: files under tests/programs, and the edits of their text by kind.
"""

from __future__ import annotations

from collections.abc import Mapping

from brandkit.kit import Edit

from handmade import abb, fanuc, hyundai, kuka, ur, yaskawa

Files = tuple[str, ...]
EDITS: Mapping[str, Mapping[Files, Mapping[str, Edit]]] = {
    "abb": abb.EDITS,
    "fanuc": fanuc.EDITS,
    "hyundai": hyundai.EDITS,
    "kuka": kuka.EDITS,
    "ur": ur.EDITS,
    "yaskawa": yaskawa.EDITS,
}
