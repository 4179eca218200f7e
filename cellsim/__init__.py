"""cellsim: the compiler and the test suite for robot cells.

    import cellsim as cs

    cell    = cs.load_cell("cells/door_removal", variant="sedan")
    job     = cs.teach(cell, "remove_doors")
    run     = cs.simulate(job)
    report  = cs.verify(run)
    release = cs.release(job, report, out="out/")

The verbs are functions from data to data; importing cellsim loads nothing heavy.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

from cellsim.started import IMPORTED_S as _IMPORTED_S  # noqa: F401  read by the cache

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "check",
    "clearance_map",
    "confirm",
    "diff",
    "fix",
    "load_cell",
    "load_job",
    "load_robot",
    "probe",
    "read",
    "release",
    "replay",
    "save_job",
    "show",
    "simulate",
    "swept",
    "teach",
    "translate",
    "verify",
]

if TYPE_CHECKING:
    from cellsim.api import (
        check,
        clearance_map,
        confirm,
        diff,
        fix,
        load_cell,
        load_job,
        load_robot,
        probe,
        read,
        release,
        replay,
        save_job,
        show,
        simulate,
        swept,
        teach,
        translate,
        verify,
    )


def __getattr__(name: str) -> object:
    if name in __all__:
        from cellsim import api

        return getattr(api, name)
    raise AttributeError(f"module 'cellsim' has no attribute '{name}'")


class _Verbs(ModuleType):
    """Keeps `cs.teach` the verb when the package `cellsim.teach` is imported behind it."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Verbs
