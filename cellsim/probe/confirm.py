"""Readings against what was expected: which conventions hold, and which a reading contradicts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.errors import BadInput
from cellsim.geometry import Array, Pose, rotation_rpy
from cellsim.probe.files import PoseText, ProbeText
from cellsim.probe.pendant import Pendant, pendant_of, reading_of

AXIS_TOL = 0.02  # deg or mm: two digits of a pendant, and its rounding
LENGTH_TOL = 0.5  # mm
ANGLE_TOL = 0.05  # deg


@dataclass(frozen=True)
class Outcome:
    """What readings say.

    Attributes:
        confirmed: Conventions that they prove. contradicted: Convention (or what is not written
            as one) and what reads otherwise. missing: What was not read.
        withdrawn: Contradicted conventions that an earlier reading had confirmed, and which.
    """

    confirmed: tuple[str, ...]
    contradicted: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    withdrawn: tuple[tuple[str, str], ...] = ()

    @property
    def exit_code(self) -> int:
        """0 everything read fits, 1 a contradiction, 2 nothing wrong but something not read."""
        if self.contradicted:
            return 1
        return 2 if self.missing else 0


def outcome_of(text: ProbeText, cell: Cell) -> Outcome:
    """Return what the readings of a file prove about a cell's controller.

    Raises:
        BadInput: The file is of another cell, brand or arm, or its expected values were changed.
    """
    pendant = _must_fit(text, cell)
    wrong: list[tuple[str, str]] = []
    missing: list[str] = []
    wrong += _axes(text, pendant, missing)
    wrong += _poses(text, pendant, missing)
    wrong += _configs(text, pendant, missing)
    kinds = {what.split()[0] for what in missing}
    proven: list[str] = []
    for kind, ids in (
        ("axes", pendant.by_axes),
        ("pose", pendant.by_pose),
        ("config", pendant.by_config),
    ):
        if kind not in kinds:
            proven += ids
    if "config" not in kinds and not _both_ways(text):
        proven = [i for i in proven if i not in pendant.by_config]
    bad = {convention for convention, _ in wrong}
    kept = tuple(dict.fromkeys(i for i in proven if i not in bad))
    return Outcome(kept, tuple(wrong), tuple(missing))


def _must_fit(text: ProbeText, cell: Cell) -> Pendant:
    if text.group not in cell.groups or cell.name != text.cell:
        raise BadInput(f"the readings are of {text.group} in {text.cell}", expected=cell.name)
    found = cell.groups[text.group]
    if found.controller.brand != text.brand:
        raise BadInput(f"the readings are those of {text.brand}", expected=found.controller.brand)
    names = {axis.name for axis in found.controller.axes}
    for pose in text.poses:
        given = {n: v for n, v in pose.expected.axes.items() if v is not None}
        if {*given} != names:
            raise BadInput(f"pose {pose.number} expects axes {', '.join(given)}")
        again = reading_of(cell, text.group, _joints(cell, text.group, given))
        off = [
            n
            for n, v in again.pose.items()
            if abs((pose.expected.pose.get(n) or 0.0) - v) > (0.05 if n in "XYZ" else 0.005)
        ]
        if off:
            raise BadInput(
                f"pose {pose.number} does not expect what this cell gives: {', '.join(off)}",
                expected="the file that cellsim probe wrote for this cell",
            )
    return pendant_of(text.brand)


def _joints(cell: Cell, group: str, axes: Mapping[str, float]) -> Array:
    """Return q [rad | m] of axis values as the pendant shows them."""
    q = []
    for axis in cell.groups[group].controller.axes:
        value = axes[axis.name] + sum(factor * axes[other] for other, factor in axis.coupling)
        q.append(axis.factor * value + axis.offset)
    return np.array(q, dtype=np.float64)


def _axes(text: ProbeText, pendant: Pendant, missing: list[str]) -> list[tuple[str, str]]:
    """Return the axes that read otherwise, with what that looks like."""
    wrong = []
    name_of = pendant.by_axes[0] if pendant.by_axes else f"{text.brand}.axes"
    for axis in text.poses[0].expected.axes:
        pairs = [(p.expected.axes[axis], p.read.axes[axis], p.number) for p in text.poses]
        unread = [f"axes {axis} of pose {number}" for _, read, number in pairs if read is None]
        missing += unread
        rows = [(e, r) for e, r, _ in pairs if e is not None and r is not None]
        if all(abs(e - r) <= AXIS_TOL for e, r in rows):
            continue
        wrong.append((name_of, f"{axis} {_axis_story(rows)}"))
    return wrong


def _axis_story(rows: list[tuple[float, float]]) -> str:
    if all(abs(e + r) <= AXIS_TOL for e, r in rows):
        return "reads with the other sign"
    shifts = [r - e for e, r in rows]
    if max(shifts) - min(shifts) <= 2 * AXIS_TOL:
        return f"reads {shifts[0]:+.3f} more at every pose: another zero"
    expected, read = max(rows, key=lambda row: abs(row[1] - row[0]))
    return f"reads {read:.3f}, expected {expected:.3f}: another scale, coupling or axis"


def _poses(text: ProbeText, pendant: Pendant, missing: list[str]) -> list[tuple[str, str]]:
    rows = []
    for pose in text.poses:
        unread = [n for n, v in pose.read.pose.items() if v is None]
        missing += [f"pose {n} of pose {pose.number}" for n in unread]
        if not unread:
            rows.append(pose)
    if not rows:
        return []
    wrong = []
    shifts = [_position(p.read.pose) - _position(p.expected.pose) for p in rows]
    far = max(float(np.linalg.norm(s)) for s in shifts)
    turns = [_turn(p, pendant) for p in rows]
    if far > LENGTH_TOL:
        same = max(float(np.linalg.norm(s - shifts[0])) for s in shifts) <= LENGTH_TOL
        why = "the same at every pose: another base or origin" if same else "another tool or arm"
        ids = pendant.by_pose[1:] or pendant.by_pose or (f"{text.brand}.position",)
        wrong.append((ids[0], f"X Y Z read up to {far:.2f} mm off, {why}"))
    if max(turns) > ANGLE_TOL:
        ids = pendant.by_pose or (f"{text.brand}.orientation",)
        off = f"read up to {max(turns):.2f} deg off"
        wrong.append((ids[0], f"{_names(pendant)} {off}{_order(rows, pendant)}"))
    return wrong


def _names(pendant: Pendant) -> str:
    return " ".join(pendant.angles.names)


def _position(values: Mapping[str, float | None]) -> Array:
    return np.array([values[n] or 0.0 for n in ("X", "Y", "Z")])


def _angles(values: Mapping[str, float | None], pendant: Pendant) -> tuple[float, ...]:
    return tuple(values[n] or 0.0 for n in pendant.angles.names)


def _turn(pose: PoseText, pendant: Pendant) -> float:
    """Return the angle [deg] between the orientation that is read and the one expected."""
    expected = pendant.angles.turned(_angles(pose.expected.pose, pendant))
    return _between(expected, pendant.angles.turned(_angles(pose.read.pose, pendant)))


def _between(a: Array, b: Array) -> float:
    zero = np.zeros(3)
    return math.degrees(Pose(a, zero).distance(Pose(b, zero))[1])


def _order(rows: list[PoseText], pendant: Pendant) -> str:
    """Say which other order of three angles would fit every reading, if one does."""
    if len(pendant.angles.names) != 3 or pendant.angles.unit != "deg":
        return ""
    for name, turned in ORDERS.items():
        fits = [
            _between(
                pendant.angles.turned(_angles(p.expected.pose, pendant)),
                turned(_angles(p.read.pose, pendant)),
            )
            for p in rows
        ]
        if max(fits) <= ANGLE_TOL:
            return f"; read as {name} they fit"
    return ""


def _product(values: tuple[float, ...], order: tuple[int, int, int]) -> Array:
    """Return the product of turns about x, y, z (0, 1, 2), leftmost first, by three angles."""
    result = np.eye(3)
    for angle, axis in zip(values, order, strict=True):
        about = [0.0, 0.0, 0.0]
        about[axis] = math.radians(angle)
        result = result @ rotation_rpy(*about)
    return result


def _turner(order: tuple[int, int, int]) -> Callable[[tuple[float, ...]], Array]:
    return lambda values: _product(values, order)


ORDERS = {
    f"R{'xyz'[i]} R{'xyz'[j]} R{'xyz'[k]}": _turner((i, j, k))
    for i in range(3)
    for j in range(3)
    for k in range(3)
    if i != j and j != k
}


def _configs(text: ProbeText, pendant: Pendant, missing: list[str]) -> list[tuple[str, str]]:
    if not pendant.config:
        return []
    wrong = []
    for pose in text.poses:
        expected, read = pose.expected.config, pose.read.config
        if not expected:
            continue
        if not read:
            missing.append(f"config of pose {pose.number}")
        elif _plain(read) != _plain(expected):
            what = f"pose {pose.number} reads {read}, expected {expected}"
            wrong += [(convention, what) for convention in _blamed(pendant, expected, read)]
    return wrong


def _blamed(pendant: Pendant, expected: str, read: str) -> tuple[str, ...]:
    """Return the conventions that a configuration contradicts: status and turn are told apart."""
    a, b = expected.split(), read.split()
    if len(pendant.by_config) == 2 and len(a) == len(b) == 4:
        parts = [i for i, at in enumerate((1, 3)) if a[at] != b[at]]
        return tuple(pendant.by_config[i] for i in parts) or pendant.by_config
    return pendant.by_config


def _plain(config: str) -> str:
    return " ".join(config.replace(",", " ").split()).upper()


def _both_ways(text: ProbeText) -> bool:
    """Return whether the poses differ in their configuration: one alone proves nothing."""
    return len({pose.expected.config for pose in text.poses if pose.expected.config}) > 1
