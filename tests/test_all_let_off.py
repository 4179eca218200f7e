"""What moves, and of which pair rules let off every pair with what is around it."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import mover_cells
import mover_jobs
import pytest
import tiny_cells as tiny
from gantry_cells import cell_of, job_of, panel, program, to
from rule_findings import BY_ID
from tubes_corners import RULES as TUBES

from cellsim.domain.cell import Cell, External, PairRule
from cellsim.domain.job import Job
from cellsim.domain.program import Delay, Grip, Program, Release, Routine
from cellsim.domain.report import Finding, Severity
from cellsim.geometry import Piece, Pose, Solid
from cellsim.simulate.run import simulate
from cellsim.verify.context import Context


def all_let_off(
    kind: str, a: str, b: str, start: str = "", made: Cell | None = None
) -> list[Finding]:
    made = made or tiny.pick_cell()
    rule = PairRule(kind, a, b, 0.001, "noise", "A. Author", start)  # type: ignore[arg-type]
    made = replace(made, pair_rules=(*made.pair_rules, rule))
    what = Program("r", "r", (Routine("main", (Delay(0.1, line=1),)),), "r.yaml")
    context = Context(simulate(Job("job", made, {"r": what}, {"r": TUBES})))
    return list(BY_ID["collision"](context).findings)


def test_an_arm_whose_every_pair_is_let_off_is_not_checked() -> None:
    for a, b in (("*", "*"), ("r/*", "*")):
        (f,) = all_let_off("ignore", a, b)
        assert (f.severity, f.subject) == (Severity.NOT_CHECKED, "r")
    assert all_let_off("ignore", "r/*", "fixture:*") == []  # the part is left
    assert all_let_off("contact", "*", "*") == []
    assert all_let_off("ignore", "*", "*", "grip:box") == []


def test_a_tool_whose_every_pair_is_let_off_is_not_checked() -> None:
    made = tiny.pick_cell()
    tool = f"r/tool:{made.groups['r'].tool}"
    (f,) = all_let_off("ignore", tool, "*")
    assert (f.severity, f.subject) == (Severity.NOT_CHECKED, tool)
    assert all_let_off("ignore", tool, "fixture:*") == []  # the part is left
    assert all_let_off("contact", tool, "*") == []


def with_external(carries: Literal["arm", "part"]) -> Cell:
    """The picker with a slide of one moving block, under it or beside it."""
    slide, made = tiny.track(), tiny.pick_cell()
    block = replace(slide.links[-1], solid=Solid("block", (Piece("box", (0.1, 0.1, 0.1)),)))
    slide = replace(slide, links=(*slide.links[:-1], block))
    external = External(slide, "world", Pose.translation(3, 0, 0), carries)
    group = replace(made.groups["r"], externals=(external,))
    return replace(made, groups={"r": replace(group, home=(*group.home, 0.5))})


@pytest.mark.parametrize(("carries", "name"), [("arm", "track"), ("part", "positioner")])
def test_a_track_or_positioner_whose_every_pair_is_let_off_is_not_checked(
    carries: Literal["arm", "part"], name: str
) -> None:
    made = with_external(carries)
    (f,) = all_let_off("ignore", f"r/{name}/*", "*", made=made)
    assert (f.severity, f.subject) == (Severity.NOT_CHECKED, f"r {name}")
    assert {f.subject for f in all_let_off("ignore", "*", "*", made=made)} == {"r", f"r {name}"}
    assert all_let_off("ignore", f"r/{name}/*", "fixture:*", made=made) == []  # the part is left


def test_an_arm_that_has_only_its_positioner_around_it_is_held_to_that_pair() -> None:
    made = with_external("part")
    alone = replace(made, parts={}, fixtures={})
    named = {f.subject for f in all_let_off("ignore", "*", "*", made=alone)}
    assert named == {"r", "r positioner"}
    assert all_let_off("contact", "*", "*", made=alone) == []


def ignoring(made: Cell, a: str, b: str) -> Cell:
    return replace(made, pair_rules=(PairRule("ignore", a, b, 0.0, "noise", "A. Author"),))


def not_checked(job: Job) -> list[str]:
    found = BY_ID["collision"](Context(simulate(job))).findings
    assert {f.severity for f in found} <= {Severity.NOT_CHECKED}
    return [f.subject for f in found]


def test_a_part_that_is_carried_and_let_off_from_everything_is_not_checked() -> None:
    made = cell_of((panel((1, 0, 0), hinge=False),))
    carry = program("hand", to(1), Grip("panel"), to(3), Release("panel"))
    off = ignoring(made, "part:*", "*")
    assert not_checked(job_of(off, carry)) == ["part:panel"]
    assert not_checked(job_of(off, program("hand", to(1)))) == []
    assert not_checked(job_of(ignoring(made, "part:*", "fixture:*"), carry)) == []


def test_a_fixture_that_is_moved_and_let_off_from_everything_is_not_checked() -> None:
    made = mover_cells.cell_of()
    off = ignoring(made, "fixture:door", "*")
    assert not_checked(mover_jobs.hand(off, *mover_jobs.OPEN)) == ["fixture:door"]
    assert not_checked(mover_jobs.hand(off, to(1))) == []
    some = ignoring(made, "fixture:door", "fixture:*")
    assert not_checked(mover_jobs.hand(some, *mover_jobs.OPEN)) == []
