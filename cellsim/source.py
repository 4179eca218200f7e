"""Floor 0: which code this is: the hash of all source of the package, as it lies on the disk."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent
_KINDS = (".py", ".lark", ".json")


@cache
def source_digest() -> str:
    """Return the SHA-256 (hex) of names and content of every source file: code, grammars, words."""
    digest = hashlib.sha256()
    for file in sorted(p for p in ROOT.rglob("*") if p.suffix in _KINDS):
        data = file.read_bytes()
        name = file.relative_to(ROOT).as_posix().encode()
        for part in (name, data):
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)
    return digest.hexdigest()
