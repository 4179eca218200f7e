"""RAPID modules of a few lines with two points; wobj0 begins in the foot of the arm."""

from __future__ import annotations

from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult

HEAD = """MODULE A
  CONST robtarget p1:=[[900,0,1000],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget p2:=[[900,200,1000],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST jointtarget j1:=[[0,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST pose shift:=[[0,0,50],[1,0,0,0]];
  VAR triggdata tr;
  VAR num n;
  VAR bool full{4,5};
"""
PLACE = "v500, fine, gripper\\WObj:=wobj0;"


def read(*lines: str, functions: tuple[str, ...] = ()) -> ReadResult:
    body = "\n".join(f"    {line}" for line in lines)
    more = "\n".join(functions)
    text = f"{HEAD}{more}\n  PROC main()\n{body}\n  ENDPROC\nENDMODULE\n"
    return BRANDS["abb"].read({"A.mod": text.encode()}, cell_of("abb"), "arm")
