"""Simulate: several programs on one clock, with signals, devices, grips and waits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gantry_cells import (
    cell_of,
    door_cell,
    door_job,
    job_of,
    panel,
    program,
    put,
    seconds,
    to,
    wait,
)
from run_looks import finding, moving, rules_of, times

from cellsim.domain.files.robot import load_robot
from cellsim.domain.program import (
    Call,
    Comment,
    Delay,
    Expr,
    Process,
    Raw,
    Target,
    Zone,
)
from cellsim.domain.report import Severity
from cellsim.domain.wiring import Device
from cellsim.errors import BadInput, UnknownName
from cellsim.geometry import Pose
from cellsim.kinematics.fk import flange_pose
from cellsim.kinematics.frames import chain_of
from cellsim.kinematics.ik import solve_all
from cellsim.kinematics.naming import branch_name
from cellsim.simulate.band import simulate_band
from cellsim.simulate.run import simulate


def test_one_robot_moves_only_after_the_other_says_so():
    cell = cell_of(go="group:hand")
    run = simulate(
        job_of(
            cell,
            program("hand", to(1), put("go"), to(0)),
            program("driver", wait("go"), to(0, 2)),
        )
    )
    (said,) = times(run, "signal", "go")
    assert run.findings == ()
    assert not moving(run, "driver", 0.0, said)
    assert moving(run, "driver", said, run.duration)
    assert run.breakdown["driver"]["wait"] == pytest.approx(said, abs=0.011)
    np.testing.assert_allclose(run.tracks["driver"].q[-1], (0, 2, 0), atol=1e-9)


def test_tracks_are_whole_and_end_together():
    cell = cell_of(go="group:hand")
    run = simulate(
        job_of(
            cell,
            program(
                "hand", to(1), Delay(0.5), put("go"), to(0, zone=Zone("radius", 50, "mm")), to(2)
            ),
            program("driver", wait("go"), to(0, 2)),
        )
    )
    for track in run.tracks.values():
        n, dof = track.q.shape
        assert np.all(np.diff(track.t) > 0)
        assert track.t[0] == 0.0
        assert track.t[-1] == pytest.approx(run.duration, abs=1e-12)
        assert track.dev_path.shape == track.dev_time.shape == (n - 1, dof)
        assert track.motion.shape == track.block.shape == (n - 1,)
        covered = np.zeros(n - 1, dtype=int)
        for number, motion in enumerate(track.motions):
            covered[motion.first : motion.last] += 1
            assert np.all(track.motion[motion.first : motion.last] == number)
        assert np.all(covered == 1)
        assert np.all(np.abs(np.diff(track.q, axis=0)).max(axis=1) < 0.03)
        assert np.all(np.diff(track.block) >= 0)


def test_standing_has_knots_at_both_ends_and_no_more():
    cell = cell_of()
    run = simulate(job_of(cell, program("hand", to(1), Delay(0.5), to(0))))
    track = run.tracks["hand"]
    (stand,) = [m for m in track.motions if m.kind == "stand"]
    assert (stand.last - stand.first, stand.note, stand.index.line) == (1, "delay", 2)
    assert track.t[stand.last] - track.t[stand.first] == pytest.approx(0.5)


def test_a_swapped_wait_is_a_deadlock_that_names_both_lines():
    cell = cell_of(a="group:hand", b="group:driver")
    good = job_of(
        cell,
        program("hand", to(1), put("a"), wait("b"), to(0)),
        program("driver", wait("a"), to(1, 1), put("b")),
    )
    bad = job_of(
        cell,
        program("hand", to(1), wait("b"), put("a"), to(0)),
        program("driver", wait("a"), to(1, 1), put("b")),
    )
    assert simulate(good).findings == ()
    found = [f for f in simulate(bad).findings if f.rule == "deadlock"]
    assert [(f.file, f.line) for f in found] == [("driver.prg", 1), ("hand.prg", 2)]
    for f in found:
        assert "hand hand.prg:2 waits for b" in f.facts["who"]
        assert "driver driver.prg:1 waits for a" in f.facts["who"]


def test_a_signal_that_nobody_sets_is_named_and_not_called_a_deadlock():
    cell = cell_of(ghost="cell")
    run = simulate(job_of(cell, program("hand", to(1), wait("ghost"), to(0))))
    assert rules_of(run) == ["signal-never-set"]
    assert finding(run, "signal-never-set").line == 2
    given = simulate(
        job_of(cell, program("hand", to(1), wait("ghost"), to(0)), inputs={"ghost": True})
    )
    assert given.findings == ()


def test_a_device_of_the_cell_starts_by_itself_and_opens_the_way():
    cell = cell_of(clamped="device:clamp")
    clamp = Device("clamp", "", "clamped", seconds(3.0), "clamp", target="rack")
    cell = replace(cell, devices={**cell.devices, "clamp": clamp})
    run = simulate(job_of(cell, program("hand", wait("clamped"), to(1))))
    assert run.findings == ()
    assert times(run, "signal", "clamped") == [pytest.approx(3.0)]
    assert not moving(run, "hand", 0.0, 3.0)


def test_timeout_goes_to_its_label_or_stops_the_program():
    cell = cell_of(late="group:driver")
    stopped = simulate(
        job_of(cell, program("hand", wait("late", timeout_s=0.5), to(1)),
               program("driver", Delay(2.0), put("late")))
    )  # fmt: skip
    found = finding(stopped, "wait-timeout")
    assert (found.file, found.line, found.limit) == ("hand.prg", 1, 0.5)
    assert stopped.tracks["hand"].q[-1][0] == 0.0
    exact = simulate(
        job_of(cell, program("hand", wait("late", timeout_s=0.5), to(1)),
               program("driver", Delay(0.5), put("late")))
    )  # fmt: skip
    assert exact.findings == ()


def test_a_moving_output_is_set_where_the_corner_begins_if_it_does_not_stop_the_robot():
    cell = cell_of(on="group:hand")
    body = (to(1, zone=Zone("radius", 100, "mm")), put("on"), to(1, 1))
    stopping = job_of(cell, program("hand", *body))
    flowing = replace(
        stopping, rules={g: replace(r, stops=frozenset()) for g, r in stopping.rules.items()}
    )
    still, fly = simulate(stopping), simulate(flowing)
    (t_still,), (t_fly,) = times(still, "signal", "on"), times(fly, "signal", "on")
    assert np.abs(still.tracks["hand"].traj(t_still, 1)).max() < 1e-9
    assert np.abs(fly.tracks["hand"].traj(t_fly, 1)).max() > 0.1
    assert fly.tracks["hand"].traj(t_fly)[0] == pytest.approx(0.9, abs=0.02)
    assert fly.duration < still.duration


def test_an_empty_program_and_one_of_comments_are_findings():
    for body in ((), (Comment("nothing"), Raw("; too", harmless=True))):
        run = simulate(job_of(cell_of(), program("hand", *body)))
        assert rules_of(run) == ["program-empty"]
        assert run.duration > 0.0


def test_a_line_not_understood_leaves_the_rest_undecided():
    run = simulate(job_of(cell_of(), program("hand", to(1), Raw("WEIRD 3"), to(2))))
    found = finding(run, "state-not-understood")
    assert (found.line, found.severity) == (2, Severity.UNDECIDED)
    missing = simulate(job_of(cell_of(), program("hand", to(1), Call("sub"), to(2))))
    assert finding(missing, "state-not-understood").line == 2


def test_outputs_that_belong_to_another_or_to_nobody_are_findings():
    run = simulate(job_of(cell_of(), program("hand", to(1), put("run"), put("nowhere"))))
    assert {"signal-of-another", "signal-unknown"} <= set(rules_of(run))


def test_a_move_with_the_tool_of_another_group_is_found():
    cell = cell_of()
    run = simulate(job_of(cell, program("hand", to(1), replace(to(2), tool="socket"))))
    found = finding(run, "tool-not-mounted")
    assert (found.line, found.facts["tool"], found.facts["mounted"]) == (2, "socket", "jaw")
    assert simulate(job_of(cell, program("hand", replace(to(2), tool="jaw.tip")))).findings == ()


def test_bad_names_carry_file_and_line():
    cell = cell_of()
    for wrong, kind in (({"tool": "no"}, UnknownName), ({"frame": "no"}, UnknownName),
                        ({"to": Target(q=(1.0, 2.0))}, BadInput)):  # fmt: skip
        with pytest.raises(kind, match=r"^hand\.prg:1:"):
            simulate(job_of(cell, program("hand", replace(to(1), **wrong))))
    with pytest.raises(UnknownName, match="device named 'nutruner'; did you mean 'nutrunner'"):
        simulate(job_of(cell, program("hand", Process("nutruner"))))


def test_the_band_spans_slow_and_fast():
    run = simulate_band(door_job(door_cell()))
    assert [f.rule for f in run.findings] == ["next-cycle-differs"]  # both flags stay on
    assert run.band.low < run.band.nominal < run.band.high
    assert run.band.nominal == run.duration
    assert run.band.model == "jerk-limited, not calibrated"
    assert run.assumptions == ()


def test_the_band_says_when_the_order_depends_on_the_speed():
    cell = cell_of(a="group:hand", b="group:driver")
    slow_moves = simulate(job_of(cell, program("hand", to(3)))).duration
    job = job_of(
        cell,
        program("hand", to(3), put("a")),
        program("driver", Delay(slow_moves - 0.05), put("b")),
    )
    assert any("another order" in text for text in simulate_band(job).assumptions)


def test_a_timeout_that_only_slow_processes_run_into_is_found():
    body = (to(1.1), Process("nutrunner", timeout_s=1.5), to(1.2), Process("nutrunner"))
    job = job_of(cell_of((panel(bolts=3),)), program("driver", *body))
    assert simulate(job).findings == ()
    assert [(f.rule, f.line) for f in simulate_band(job).findings] == [("wait-timeout", 2)]


def test_the_same_job_gives_the_same_timeline():
    a, b = (simulate(door_job(door_cell())) for _ in range(2))
    for group in a.tracks:
        assert np.array_equal(a.tracks[group].q, b.tracks[group].q)
        assert np.array_equal(a.tracks[group].t, b.tracks[group].t)
    assert [(e.t, e.kind, e.name) for e in a.events] == [(e.t, e.kind, e.name) for e in b.events]


def test_an_unknown_input_signal_counts_as_not_known():
    cell = cell_of()
    condition = Expr("signal", name="nowhere")
    run = simulate(job_of(cell, program("hand", to(1), replace(wait("x"), condition=condition))))
    assert "branch-on-unknown" in rules_of(run)


def ur_job(*moves):
    """Return a job of one UR5e that stands where the gantry stood."""
    cell = cell_of()
    arm = load_robot("ur5e")
    home = (0.2, -1.2, 1.4, -1.7, -1.5, 0.3)
    ur = replace(cell.groups["hand"], robot=arm, tool="", home=home)
    return job_of(replace(cell, groups={"hand": ur}), program("hand", *moves))


def pose_move(pose, **target):
    return replace(to(0), to=Target(pose=pose, **target))


def test_a_joint_move_to_a_pose_takes_the_branch_named_else_the_nearest():
    job = ur_job(to(0))
    chain = chain_of(job.cell, "hand")
    q = np.array(job.cell.groups["hand"].home) + 0.15
    pose = flange_pose(chain, q)
    run = simulate(ur_job(pose_move(pose)))
    assert run.findings == ()
    np.testing.assert_allclose(run.tracks["hand"].q[-1], q, atol=1e-8)
    other = next(
        b for b in solve_all(chain, pose) if branch_name(chain, b) != branch_name(chain, q)
    )
    named = simulate(ur_job(pose_move(pose, config=branch_name(chain, other))))
    end = named.tracks["hand"].q[-1]
    assert branch_name(chain, end) == branch_name(chain, other)
    assert flange_pose(chain, end).distance(pose)[0] < 1e-8


def test_a_pose_out_of_reach_and_a_configuration_that_is_none_are_findings():
    far = simulate(ur_job(pose_move(Pose.translation(3, 0, 0))))
    found = finding(far, "target-unreachable")
    assert (found.severity, found.line) == (Severity.ERROR, 1)
    job = ur_job(to(0))
    pose = flange_pose(chain_of(job.cell, "hand"), np.array(job.cell.groups["hand"].home))
    odd = simulate(ur_job(pose_move(pose, config="S 2, T 35")))
    assert finding(odd, "configuration-unknown").severity is Severity.UNDECIDED
