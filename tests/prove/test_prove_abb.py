"""Proof of RAPID: generated jobs come back, no text makes the reader crash; full: 200 and 10^5."""

from __future__ import annotations

import contextlib
import os
import random
import time

import pytest
from brandkit import KITS
from controllers_support import bytes_of, cell_of, move, plain_program
from same_meaning import differences
from test_controllers_fuzz import words

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Program, Routine
from cellsim.errors import BadInput

pytestmark = pytest.mark.prove
FULL = os.environ.get("CELLSIM_PROVE") == "full"
JOBS = 200 if FULL else 12
TEXTS = 100_000 if FULL else 1_500
ABB = BRANDS["abb"]


@pytest.mark.parametrize("on_track", [False, True])
def test_generated_jobs_are_read_as_they_were_written(on_track: bool) -> None:
    cell = cell_of("abb", on_track)
    for seed in range(JOBS):
        program = plain_program(cell, "abb", 5_000 + seed)
        rng = random.Random(seed)
        body = list(program.routines[0].body)
        for kind in ("joint", "linear", "circular"):
            zone = rng.choice(KITS["abb"].zones["joint" if kind == "joint" else "linear"])
            speed = rng.choice(KITS["abb"].speeds["joint" if kind == "joint" else "linear"])
            body += [move(cell, rng, "abb", kind, zone=zone, speed=speed) for _ in range(2)]
        routines = (Routine("main", tuple(body)), *program.routines[1:])
        quantised = ABB.quantise(Program("job", "arm", routines), cell)
        text = bytes_of(ABB.write(quantised, cell))
        result = ABB.read(text, cell, "arm")
        assert list(differences(quantised, result.program)) == [], seed
        assert (result.coverage.ratio, result.notes) == (1.0, ()), seed


def _texts(count: int) -> list[bytes]:
    """Return texts of the language's own words, of any bytes, and written text with changes."""
    cell, rng = cell_of("abb"), random.Random(17)
    vocabulary = words("abb")
    head, tail = KITS["abb"].frame
    written = bytes_of(ABB.write(ABB.quantise(plain_program(cell, "abb", 2), cell), cell))
    base = next(iter(written.values()))
    texts = []
    for number in range(count):
        if number % 3 == 0:
            lines = (
                " ".join(rng.choice(vocabulary) for _ in range(rng.randrange(1, 9)))
                + rng.choice([";", ";", "", "  ! x"])
                for _ in range(rng.randrange(1, 14))
            )
            texts.append((head + "\n".join(lines) + tail).encode())
        elif number % 3 == 1:
            data = bytearray(base)
            for _ in range(rng.randrange(1, 8)):
                data[rng.randrange(len(data))] = rng.randrange(256)
            texts.append(bytes(data))
        else:
            texts.append(bytes(rng.randrange(256) for _ in range(rng.randrange(200))))
    return texts


def test_no_text_makes_the_reader_crash_or_hang() -> None:
    cell = cell_of("abb")
    slowest = 0.0
    for data in _texts(TEXTS):
        start = time.process_time()
        try:
            result = ABB.read({"a.mod": data}, cell, "arm")
        except BadInput:
            result = None
        slowest = max(slowest, time.process_time() - start)
        assert result is None or result.coverage.understood <= result.coverage.total
    print(f"{TEXTS} texts, slowest {slowest:.2f} s")
    assert slowest < 5.0


@pytest.mark.parametrize(
    "text",
    [
        "IF " + "a" * 60_000 + ";",
        "IF " + "a " * 30_000 + ";",
        "[" * 50_000,
        "CONST robtarget p:=" + "[" * 50_000 + ";",
        "CONST robtarget p:=[" + "1," * 100_000 + "1];",
        "x:=" + "(" * 20_000 + "1" + ")" * 20_000 + ";",
        "x:=" + "-" * 1_900 + "1;",
        '"' * 50_000,
        "MoveL " + "Offs(" * 300 + "p" + ",0,0,0)" * 300 + ",v100,fine,t;",
        "IF a THEN\n" * 3_000,
        "!" * 100_000,
        "FOR i FROM 1 TO 1e300 DO\nWaitTime i;\nENDFOR",
        "WaitTime 1e999;",
        "FOR i FROM 1 TO 1e999 DO\nWaitTime 1;\nENDFOR",
        "MoveAbsJ [[1e999,0,0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]],v5,fine,gripper;",
        "MoveL [[1e300,0,0],[1e300,0,0,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]],v5,fine,gripper;",
        "MoveL [[0,0,0],[1,0,0,0],[1e999,0,0,0],[1e999,1e999,0,0,0,0]],v5,fine,gripper;",
        "ENDPROC\nPERS tooldata t:=[TRUE,[[0,0,250],[1,0,0,0]],"
        "[12,[0,10,100],[1,0,0,0],1e999,0,1]];\n"
        "PROC b()\nMoveL [[0,0,0],[1,0,0,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]],v5,fine,t;",
        "VelSet 1e999, 1e999;\nAccSet 1e999, 100;\nx:=p{1e999};",
        "\\" * 40_000 + ";",
        "rA [1,1];\nENDPROC\nPROC rA(pos p)\nrA [p,p];\nrA [[p],p];",
        "FOR i FROM 1 TO 90 DO\n" * 20 + "MoveL Offs(p,i,0,0),v5,fine,t;\n" + "ENDFOR\n" * 20,
        "".join(f"FOR i{n} FROM 1 TO 90 DO\n" for n in range(20))
        + "MoveL Offs(p,i0+i19,0,0),v5,fine,t;\n"
        + "ENDFOR\n" * 20,
    ],
)
def test_text_made_to_be_slow_is_not(text: str) -> None:
    head, tail = KITS["abb"].frame
    start = time.process_time()
    with contextlib.suppress(BadInput):
        ABB.read({"a.mod": (head + text + tail).encode()}, cell_of("abb"), "arm")
    assert time.process_time() - start < 3.0
