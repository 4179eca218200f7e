"""Bounds on how the joints change their course along lines, arcs and corners: never below.

The second way to know: the ways solved densely, and differences of their exact derivatives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import motion_cases as cases
import numpy as np
import pytest
import tiny_cells as tiny
from timelines import held, timeline

from cellsim.domain.cell import External
from cellsim.domain.files.robot import load_robot
from cellsim.geometry import Array, Pose
from cellsim.messages import said
from cellsim.motion.curve import Arc, CornerCurve, Leg, Line
from cellsim.motion.remainder import bounds
from cellsim.motion.sampling import Samples, path_bounds
from cellsim.motion.segment import JointCorner, JointLine, Tracked, Way, follow_leg
from cellsim.verify.provenance import assumptions_of

ARMS = ("kuka_kr210_r2700_2", "ur10e", "fanuc_r2000ic_210f")
WIDE, DENSE = 16, 24
TOOL = Pose.from_rotvec((0.3, -0.4, 0.2), (0.1, -0.05, 0.35))


def place(rng: np.random.Generator, at: Pose, metres: float, turn: float) -> Pose:
    step = Pose.from_rotvec(
        tuple(rng.uniform(-turn, turn, 3)), tuple(rng.uniform(-1, 1, 3) * metres)
    )
    return Pose(step.R @ at.R, at.p + step.p)


def legs(rng: np.random.Generator, at: Pose, ext: Array) -> Iterator[Leg]:
    """Yield a line, an arc, and the corners between them."""
    a, b, c, d = (place(rng, at, 0.08, 0.3) for _ in range(4))
    moved = ext + rng.uniform(-0.2, 0.2, len(ext))
    line, arc = Line(at, a, (ext, moved)), Arc(a, b, c, (moved, ext))
    yield line
    yield CornerCurve(line, 0.4, arc, 0.3)
    yield Arc(at, b, c, (ext, moved))
    yield CornerCurve(Line(at, a, (ext, moved)), 0.5, Line(a, d, (moved, ext)), 0.5)


def case_of(name: str, track: bool) -> cases.Case:
    robot = load_robot(name)
    external = External(tiny.track(), "world", Pose.identity(), "arm")
    return cases.Case(robot, (external,) if track else (), TOOL)


def ways(name: str, track: bool, seed: int) -> Iterator[tuple[cases.Case, Way]]:
    rng = np.random.default_rng(seed)
    made = case_of(name, track)
    at = made.q0 + rng.uniform(-0.3, 0.3, len(made.q0))
    at[4] += 0.7
    for leg in legs(rng, made.at(at - made.q0), at[made.chain.arm_dof :]):
        start = at
        if isinstance(leg, CornerCurve):
            first, reached = follow_leg(made.chain, made.tcp, leg._first, at)
            if reached < 1.0:
                continue
            start = first.joints(np.array([1.0 - leg.shares[0]]))[0][0]
        way, reached = follow_leg(made.chain, made.tcp, leg, start)
        if reached == 1.0:
            yield made, way
            yield made, JointCorner(way, 0.3, JointLine.between(
                made.chain, made.tcp, way.q[-1], at + 0.1), 0.4)  # fmt: skip


@pytest.mark.parametrize("name", ARMS)
@pytest.mark.parametrize("track", [False, True])
def test_no_derivative_is_above_its_bound(name: str, track: bool) -> None:
    proven = 0
    for _, way in ways(name, track, 3):
        u = np.linspace(0.0, 1.0, 2 * WIDE + 1)
        _, (d1, d2, d3) = way.course(u)
        for k in np.flatnonzero(np.isfinite(d3).all(axis=1)):
            dense = np.linspace(u[2 * k], u[2 * k + 2], DENSE)
            _, dq, ddq = way.joints(dense)
            assert np.all(np.abs(dq).max(axis=0) <= d1[k] * (1.0 + 1e-9) + 1e-7)
            assert np.all(np.abs(ddq).max(axis=0) <= d2[k] * (1.0 + 1e-9) + 1e-6)
            third = np.abs(np.diff(ddq, axis=0)).max(axis=0) / (dense[1] - dense[0])
            assert np.all(third <= d3[k] * (1.0 + 1e-9) + 1e-4)
            proven += 1
    assert proven > 20


def straight(made: cases.Case, metres: float, q: Array) -> Tracked:
    at = made.at(q - made.q0)
    end = Pose(at.R, at.p + np.array([0.0, metres, 0.0]))
    way, reached = follow_leg(made.chain, made.tcp, Line(at, end, (np.zeros(0), np.zeros(0))), q)
    assert reached == 1.0
    return way


def test_samples_of_another_branch_are_not_proven() -> None:
    """The joints the other way round at one knot stand on their pose, but not on this way."""
    made = case_of("ur10e", False)
    way = straight(made, 0.05, np.array([0.3, -1.2, 1.7, -1.9, -1.2, 0.3]))
    u = np.linspace(0.0, 1.0, 33)
    q, dq, ddq = way.joints(u)
    jerk = way.leg.jerk(u[::2])
    assert np.isfinite(bounds(made.chain, made.tcp, u, (q, dq, ddq), jerk)[2]).all()
    q[8, 5] += 1e-3
    third = bounds(made.chain, made.tcp, u, (q, dq, ddq), jerk)[2]
    assert np.flatnonzero(np.isinf(third).any(axis=1)).tolist() == [3, 4]


def test_a_line_through_a_singularity_says_that_it_rests_on_quotients() -> None:
    """The wrist of the arm is straight where the line is half done; axis 4 turns there."""
    made = case_of("kuka_kr210_r2700_2", False)
    q = np.array(made.q0)
    q[3], q[4] = 0.0, 0.05
    here = made.at(q - made.q0)
    ends = [Pose(here.R, here.p + np.array([0.0, 0.0, z])) for z in (0.05, -0.4)]
    run = made.run([made.joint(q - made.q0), *(made.line(end) for end in ends)])
    assert run.q[:, 4].min() < 0.0 < run.q[:, 4].max()
    passed = [run.q[m.first : m.last + 1, 4].min() < 0.0 for m in run.motions]
    told = [m.rests_on for m in run.motions]
    assert told == ["quotients" if singular else "proof" for singular in passed]
    assert sorted(told) == ["proof", "proof", "quotients"]


def test_an_arm_of_seven_axes_rests_on_quotients() -> None:
    made = cases.Case(tiny.seven_axes(), tcp=TOOL)
    at = made.at()
    run = made.run([made.line(Pose(at.R, at.p + np.array([0.0, 0.1, 0.0])))])
    assert [m.rests_on for m in run.motions] == ["quotients"]


def test_a_report_names_the_lines_that_rest_on_quotients() -> None:
    made = timeline(**held(1.0, 3.0))
    assert not any("not proven" in text for text in assumptions_of(made))
    track = made.tracks["arm"]
    motions = tuple(replace(m, rests_on="quotients") for m in track.motions)
    loose = replace(made, tracks={**made.tracks, "arm": replace(track, motions=motions)})
    (told,) = (text for text in assumptions_of(loose) if "not proven" in text)
    assert told.startswith(f"arm, {len({str(m.index) for m in motions})} motions (")
    assert "not proven" not in said("ko", told)


def test_knots_nearer_than_the_rounding_of_the_way_are_bounded_like_others() -> None:
    """Near a singularity knots are halved until s stands; once a middle lay outside of both."""
    t, s = np.linspace(0.0, 1e-9, 3), np.array([0.7, np.nextafter(0.7, 1.0), 0.7])
    q = np.array([[0.1, 0.2], [0.1, 0.2 + 3e-9], [0.1 + 1e-9, 0.2]])
    dq, bent = np.full((3, 2), 2.0), np.full((3, 2), 1e6)
    third = np.full((1, 2), np.inf)
    samples = Samples(t, s, s, np.ones(3), q, dq, bent, dq, bent, None, third)
    bend, away = path_bounds(samples)
    assert bend.max() == 1e6
    assert away[0] == pytest.approx([1e-9, 3e-9], abs=1e-15)
