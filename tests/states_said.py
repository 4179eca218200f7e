"""Texts of three brands around lines of them, and what their motions are told."""

from __future__ import annotations

from states_lost import doubts, read

PTP = "PTP {A1 0,A2 -90,A3 90,A4 0,A5 30,A6 0}"
LIN = "LIN {X 500,Y 0,Z 500,A 0,B 90,C 0}"
SET = ("BAS(#INITMOV,0)", "BAS(#TOOL,1)", "BAS(#BASE,3)", "$VEL.CP=0.2")


def krl(*lines: str) -> dict[int, str]:
    return doubts(read("kuka", {"p.src": "\n".join(["DEF p( )", *lines, "END", ""])}))


HEAD = 'Hyundai Robot Job File; { version: 1.6, mech_type: "", total_axis: -1, aux_axis: 0 }'
STEP = "move P,tg=Pose(0,90,0,0,-30,0),spd=50%,accu=0,tool=1"
ROUND = "move L,tg=Pose(0,90,0,0,-30,0),spd=50mm/sec,accu=2,tool=1"


def hrscript(*lines: str) -> dict[int, str]:
    text = "\n".join([HEAD, *(f"     {line}" for line in (*lines, "end")), ""])
    return doubts(read("hyundai", {"0102_a.job": text}))


POINTS = (
    "P[1]{\n   GP1:\n\tUF : 3, UT : 1,\t\n\tJ1= .0 deg,\tJ2= .0 deg,\tJ3= .0 deg,\n"
    "\tJ4= .0 deg,\tJ5= -90.0 deg,\tJ6= .0 deg\n};\n"
)


def tp(*lines: str) -> dict[int, str]:
    head = "/PROG A\n/ATTR\n/MN\n"
    text = head + "".join(f"{i:4}:{line} ;\n" for i, line in enumerate(lines, 1))
    ever = POINTS + POINTS.replace("P[1]", "P[2]").replace("3, UT : 1", "F, UT : F")
    before = head.count("\n")
    found = doubts(read("fanuc", {"a.ls": f"{text}/POS\n{ever}/END\n"}), before)
    return {line - before: told for line, told in found.items()}
