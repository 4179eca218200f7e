"""A stage with its joints to motions: out of the last place, over, in, and along its lines."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from cellsim.domain.program import Speed
from cellsim.geometry import Array
from cellsim.teach.candidates import Candidate
from cellsim.teach.stage import Follow, Motion, Point, Stage, follow_between

FREE_SPEED = Speed(80.0, "%")
LOADED_SPEED = Speed(60.0, "%")
CLEAR_SPEED = Speed(200.0, "mm/s")
SAMPLES = 41


def motions_of(
    before: Stage,
    stage: Stage,
    candidate: Candidate,
    link: tuple[Array, Array, Array],
) -> tuple[Motion, ...]:
    """Return the motions of a stage.

    Args:
        before: The stage that is left.
        link: Joints along the line out of it, of the free move's corners, along the line in.
    """
    leave, path, enter = link
    first, option = stage.points[0], candidate.option
    motions: list[Motion] = []
    if len(leave) > 1:
        motions.append(
            Motion(
                "linear", leave, first, option, before.frame, Follow(before.measured),
                CLEAR_SPEED, f"{before.feature} clear", False,
            )
        )  # fmt: skip
    motions += _free(before, stage, candidate, path)
    if len(enter) > 1:
        motions.append(
            Motion(
                "linear", enter, first, option, stage.frame, Follow(stage.measured),
                CLEAR_SPEED, label_of(stage, first), False,
            )
        )  # fmt: skip
    motions[-1] = _ending(motions[-1], first, stops=bool(first.actions) or stage.q is not None)
    for point, line in zip(stage.points[1:], candidate.lines, strict=True):
        stops = bool(point.actions) or point.name == "target"
        speed = Speed(float(point.speed_mm_s), "mm/s")
        motions.append(
            Motion(
                "linear", line, point, option, stage.frame, Follow(stage.measured), speed,
                label_of(stage, point), stops, point.actions,
            )
        )  # fmt: skip
    return tuple(motions)


def _ending(motion: Motion, point: Point, *, stops: bool) -> Motion:
    """Return the motion with what is done at a point at its end."""
    return Motion(
        motion.kind, motion.way, motion.point, motion.option, motion.frame, motion.follow,
        motion.speed, motion.label, stops, point.actions,
    )  # fmt: skip


def _free(before: Stage, stage: Stage, candidate: Candidate, path: Array) -> list[Motion]:
    """Return the joint moves between two places; the last one is written in a measured frame."""
    first = stage.points[0]
    speed = LOADED_SPEED if first.world.in_hand(stage.group) else FREE_SPEED
    motions = []
    frames = before.measured
    for number, (a, b) in enumerate(pairwise(path)):
        last = number == len(path) - 2
        now = stage.measured if last else frozenset()
        way = a + np.linspace(0.0, 1.0, SAMPLES)[:, None] * (b - a)
        frame = stage.frame if now else "world"
        label = label_of(stage, first) if last else ""
        follow = follow_between(frames, now)
        motions.append(
            Motion("joint", way, first, candidate.option, frame, follow, speed, label, False)
        )
        frames = now
    return motions


def label_of(stage: Stage, point: Point) -> str:
    """Return what a point is called in the program: "door.front_left.hinge_bolts[2] target"."""
    return stage.feature if point.name == stage.feature else f"{stage.feature} {point.name}"
