"""What every kept result depends on besides its inputs: our code and the libraries under it."""

from __future__ import annotations

import hashlib
import platform
import secrets
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cellsim.started import IMPORTED_S

_LIBRARIES = ("numpy", "scipy", "numba", "llvmlite", "coal", "eaik")


@cache
def code_stamp() -> str:
    """Return the SHA-256 of all source of this package, the versions under it and the machine.

    A change in any line of ours, or of a library, makes every kept result unknown: coarse, and
    never wrong. What runs is what was imported: where a file changed since then, the stamp is that
    of no other run.
    """
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[1]
    if changed_since_import():
        digest.update(secrets.token_bytes(32))
    for file in sorted(root.rglob("*.py")):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    digest.update(f"{sys.version_info[:3]} {platform.machine()} {platform.system()}".encode())
    for name in _LIBRARIES:
        digest.update(f" {name} {_version(name)}".encode())
    return digest.hexdigest()


def changed_since_import() -> bool:
    """Return whether a source file of this package was changed after the package was imported.

    The time of change of a file is set by the system alone, unlike that of its content.
    """
    root = Path(__file__).resolve().parents[1]
    return any(file.stat().st_ctime > IMPORTED_S for file in root.rglob("*.py"))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
