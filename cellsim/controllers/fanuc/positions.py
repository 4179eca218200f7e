"""Positions a program holds in its registers: points with elements that were set since.

A position is held as (file, point, changes): the point it was set to, or ("", 0) for the zero of
`LPOS-LPOS`, and the elements set since, in mm and deg; None for an element that is not known.
Elements 1 to 6 are X, Y, Z, W, P, R, or J1 to J6 of a position of joints.
Source: R-30iB Plus teach pendant help, 19.2 and 19.3 (`PR[i,j]` is element j of register i; + and -
of registers); a sum is taken element by element, which is assumed, so at most one part may turn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from cellsim.controllers.fanuc.points import Point
from cellsim.controllers.reading.walk import UNKNOWN, State

Points = Mapping[str, Mapping[int, Point]]
Changes = tuple[tuple[int, float | None], ...]
Held = tuple[str, int, Changes]
CARTESIAN = ("X", "Y", "Z", "W", "P", "R")
JOINTS = ("J1", "J2", "J3", "J4", "J5", "J6")
_PART = re.compile(r"\s*(?:(P|PR)\s*\[\s*(\d{1,5})\s*\]|(LPOS)|(JPOS))\s*", re.IGNORECASE)
_ZERO = re.compile(r"\s*(LPOS\s*-\s*LPOS|JPOS\s*-\s*JPOS)\s*", re.IGNORECASE)
_MOST_PARTS = 6


def position(text: str, state: State, file: str, points: Points) -> object:
    """Return what a position register is set to: a held position, or UNKNOWN.

    Args:
        text: Right side of an assignment. file: Whose points it names. points: By file and number.
    """
    if _ZERO.fullmatch(text):
        return ("", 0, ()) if text.strip().upper().startswith("L") else UNKNOWN
    parts: list[Held] = []
    signs: list[float] = []
    at, sign = 0, 1.0
    while at < len(text) and len(parts) <= _MOST_PARTS:
        match = _PART.match(text, at)
        held = None if match is None else _part(match, state, file, points)
        if match is None or held is None:
            return UNKNOWN
        parts.append(held)
        signs.append(sign)
        at = match.end()
        if at < len(text):
            if text[at] not in "+-":
                return UNKNOWN
            sign, at = (1.0 if text[at] == "+" else -1.0), at + 1
    if len(parts) == 1:
        return parts[0]
    return _sum(parts, signs, points) if parts else UNKNOWN


def _part(match: re.Match[str], state: State, file: str, points: Points) -> Held | None:
    if match[1]:
        if match[1].upper() == "P":
            return (file, int(match[2]), ())
        held = state.get(f"PR {int(match[2])}")
        return held if isinstance(held, tuple) else None
    here = state.get("here")
    if not isinstance(here, tuple):
        return None
    held, uframe, utool = here
    if (uframe, utool) != (state.get("uframe"), state.get("utool")):
        return None
    joints = is_joints(held, points)
    return held if joints is bool(match[4]) else None


def _sum(parts: list[Held], signs: list[float], points: Points) -> object:
    """Return a sum: of one kind, with one part that turns at most; its CONFIG is that part's."""
    kinds = {is_joints(part, points) for part in parts if part[0]}
    if len(kinds) > 1 or None in kinds:
        return UNKNOWN
    joints = kinds == {True}
    turning = [
        i for i, part in enumerate(parts) if any(element(part, at, points) for at in (4, 5, 6))
    ]
    based = [i for i, part in enumerate(parts) if part[0]]
    first = turning[0] if turning else (based[0] if based else 0)
    if not joints and (len(turning) > 1 or signs[first] < 0.0):
        return UNKNOWN
    changes: list[tuple[int, float | None]] = []
    for at in range(1, 7):
        values = [element(part, at, points) for part in parts]
        known = [sign * v for sign, v in zip(signs, values, strict=True) if v is not None]
        changes.append((at, sum(known) if len(known) == len(values) else None))
    file, number, _ = parts[first]
    return (file, number, tuple(changes))


def is_joints(held: Held, points: Points) -> bool | None:
    """Return whether a held position is one of joints; None where its point is not there."""
    file, number, _ = held
    if not file:
        return False
    point = points.get(file, {}).get(number)
    return None if point is None or point.wrong else "J1" in point.values


def element(held: Held, at: int, points: Points) -> float | None:
    """Return element 1..6 [mm, deg] of a held position; None where it is not known."""
    file, number, changes = held
    changed = dict(changes)
    if at in changed or not 1 <= at <= 6:
        return changed.get(at)
    if not file:
        return 0.0
    point = points.get(file, {}).get(number)
    if point is None:
        return None
    names = JOINTS if "J1" in point.values else CARTESIAN
    return point.values.get(names[at - 1])


def with_changes(point: Point, changes: Changes) -> Point | None:
    """Return a point with elements set anew; None where one of them is not known."""
    if not changes:
        return point
    if point.wrong or any(value is None for _, value in changes):
        return None
    names = JOINTS if "J1" in point.values else CARTESIAN
    new = {names[at - 1]: value for at, value in changes if value is not None}
    return replace(point, values={**point.values, **new})


def moved(held: Held, steps: Mapping[int, float], points: Points) -> Held:
    """Return a held position with steps [mm, deg] added to some of its elements."""
    file, number, changes = held
    new = dict(changes)
    for at, step in steps.items():
        value = element(held, at, points)
        new[at] = None if value is None else value + step
    return (file, number, tuple(sorted(new.items())))
