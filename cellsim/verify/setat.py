"""Which lines of a text set the tool, frame or speed that a finding may come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cellsim.domain.program import Move, Program
from cellsim.domain.report import Finding
from cellsim.domain.timeline import GroupTrack, Timeline
from cellsim.domain.walk import placed

_TIME_S = 1e-9
_PLACE = frozenset({"tool", "frame"})
_PLACED = (
    *("collision", "clearance", "joint-limit-exceeded", "frame-joint-limit", "grip-missed"),
    *("part-dropped", "part-placed-elsewhere", "fastener-missed", "target-unreachable"),
    *("line-unreachable", "configuration-unknown", "configuration-flip", "configuration-mismatch"),
    *("target-ambiguous", "frame-not-measured", "frame-moves-meanwhile"),
)
_FAST = (
    *("tcp-speed-exceeded", "tcp-speed-not-held", "singularity-slowdown", "joint-speed-exceeded"),
    *("joint-acceleration-exceeded", "joint-torque-exceeded"),
)
# What a wrong setting of a state is found by, wherever it was set.
_STATES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_PLACED, _PLACE),
    **dict.fromkeys(_FAST, frozenset({"speed"})),
    "tool-not-mounted": frozenset({"tool"}),
}


def with_settings(findings: Iterable[Finding], timeline: Timeline) -> list[Finding]:
    """Return findings with the lines that set what their motion runs with, under "set_at".

    Each is a mapping of state, file and line. Of a motion to joint values neither tool nor frame
    decides where it goes. What stands at no motion (a gripper that closes) is taken to come from
    the motion before it.
    """
    job = timeline.job
    if not any(_set_elsewhere(program) for program in job.programs.values()):
        return list(findings)
    statements = {group: dict(_by_place(program)) for group, program in job.programs.items()}
    return [_with(f, statements, timeline.tracks) for f in findings]


def _set_elsewhere(program: Program) -> bool:
    return any(isinstance(s, Move) and s.set_at for _, s in placed(program))


def _by_place(program: Program) -> Iterable[tuple[tuple[str, int], Move | None]]:
    for file, statement in placed(program):
        yield (file, statement.line), statement if isinstance(statement, Move) else None


def _with(
    f: Finding,
    statements: Mapping[str, Mapping[tuple[str, int], Move | None]],
    tracks: Mapping[str, GroupTrack],
) -> Finding:
    states, place = _STATES.get(f.rule, frozenset()), (f.file, f.line)
    group = next((group for group, there in statements.items() if place in there), None)
    if not states or group is None:
        return f
    move = statements[group][place]
    if move is None and f.t0 is not None and group in tracks:
        move = _before(tracks[group], f.t0, statements[group])
    if move is None:
        return f
    if move.kind == "joint" and move.to.pose is None and f.rule != "tool-not-mounted":
        states = states - _PLACE
    told = [
        {"state": s.state, "file": s.file, "line": s.line} for s in move.set_at if s.state in states
    ]
    return replace(f, facts={**f.facts, "set_at": told}) if told else f


def _before(
    track: GroupTrack, t: float, there: Mapping[tuple[str, int], Move | None]
) -> Move | None:
    """Return the last motion that began before a time [s], None where there is none."""
    begun = [
        m for m in track.motions if m.kind != "stand" and float(track.t[m.first]) < t - _TIME_S
    ]
    return there.get((begun[-1].index.file, begun[-1].index.line)) if begun else None
