"""Compilation of inner loops: once for each kind of array, and again when a callee changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba import typeof
from numba.core import types

from cellsim.geometry import jit
from cellsim.geometry.jit import kernel, stamp


@kernel
def _taken(x: np.ndarray, k: int, forth: bool) -> float:
    return float(x[k]) if forth else -float(x[k])


@kernel
def _both(x: np.ndarray, k: int) -> float:
    return _taken(x, 0, True) + _taken(x, 1, False) + _taken(x, k, True)


def test_a_constant_in_a_call_compiles_nothing_anew() -> None:
    assert _both(np.array([1.0, 2.0, 4.0]), 2) == 1.0 - 2.0 + 4.0
    for k in (types.literal(0), types.literal(1), types.int64):
        _taken.get_call_template((typeof(np.zeros(3)), k, types.literal(True)), {})
    assert len(_taken.signatures) == 1


def test_a_change_of_a_compiled_file_is_in_the_stamp_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """numba itself looks at the file of the function it compiled, not at those of its callees."""
    (tmp_path / "geometry").mkdir()
    (tmp_path / "geometry" / "jit.py").write_text("# the door\n")
    loop = tmp_path / "geometry" / "loop.py"
    plain = tmp_path / "geometry" / "plain.py"
    monkeypatch.setattr(jit, "__file__", str(tmp_path / "geometry" / "jit.py"))
    loop.write_text("@kernel\ndef f(): ...\n")
    first = stamp.__wrapped__("geometry")
    plain.write_text("def g(): ...\n")
    assert stamp.__wrapped__("geometry") == first
    loop.write_text("@kernel\ndef f(): return 1\n")
    assert stamp.__wrapped__("geometry") != first


def test_without_compilation_everything_is_plain_python() -> None:
    code = "from cellsim.collision.gjk import distance; print(type(distance).__name__)"
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.stdout.strip() == "function", done.stderr
