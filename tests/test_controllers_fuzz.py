"""No text makes a reader crash: a program, or BadInput with its place."""

from __future__ import annotations

import random
import re

import pytest
from brandkit import KITS
from controllers_support import bytes_of, cell_of, plain_program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellsim.controllers.brands import BRANDS
from cellsim.errors import BadInput

# Half of what is drawn, and the other half among the proofs.
DRAWN = pytest.mark.parametrize("part", [0, pytest.param(1, marks=pytest.mark.prove)])


def try_read(brand: str, data: bytes) -> None:
    try:
        result = BRANDS[brand].read({KITS[brand].main: data}, cell_of(brand), "arm")
    except BadInput:
        return
    assert result.coverage.understood <= result.coverage.total


def words(brand: str) -> list[str]:
    """Return the words and signs of a written program of the brand."""
    cell = cell_of(brand)
    program = BRANDS[brand].quantise(plain_program(cell, brand, 1), cell)
    text = "".join(f.text for f in BRANDS[brand].write(program, cell).files)
    found = set(re.findall(r"[A-Za-z_$#*&]+|\d+\.?\d*|[^\sA-Za-z_\d]", text))
    return sorted(found | set(KITS[brand].words))


@pytest.mark.parametrize("brand", sorted(BRANDS))
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=300))
def test_bytes_never_crash_a_reader(brand: str, data: bytes) -> None:
    try_read(brand, data)


@pytest.mark.parametrize("brand", sorted(BRANDS))
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=200))
def test_text_in_a_program_never_crashes_a_reader(brand: str, text: str) -> None:
    head, tail = KITS[brand].frame
    try_read(brand, (head + text + tail).encode("utf-8", "replace"))


@pytest.mark.parametrize("brand", sorted(BRANDS))
@DRAWN
def test_the_languages_own_words_in_any_order_never_crash_a_reader(brand: str, part: int) -> None:
    rng = random.Random(11 + 100 * part)
    vocabulary = words(brand)
    head, tail = KITS[brand].frame
    for _ in range(60):
        lines = (
            " ".join(rng.choice(vocabulary) for _ in range(rng.randrange(1, 9))) for _ in range(12)
        )
        try_read(brand, (head + "\n".join(lines) + tail).encode())


@pytest.mark.parametrize("brand", sorted(BRANDS))
@DRAWN
def test_changed_bytes_of_written_text_never_crash_a_reader(brand: str, part: int) -> None:
    cell = cell_of(brand)
    quantised = BRANDS[brand].quantise(plain_program(cell, brand, 2), cell)
    files = bytes_of(BRANDS[brand].write(quantised, cell))
    rng = random.Random(12 + 100 * part)
    for _ in range(30):
        name = rng.choice(sorted(files))
        data = bytearray(files[name])
        for _ in range(rng.randrange(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            BRANDS[brand].read(files | {name: bytes(data)}, cell, "arm")
        except BadInput:
            continue


@pytest.mark.parametrize(
    ("brand", "old", "new"),
    [("hyundai", "tool=1", "tool=1e999"), ("kuka", "TOOL_DATA[1]", "TOOL_DATA[1e999]")],
)
def test_a_number_without_end_is_no_number_of_a_tool(brand: str, old: str, new: str) -> None:
    cell = cell_of(brand)
    text = BRANDS[brand].write(BRANDS[brand].quantise(plain_program(cell, brand, 1), cell), cell)
    files = {n: d.replace(old.encode(), new.encode()) for n, d in bytes_of(text).items()}
    assert files != bytes_of(text)
    result = BRANDS[brand].read(files, cell, "arm")
    assert result.coverage.ratio < 1.0
