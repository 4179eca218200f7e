"""A corner between a joint motion and a path: what is certified, written and said of it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from controllers_jobs import roomy
from controllers_support import bytes_of
from tubes_support import missed

from cellsim import messages
from cellsim.api import simulate
from cellsim.cli.main import main
from cellsim.controllers.brands import BRANDS, rules_of
from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.program import (
    FINE,
    Delay,
    Move,
    Program,
    Routine,
    Speed,
    Statement,
    Target,
    Zone,
)
from cellsim.geometry import Array, Pose
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of
from cellsim.release.textjob import write_text
from cellsim.simulate.moves import flange_T_tcp_of

PATH_ZONES = {
    "abb": Zone("distance", 20.0, "mm"),
    "fanuc": Zone("cnt", 50.0),
    "hyundai": Zone("accu", 3.0, "level"),
    "kuka": Zone("distance", 20.0, "mm"),
    "ur": Zone("radius", 20.0, "mm"),
    "yaskawa": Zone("pl", 3.0, "level"),
}
JOINT_ZONES = PATH_ZONES | {"kuka": Zone("cptp", 50.0, "%")}
# What each writer makes of the corner: ABB and KUKA say an exact stop.
EXACT = {"abb", "kuka"}


def test_every_brand_stands_here() -> None:
    assert set(PATH_ZONES) == set(BRANDS)


def program(brand: str, first: str) -> tuple[Cell, Program]:
    """A joint motion and a line with a corner between, in the order that `first` says."""
    cell = roomy(brand, False)
    q = np.array(cell.groups["arm"].home)
    turned = q + np.eye(len(q))[0] * 0.3
    at = tcp_pose(chain_of(cell, "arm"), turned, flange_T_tcp_of(cell, "arm", "gripper"))
    above = Target(pose=Pose(at.R, at.p + np.array([0.0, 0.0, 0.15])))
    speed, joint_speed = Speed(100.0, "mm/s"), Speed(50.0, "%")
    more = {"tool": "gripper", "frame": "world"}

    def joint(at: Array, zone: Zone, line: int) -> Move:
        return Move("joint", Target(q=tuple(at)), joint_speed, zone=zone, line=line, **more)

    def straight(zone: Zone, line: int) -> Move:
        return Move("linear", above, speed, zone=zone, line=line, **more)

    body = (
        (joint(q, FINE, 1), joint(turned, JOINT_ZONES[brand], 2), straight(FINE, 3))
        if first == "joint"
        else (joint(turned, FINE, 1), straight(PATH_ZONES[brand], 2), joint(q, FINE, 3))
    )
    return cell, Program("p", "arm", (Routine("main", body),))


def reread(brand: str, first: str) -> Job:
    """The job that the brand's text with that corner means, whatever its writer would say."""
    cell, planned = program(brand, first)
    made = BRANDS[brand].quantise(planned, cell)
    corner = next(iter(s for s in planned.routines[0].body[1:] if isinstance(s, Move))).zone
    body = list(made.routines[0].body)
    at = [k for k, s in enumerate(body) if isinstance(s, Move)][1]
    if brand in EXACT:
        body[at] = replace(body[at], zone=corner)
    routine = replace(made.routines[0], body=tuple(body))
    text = BRANDS[brand].write(replace(made, routines=(routine,)), cell)
    read = BRANDS[brand].read(bytes_of(text), cell, "arm").program
    return Job("p", cell, {"arm": read}, rules_of(cell))


@pytest.mark.parametrize("first", ["joint", "linear"])
@pytest.mark.parametrize("brand", sorted(PATH_ZONES))
def test_no_text_is_certified_as_a_stop_or_as_one_law_where_the_corner_may_be_cut(
    brand: str, first: str
) -> None:
    """One tube, from before the corner's point to behind it, with the point itself in it."""
    job = reread(brand, first)
    track = simulate(job).tracks["arm"]
    (tube,) = track.tubes
    assert [m.kind for m in track.motions].count("corner") == 1
    exact = replace(job, programs={"arm": stopping(job.programs["arm"])})
    stopped = simulate(exact).tracks["arm"]
    assert not stopped.tubes
    line = next(m for m in stopped.motions if m.kind == "linear")
    point = stopped.q[line.first if first == "joint" else line.last]
    assert missed(point[None], tube) <= 1e-4
    assert np.linalg.norm(tube.q[0] - point) > 1e-3
    assert np.linalg.norm(tube.q[-1] - point) > 1e-3


def stopping(program: Program) -> Program:
    """The program with exact stops alone."""

    def fine(s: Statement) -> Statement:
        return replace(s, zone=FINE) if isinstance(s, Move) else s

    routines = tuple(replace(r, body=tuple(map(fine, r.body))) for r in program.routines)
    return replace(program, routines=routines)


@pytest.mark.parametrize("first", ["joint", "linear"])
@pytest.mark.parametrize("brand", sorted(EXACT))
def test_a_corner_that_a_writer_leaves_out_is_said_in_the_release(brand: str, first: str) -> None:
    cell, planned = program(brand, first)
    (text,) = write_text(Job("p", cell, {"arm": planned}, rules_of(cell)))
    told = [n for n in text.notes if n.endswith("is an exact stop")]
    zone = (JOINT_ZONES if first == "joint" else PATH_ZONES)[brand]
    assert len(told) == 1
    assert f"corner {zone} between" in told[0]
    assert set(told) == set(text.changed)
    assert re.search("[가-힣]", messages.said("ko", f"arm: {told[0]}"))
    (plain,) = write_text(Job("p", cell, {"arm": stopping(planned)}, rules_of(cell)))
    assert not [n for n in plain.notes if "exact stop" in n]
    assert plain.files == text.files


def test_a_corner_before_logic_that_rapid_leaves_out_is_said() -> None:
    cell, planned = program("abb", "joint")
    moves = planned.routines[0].body
    body = (moves[0], moves[1], Delay(0.5), moves[2])
    made = BRANDS["abb"].quantise(replace(planned, routines=(Routine("main", body),)), cell)
    (told,) = made.notes
    assert told == "corner distance 20 mm before logic or the end of a block is an exact stop"


MODULE = """MODULE c
PERS tooldata tool1:=[TRUE,[[0,0,100],[1,0,0,0]],[2,[0,0,50],[1,0,0,0],0,0,0]];
CONST robtarget p10:=[[800,0,600],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
CONST robtarget p20:=[[800,200,600],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
PROC main()
@ENDPROC
ENDMODULE
"""
JOINT, LINE = "MoveJ p10,v500,z20,tool1;\n", "MoveL p20,v100,fine,tool1;\n"
UNREAD = JOINT.replace("p10", "p77")


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        (JOINT + LINE, {"lint-corner-between-kinds"}),
        (JOINT + LINE.replace("MoveL", "MoveJ"), set()),
        (JOINT + "WaitTime 1;\n" + LINE, {"lint-not-understood"}),
        (JOINT, {"lint-corner-stops"}),
        (LINE, {"lint-first-motion"}),
        (UNREAD + LINE, {"lint-not-understood"}),
        (UNREAD, {"lint-not-understood"}),
        ("", {"lint-empty"}),
    ],
)
def test_the_lint_of_rapid_says_what_it_knows(
    body: str, rules: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A module is linted without a cell; a line that was not understood may be any motion."""
    file = tmp_path / "c.mod"
    file.write_text(MODULE.replace("@", body))
    main(["lint", str(file), "--controller", "abb"])
    found = set(re.findall(r"\w+\[(lint-[a-z-]+)\]", capsys.readouterr().out)) - {"lint-wobj0"}
    assert found == rules
