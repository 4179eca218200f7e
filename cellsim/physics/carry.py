"""Parts during a replay: they stand, hang on their hinge, or are held by a gripper."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cellsim.domain.equipment import Part
from cellsim.domain.timeline import Hold, Timeline
from cellsim.geometry import Array, Pose
from cellsim.kinematics.anchors import anchor_of
from cellsim.kinematics.bodies import bodies_of
from cellsim.kinematics.frames import link_pose
from cellsim.physics.links import STRONG
from cellsim.physics.result import Slip
from cellsim.physics.world import GRAVITY, World

# A gripper rated for a mass holds it against its weight plus as much again from handling (design
# choice of ours, printed among the assumptions).
GRIP_FACTOR = 2.0
_HINGE_ARM = 0.3


@dataclass(eq=False)
class Carrying:
    """Keeps the parts of a world where the holds of a timeline say, by constraints.

    Attributes:
        slips: Largest slip of each grip so far. hinge_force: Largest force per hinged part [N].
    """

    world: World
    timeline: Timeline
    slips: dict[tuple[str, float], Slip] = field(default_factory=dict)
    hinge_force: dict[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        holds = sorted(self.timeline.holds, key=lambda h: (h.t0, h.part))
        self._waiting = holds[::-1]
        self._grip: dict[str, tuple[Hold, int, str]] = {}
        self._hinge: dict[str, tuple[int, ...]] = {}
        self._riders = {
            body.name: (body.parent, body.parent_T_body)
            for body in bodies_of(self.timeline.job.cell)
            if body.name.startswith("fixture:") and body.parent != "world"
        }
        self._free = {e.name: e.t for e in self.timeline.events if e.kind == "unhinged"}

    def update(self, t: float) -> None:
        """Take over the holds that begin by time t [s], and free hinges whose time has come."""
        while self._waiting and self._waiting[-1].t0 <= t:
            self._take(self._waiting.pop(), t)
        for part in [p for p in self._hinge if t >= self._free.get(p, np.inf)]:
            for pin in self._hinge.pop(part):
                self.world.call("removeConstraint", pin)
        for body, (link, link_T_body) in self._riders.items():
            self.world.put(body, self._pose(link, t) @ link_T_body)

    def look(self, t: float) -> None:
        """Measure slip in every grip and force in every hinge that still holds."""
        for part, (hold, _, carrier) in self._grip.items():
            carrier_T_part = self.world.pose(carrier).inverse() @ self.world.pose(f"part:{part}")
            distance, angle = carrier_T_part.distance(hold.pose)
            before = self.slips.get((part, hold.t0))
            if before is None or distance > before.distance:
                self.slips[part, hold.t0] = Slip(part, distance, angle, t)
        for part, pins in self._hinge.items():
            force = sum(
                float(np.linalg.norm(self.world.call("getConstraintState", pin)[:3]))
                for pin in pins
            )
            if force > self.hinge_force.get(part, (0.0, 0.0))[0]:
                self.hinge_force[part] = (force, t)

    def _take(self, hold: Hold, t: float) -> None:
        body = f"part:{hold.part}"
        part = self.timeline.job.cell.parts[hold.part]
        if hold.part in self._grip:
            self.world.call("removeConstraint", self._grip.pop(hold.part)[1])
        if not hold.parent.startswith("group:"):
            self._stand(hold, t)
            return
        self._riders.pop(body, None)
        group = hold.parent[len("group:") :].partition(".")[0]
        carrier = f"{group}/flange"
        self._loosen(body, part)
        if part.hinge is not None and t < self._free.get(hold.part, np.inf):
            self._hinge[hold.part] = self._pins(body, part)
        made = self.world.fix(carrier, body, hold.pose, self._strength(group))
        self._grip[hold.part] = (hold, made, carrier)

    def _pose(self, link: str, t: float) -> Pose:
        """Return `world_T_link` at t [s]; moving fixtures go on their nominal course."""
        if link in self.world.place:
            return self.world.pose(link)
        fixtures = {name: track.at(t) for name, track in self.timeline.fixtures.items()}
        return link_pose(self.timeline.job.cell, link, fixtures)

    def _stand(self, hold: Hold, t: float) -> None:
        """Let a part stand: where the hold says at the start, else where it was let go.

        On a frame that a link carries it rides with that link.
        """
        body = f"part:{hold.part}"
        uid, link = self.world.place[body]
        self.world.call("changeDynamics", uid, link, mass=0.0)
        carrier, carrier_T_part = "world", hold.pose
        if hold.parent.startswith("frame:"):
            cell = self.timeline.job.cell
            carrier, carrier_T_frame = anchor_of(cell, hold.parent[len("frame:") :])
            carrier_T_part = carrier_T_frame @ hold.pose
        world_T_carrier = Pose.identity() if carrier == "world" else self._pose(carrier, t)
        if hold.t0 > 0.0:
            carrier_T_part = world_T_carrier.inverse() @ self.world.pose(body)
        self.world.put(body, world_T_carrier @ carrier_T_part)
        if carrier != "world":
            self._riders[body] = (carrier, carrier_T_part)

    def _loosen(self, body: str, part: Part) -> None:
        """Give a part that stood its mass and inertia back."""
        uid, link = self.world.place[body]
        principal = np.linalg.eigvalsh(np.asarray(part.inertia, dtype=float))
        turned = self.world.inertial[uid, link].R
        own = np.diag(turned.T @ np.asarray(part.inertia, dtype=float) @ turned)
        spread = np.abs(np.sort(own) - principal).max()
        inertia = own if spread < 1e-3 * principal.max() else principal
        self.world.call(
            "changeDynamics",
            uid,
            link,
            mass=part.mass,
            localInertiaDiagonal=inertia.tolist(),
            linearDamping=0.0,
            angularDamping=0.0,
        )

    def _pins(self, body: str, part: Part) -> tuple[int, ...]:
        """Pin a hinged part at two points of its hinge line."""
        assert part.hinge is not None
        part_T_hinge = part.pose.inverse()
        arm = _HINGE_ARM * np.asarray(part.hinge.axis, dtype=float)
        ends: tuple[Array, ...] = (part_T_hinge @ arm, part_T_hinge @ -arm)
        return tuple(self.world.pin(body, end, STRONG) for end in ends)

    def _strength(self, group: str) -> float:
        """Return the force that a gripper holds with [N, N m]."""
        cell = self.timeline.job.cell
        gripper = cell.tools[cell.groups[group].tool].gripper
        if gripper is None or gripper.capacity_kg is None:
            return STRONG
        return GRIP_FACTOR * gripper.capacity_kg * GRAVITY
