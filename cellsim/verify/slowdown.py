"""How much faster than allowed the joints would be if a line kept its programmed TCP speed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cellsim.domain.timeline import Motion
from cellsim.geometry import Array
from cellsim.verify.axes import axes_of
from cellsim.verify.context import Context

NEAR_SINGULAR = 0.05
_SLOW = 1e-4


@dataclass(frozen=True)
class Slowdown:
    """The worst knot of a path move.

    Attributes:
        kappa: max over the joints of speed needed / largest speed; > 1 = TCP speed not held.
        joint: The joint that decides. sigma: Smallest singular value of the Jacobian there.
        programmed, reached: TCP speed written, and the speed at the worst knot [m/s].
        held: TCP speed at which the joint that decides is at its largest speed there [m/s].
    """

    kappa: float
    joint: str
    sigma: float
    programmed: float
    reached: float
    t: float
    file: str
    line: int

    @property
    def held(self) -> float:
        return self.programmed / self.kappa

    @property
    def singular(self) -> bool:
        """Near a singularity."""
        return self.sigma < NEAR_SINGULAR


def slowdowns(context: Context, group: str) -> Iterator[Slowdown]:
    """Yield the worst knot of every path move of a group that has a programmed speed."""
    for motion in context.tracks[group].motions:
        if motion.kind in ("linear", "circular") and motion.speed:
            yield _worst(context, group, motion, motion.speed)


def _worst(context: Context, group: str, motion: Motion, speed: float) -> Slowdown:
    from cellsim.kinematics.fk import jacobian

    track = context.tracks[group]
    axes = axes_of(context.cell.groups[group])
    tcp = np.linalg.norm(context.tcp_velocity(group, motion), axis=1)
    limit = np.array([a.joint.speed or np.inf for a in axes])
    need = kappas(track.qd[motion.first : motion.last + 1], tcp, limit, speed)
    knot, joint = np.unravel_index(int(np.argmax(need)), need.shape)
    q = track.q[motion.first + int(knot)]
    J = jacobian(context.chains[group], q, context.tcp(group, motion.tool))
    sigma = float(np.linalg.svd(J, compute_uv=False)[min(J.shape) - 1])
    return Slowdown(
        float(need[knot, joint]),
        axes[int(joint)].joint.name,
        sigma,
        speed,
        float(tcp[knot]),
        float(track.t[motion.first + int(knot)]),
        motion.index.file,
        motion.index.line,
    )


def kappas(qd: Array, tcp: Array, limit: Array, speed: float) -> Array:
    """Return |qd| at programmed speed over the limit, shape (k, dof); 0 where the TCP rests.

    Args:
        qd: Joint speeds [rad/s | m/s], shape (k, dof). tcp: TCP speed [m/s], shape (k,).
        limit: Largest joint speeds, shape (dof,). speed: Programmed TCP speed [m/s].
    """
    moving = tcp > _SLOW
    per_metre = np.abs(qd) / np.where(moving, tcp, 1.0)[:, None]
    return np.asarray(np.where(moving[:, None], per_metre * speed / limit, 0.0))
