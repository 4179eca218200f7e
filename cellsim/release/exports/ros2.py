"""ROS 2: the goals of FollowJointTrajectory actions, one a motion from rest to rest.

A trajectory does not stop at a wait. So each motion between two stops is a goal of its own, that
ends with all velocities zero, and what has to happen between two goals (outputs to set, inputs to
wait for) stands in a list beside them, in order. Who plays the goals must carry out that list:
outputs during a motion have their time in it; a wait that is skipped is not proven.

Positions are rad and m, times from the start of the goal. JSON, which is YAML too.
Source: control_msgs/action/FollowJointTrajectory, trajectory_msgs/msg/JointTrajectoryPoint.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from cellsim.domain.timeline import Event, Timeline
from cellsim.geometry import Array
from cellsim.release.exports.rows import (
    TIME_DIGITS,
    Stretch,
    between_rows,
    events_of,
    stretches,
)

FORMAT = "cellsim/ros2@1"
DIGITS = 9
MAX_BYTES = 200_000_000
NOTE = (
    "goals do not stop at waits: send a goal only when every entry of `events` before it is done; "
    "inputs are to be waited for, not timed"
)


def write_ros2(timeline: Timeline, group: str) -> bytes:
    """Return the verified motion of a group as goals and events."""
    body = _body(timeline, group)
    head = {key: value for key, value in body.items() if key not in ("goals", "events")}
    lines = [json.dumps(head, ensure_ascii=False)[:-1] + ',\n"goals": [']
    goals = [_goal_text(goal) for goal in body["goals"]]
    lines.append(",\n".join(goals) + '],\n"events": [')
    events = [json.dumps(event, ensure_ascii=False) for event in body["events"]]
    lines.append(",\n".join(events) + "]}\n")
    return "\n".join(lines).encode()


def _goal_text(goal: Mapping[str, Any]) -> str:
    points = goal["trajectory"]["points"]
    names = json.dumps(goal["trajectory"]["joint_names"])
    rows = ",\n".join(json.dumps(point) for point in points)
    head = f'{{"number": {goal["number"]}, "starts_s": {goal["starts_s"]}, '
    return head + f'"trajectory": {{"joint_names": {names}, "points": [\n{rows}]}}}}'


def _body(timeline: Timeline, group: str) -> dict[str, Any]:
    track = timeline.tracks[group]
    joints = timeline.job.cell.groups[group].joints
    parts = stretches(track)
    bounds = between_rows(track)
    return {
        "format": FORMAT,
        "group": group,
        "note": NOTE,
        "between_points_at_most": {
            j.name: float(f"{b * (1.0 + 1e-6) + 1e-9:.3e}")
            for j, b in zip(joints, bounds, strict=True)
        },
        "goals": [
            {
                "number": number,
                "starts_s": round(float(track.t[part.first]), TIME_DIGITS),
                "trajectory": {
                    "joint_names": [j.name for j in joints],
                    "points": list(_points(timeline, group, part)),
                },
            }
            for number, part in enumerate(parts, start=1)
        ],
        "events": [_event(e, track.t, parts) for e in events_of(timeline, group)],
    }


def _points(timeline: Timeline, group: str, part: Stretch) -> Iterator[dict[str, Any]]:
    track = timeline.tracks[group]
    before = -1
    for k in range(part.first, part.last + 1):
        nanoseconds = round(float(track.t[k] - track.t[part.first]) * 1e9)
        if nanoseconds <= before:
            continue
        before = nanoseconds
        still = k in (part.first, part.last)
        yield {
            "positions": [round(float(v), DIGITS) + 0.0 for v in track.q[k]],
            "velocities": [0.0 if still else round(float(v), DIGITS) + 0.0 for v in track.qd[k]],
            "time_from_start": {"sec": nanoseconds // 10**9, "nanosec": nanoseconds % 10**9},
        }


def _event(e: Event, times: Array, parts: tuple[Stretch, ...]) -> dict[str, Any]:
    """Return an event with the goal it comes in or before; `after_start_s` within a goal only."""
    shown: dict[str, Any] = {"do": "wait" if e.kind == "wait" else "set", "signal": e.name}
    shown["value"] = e.value
    for number, part in enumerate(parts, start=1):
        start, end = float(times[part.first]), float(times[part.last])
        if e.t <= start + 1e-9:
            return {**shown, "before_goal": number}
        if e.t < end - 1e-9:
            inside = round(e.t - start, TIME_DIGITS)
            return {**shown, "in_goal": number, "after_start_s": inside}
    return {**shown, "after_goal": len(parts)}


def differences_ros2(data: bytes, timeline: Timeline, group: str) -> list[str]:
    """Return where goals say something else than the verified timeline, in printed digits."""
    if len(data) > MAX_BYTES:
        return [f"larger than {MAX_BYTES // 1_000_000} MB"]
    try:
        read = json.loads(data)
    except (ValueError, RecursionError) as error:
        return [f"not the JSON that was written: {error}"]
    if not isinstance(read, dict) or read.get("format") != FORMAT:
        return [f"format is not {FORMAT}"]
    wanted = _body(timeline, group)
    goals, found = read.get("goals"), []
    if not isinstance(goals, list) or len(goals) != len(wanted["goals"]):
        return [f"not {len(wanted['goals'])} goals"]
    for given, goal in zip(goals, wanted["goals"], strict=True):
        found += [f"goal {goal['number']}: {what}" for what in _goal_differences(given, goal)]
    for key in ("group", "note", "between_points_at_most", "events"):
        if read.get(key) != wanted[key]:
            found.append(f"'{key}' is not that of the timeline")
    return found[:5]


def _goal_differences(given: object, goal: Mapping[str, Any]) -> Iterator[str]:
    read_goal = given if isinstance(given, dict) else {}
    trajectory = read_goal.get("trajectory")
    if not isinstance(trajectory, dict) or read_goal.get("starts_s") != goal["starts_s"]:
        yield "no trajectory, or another start"
        return
    if trajectory.get("joint_names") != goal["trajectory"]["joint_names"]:
        yield "joint names"
        return
    try:
        read = _numbers(trajectory["points"])
    except (KeyError, TypeError, ValueError):
        yield "points that are none"
        return
    wanted = _numbers(goal["trajectory"]["points"])
    if read.shape != wanted.shape:
        yield f"{len(read)} points, not {len(wanted)}"
    elif np.any(np.diff(read[:, 0]) <= 0.0):
        yield "time_from_start does not increase"
    elif np.any(np.abs(read[-1, 1 + (read.shape[1] - 1) // 2 :]) > 0.0):
        yield "the last velocity is not zero"
    elif np.any(np.abs(read - wanted) > 0.6 * 10.0**-DIGITS):
        row, column = np.argwhere(np.abs(read - wanted) > 0.6 * 10.0**-DIGITS)[0]
        values = f"{read[row, column]:.10g}, not {wanted[row, column]:.10g}"
        yield f"point {row + 1}, value {column} is {values}"


def _numbers(points: list[dict[str, Any]]) -> Array:
    rows = []
    for point in points:
        time = point["time_from_start"]
        seconds = int(time["sec"]) + int(time["nanosec"]) * 1e-9
        rows.append([seconds, *map(float, point["positions"]), *map(float, point["velocities"])])
    return np.array(rows, dtype=np.float64)
