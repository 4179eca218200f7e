"""The serial chain in a user's URDF: joints mended, fixed links joined, every defect named."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from cellsim.domain.files.urdf_read import Shape, Urdf, UrdfJoint, UrdfLink
from cellsim.errors import BadInput
from cellsim.geometry import Array, Pose, rotation_rpy

MOVING = ("revolute", "continuous", "prismatic")
_MAX_LINKS = 300
_FLANGES = ("tool0", "flange", "fanuc_flange", "ee_link", "tool_link")


@dataclass(frozen=True)
class Defect:
    """What was wrong with an imported file, where, and what was done about it."""

    id: str
    file: str
    line: int
    what: str
    mended: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} [{self.id}] {self.what}: {self.mended}"


@dataclass(frozen=True, eq=False)
class ChainJoint:
    """A joint of the chain after mending; speed and torque None where the file has none."""

    name: str
    kind: str
    origin: Pose
    rpy: tuple[float, float, float]
    source: UrdfJoint
    lower: float
    upper: float
    speed: float | None
    torque: float | None


@dataclass(frozen=True, eq=False)
class Placed:
    """A link of the file that is fixed to a link of the chain: `chainlink_T_link`."""

    link: UrdfLink
    pose: Pose


@dataclass(frozen=True, eq=False)
class UrdfChain:
    """Joints in order, the links fixed to each chain link, and the flange in the last one."""

    joints: tuple[ChainJoint, ...]
    bodies: tuple[tuple[Placed, ...], ...]
    flange: Pose
    defects: tuple[Defect, ...]


Note = Callable[[str, int, str, str], None]


def chain_of_urdf(urdf: Urdf) -> UrdfChain:
    """Return the serial chain from the root to tool0 or flange, else the longest one.

    Errors: BadInput for a joint of the chain that cannot be mended (mimic, planar, floating),
    or where nothing moves.
    """
    defects: list[Defect] = []

    def note(id: str, line: int, what: str, mended: str) -> None:
        defects.append(Defect(id, urdf.file, line, what, mended))

    if len(urdf.links) > _MAX_LINKS:
        raise BadInput(f"{len(urdf.links)} links", file=urdf.file, expected=f"at most {_MAX_LINKS}")
    path = _to_flange(urdf) or _without_gripper(urdf, _longest(urdf, urdf.root))
    if not any(joint.kind in MOVING for joint in path):
        raise BadInput("no joint moves", file=urdf.file, expected="a robot with at least one")
    on_path = {joint.name for joint in path}
    joints: list[ChainJoint] = []
    bodies: list[list[Placed]] = [[Placed(urdf.links[urdf.root], Pose.identity())]]
    at = Pose.identity()
    for joint in path:
        rpy = _snapped(joint, note)
        origin = Pose(rotation_rpy(*rpy), joint.origin.p)
        if joint.kind == "fixed":
            at = at @ origin
        else:
            joints.append(_mended(joint, at @ origin, urdf.file, note))
            bodies.append([])
            at = Pose.identity()
        bodies[-1].append(Placed(urdf.links[joint.child], at))
    for body in bodies:
        for placed in tuple(body):
            body.extend(_hanging(urdf, placed, on_path, note))
    flange = _flange(bodies[-1], note)
    return UrdfChain(tuple(joints), tuple(map(tuple, bodies)), flange, tuple(defects))


def _flange_name(names: Iterable[str]) -> str:
    """Return the link that the flange is usually called by, "" where there is none."""
    known = tuple(names)
    for wanted in _FLANGES:
        for name in known:
            if name == wanted or name.endswith((f"_{wanted}", f"-{wanted}")):
                return name
    return ""


def _to_flange(urdf: Urdf) -> list[UrdfJoint]:
    """Return the joints to the flange up to the last one that moves; empty without a flange."""
    above = {joint.child: joint for joint in urdf.joints.values()}
    path: list[UrdfJoint] = []
    link = _flange_name(urdf.links)
    while link in above:
        path.insert(0, above[link])
        link = above[link].parent
    while path and path[-1].kind == "fixed":
        path.pop()
    return path


def _longest(urdf: Urdf, link: str) -> list[UrdfJoint]:
    """Return the joints from a link to the tip with the most moving joints, fixed tails left off.

    A tail of fixed joints is left off: what hangs there is fixed to the last moving link.
    """
    best: list[UrdfJoint] = []
    for joint in urdf.joints.values():
        if joint.parent != link:
            continue
        below = _longest(urdf, joint.child)
        path = [joint, *below] if joint.kind != "fixed" or below else []
        moving = sum(j.kind in MOVING and not j.mimic for j in path)
        if moving > sum(j.kind in MOVING and not j.mimic for j in best):
            best = path
    return best


def _without_gripper(urdf: Urdf, path: list[UrdfJoint]) -> list[UrdfJoint]:
    """Return the chain without a tail that other joints mimic: that drives fingers."""
    drivers = {joint.mimic for joint in urdf.joints.values()} - {""}
    end = len(path)
    while end and (path[end - 1].kind == "fixed" or path[end - 1].name in drivers):
        end -= 1
    return path[:end] or path


def _hanging(urdf: Urdf, placed: Placed, on_path: set[str], note: Note) -> Iterator[Placed]:
    """Yield what hangs on a link beside the chain, moving joints held at zero."""
    for joint in urdf.joints.values():
        if joint.parent != placed.link.name or joint.name in on_path:
            continue
        if joint.kind != "fixed":
            what = f"{joint.kind} joint '{joint.name}' beside the chain"
            what += f" (mimics '{joint.mimic}')" if joint.mimic else ""
            note("mimic" if joint.mimic else "branch", joint.line, what, "held at zero")
        origin = Pose(rotation_rpy(*_snapped(joint, note)), joint.origin.p)
        child = Placed(urdf.links[joint.child], placed.pose @ origin)
        yield child
        yield from _hanging(urdf, child, on_path, note)


def _flange(body: list[Placed], note: Note) -> Pose:
    """Return `lastlink_T_flange`: tool0 or one of its usual names, else the last link itself."""
    by_name = {placed.link.name: placed for placed in body}
    name = _flange_name(by_name)
    if name:
        if name != "tool0" and not name.endswith(("_tool0", "-tool0")):
            line = by_name[name].link.line
            note("no-tool0", line, "no link tool0", f"flange is '{name}'; check its axes")
        return by_name[name].pose
    last = body[0].link
    mended = f"flange is the frame of '{last.name}'; check that z points out of it"
    note("no-tool0", last.line, "no link tool0 or flange", mended)
    return body[0].pose


def _mended(joint: UrdfJoint, origin: Pose, file: str, note: Note) -> ChainJoint:
    if joint.kind not in MOVING:
        raise BadInput(f"joint '{joint.name}' is {joint.kind}", file=file, line=joint.line)
    if joint.mimic:
        message = f"joint '{joint.name}' of the chain mimics '{joint.mimic}'"
        raise BadInput(message, file=file, line=joint.line, expected="a serial chain")
    lower, upper = _limits(joint, note)
    speed, torque = joint.speed, joint.effort
    for value, id in ((speed, "velocity"), (torque, "effort")):
        if not value or value < 0.0:
            state = "0" if value == 0.0 else "missing" if value is None else "negative"
            note(f"{id}-zero", joint.line, f"{id} of '{joint.name}' is {state}", "null")
    kind = "prismatic" if joint.kind == "prismatic" else "revolute"
    return ChainJoint(
        name=joint.name,
        kind=kind,
        origin=origin,
        rpy=origin.rpy(),
        source=joint,
        lower=lower,
        upper=upper,
        speed=speed if speed and speed > 0.0 else None,
        torque=torque if torque and torque > 0.0 else None,
    )


def _limits(joint: UrdfJoint, note: Note) -> tuple[float, float]:
    if joint.kind == "continuous":
        note("continuous", joint.line, f"'{joint.name}' is continuous", "limits +-360 deg")
        return -2 * math.pi, 2 * math.pi
    lower, upper = joint.lower or 0.0, joint.upper or 0.0
    if lower > upper:
        note("limits-swapped", joint.line, f"limits of '{joint.name}' are swapped", "turned round")
        lower, upper = upper, lower
    if lower == upper:
        wide = 1.0 if joint.kind == "prismatic" else math.pi
        shown = "+-1 m" if joint.kind == "prismatic" else "+-180 deg"
        note("limits-missing", joint.line, f"'{joint.name}' has no limits", f"assumed {shown}")
        return -wide, wide
    return lower, upper


def _snapped(joint: UrdfJoint, note: Note) -> tuple[float, float, float]:
    """Return rpy with multiples of pi/2 that were rounded in the file made exact."""
    out, changed = [], 0.0
    for value in joint.rpy:
        count = round(value / (math.pi / 2))
        exact = count * math.pi / 2
        if count and value != exact and is_rounded(value, exact):
            changed = max(changed, abs(value - exact))
            value = exact
        out.append(value)
    if changed > 1e-9:
        what = f"a quarter turn of '{joint.name}' is rounded by {changed:.1e} rad"
        note("pi-rounded", joint.line, what, "made exact")
    return out[0], out[1], out[2]


def is_rounded(value: float, exact: float) -> bool:
    """True where a value is `exact` written with two to ten digits, rounded or cut off."""
    for digits in range(2, 11):
        scale = 10.0**digits
        if abs(value - round(exact, digits)) < 1e-12:
            return True
        if abs(value - math.trunc(exact * scale) / scale) < 1e-12:
            return True
    return False


def shapes_of(body: tuple[Placed, ...]) -> Iterator[tuple[Shape, Pose]]:
    """Yield the shapes of a chain link: collision shapes, or visual ones where it has none."""
    for placed in body:
        for shape in placed.link.collisions or placed.link.visuals:
            yield shape, placed.pose @ shape.origin


def inertia_of(body: tuple[Placed, ...], note: Note) -> tuple[float, Array, Array] | None:
    """Return (mass, com, inertia about it) of a chain link, None where the file gives none."""
    parts = []
    for placed in body:
        link = placed.link
        if link.mass is None:
            continue
        if link.mass <= 0.0 or link.inertia is None or link.com is None:
            note("bad-inertia", link.line, f"mass of '{link.name}' is {link.mass:g}", "left out")
            continue
        if np.linalg.eigvalsh(link.inertia).min() <= 0.0:
            what = f"inertia of '{link.name}' is not positive"
            note("bad-inertia", link.line, what, "left out")
            continue
        R = placed.pose.R
        parts.append((link.mass, placed.pose @ link.com, R @ link.inertia @ R.T))
    if not parts:
        first = body[0].link
        note("no-inertia", first.line, f"'{first.name}' has no usable inertia", "null")
        return None
    mass = sum(part[0] for part in parts)
    com = sum((m * c for m, c, _ in parts), np.zeros(3)) / mass
    inertia = np.zeros((3, 3))
    for m, c, I in parts:
        d = c - com
        inertia += I + m * (float(d @ d) * np.eye(3) - np.outer(d, d))
    return mass, com, inertia
