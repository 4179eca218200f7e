"""Where a hand can stand, the ladder of candidates, and the way of several groups."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from teach_jobs import TASK, moves, taught
from tiny_cells import pick_cell

from cellsim.domain.cell import Cell
from cellsim.domain.feature import Feature, facing
from cellsim.domain.files.task import parse_task
from cellsim.errors import TeachFailed
from cellsim.geometry import Pose
from cellsim.plan import RRTConnect
from cellsim.teach.candidates import Candidate
from cellsim.teach.ladder import ladder_of, search
from cellsim.teach.places import place_of, standings
from cellsim.teach.resolve import Resolver
from cellsim.teach.section import Section
from cellsim.teach.steps import stages_of
from cellsim.teach.taught import Taught


def test_a_gripper_stands_two_ways_and_a_socket_any_way():
    cell = pick_cell()
    tool = cell.tools["gripper"]
    slot = Feature("slot", "rim", (Pose.identity(),), (0.3, 0.1))
    assert len(standings(tool, Pose.identity(), slot)) == 2
    socket = replace(tool, gripper=None)
    turns = standings(socket, Pose.identity(), slot)
    assert len(turns) == 12
    for _, pose in turns:
        assert np.allclose(pose.R[:, 2], [0, 0, -1])


def test_a_place_is_found_by_member_and_follows_its_part():
    cell = pick_cell()
    holes = Feature("holes", "holes", (Pose.identity(), Pose.translation(0.02, 0, 0)),
                    (0.01,), members=("holes.1", "holes.2"))  # fmt: skip
    part = cell.parts["box"]
    part = replace(part, features={**part.features, "holes": holes})
    cell = replace(cell, parts={"box": part})
    second = place_of(cell, "box.holes.2", {})
    assert len(second.poses) == 1
    assert np.allclose(second.poses[0].p, [0.57, -0.35, 0.151])
    gone = place_of(cell, "box.holes", {"box": Pose.translation(0, 0, 1)})
    assert np.allclose(gone.poses[0].p, [0, 0, 1])


def test_facing_is_an_involution_that_keeps_x():
    place = Pose.from_xyz_rpy((1, 2, 3), (0.3, 0.4, 0.5))
    assert np.allclose(facing(facing(place)).matrix, place.matrix)
    assert np.allclose(facing(place).R[:, 0], place.R[:, 0])
    assert np.allclose(facing(place).R[:, 2], -place.R[:, 2])


def _node(x: float, cost: float = 0.0) -> Candidate:
    return Candidate(np.array([[x]]), (), None, cost)


def test_the_ladder_takes_the_cheapest_chain_that_is_free():
    layers = [[_node(0.0)], [_node(1.0), _node(3.0), _node(-1.5)], [_node(0.0)]]
    ladder = ladder_of(layers, np.ones(1), np.zeros(1))
    blocked = {1.0}
    chain = search(ladder, lambda _k, c: c.q[0, 0] not in blocked, lambda *_: True, 99)
    assert chain == [0, 2, 0]


def test_an_edge_that_is_not_free_is_left_for_a_cheap_neighbour():
    layers = [[_node(0.0)], [_node(1.0), _node(-1.2)], [_node(0.0)]]
    ladder = ladder_of(layers, np.ones(1), np.zeros(1))

    def edge_free(_k: int, _a: Candidate, b: Candidate) -> bool:
        return b.q[0, 0] != 1.0

    assert search(ladder, lambda *_: True, edge_free, 99) == [0, 1, 0]


def two_robots() -> Cell:
    """Return the pick cell with a second robot far behind the first."""
    cell = pick_cell()
    other = replace(
        cell.groups["r"], name="s", base=Pose.translation(-3.0, 0.0, 0.3), tool="",
        controller=replace(cell.groups["r"].controller, tools={}),
    )  # fmt: skip
    return replace(cell, groups={**cell.groups, "s": other})


def test_a_struck_candidate_gives_another_way():
    cell = pick_cell()
    task = parse_task(TASK, "pick.task.yaml")
    resolver = Resolver(cell, task)
    section = Section(cell, task, stages_of(cell, task)["r"], resolver.space("r"), RRTConnect())
    first = section.solve()[1].candidate.q[1]
    section.strike(1)
    second = section.solve()[1].candidate.q[1]
    assert np.abs(first - second).max() > 0.2


def test_a_group_stands_differently_where_another_finds_no_way(monkeypatch):
    text = TASK.replace("- place", "- home: {group: s}\n- place").replace(
        "place: {", "place: {group: r, "
    )
    solve, asked = Section.solve, []

    def first_in_the_way(section: Section) -> list[Taught]:
        if section.group == "s":
            asked.append(section.group)
            if len(asked) == 1:
                raise TeachFailed("collision", "with r", file="f", line=4, feature="s home")
        return solve(section)

    plain = taught(two_robots(), text)
    monkeypatch.setattr(Section, "solve", first_in_the_way)
    other = taught(two_robots(), text)
    assert len(asked) == 2
    targets = [move.to.q for job in (plain, other) for move in moves(job)[:1]]
    assert np.abs(np.subtract(*targets)).max() > 0.2


def test_a_group_that_never_finds_a_way_fails_with_its_first_reason(monkeypatch):
    solve = Section.solve

    def always_in_the_way(section: Section) -> list[Taught]:
        if section.group == "s":
            raise TeachFailed("collision", "with r", file="f", line=4, feature="s home")
        return solve(section)

    monkeypatch.setattr(Section, "solve", always_in_the_way)
    text = TASK.replace("- place", "- home: {group: s}\n- place: {group: r}").replace(
        "{group: r}: {", "{group: r, "
    )
    with pytest.raises(TeachFailed, match="with r"):
        taught(two_robots(), text)
