"""What every kept result depends on besides its inputs: our code, the libraries, the processor."""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from cellsim.source import ROOT, source_digest
from cellsim.started import IMPORTED_S

_ASKED = ("NUMBA_", "NPY_", "OPENBLAS_", "GLIBC_TUNABLES")
_LIBRARIES = ("numpy", "scipy", "numba", "llvmlite", "coal", "eaik")


@cache
def code_stamp() -> str:
    """Return the SHA-256 of all source of this package, the versions under it and the machine.

    A change in any line of ours, or of a library, makes every kept result unknown: coarse, and
    never wrong. What runs is what was imported: where a file changed since then, the stamp is that
    of no other run. Compiled loops are made for the processor at hand, and another one may round
    the last digit otherwise: a cache that came from another machine is of no use there.
    """
    digest = hashlib.sha256(source_digest().encode())
    if changed_since_import():
        digest.update(secrets.token_bytes(32))
    digest.update(f"{sys.version_info[:3]} {platform.machine()} {platform.system()}".encode())
    digest.update(repr(_processor()).encode())
    for name in _LIBRARIES:
        digest.update(f" {name} {_version(name)}".encode())
    return digest.hexdigest()


def changed_since_import() -> bool:
    """Return whether a source file of this package was changed after the package was imported.

    The time of change of a file is set by the system alone, unlike that of its content.
    """
    return _changed_in(ROOT)


def _changed_in(folder: str | os.PathLike[str]) -> bool:
    with os.scandir(folder) as entries:
        return any(
            _changed_in(entry)
            if entry.is_dir(follow_symlinks=False)
            else entry.name.endswith(".py") and entry.stat().st_ctime > IMPORTED_S
            for entry in entries
        )


def _processor() -> tuple[object, ...]:
    """Return what last bits depend on: the processor, and what the user asks of the libraries.

    The tuple is what numba tells its own kept code by (triple, processor, its features).
    Source: numba.readthedocs.io, "Environment variables"; NPY_DISABLE_CPU_FEATURES of NumPy;
    OPENBLAS_CORETYPE of OpenBLAS; glibc manual, "Hardware Capability Tunables".
    """
    from numba.core.registry import cpu_target

    asked = sorted((key, value) for key, value in os.environ.items() if key.startswith(_ASKED))
    made_for = cpu_target.target_context.codegen().magic_tuple()
    return (*map(str, made_for), platform.processor(), *asked)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
