"""Rule part-placed-elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from cellsim.domain.feature import facing
from cellsim.domain.files.onfeature import owned_feature
from cellsim.domain.program import Release
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Event
from cellsim.domain.walk import statements_of
from cellsim.geometry import Array, Pose
from cellsim.kinematics.frames import world_T_frame
from cellsim.simulate.support import SEAT_REACH_M
from cellsim.units import deg, mm
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome

TILT_RAD = math.radians(5.0)


def part_placed_elsewhere(context: Context) -> Outcome:
    """A part is let go at another place than its release names.

    What: when the gripper opens, the seat of the part (its own frame where it has none) is not on
        the place that the release statement names, or is tilted against it.
    Why: it may lie safely, and the next program or machine looks for it where it is not.
    Limit: 15 mm, within which a part counts as seated, and 5 deg between the axes of seat and
        place. How it is turned about that axis is not asked.
    Source: design rule of cellsim. Controller text names no places: there this cannot be asked.
    """
    found, looked = [], 0
    for group, program in context.timeline.job.programs.items():
        for statement in statements_of(program):
            if not isinstance(statement, Release) or not statement.at:
                continue
            for event in context.timeline.events:
                here = event.kind == "release" and event.name == statement.part
                here = here and event.group == group
                at = event.index
                if here and at and (at.file, at.line) == (program.file, statement.line):
                    looked += 1
                    found += list(_findings(context, group, statement, event))
    return outcome(looked, found)


def _findings(context: Context, group: str, statement: Release, event: Event) -> Iterator[Finding]:
    off, tilt = _misfit(context, statement.part, statement.at, event.t)
    if off <= SEAT_REACH_M and tilt <= TILT_RAD:
        return
    value, limit, unit = off / mm, SEAT_REACH_M / mm, "mm"
    if off <= SEAT_REACH_M:
        value, limit, unit = tilt / deg, TILT_RAD / deg, "deg"
    assert event.index is not None
    yield Finding(
        "part-placed-elsewhere", Severity.ERROR, f"{group} {statement.part}", value, limit, unit,
        event.index.file, event.index.line, event.t, event.t, {"place": statement.at},
        "place-there",
    )  # fmt: skip


def _misfit(context: Context, part: str, place: str, t: float) -> tuple[float, float]:
    """Return (distance [m], angle between the axes [rad]) of a part's seat from a named place."""
    body = context.cell.parts[part]
    seat = body.features[body.seat].places[0] if body.seat in body.features else Pose.identity()
    owner, body_T_place = owned_feature(context.cell, place)
    world_T_seat = _where(context, f"part:{part}", t) @ seat
    world_T_place = _where(context, owner, t) @ body_T_place
    wanted = facing(world_T_place) if body.seat in body.features else world_T_place
    off = float(np.linalg.norm(world_T_seat.p - wanted.p))
    cosine = float(np.clip(world_T_seat.R[:, 2] @ wanted.R[:, 2], -1.0, 1.0))
    return off, math.acos(cosine)


def _where(context: Context, body: str, t: float) -> Pose:
    """Return `world_T_body` of a part or fixture at a time [s]; of a part just let go, before."""
    timeline = context.timeline
    at = {name: track.at for name, track in timeline.fixtures.items()}
    q: Mapping[str, Array] = {name: np.atleast_1d(where(t)) for name, where in at.items()} | {
        name: track.traj(t) for name, track in timeline.tracks.items()
    }
    name = body.removeprefix("part:")
    holds = [h for h in timeline.holds if body == f"part:{name}" and h.part == name]
    for hold in sorted(holds, key=lambda h: h.t0):
        if hold.t0 < t <= hold.t1 + 1e-9:
            return world_T_frame(context.cell, hold.parent.removeprefix("frame:"), q) @ hold.pose
    return world_T_frame(context.cell, body, q)
