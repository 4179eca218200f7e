"""The trajectory itself, changed behind the planner's back: kinds of defects."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from jobs import Case
from kind import (
    SOME_LINE,
    Expected,
    Rng,
    kind,
    told,
)

from cellsim.domain.timeline import GroupTrack, Timeline


def _tampered(c: Case, change: Callable[[GroupTrack], GroupTrack]) -> None:
    def tamper(timeline: Timeline) -> Timeline:
        tracks = {**timeline.tracks, "picker": change(timeline.tracks["picker"])}
        return replace(timeline, tracks=tracks)

    c.tamper = tamper


def _faster(track: GroupTrack, factor: float) -> GroupTrack:
    """The same way in 1/factor of the time, speeds and accelerations as they then are."""
    return replace(
        track, t=track.t / factor, qd=track.qd * factor, qdd=track.qdd * factor**2
    )  # fmt: skip


@kind(proven=False)
def time_law_too_hard(c: Case, rng: Rng) -> Expected:
    factor = float(rng.uniform(1.1, 1.5))
    _tampered(c, lambda track: _faster(track, factor))
    return Expected(("joint-acceleration-exceeded",), SOME_LINE)


@kind(proven=False)
def time_law_too_fast(c: Case, rng: Rng) -> Expected:
    factor = float(rng.uniform(6.0, 9.0))
    _tampered(c, lambda track: _faster(track, factor))
    return Expected(("joint-speed-exceeded",), SOME_LINE)


@kind(proven=False)
def tcp_faster_than_written(c: Case, rng: Rng) -> Expected:
    factor = float(rng.uniform(1.1, 1.5))
    _tampered(c, lambda track: _faster(track, factor))
    return told(c, "tcp-speed-exceeded", "pick", "pull", "place", "leave", "arc")


@kind(proven=False)
def speeds_that_do_not_lead_along_the_way(c: Case, rng: Rng) -> Expected:
    factor = float(rng.uniform(1.2, 1.6))
    _tampered(c, lambda track: replace(track, qd=track.qd * factor))
    return Expected(("trajectory-disagrees",), SOME_LINE)


@kind(proven=False)
def line_that_is_not_straight(c: Case, rng: Rng) -> Expected:
    """A straight move with a bump of half a degree in the second axis."""
    line, size = c.line("pull"), math.radians(float(rng.uniform(0.3, 0.8)))

    def bump(track: GroupTrack) -> GroupTrack:
        q = np.array(track.q)
        for motion in track.motions:
            if motion.index.line == line and motion.kind == "linear":
                rows = np.arange(motion.first, motion.last + 1)
                u = (rows - motion.first) / max(len(rows) - 1, 1)
                q[rows, 1] += size * np.sin(np.pi * u) ** 2
        return replace(track, q=q)

    _tampered(c, bump)
    return Expected(("trajectory-disagrees",), (line,))
