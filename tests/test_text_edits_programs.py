"""Edits of hand-written programs: loops, calls, threads and outputs by hand; each is caught."""

from __future__ import annotations

import pytest
from brandkit.edits import drop, swap
from brandkit.kit import Edit
from controllers_edits import Caught, caught
from controllers_support import cell_of
from programs_support import PROGRAMS

from cellsim.controllers.brands import BRANDS

KRL: dict[str, Edit] = {
    "exit dropped": drop(r"EXIT", 1),
    "step": swap(r"STEP 2", "STEP 1"),
    "end of the count": swap(r"TO last", "TO i"),
    "begin of the count": swap(r"i=1 TO", "i=2 TO"),
    "override": swap(r"OV_PRO=50", "OV_PRO=100"),
    "override dropped": drop(r"OV_PRO"),
    "element": swap(r"done\[2\]=", "done[3]="),
    "base": swap(r"\$WORLD", "BASE_DATA[3]"),
    "interrupt on": swap(r"INTERRUPT OFF 20", "INTERRUPT ON 20"),
    "spline of other parts": swap(r"  SLIN \{X 900,Y 100", "  SPL {X 900,Y 100"),
    "way of a spline": swap(r"SCIRC \{X 950", "SCIRC {X 960"),
    "spline line dropped": drop(r"^  SLIN"),
    "condition": swap(r"NOT \$IN\[3\]", "$IN[3]"),
    "end of spline dropped": drop(r"ENDSPLINE"),
    "condition joined": swap(r"AND \(i<5\)", "OR (i<5)"),
}
URSCRIPT: dict[str, Edit] = {
    "time in a thread": swap(r"sleep\(0\.75\)", "sleep(7.5)"),
    "sleep dropped": drop(r"sleep"),
    "output in a thread": swap(r"out\(1, True\)", "out(0, True)"),
    "value in a thread": swap(r"out\(1, False\)", "out(1, True)"),
    "motion in a thread": swap(r"sleep\(0\.75\)", "movej([0,-1.57,1.57,0,1.57,0])"),
    "thread not run": drop(r"run lamp"),
    "thread run twice": swap(r"(  global h = run lamp\(\))", r"\1\n  h = run lamp()"),
    "other thread": swap(r"run lamp", "run watch"),
    "break for continue": swap(r"break", "continue"),
    "continue for break": swap(r"continue", "break"),
    "break dropped": drop(r"break"),
    "stop in a blend": swap(r"v=0\.1\)\n  stopl", "v=0.1, r=0.01)\n  stopl"),
    "limit of a loop": swap(r"n < 5", "n < 6"),
    "returned call": swap(r"return True", "return move_on()"),
    "end dropped": drop(r"^    end"),
}
HRSCRIPT: dict[str, Edit] = {
    "other address": swap(r"gosub \*pick", "gosub *into"),
    "gosub dropped": drop(r"gosub \*pick"),
    "goto for gosub": swap(r"gosub \*pick", "goto *pick"),
    "retsub dropped": drop(r"^     retsub"),
    "early retsub dropped": drop(r"^       retsub"),
    "end for retsub": swap(r"       retsub", "       goto *out"),
    "break for continue": swap(r"break", "continue"),
    "continue dropped": drop(r"continue"),
    "pulse time": swap(r"ton=1\.5", "ton=15"),
    "pulse count": swap(r"cnt=2", "cnt=3"),
    "pulse lag": swap(r"tlag=0\.0", "tlag=0.5"),
    "pulse output": swap(r"pulse do1", "pulse do2"),
    "trigger time": swap(r"time=-0\.5", "time=-0.05"),
    "trigger behind": swap(r"time=-0\.5", "time=0.5"),
    "trigger value": swap(r"val=1", "val=0"),
    "trigger way": swap(r"dist=-25\.5", "dist=-255"),
    "trigger axis": swap(r"j=0", "j=1"),
    "trigger in a corner": swap(r"accu=0,tool=1\n     triggout", "accu=2,tool=1\n     triggout"),
    "jump for call": swap(r"jump 103", "call 103"),
    "jump dropped": drop(r"jump"),
    "step of a loop": swap(r"to last", "to last step 2"),
}
CASES = [
    *(("kuka", ("looping.src",), name, edit) for name, edit in KRL.items()),
    *(("ur", ("beside.script",), name, edit) for name, edit in URSCRIPT.items()),
    *(
        ("hyundai", ("branches/0102_branches.job", "branches/0103_away.job"), name, edit)
        for name, edit in HRSCRIPT.items()
    ),
]


@pytest.mark.parametrize(("brand", "names", "name", "edit"), CASES, ids=lambda v: str(v)[:24])
def test_every_edit_is_caught(brand: str, names: tuple[str, ...], name: str, edit: Edit) -> None:
    cell = cell_of(brand)
    files = {n.rpartition("/")[2]: (PROGRAMS / brand / n).read_bytes() for n in names}
    program = BRANDS[brand].read(files, cell, "arm").program
    found = caught(brand, cell, program, files, edit)
    assert found, name
    assert Caught.MISSED not in found
