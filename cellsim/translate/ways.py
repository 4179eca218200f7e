"""How the source program moves, statement by statement: joints at both ends, length, order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from cellsim.domain.job import Job
from cellsim.domain.program import FINE, Call, If, Loop, Move, Program, Statement
from cellsim.geometry import Array
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of
from cellsim.simulate.moves import flange_T_tcp_of
from cellsim.simulate.run import simulate

SAMPLES = 33


@dataclass(frozen=True, eq=False)
class Way:
    """One motion as it is driven first, every corner left out.

    Attributes:
        line: Of its statement. start, end: Joints [rad | m], shape (dof,).
        length: Of the TCP's way [m].
        after: Length of the next motion, 0 for the last; next_line: its line.
    """

    line: int
    start: Array
    end: Array
    length: float
    after: float = 0.0
    next_line: int = 0

    @property
    def travel(self) -> Array:
        """How far each joint goes [rad | m], shape (dof,)."""
        return np.asarray(np.abs(self.end - self.start), dtype=np.float64)


def ways_of(job: Job, group: str) -> Mapping[int, Way]:
    """Return the ways of a program by source line, in the order of the text from its entry.

    Waits are taken as held, both sides of a branch and every loop are driven once: what follows
    from a way is exact for that way alone. Motions that move nothing and routines that nobody
    calls have none.
    """
    run = simulate(replace(job, programs={group: _straight(job.programs[group])}))
    track = run.tracks[group]
    chain = chain_of(job.cell, group)
    ways: list[Way] = []
    for motion in track.motions:
        if motion.kind not in ("joint", "linear", "circular") or motion.last <= motion.first:
            continue
        times = np.linspace(track.t[motion.first], track.t[motion.last], SAMPLES)
        q = track.traj(times)
        tcp = flange_T_tcp_of(job.cell, group, motion.tool)
        points = np.array([tcp_pose(chain, row, tcp).p for row in q])
        length = float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())
        ways.append(Way(motion.index.line, q[0], q[-1], length))
    found: dict[int, Way] = {}
    for number, way in enumerate(ways):
        following = ways[number + 1] if number + 1 < len(ways) else None
        if following is not None:
            way = replace(way, after=following.length, next_line=following.line)
        found.setdefault(way.line, way)
    return found


def _straight(program: Program) -> Program:
    """Return the motions in the order of the text, each stop exact: no waits, branches, jumps."""
    routines = tuple(replace(r, body=tuple(_motions(r.body))) for r in program.routines)
    return replace(program, routines=routines)


def _motions(body: tuple[Statement, ...]) -> Iterator[Statement]:
    for s in body:
        if isinstance(s, Move):
            yield replace(s, zone=FINE)
        elif isinstance(s, If):
            yield from _motions(s.then)
            yield from _motions(s.otherwise)
        elif isinstance(s, Loop):
            yield from _motions(s.body)
        elif isinstance(s, Call):
            yield s
