"""Data and routines of RAPID that two modules name alike: LOCAL is known in its module alone."""

from __future__ import annotations

import pytest
from controllers_support import cell_of
from readings import places, reasons
from small_texts import ran

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult

POINT = "robtarget p1:=[[{},100,50],[0,1,0,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];"
MOVE = "MoveL p1,v100,fine,gripper;"


def modules(first: str, second: str, other: str = "MODULE B") -> ReadResult:
    """Read two modules: (declarations and) routines of each."""
    texts = {
        "a.mod": f"MODULE A\n{first}\nENDMODULE\n",
        "b.mod": f"{other}\n{second}\nENDMODULE\n",
    }
    files = {name: text.encode() for name, text in texts.items()}
    return BRANDS["abb"].read(files, cell_of("abb"), "arm")


@pytest.mark.parametrize(("here", "there"), [("LOCAL ", "LOCAL "), ("LOCAL ", ""), ("", "LOCAL ")])
def test_each_module_moves_to_its_own_point_of_a_name(here: str, there: str) -> None:
    result = modules(
        f"{here}CONST {POINT.format(200)}\nPROC main()\n{MOVE}\nb1;\nENDPROC",
        f"{there}CONST {POINT.format(300)}\nPROC b1()\n{MOVE}\nENDPROC",
    )
    assert reasons(result) == []
    assert places(result) == [[200.0, 100.0, 50.0]]
    (other,) = (s.to.pose for s in result.program.routines[1].body if hasattr(s, "to"))
    assert round(1000.0 * other.p[0], 6) == 300.0


def test_a_variable_of_one_module_is_not_that_of_another() -> None:
    result = modules(
        "LOCAL VAR num n:=1;\nPROC main()\nIF n=1 WaitTime 1;\nn:=2;\nb1;\nb1;\n"
        "IF n=2 WaitTime 1;\nENDPROC",
        'LOCAL VAR num n:=7;\nPROC b1()\nIF n=7 WaitTime 1;\nn:=9;\nTPWrite "n";\nENDPROC',
    )
    assert reasons(result) == []
    assert ran(result.program)[0] == 3


def test_a_variable_that_is_not_local_is_the_same_in_both_modules() -> None:
    result = modules(
        "PROC main()\nn:=2;\nb1;\nIF n=9 WaitTime 1;\nENDPROC",
        "VAR num n:=7;\nPROC b1()\nIF n=2 WaitTime 1;\nn:=9;\nENDPROC",
    )
    assert ran(result.program)[0] == 2


def test_each_module_calls_its_own_local_routine_of_a_name() -> None:
    result = modules(
        "PROC main()\nb1;\nstep;\nENDPROC\nLOCAL PROC step()\nWaitTime 1;\nENDPROC",
        "PROC b1()\nstep;\nENDPROC\nLOCAL PROC step()\nWaitTime 1;\nWaitTime 1;\nENDPROC",
    )
    assert reasons(result) == []
    assert ran(result.program)[0] == 3
