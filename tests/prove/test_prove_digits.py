"""Proof that other code paths of the libraries change no verdict, finding, digest or printed digit.

glibc, numpy and OpenBLAS pick their loops by the processor. Told to do without what this one has,
they round last bits otherwise, as another machine does.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

pytestmark = pytest.mark.prove
FULL = os.environ.get("CELLSIM_PROVE") == "full"
FORMATS = ("text", "json", "junit", "sarif", "md")
CELLS = [("blank_loading", "short_blanks")]
if FULL:
    CELLS += [("tray_packing", "steel"), ("palletizing", "small_boxes")]
RELEASED = [("blank_loading", "short_blanks"), ("machine_tending", "shaft_80")]
DIGESTS = """
from hashlib import sha256
from cellsim import load_cell
from cellsim.domain.canonical import canonical_text, digest
for name in ("blank_loading", "depalletizing", "door_removal", "machine_tending", "palletizing",
             "tray_packing"):
    cell = load_cell(name)
    print(name, digest(cell), sha256(canonical_text(cell).encode()).hexdigest())
"""


def plainer() -> dict[str, str]:
    """An environment in which the libraries use what every processor of this kind has."""
    known = [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]
    return os.environ | {
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX,-AVX2,-FMA,-FMA4",
        "NPY_DISABLE_CPU_FEATURES": " ".join(known),
        "OPENBLAS_CORETYPE": "Nehalem" if platform.machine() == "x86_64" else "ARMV8",
        "OPENBLAS_NUM_THREADS": "1",
    }


def ran(env: dict[str, str], *line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *line], env=env, capture_output=True, text=True)


def command(env: dict[str, str], *line: str) -> subprocess.CompletedProcess[str]:
    return ran(env, "-c", "from cellsim.cli.main import run; run()", *line)


def test_cells_have_one_digest_whatever_the_last_bits_are() -> None:
    plain, other = (ran(dict(env), "-c", DIGESTS) for env in (os.environ, plainer()))
    assert (plain.returncode, other.returncode) == (0, 0), plain.stderr + other.stderr
    rows = [[line.split() for line in one.stdout.splitlines()] for one in (plain, other)]
    assert len(rows[0]) == 6
    assert [row[:2] for row in rows[0]] == [row[:2] for row in rows[1]]
    differ = sum(a[2] != b[2] for a, b in zip(*rows, strict=True))
    print(f"PROVE last-bits: cells 6; last bits differ {differ}; digests differ 0")


@pytest.mark.parametrize(("cell", "variant"), CELLS)
def test_reports_are_the_same_bytes(cell: str, variant: str, tmp_path: Path) -> None:
    asked = [word for fmt in FORMATS for word in ("--format", fmt)]
    texts = []
    for name, env in (("plain", dict(os.environ)), ("other", plainer())):
        out = tmp_path / name
        line = ("verify", cell, "--variant", variant, "--no-cache", "--out", str(out), *asked)
        done = command(env, *line)
        assert done.returncode == 0, done.stderr
        texts.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert len(texts[0]) == len(FORMATS)
    told = [{name: sha256(data).hexdigest() for name, data in text.items()} for text in texts]
    assert told[0] == told[1]


@pytest.mark.skipif(not FULL, reason="make prove-full")
@pytest.mark.parametrize(("cell", "variant"), RELEASED)
def test_a_release_is_good_where_last_bits_differ(cell: str, variant: str, tmp_path: Path) -> None:
    out = str(tmp_path / "released")
    also = ("--also", "csv", "--also", "ros2")
    made = command(dict(os.environ), "release", cell, "--variant", variant, "--out", out, *also)
    assert made.returncode == 0, made.stderr
    held = command(plainer(), "check", out, "--cell", cell)
    assert held.returncode == 0, held.stdout + held.stderr
