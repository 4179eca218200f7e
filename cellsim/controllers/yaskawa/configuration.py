"""RCONF of a position: which of the arm's ways to stand it is, for the writer.

Source: DX100 manual 156191-1CD 4.1 RCONF; NX100 manual 149235-1CD 3.9 Manipulator Types.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cellsim.controllers.writing.axes import printed_values
from cellsim.domain.controller import AxisMap
from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.ik import solve_all, solve_near
from cellsim.kinematics.naming import branch_name, has_turning_forearm

DOUBT_DEG = 1e-4
_S, _R, _T = 0, 3, 5
_MOST_OFF_RAD = 1e-3
# Inverse kinematics answers to 1e-9 m; below that it is noise, and a joint at rest is at rest.
_Q_DIGITS = 11


Digits = tuple[bool | None, ...]


def _turns(axes: tuple[AxisMap, ...], q: Sequence[float] | Array) -> tuple[Digits, Digits]:
    """Return flip, R, T, S as RCONF has them, as they are and with None near a window's edge.

    Flip is 0 for -90 < R <= 90 and one turn on; R, T and S are 1 beyond +-180 degrees.
    """
    shown = printed_values(axes, [float(v) for v in q])
    r, t, s = shown[_R], shown[_T], shown[_S]
    turn = (r + 90.0) % 360.0
    exact = (not 0.0 < turn <= 180.0, *(not -180.0 < v <= 180.0 for v in (r, t, s)))
    edges = [min(turn, abs(turn - 180.0), 360.0 - turn)]
    edges += [abs(abs(v) - 180.0) for v in (r, t, s)]
    sure = (None if edge < DOUBT_DEG else d for d, edge in zip(exact, edges, strict=True))
    return exact, tuple(sure)


def _arm(chain: Chain, q: Sequence[float] | Array) -> tuple[bool, bool] | None:
    """Return lower and rear; None for an arm whose ways to stand have no names."""
    words = branch_name(chain, np.asarray(q, dtype=np.float64)).split("/")
    return None if len(words) != 3 else (words[1] == "down", words[0] == "back")


def rconf(chain: Chain, axes: tuple[AxisMap, ...], q: Sequence[float] | Array) -> str | None:
    """Return "flip,lower,rear,R,T,S" of joint values as 0 or 1; None for an unusual arm."""
    arm, turns = _arm(chain, q), _turns(axes, q)[0]
    return (
        None if arm is None else ",".join(str(int(bool(d))) for d in (turns[0], *arm, *turns[1:]))
    )


@dataclass(frozen=True)
class Standing:
    """How a pose stands: its RCONF, and the joint values if RCONF names one way only."""

    rconf: str
    q: tuple[float, ...] | None


def standing(
    chain: Chain,
    axes: tuple[AxisMap, ...],
    world_T_flange: Pose,
    near: Sequence[float],
    ext: Sequence[float],
) -> Standing | None:
    """Return how a pose stands near joint values; None where nothing stands within 0.001 rad.

    Args:
        near: Joint values it must stand at. ext: External axes [rad | m].
    """
    seed = np.asarray(near, dtype=np.float64)
    best = solve_near(chain, world_T_flange, seed, ext)
    if best is None or float(np.max(np.abs(best - seed))) > _MOST_OFF_RAD:
        return None
    name = rconf(chain, axes, best)
    if name is None:
        return None
    if (has_turning_forearm(chain) and _alone(axes, best)) or _only(
        chain, axes, world_T_flange, best, ext
    ):
        return Standing(name, tuple(round(float(v), _Q_DIGITS) for v in best))
    return Standing(name, None)


def _alone(axes: tuple[AxisMap, ...], q: Array) -> bool:
    """Return whether RCONF alone tells the joints: no digit in doubt, no second turn."""
    shown = printed_values(axes, [float(v) for v in q])
    turned = any(abs(shown[i]) >= 360.0 - DOUBT_DEG for i in (_S, _R, _T))
    return not turned and None not in _turns(axes, q)[1]


def _only(
    chain: Chain, axes: tuple[AxisMap, ...], goal: Pose, q: Array, ext: Sequence[float]
) -> bool:
    """Return whether no other way to stand may have the same RCONF."""
    turns, arm = _turns(axes, q)[0], _arm(chain, q)
    others = [o for o in solve_all(chain, goal, ext) if _agree(turns, _turns(axes, o)[1])]
    return sum(_arm(chain, o) == arm for o in others) == 1


def _agree(wanted: Digits, sure: Digits) -> bool:
    return all(b is None or a == b for a, b in zip(wanted, sure, strict=True))
