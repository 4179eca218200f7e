"""Motions of other groups, places said before a frame changed, variables of two values."""

from __future__ import annotations

import pytest
from controllers_support import cell_of, with_controller
from readings import moves, places, reasons
from tp_text import DOWN, POINTS, text_of

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult

RECTAN = (
    "///USER 3\n///TOOL 1\n///POSTYPE USER\n///RECTAN\n///RCONF 1,0,0,0,0,0,0,0\n"
    "{}={}.000,0.000,300.000,180.0000,0.0000,0.0000\n"
)


@pytest.mark.parametrize(
    ("mask", "moves_it"),
    [("1,*,*,*,*", True), ("1,1,*,*,*", True), ("*,1,*,*,*", False), ("*,*,*,*,*", False)],
)
def test_a_program_of_tp_moves_the_groups_of_its_header(mask: str, moves_it: bool) -> None:
    """PR[] has a position for each group: which one a motion takes is in DEFAULT_GROUP."""
    lines = ("UFRAME_NUM=3", "UTOOL_NUM=1", "PR[1]=P[2]", "L PR[1] 99mm/sec FINE")
    text = text_of(lines).replace(b"/MN", f"DEFAULT_GROUP\t= {mask};\n/MN".encode(), 1)
    result = BRANDS["fanuc"].read({"A.LS": text}, cell_of("fanuc"), "arm")
    assert bool(moves(result)) is moves_it
    assert reasons(result) == ([] if moves_it else ["DEFAULT_GROUP does not name motion group 1"])


def follows(*lines: str) -> ReadResult:
    """Read TP of a cell that does not name user frame 7; P[5] stands in the active frame."""
    free = DOWN.format(100, 20, 300).replace("P[2]", "P[5]").replace("UF : 3", "UF : F")
    begin = ("UTOOL_NUM=1", "PR[1]=P[3]", "UFRAME[7]=PR[1]", "UFRAME_NUM=7", "L P[5] 99mm/sec FINE")
    text = text_of((*begin, *lines), points=POINTS + free)
    return BRANDS["fanuc"].read({"A.LS": text}, with_controller(cell_of("fanuc")), "arm")


def test_where_the_robot_stands_has_other_numbers_in_a_frame_set_anew() -> None:
    """LPOS is X..R in the active frame as it is now; it was taken in the frame as it was."""
    same = follows("PR[3]=LPOS", "L PR[3] 99mm/sec FINE")
    assert places(same)[1] == places(same)[0]
    moved = ("PR[1,1]=500", "UFRAME[7]=PR[1]")
    read = follows(*moved, "PR[3]=LPOS", "L PR[3] 99mm/sec FINE")
    assert reasons(read) == ["position register PR[3] is not known here"]
    stepped = follows(*moved, "L P[3] 99mm/sec FINE INC")
    assert len(moves(stepped)) == 1


def job(name: str, position: str, x: int, group: str = "RB1", *lines: str) -> bytes:
    """Return an INFORM job of a few lines with one position in a user frame."""
    counts = "0,0,0,1,0,0" if position[0] == "P" else "1,0,0,0,0,0"
    head = f"/JOB\n//NAME {name}\n//POS\n///NPOS {counts}\n{RECTAN.format(position, x)}//INST\n"
    attributes = "///DATE 2020/11/19 13:27\n///ATTR SC,RW,RJ\n////FRAME USER 3\n"
    body = "".join(f"{line}\n" for line in lines)
    return f"{head}{attributes}///GROUP1 {group}\nNOP\n{body}END\n".encode()


def inform(**jobs: bytes) -> ReadResult:
    files = {f"{name}.JBI": data for name, data in jobs.items()}
    return BRANDS["yaskawa"].read(files, cell_of("yaskawa"), "arm")


@pytest.mark.parametrize(("group", "own"), [("RB1", True), ("RB2", False), ("ST1", False)])
def test_a_job_of_another_group_moves_no_axis_of_this_one(group: str, own: bool) -> None:
    move = "MOVL C00000 V=99.0 PL=0"
    result = inform(
        A=job("A", "C00000", 100, "RB1", move, "CALL JOB:B"), B=job("B", "C00000", 200, group, move)
    )
    other = [] if own else [f"a job of {group}, the program is for RB1"]
    assert reasons(result) == other


@pytest.mark.parametrize(("there", "known"), [(100, True), (200, False)])
def test_a_position_variable_has_one_value_for_all_jobs(there: int, known: bool) -> None:
    move = "MOVL P001 V=99.0 PL=0"
    result = inform(
        A=job("A", "P00001", 100, "RB1", move, "CALL JOB:B"),
        B=job("B", "P00001", there, "RB1", move),
    )
    assert reasons(result) == ([] if known else ["position variable P1 is not known here"] * 2)


def test_the_last_speed_that_was_set_holds() -> None:
    """SPEED VR= behind SPEED V=: no manual read says that V is still meant."""
    lines = ("SPEED V=100.0", "MOVL C00000 PL=0", "SPEED VR=30.0", "MOVL C00000 PL=0")
    result = inform(A=job("A", "C00000", 100, "RB1", *lines))
    assert [str(m.speed) for m in moves(result)] == ["100 mm/s"]
    assert reasons(result) == ["speed is not known here"]
