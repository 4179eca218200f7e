"""Outputs along a motion: where the robot is, and when, read off the way that it drives."""

from __future__ import annotations

import numpy as np
import pytest
from gantry_cells import cell_of, job_of, program, put, to, wait

from cellsim.domain.along import Along
from cellsim.domain.files.program import dump_program, parse_program
from cellsim.domain.program import Delay, Move, SetSignal, Speed, Target, Zone
from cellsim.domain.report import Severity
from cellsim.simulate.run import simulate

CORNER = Zone("radius", 200, "mm")


def line(x: float, y: float = 0.0, zone: Zone = Zone("fine")) -> Move:  # noqa: B008
    return Move("linear", Target(q=(x, y, 0.0)), Speed(0.25, "m/s"), zone)


def along(of: str, path: float = 0.0, delay: float = 0.0, name: str = "go") -> SetSignal:
    return SetSignal(name, True, Along(of, path, delay))  # type: ignore[arg-type]


def place(run, name: str = "go", value: float = 1.0) -> tuple[float, np.ndarray]:
    """Return when an output was set, and where the gantry (q is its place) was then."""
    (t,) = [e.t for e in run.events if (e.kind, e.name, e.value) == ("signal", name, value)]
    track = run.tracks["hand"]
    return t, np.array([np.interp(t, track.t, track.q[:, k]) for k in range(3)])


def driven(*body, **signals):
    return simulate(job_of(cell_of(go="group:hand", **signals), program("hand", *body)))


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (along("start"), (0.0, 0.0)),
        (along("end"), (2.0, 0.0)),
        (along("end", path=-0.5), (1.5, 0.0)),
        (along("start", path=0.3), (0.3, 0.0)),
        (along("end", path=-2.0), (0.0, 0.0)),
        (along("start", path=2.0), (2.0, 0.0)),
    ],
)
def test_an_output_on_a_line_is_set_where_its_distance_says(mark, expected) -> None:
    run = driven(mark, line(2.0))
    _, q = place(run)
    np.testing.assert_allclose(q[:2], expected, atol=0.005)
    assert run.findings == ()


@pytest.mark.parametrize(
    ("mark", "asked", "room", "unit", "x"),
    [
        (along("end", path=-2.001), 2001.0, 2000.0, "mm", 0.0),
        (along("start", path=9.0), 9000.0, 2000.0, "mm", 2.0),
        (along("start", path=-0.01), 10.0, 0.0, "mm", 0.0),
        (along("end", delay=0.5), 0.5, 0.0, "s", 2.0),
        (along("end", path=-0.5, delay=3.0), 3.0, None, "s", 2.0),
    ],
)
@pytest.mark.limit("output-beyond-motion")
def test_a_place_beyond_its_motion_is_undecided(mark, asked, room, unit, x) -> None:
    """The line is 2 m long, and takes 0.5 m of it in 2 s and what the ramp adds."""
    cell = cell_of(go="group:hand")
    body = program("hand", mark, line(2.0))
    run = simulate(job_of(cell, body))
    _, q = place(run)
    assert q[0] == pytest.approx(x, abs=0.005)
    (found,) = run.findings
    assert (found.rule, found.subject) == ("output-beyond-motion", "go")
    assert found.severity is Severity.UNDECIDED
    assert (found.value, found.unit) == (pytest.approx(asked), unit)
    if room is None:
        assert 2.0 < found.limit < 2.5
    else:
        assert found.limit == pytest.approx(room, abs=0.02)


def test_a_delay_at_constant_speed_is_that_much_way() -> None:
    _, later = place(driven(along("start", path=0.5, delay=0.4), line(2.0)))
    _, before = place(driven(along("end", path=-0.5, delay=-0.4), line(2.0)))
    assert later[0] == pytest.approx(0.5 + 0.25 * 0.4, abs=0.005)
    assert before[0] == pytest.approx(1.5 - 0.25 * 0.4, abs=0.005)


def test_in_a_corner_the_end_is_its_middle_and_the_start_of_the_next_its_end() -> None:
    body = (line(1.0, zone=CORNER), line(1.0, 1.0))
    t_end, end = place(driven(along("end"), *body))
    t_start, start = place(driven(body[0], along("start"), body[1]))
    # the parabola from (0.8, 0) over (1, 0) to (1, 0.2): its middle is (0.95, 0.05)
    np.testing.assert_allclose(end[:2], (0.95, 0.05), atol=0.005)
    np.testing.assert_allclose(start[:2], (1.0, 0.2), atol=0.005)
    assert t_end < t_start


def test_such_an_output_stops_nothing_and_a_plain_one_does() -> None:
    body = (line(1.0, zone=CORNER), line(1.0, 1.0))
    plain = driven(body[0], put("go"), body[1])
    smooth = driven(body[0], along("start"), body[1])
    none = driven(*body)
    assert smooth.duration == pytest.approx(none.duration, abs=1e-9)
    assert plain.duration > none.duration + 0.05


def test_a_pulse_goes_back_after_its_time_wherever_the_robot_is_then() -> None:
    off = SetSignal("go", False, Along("now", after=0.5))
    run = driven(put("go"), off, line(1.0))
    up, down = place(run)[0], place(run, value=0.0)
    assert down[0] - up == pytest.approx(0.5, abs=1e-9)
    assert 0.02 < down[1][0] < 0.2
    assert run.findings == ()


def test_an_output_without_a_motion_behind_it_is_never_set() -> None:
    run = driven(line(1.0), along("start"))
    assert not [e for e in run.events if e.name == "go"]


def test_another_robot_that_waits_for_it_starts_when_it_is_set() -> None:
    cell = cell_of(go="group:hand")
    hand = program("hand", along("end", path=-0.5), line(2.0), Delay(0.1))
    run = simulate(job_of(cell, hand, program("driver", wait("go"), to(0, 2))))
    t, _ = place(run)
    track = run.tracks["driver"]
    first = float(track.t[np.flatnonzero(np.abs(track.qd).max(axis=1) > 1e-9)[0]])
    assert first == pytest.approx(t, abs=0.03)


def test_the_program_file_keeps_where_an_output_is_set() -> None:
    given = program("hand", along("end", -0.0125, 0.05), line(1.0))
    text = dump_program(given, None)
    assert "along: {of: end, path_mm: -12.5, delay_s: 0.05}" in text
    (routine,) = parse_program(text, "hand.program.yaml").routines
    read = routine.body[0]
    assert isinstance(read, SetSignal)
    assert read.at == Along("end", -0.0125, 0.05)
