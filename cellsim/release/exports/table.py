"""CSV: one row a knot of the verified timeline; names, then units, then numbers.

Row 1 tells the format, row 2 the names, row 3 the units. Between two rows the verified motion lies
within the bound of row 1 of a straight line, joint by joint.
"""

from __future__ import annotations

import csv
import io
import math

import numpy as np

from cellsim.domain.timeline import Timeline
from cellsim.errors import BadInput
from cellsim.geometry import Array
from cellsim.release.exports.rows import (
    TIME_DIGITS,
    between_rows,
    knots_of,
    signal_values,
    tcp_rows,
)

FORMAT = "cellsim/csv@1"
AXIS_DIGITS = 7
TCP_DIGITS = 4
QUAT_DIGITS = 9
MAX_BYTES = 200_000_000


def write_csv(timeline: Timeline, group: str) -> bytes:
    """Return the verified motion of a group as CSV."""
    names, units, digits, values = _columns(timeline, group)
    bounds = between_rows(timeline.tracks[group])
    joints = timeline.job.cell.groups[group].joints
    said = [
        f"{j.name} {_outward(b, _scale(j.kind))} {_unit(j.kind)}"
        for j, b in zip(joints, bounds, strict=True)
    ]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([FORMAT, f"group {group}", "between rows at most", *said])
    writer.writerow(names)
    writer.writerow(units)
    for row in values:
        writer.writerow([f"{v + 0.0:.{d}f}" for v, d in zip(row, digits, strict=True)])
    return out.getvalue().encode()


def _columns(timeline: Timeline, group: str) -> tuple[list[str], list[str], list[int], Array]:
    """Return names, units, digits and values, shape (rows, columns)."""
    track, knots = timeline.tracks[group], knots_of(timeline.tracks[group])
    joints = timeline.job.cell.groups[group].joints
    scales = np.array([_scale(j.kind) for j in joints])
    tcp = tcp_rows(timeline, group, knots)
    signals = signal_values(timeline, track.t[knots])
    names = ["t", *(j.name for j in joints), *(f"v_{j.name}" for j in joints)]
    units = ["s", *(_unit(j.kind) for j in joints), *(f"{_unit(j.kind)}/s" for j in joints)]
    digits = [TIME_DIGITS, *[AXIS_DIGITS] * (2 * len(joints))]
    names += ["tcp_x", "tcp_y", "tcp_z", "tcp_qw", "tcp_qx", "tcp_qy", "tcp_qz", *signals]
    units += ["mm"] * 3 + ["1"] * (4 + len(signals))
    digits += [TCP_DIGITS] * 3 + [QUAT_DIGITS] * 4 + [3] * len(signals)
    columns = [track.t[knots][:, None], track.q[knots] * scales, track.qd[knots] * scales]
    columns += [np.array([[*(1e3 * p.p), *p.quat_wxyz()] for p in tcp])]
    columns += [values[:, None] for values in signals.values()]
    return names, units, digits, np.hstack(columns)


def differences_csv(data: bytes, timeline: Timeline, group: str) -> list[str]:
    """Return where a CSV says something else than the verified timeline, in printed digits."""
    names, units, digits, values = _columns(timeline, group)
    try:
        read_names, read_units, rows = read_csv(data)
    except BadInput as error:
        return [str(error)]
    if read_names != names or read_units != units:
        return ["columns or units are not those of the timeline"]
    if rows.shape != values.shape:
        return [f"{len(rows)} rows, the timeline has {len(values)}"]
    if np.any(np.diff(rows[:, 0]) <= 0.0):
        return ["times do not increase"]
    off = np.abs(rows - values) > 0.5000001 * 10.0 ** -np.array(digits, dtype=float) + 1e-12
    found = [
        f"row {row + 4}: {names[column]} is {rows[row, column]:g}, verified {values[row, column]:g}"
        for row, column in np.argwhere(off)[:5]
    ]
    return found + ([f"{int(off.sum())} values differ"] if found else [])


def read_csv(data: bytes) -> tuple[list[str], list[str], Array]:
    """Return names, units and values of a CSV that cellsim wrote; BadInput for anything else."""
    if len(data) > MAX_BYTES:
        raise BadInput(f"CSV larger than {MAX_BYTES // 1_000_000} MB")
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"not CSV: {error}") from None
    if not rows or not rows[0] or rows[0][0] != FORMAT or len(rows) < 4:
        raise BadInput("not a timeline in CSV", line=1, expected=FORMAT)
    values = np.empty((len(rows) - 3, len(rows[1])))
    for number, row in enumerate(rows[3:]):
        try:
            values[number] = [float(v) for v in row]
        except ValueError:
            raise BadInput("not a row of numbers", line=number + 4, expected=rows[1][0]) from None
    if not np.all(np.isfinite(values)):
        raise BadInput("a number that is not finite")
    return rows[1], rows[2], values


def _scale(kind: str) -> float:
    return 180.0 / math.pi if kind == "revolute" else 1e3


def _unit(kind: str) -> str:
    return "deg" if kind == "revolute" else "mm"


def _outward(bound: float, scale: float) -> str:
    """Return a bound rounded up, with what rounding of times and values adds (3 last digits)."""
    return f"{math.ceil(bound * scale * 1e7 + 3.0) / 1e7:.7f}"
