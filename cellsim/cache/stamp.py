"""What every kept result depends on besides its inputs: our code and the libraries under it."""

from __future__ import annotations

import hashlib
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_LIBRARIES = ("numpy", "scipy", "numba", "llvmlite", "coal", "eaik")


@cache
def code_stamp() -> str:
    """Return the SHA-256 of all source of this package, the versions under it and the machine.

    A change in any line of ours, or of a library, makes every kept result unknown: coarse, and
    never wrong.
    """
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[1]
    for file in sorted(root.rglob("*.py")):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    digest.update(f"{sys.version_info[:3]} {platform.machine()} {platform.system()}".encode())
    for name in _LIBRARIES:
        digest.update(f" {name} {_version(name)}".encode())
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
