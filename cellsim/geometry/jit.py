"""One typed door to numba: compiled once for each kind of array, cached on disk."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core import types

F = TypeVar("F", bound=Callable[..., Any])
_MARK = re.compile(rb"^@(kernel|compiled|inner|folded|lean|bare|tight|machine)$", re.MULTILINE)


def kernel(function: F) -> F:
    """Return `function` compiled to machine code, IEEE division, cached beside its file."""
    return to_machine_code(function, stamp("geometry", "kinematics", "motion"))


@cache
def stamp(*folders: str) -> str:
    """Return a digest of the files of these packages that hold something to compile."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for folder in folders:
        for file in sorted((Path(__file__).parents[1] / folder).glob("*.py")):
            text = file.read_bytes()
            if _MARK.search(text):
                digest.update(text)
    return digest.hexdigest()


def to_machine_code(function: F, stamped: str, **options: Any) -> F:
    """Return `function` compiled, IEEE division, no fused or reordered operations.

    numba's cache looks at the function's own file only: a change in a callee of another file would
    go unseen, so the stamp of all compiled files that may call each other is added to it. And it
    compiles a callee again for each constant in a call: here a constant is a number like another.
    """
    made: Any = numba.njit(cache=True, error_model="numpy", **options)(function)
    if made is function:  # NUMBA_DISABLE_JIT: interpreted
        return function
    index = getattr(getattr(made, "_cache", None), "_cache_file", None)
    if index is not None and hasattr(index, "_source_stamp"):
        index._source_stamp = (index._source_stamp, stamped)
    template = made.get_call_template
    plain: Any = types.unliteral

    def of_kinds(args: Any, kws: Any) -> Any:
        return template(tuple(plain(a) for a in args), {name: plain(a) for name, a in kws.items()})

    made.get_call_template = of_kinds
    return cast(F, made)
