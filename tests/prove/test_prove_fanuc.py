"""TP: jobs written and read back, 100,000 odd texts, texts made to hang (make prove)."""

from __future__ import annotations

import os
import random
import resource
import time
from pathlib import Path

import pytest
from controllers_support import bytes_of, cell_of, plain_program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from same_meaning import differences
from test_controllers_roundtrip import wild_body

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.fanuc.read import read
from cellsim.domain.program import Call, Program, Routine
from cellsim.domain.walk import within
from cellsim.errors import BadInput

pytestmark = pytest.mark.prove
FULL = os.environ.get("CELLSIM_PROVE") == "full"
JOBS = 200 if FULL else 20
TEXTS = 100_000 if FULL else 2_000
PROGRAMS = sorted((Path(__file__).parents[1] / "programs" / "fanuc").glob("*.LS"))
HEAD = b"/PROG  A\n/ATTR\n/APPL\n/MN\n"
POINT = (
    "P[1]{\n   GP1:\n\tUF : 3, UT : 1,\t\tCONFIG : 'N U T, 0, 0, 0',\n\tX =  1.0  mm,"
    "\tY =  2.0  mm,\tZ =  3.0  mm,\n\tW =  0.0 deg,\tP =  0.0 deg,\tR =  0.0 deg\n};\n"
)
# fmt: off
WORDS = [
    "J", "L", "C", "A", "P[1]", "P[2]", "PR[1]", "P[R[1]]", "50%", "100mm/sec", "2.5sec",
    "R[2]mm/sec", "FINE", "CNT50", "CNT", "R[3]", "ACC80", "TB", "TA", ".10sec,DO[1]=ON",
    "Offset,PR[1]", "Skip,LBL[1]", "INC", "IF", "THEN", "ELSE", "ENDIF", "FOR", "ENDFOR", "TO",
    "DOWNTO", "SELECT", "=1,CALL", "=2,JMP", "LBL[1]", "LBL[1:x]", "JMP", "CALL", "A", "B",
    "(1,2)", "END", "ABORT", "PAUSE", "WAIT", ".50(sec)", "TIMEOUT,LBL[1]", "DI[1]=ON",
    "DO[2]=OFF", "RO[1]", "R[1]=R[1]+1", "R[1]=", "R[R[1]]=", "F[1]=(ON)", "AR[1]", "(", ")", "!",
    "AND", "OR", "+", "-", "*", "/", "=", "<>", "<", ">=", "UFRAME_NUM=3", "UTOOL_NUM=1",
    "UFRAME[1]=PR[1]", "PAYLOAD[1]", "$WAITTMOUT=200", "PR[1]=P[1]", "PR[1,3]=5", ";", ":", ",",
    "[", "]", "1", "2.5", ".5", "-.384", "MESSAGE[x]", "UALM[1]", "!note", "//off",
    "TIMER[1]=START", "DIV", "MOD", "'text'", "$A.$B[1]=2",
]
# fmt: on


def tried(files: dict[str, bytes]) -> bool:
    """Read files; return whether they were a program. No error but BadInput, and no wait."""
    begun = time.process_time()
    try:
        result = read(files, cell_of("fanuc"), "arm")
    except BadInput:
        return False
    finally:
        assert time.process_time() - begun < 5.0
    assert 0 <= result.coverage.understood <= result.coverage.total
    return True


def words(rng: random.Random) -> bytes:
    lines = [
        f"{i:4d}:{' '.join(rng.choice(WORDS) for _ in range(rng.randrange(1, 8)))} ;"
        for i in range(1, rng.randrange(2, 12))
    ]
    return HEAD + "\n".join([*lines, "/POS\n"]).encode() + POINT.encode() + b"/END\n"


def edited(rng: random.Random, data: bytes) -> bytes:
    """Return a text with bytes changed, lines swapped, dropped or doubled, or parts cut out."""
    kind = rng.randrange(4)
    if kind == 0:
        changed = bytearray(data)
        for _ in range(rng.randrange(1, 8)):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        return bytes(changed)
    if kind == 1:
        a, b = sorted(rng.randrange(len(data)) for _ in range(2))
        return data[:a] + data[b:]
    lines = data.split(b"\n")
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    if kind == 2:
        lines[i], lines[j] = lines[j], lines[i]
    else:
        lines.insert(i, lines[j])
    return b"\n".join(lines)


def test_odd_texts_are_programs_or_bad_input_and_never_hang() -> None:
    rng = random.Random(7)
    texts = [path.read_bytes() for path in PROGRAMS]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    programs = 0
    for i in range(TEXTS):
        data = words(rng) if i % 2 else edited(rng, rng.choice(texts))
        programs += tried({"A.LS": data})
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024.0
    assert programs > TEXTS // 10
    assert grown < 300.0
    print(f"\n{TEXTS} texts, {programs} of them programs, {grown:.0f} MB more at most")


@settings(
    max_examples=2_000 if FULL else 100,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(text=st.text(max_size=300), data=st.binary(max_size=200))
def test_any_text_and_any_bytes(text: str, data: bytes) -> None:
    tried({"A.LS": data})
    tried({"A.LS": HEAD + f"   1:{text} ;\n/POS\n/END\n".encode("utf-8", "replace")})
    tried({"A.LS": HEAD + f"/POS\nP[1]{{{text}}};\n/END\n".encode("utf-8", "replace")})


HANGS = {
    "brackets": "R[" * 900 + "1" + "]" * 900 + "=1",
    "parentheses": "IF (" + "(" * 900 + "DI[1]" + ")" * 900 + ") THEN",
    "not": "WAIT (" + "!" * 1900 + "DI[1])",
    "operators": "R[1]=" + "+".join(["R[2]"] * 380),
    "commas": "IF DI[1]=ON" + "," * 1900,
    "comments": "DO[1" + ":x" * 900 + "]=ON",
    "ifs": "IF DI[1]=ON," * 150 + "JMP LBL[1]",
    "very long": "!" + "x" * 1_000_000,
    "spaces": "J P[1]" + " " * 1_900 + "50%",
}


@pytest.mark.parametrize("name", sorted(HANGS))
def test_an_instruction_made_to_hang_is_read_in_time(name: str) -> None:
    text = HEAD + f"   1:  {HANGS[name]} ;\n   2:  LBL[1] ;\n/POS\n/END\n".encode()
    tried({"A.LS": text})


@pytest.mark.parametrize("count", [100_000])
def test_a_text_of_many_lines_without_an_end_is_read_in_time(count: int) -> None:
    tried({"A.LS": HEAD + b"    :  DI[1]=ON AND\n" * count + b"/POS\n/END\n"})
    tried({"A.LS": HEAD + b"/POS\n" + b"P[1]{\n" * count + b"/END\n"})
    tried({"A.LS": HEAD + b"/POS\nP[1]{ GP1: " + b"X = 1 mm, " * count + b"};\n/END\n"})
    tried({"A.LS": HEAD + b"   1:  FOR R[1]=1 TO 2 ;\n" * count + b"/POS\n/END\n"})


@pytest.mark.parametrize("on_track", [False, True])
def test_jobs_are_read_as_they_were_quantised(on_track: bool) -> None:
    cell = cell_of("fanuc", on_track)
    brand = BRANDS["fanuc"]
    for seed in range(JOBS // 2):
        rng = random.Random(5000 + seed)
        program = plain_program(cell, "fanuc", 1000 + seed)
        if seed % 2:
            names = ["wild", "first", "second"]
            routines = [
                Routine(n, wild_body(cell, "fanuc", rng, 2, names[i + 1 :]))
                for i, n in enumerate(names)
            ]
            program = Program("wild", "arm", tuple(routines))
        quantised = brand.quantise(program, cell)
        result = brand.read(bytes_of(brand.write(quantised, cell)), cell, "arm")
        assert list(differences(quantised, result.program)) == [], seed
        assert result.coverage.ratio == 1.0
        assert result.notes == ()
        called = {
            s.routine for r in quantised.routines for s in within(r.body) if isinstance(s, Call)
        }
        assert called <= {r.name for r in quantised.routines}
    print(f"\n{JOBS // 2} jobs{' on a track' if on_track else ''}, read as they were quantised")
