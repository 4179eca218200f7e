"""The swept volume of bodies: a set of voxels that certainly holds all they go through.

For a piece over knots [u0, u1] every point lies within `goes` of where it is at the middle, with
the bound of travel of `proofcheck.bound`, deviations from the chords included. Intervals are
halved until the chords move it by half a voxel at most; then each voxel is taken whose centre is
within goes + margin + half a voxel's diagonal of the piece at the middle. So no point is left out,
between the knots, in the tubes of corners, or within the margins of the shapes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np

from cellsim.collision.compiled import compiled, inner
from cellsim.domain.timeline import Timeline
from cellsim.domain.tubes import with_tubes
from cellsim.errors import BadInput, UnknownName
from cellsim.geometry import Array, Piece
from cellsim.kinematics.bodies import bodies_of
from cellsim.proofcheck.bodies import (
    Hung,
    Links,
    courses_of,
    hung_bodies,
    links_by_group,
)
from cellsim.proofcheck.bound import Room, look, reach, room_for, stands_for
from cellsim.proofcheck.course import SLIDES, Course, Ints
from cellsim.proofcheck.nested import tracks_and_clock
from cellsim.proofcheck.shapes import ROUND, Pieces, pieces_of

MOST_VOXELS = 120_000_000
DEPTH = 64
# Instants whose poses are kept: those of an interval and of its halves.
SLOTS = 64
ALL = 1_000
KINDS = {"sphere": 0, "capsule": 1, "cylinder": 2, "box": 3, "hull": 4}
Cells = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True, eq=False)
class Swept:
    """Voxels that hold everything some bodies go through.

    Attributes:
        bodies: Their names.
        low: Corner of the grid [m], world. voxel: edge length [m].
        taken: Which voxels are taken, shape (nx, ny, nz).
        beyond: How far a taken voxel may reach beyond a flat face of what is swept [m]; more at
            sharp edges.
    """

    bodies: tuple[str, ...]
    low: Array
    voxel: float
    taken: Cells
    beyond: float

    @property
    def volume(self) -> float:
        """Volume of all taken voxels [m3]: at least that of what is swept."""
        return int(np.count_nonzero(self.taken)) * self.voxel**3

    def holds(self, points: Array) -> Cells:
        """Return whether points [m], shape (n, 3), lie in taken voxels."""
        at = np.floor((points - self.low) / self.voxel).astype(np.int64)
        inside: Cells = np.all((at >= 0) & (at < np.array(self.taken.shape)), axis=1)
        at = np.where(inside[:, None], at, 0)
        return np.asarray(inside & self.taken[at[:, 0], at[:, 1], at[:, 2]])


def swept_volume(timeline: Timeline, patterns: Sequence[str], voxel: float = 0.025) -> Swept:
    """Return the swept volume of bodies over a timeline.

    Args:
        patterns: Body names with wildcards: "holder/*", "*/tool:*", "part:door.front_left".
        voxel: Edge length [m], at least 1 mm.

    Errors: UnknownName where a pattern fits no body; BadInput for a grid too large to hold.
    """
    if not voxel >= 1e-3:
        raise BadInput(f"voxels of {1e3 * voxel:g} mm", expected="1 mm or more")
    timeline = with_tubes(timeline)
    cell, (tracks, clock) = timeline.job.cell, tracks_and_clock(timeline)
    courses, links = courses_of(cell, tracks), links_by_group(cell)
    hung = hung_bodies(timeline, tracks, links)
    names = tuple(dict.fromkeys(h.name for h in hung))
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise UnknownName("body", pattern, names)
    chosen = [h for h in hung if any(fnmatchcase(h.name, pattern) for pattern in patterns)]
    solids = [body.solid for body in bodies_of(cell)]
    pieces = pieces_of(solids)
    runs = []
    for h in chosen:
        group = h.group or next(iter(tracks))
        within = clock.knots(h, group) if h.group else (0.0, 0.0)
        if within is not None:
            runs.append((h, courses[group], _run(h), _joints(h, links), within))
    boxes = [
        _box(c, pieces, run, joints, h, within, solids[h.body].epsilon)
        for h, c, run, joints, within in runs
    ]
    edge = 2.0 * voxel
    low = np.floor((np.min([b[0] for b in boxes], axis=0) - edge) / voxel) * voxel
    high = np.max([b[1] for b in boxes], axis=0) + edge
    shape = np.ceil((high - low) / voxel).astype(np.int64)
    if int(np.prod(shape)) > MOST_VOXELS:
        raise BadInput(f"{int(np.prod(shape))} voxels", expected=f"at most {MOST_VOXELS}: larger "
                       "voxels or fewer bodies")  # fmt: skip
    taken = np.zeros(tuple(int(n) for n in shape), dtype=np.bool_)
    beyond = 0.0
    for h, c, run, joints, within in runs:
        own = solids[h.body]
        for k, piece in enumerate(own.pieces):
            goes = _mark(c, pieces, run, joints, _hangs(h), np.array(within), k, *_form(piece),
                  own.epsilon, low, voxel, taken)  # fmt: skip
            beyond = max(beyond, goes + own.epsilon + math.sqrt(3.0) * voxel)
    return Swept(tuple(dict.fromkeys(h.name for h in chosen)), low, voxel, taken, beyond)


def _run(h: Hung) -> Ints:
    """Return a run of a body against the world: what `bound` needs to move it."""
    return np.array([h.body, h.body, h.link, -1, 1, ALL, 0, 0, 0, 0], np.int64)


def _joints(h: Hung, links: Mapping[str, Links]) -> Ints:
    if not h.group:
        return np.zeros((0, 2), dtype=np.int64)
    tree = links[h.group]
    near = tree.joints(h.link, -1)[0]
    rows = [(l, int(tree.kind[l] == SLIDES)) for l in near]
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def _hangs(h: Hung) -> Array:
    return np.stack([h.link_T_body, np.eye(4)[:3]])


def _form(piece: Piece) -> tuple[int, Array, Array, Array]:
    """Return kind, `body_T_piece` (3, 4), size (3,), and face planes (k, 4) of a piece."""
    size = np.zeros(3)
    size[: len(piece.size)] = piece.size
    planes = np.zeros((0, 4))
    if piece.kind == "hull":
        from scipy.spatial import ConvexHull

        planes = np.ascontiguousarray(ConvexHull(piece.points).equations)
    return KINDS[piece.kind], np.ascontiguousarray(piece.pose.matrix[:3]), size, planes


def _box(
    c: Course, s: Pieces, run: Ints, joints: Ints, h: Hung, within: tuple[float, float],
    margin: float,
) -> tuple[Array, Array]:  # fmt: skip
    """Return corners of a box that holds what a body sweeps [m]."""
    return _extent(c, s, run, joints, _hangs(h), np.array(within), margin)


@compiled
def _extent(
    c: Course, s: Pieces, run: Ints, joints: Ints, hangs: Array, within: Array, margin: float
) -> tuple[Array, Array]:
    """Return low and high corner [m] over the sphere of the body, knot by knot."""
    room, stands = room_for(s, run, joints), stands_for(c, c, SLOTS)
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    first, last = math.floor(within[0]), max(math.ceil(within[1]), math.floor(within[0]) + 1)
    box = np.zeros(4)
    for k in range(first, last):
        box[0], box[1] = max(float(k), within[0]), min(float(k + 1), within[1])
        look(c, c, run, joints, hangs, box, stands, room)
        reach(joints, False, s.bodies, run[0], room, room.far_a, 0)
        goes = s.bodies[run[0], ROUND] + margin + _goes(room)
        for r in range(3):
            low[r], high[r] = min(low[r], room.point[r] - goes), max(high[r], room.point[r] + goes)
    return low, high


@compiled
def _mark(
    c: Course, s: Pieces, run: Ints, joints: Ints, hangs: Array, within: Array, k: int, kind: int,
    body_T_piece: Array, size: Array, planes: Array, margin: float, low: Array, voxel: float,
    taken: Cells,
) -> float:  # fmt: skip
    """Take the voxels that piece k of a body sweeps over knots `within`; return the most goes."""
    room, piece = room_for(s, run, joints), s.own[run[0], 0] + k
    stands = stands_for(c, c, SLOTS)
    stack, top, most, instant = np.zeros((DEPTH, 4)), 0, 0.0, np.zeros(4)
    stack[0, 0], stack[0, 1] = within[0], within[1]
    pose = np.zeros((3, 4))
    while top >= 0:
        u0, u1 = stack[top, 0], stack[top, 1]
        look(c, c, run, joints, hangs, stack[top], stands, room)
        reach(joints, False, s.rows, piece, room, room.far_a, 0)
        goes, middle = _goes(room), 0.5 * (u0 + u1)
        instant[0], instant[1] = middle, middle
        look(c, c, run, joints, hangs, instant, stands, room)
        if goes - _goes(room) > 0.5 * voxel and u1 - u0 > 1e-6 and top + 1 < DEPTH:
            stack[top, 0], stack[top, 1] = middle, u1
            stack[top + 1, 0], stack[top + 1, 1] = u0, middle
            top += 1
            continue
        top, most = top - 1, max(most, goes)
        _product(room.pose[0], body_T_piece, pose)
        radius = s.rows[piece, ROUND] + goes + margin + voxel
        _fill(room, pose, kind, size, planes, goes + margin + 0.8660254037844387 * voxel + 1e-9,
              radius, low, voxel, taken)  # fmt: skip
    return most


@inner
def _goes(room: Room) -> float:
    """Return how far any point of the sphere of `far_a[0]` goes, [m]."""
    goes = 0.0
    for i in range(room.w.shape[0]):
        goes += room.w[i] * room.far_a[0, i]
    return goes


@inner
def _product(A: Array, B: Array, out: Array) -> None:
    for r in range(3):
        for k in range(4):
            out[r, k] = A[r, 0] * B[0, k] + A[r, 1] * B[1, k] + A[r, 2] * B[2, k]
        out[r, 3] += A[r, 3]


@inner
def _fill(
    room: Room, T: Array, kind: int, size: Array, planes: Array, near: float, radius: float,
    low: Array, voxel: float, taken: Cells,
) -> None:  # fmt: skip
    """Take the voxels whose centres are within `near` [m] of a piece at pose T.

    room.point: middle of its sphere, in the world.
    """
    first, last = np.empty(3, dtype=np.int64), np.empty(3, dtype=np.int64)
    for r in range(3):
        first[r] = max(0, math.floor((room.point[r] - radius - low[r]) / voxel))
        last[r] = min(taken.shape[r], math.ceil((room.point[r] + radius - low[r]) / voxel) + 1)
    for i in range(first[0], last[0]):
        for j in range(first[1], last[1]):
            for k in range(first[2], last[2]):
                if taken[i, j, k]:
                    continue
                x = low[0] + (i + 0.5) * voxel - T[0, 3]
                y = low[1] + (j + 0.5) * voxel - T[1, 3]
                z = low[2] + (k + 0.5) * voxel - T[2, 3]
                px = T[0, 0] * x + T[1, 0] * y + T[2, 0] * z
                py = T[0, 1] * x + T[1, 1] * y + T[2, 1] * z
                pz = T[0, 2] * x + T[1, 2] * y + T[2, 2] * z
                if _off(kind, size, planes, px, py, pz) <= near:
                    taken[i, j, k] = True


@inner
def _off(kind: int, size: Array, planes: Array, x: float, y: float, z: float) -> float:
    """Return the distance of a point from a piece in its own frame [m], or less; <= 0 inside."""
    if kind == 4:
        most = -math.inf
        for p in range(planes.shape[0]):
            most = max(most, planes[p, 0] * x + planes[p, 1] * y + planes[p, 2] * z + planes[p, 3])
        return most
    if kind == 3:
        a, b = max(abs(x) - size[0] / 2, 0.0), max(abs(y) - size[1] / 2, 0.0)
        c = max(abs(z) - size[2] / 2, 0.0)
        return math.sqrt(a * a + b * b + c * c)
    along, across = max(abs(z) - size[1] / 2, 0.0), math.sqrt(x * x + y * y)
    if kind == 2:
        return math.hypot(max(across - size[0], 0.0), along)
    return float(math.hypot(across, along) - size[0])
