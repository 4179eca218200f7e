"""What this installation can do: versions, optional packages, data folders."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import sys
from collections.abc import Iterator

NEEDED = ("numpy", "scipy", "numba", "pydantic", "ruamel.yaml", "trimesh", "coal", "pin", "eaik")
MOTION = ("ompl", "lark", "roboticstoolbox-python")
OPTIONAL = {
    "pybullet": "physics replay and pictures (Linux x86-64, CPython 3.11)",
    "viser": "cellsim show (extra: view)",
    "coacd": "finer pieces for imported meshes (extra: cad)",
    "nbclient": "notebooks (extra: notebook)",
}


def examine() -> Iterator[str]:
    """Yield one line a fact."""
    yield f"python {platform.python_version()} on {platform.system()} {platform.machine()}"
    for name in ("cellsim", *NEEDED, *MOTION):
        yield f"{name:<24} {_version(name) or 'MISSING'}"
    for name, use in OPTIONAL.items():
        yield f"{name:<24} {_version(name) or 'not installed'}: {use}"
    yield from _data()
    yield f"{'chromium':<24} {shutil.which('chromium') or 'not found'}: browser tests only"
    yield f"{'interpreter':<24} {sys.executable}"


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _data() -> Iterator[str]:
    from cellsim.domain.files.data import data_names

    for kind in ("robots", "cells"):
        names = data_names(kind)
        yield f"{kind:<24} {len(names)}: {', '.join(names)}"
