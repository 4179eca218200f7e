"""The points of a program: /POS text to targets.

Source: R-30iB Plus teach pendant help, 5.3 and 5.6; layouts of backups (tabs, units, no leading
zero).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from cellsim.controllers.reading.axes import joint_values
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import rotation_zyx
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import Target
from cellsim.errors import BadInput
from cellsim.geometry import Pose

_HEAD = re.compile(r"\s*P\[\s*(\d{1,6})\s*(?::\s*\"?([^\"\]]*)\"?\s*)?\]\s*\{", re.IGNORECASE)
_GROUP = re.compile(r"GP(\d)\s*:", re.IGNORECASE)
_FIELD = re.compile(
    r"([A-Za-z]+\d?)\s*[:=]\s*('[^']*'|[-+]?(?:\d+\.?\d*|\.\d+)|F\b|\*+)\s*(mm|deg|inch)?\s*(,|$)",
    re.IGNORECASE,
)
_CONFIG = re.compile(r"\s*([NF])\s*([UD])\s*([TB])\s*,\s*(-?\d+)\s*,\s*(-?\d+)\s*,\s*(-?\d+)\s*")
# Of the whole position, or of one element of it.
_SETS = re.compile(r"(?<![\w$])P\s*\[([^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]\s*=(?!=)", re.IGNORECASE)
_PLAIN = re.compile(r"\s*(\d{1,6})\s*(?:[,:].*)?")
_POSE = ("X", "Y", "Z", "W", "P", "R")
_UNITS = dict(zip(_POSE, ("mm",) * 3 + ("deg",) * 3, strict=True))
_BLANK = " \t\r\n,"


@dataclass(frozen=True)
class Point:
    """One point as it stands in the text; numbers in mm and deg.

    Attributes:
        line: Where it begins. name: Its comment. uf, ut: None for F (the active number).
        config: Letters and turns with single blanks, "" for joints.
        values: Components of group 1. units: Of its J and E axes.
        further: (value, unit) of the axes of further groups in their order; None where their text
            has anything else.
        wrong: Why it is not understood, "" for nothing.
    """

    line: int
    name: str
    uf: int | None = None
    ut: int | None = None
    config: str = ""
    values: dict[str, float] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    further: tuple[tuple[float, str], ...] | None = ()
    wrong: str = ""


def points_of(
    file: str, texts: Sequence[tuple[int, str]], collector: Collector
) -> dict[int, Point]:
    """Return the points of a /POS part by number; lines that belong to none are kept verbatim."""
    points: dict[int, Point] = {}
    at, number, name, inner = 0, 0, "", list[str]()
    for line, text in texts:
        match = _HEAD.match(text) if not at else None
        if match is not None:
            at, number, name = line, int(match[1]), (match[2] or "").strip()
            text = text[match.end() :]
        elif not at:
            if text.strip():
                collector.count(file)
                collector.keep(Line(file, line, text.strip(), "", text), "no point")
            continue
        body, end, _ = text.partition("}")
        inner.append(body)
        if end:
            if number in points:
                raise BadInput(f"P[{number}] twice", file=file, line=at)
            points[number] = _point(at, name, "\n".join(inner))
            collector.count(file)
            at, inner = 0, []
    if at:
        raise BadInput("a point has no end", file=file, line=at, expected="};")
    return points


def taught(points: dict[int, Point], lines: Iterable[Line]) -> dict[int, Point]:
    """Return the points that no line of their program sets (`P[3]=..`): those stay as taught.

    A line that sets one of a number which only the run gives (`P[R[1]]=..`) may set any.
    """
    said = (line.text for line in lines if not line.text.startswith(("!", "/", "-")))
    found = [_PLAIN.fullmatch(m[1]) for text in said for m in _SETS.finditer(text)]
    if None in found:
        return {}
    changed = {int(m[1]) for m in found if m is not None}
    return {number: point for number, point in points.items() if number not in changed}


def _point(line: int, name: str, text: str) -> Point:
    """Return a point of the text between its braces."""
    parts = _GROUP.split(text)
    if len(parts) < 3 or parts[1] != "1":
        return Point(line, name, wrong="a point without GP1")
    found, units, wrong = _fields(parts[2])
    words = {k: v for k, v in found.items() if k in ("UF", "UT", "CONFIG", "KONFIG")}
    config = words.get("CONFIG", words.get("KONFIG", ""))
    config_text = config_of(config.strip("'"))
    if config and not config_text:
        wrong = wrong or f"CONFIG {config}"
    values: dict[str, float] = {}
    for key, given in found.items():
        if key in words:
            continue
        number = _number(given)
        if number is None:
            wrong = wrong or f"{key} has no value"
        else:
            values[key] = number
    return Point(
        line,
        name,
        _whole(words.get("UF")),
        _whole(words.get("UT")),
        config_text,
        values,
        units,
        _further(parts[3:]),
        wrong or ("UF or UT is missing" if not {"UF", "UT"} <= set(words) else ""),
    )


def _further(parts: Sequence[str]) -> tuple[tuple[float, str], ...] | None:
    """Return the axes J1, J2, .. of groups 2, 3, .. in their order, None for anything else.

    parts: Number and text of each group, one behind the other.
    """
    out: list[tuple[float, str]] = []
    for number, (group, text) in enumerate(zip(parts[::2], parts[1::2], strict=True), 2):
        found, units, wrong = _fields(text)
        axes = [key for key in found if key not in ("UF", "UT")]
        values = [_number(found[key]) for key in axes]
        known = [v for v in values if v is not None]
        in_order = axes == [f"J{i}" for i in range(1, len(axes) + 1)]
        if wrong or int(group) != number or not in_order or len(known) < len(axes):
            return None
        out += [(value, units[key]) for key, value in zip(axes, known, strict=True)]
    return tuple(out)


def config_of(text: str) -> str:
    """Return letters and turns with single blanks, "" for what is no configuration."""
    match = _CONFIG.fullmatch(text)
    if match is None:
        return ""
    turns = ", ".join(str(int(match[i])) for i in (4, 5, 6))
    return f"{match[1]} {match[2]} {match[3]}, {turns}"


def _fields(text: str) -> tuple[dict[str, str], dict[str, str], str]:
    """Return components by name (upper case), their units, and what is wrong with the text."""
    found: dict[str, str] = {}
    units: dict[str, str] = {}
    at = 0
    text = text.strip(_BLANK)
    while at < len(text):
        match = _FIELD.match(text, at)
        if match is None:
            return found, units, f"component '{text[at : at + 20].split(',')[0].strip()}'"
        key, unit = match[1].upper(), (match[3] or "").lower()
        if key in found:
            return found, units, f"{key} twice"
        wanted = _UNITS.get(key, unit)
        if unit != wanted:
            return found, units, f"{key} in '{unit}', not {wanted}"
        found[key], units[key] = match[2], unit
        at = match.end()
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
    return found, units, ""


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None


def target_of(point: Point, group: MotionGroup, before: Pose | None) -> Target | str:
    """Return a point as a target, or the reason why it is not one.

    Args:
        before: Put in front of its pose: of UF 0, or of a frame that the text sets.
    """
    if point.wrong:
        return f"point: {point.wrong}"
    arm = group.robot.dof
    extra = _externals(point, group)
    if isinstance(extra, str):
        return extra
    if "J1" in point.values:
        names = [f"J{i + 1}" for i in range(arm)]
        if any(n not in point.values for n in names):
            return f"a point without all of J1..J{arm}"
        if not set(point.values) <= {*names, *_EXTERNALS}:
            return "a point with a component that is not known"
        if any(point.units[n] != "deg" for n in names):
            return "a point with joints that are not in deg"
        axes = group.controller.axes
        shown = [*(point.values[n] for n in names), *extra]
        return Target(q=joint_values(axes, shown), name=point.name)
    if not all(k in point.values for k in _POSE):
        return "a point without all of X, Y, Z, W, P, R"
    if not set(point.values) <= {*_POSE, *_EXTERNALS}:
        return "a point with a component that is not known"
    if not point.config:
        return "a point without CONFIG"
    x, y, z, w, p, r = (point.values[k] for k in _POSE)
    pose = Pose(rotation_zyx(r, p, w), np.array([x, y, z]) / 1000.0)
    if before is not None:
        pose = before @ pose
    axes = group.controller.axes[arm:]
    return Target(pose=pose, config=point.config, ext=joint_values(axes, extra), name=point.name)


_EXTERNALS = tuple(f"E{i}" for i in range(1, 7))


def _externals(point: Point, group: MotionGroup) -> list[float] | str:
    """Return the group's external axes as printed; others that are not zero are a reason."""
    axes = group.controller.axes[group.robot.dof :]
    if further_taken(point, group):
        return [value for value, _ in point.further or ()]
    own, other = _EXTERNALS[: len(axes)], _EXTERNALS[len(axes) :]
    if any(name not in point.values for name in own):
        return f"a point without E1..E{len(axes)}"
    for name, axis in zip(own, axes, strict=True):
        if point.units[name] != axis.unit:
            return f"a point with {name} in '{point.units[name]}', not {axis.unit}"
    if any(point.values.get(name, 0.0) != 0.0 for name in other):
        return "a point with an external axis that the group has not"
    return [point.values[name] for name in own]


def further_taken(point: Point, group: MotionGroup) -> bool:
    """Return whether a point's further groups are the positioners of the cell's group.

    They are where group 1 has no E axes, and their axes are as many, in the same units.
    """
    axes = group.controller.axes[group.robot.dof :]
    if any(external.carries != "part" for external in group.externals):
        return False
    alone = not any(name in point.values for name in _EXTERNALS)
    units = [unit for _, unit in point.further or ()]
    return bool(axes) and alone and units == [axis.unit for axis in axes]
