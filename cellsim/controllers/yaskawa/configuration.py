"""RCONF of a position: which of the arm's ways to stand it is, for the writer.

Flip is told by R on NX100 and by the sign of B on YRC1000; of other controllers no page read says
by which, so a digit in which the two differ is in doubt.
Source: DX100 manual 156191-1CD 4.1 RCONF; NX100 manual 149235-1CD 3.9 Manipulator Types; YMConnect
(the maker's SDK for YRC1000), FlipOrNoFlip.
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
_S, _R, _B, _T = 0, 3, 4, 5
_MOST_OFF_RAD = 1e-3
# Inverse kinematics answers to 1e-9 m; below that it is noise, and a joint at rest is at rest.
_Q_DIGITS = 11


Digits = tuple[bool | None, ...]


def _turns(
    axes: tuple[AxisMap, ...], q: Sequence[float] | Array, controller: str
) -> tuple[Digits, Digits]:
    """Return flip, R, T, S as RCONF has them, as they are and with None where they are in doubt.

    R, T and S are 1 beyond +-180 degrees; near a window's edge a digit is in doubt.
    """
    shown = printed_values(axes, [float(v) for v in q])
    flip, sure = _no_flip(shown[_R], shown[_B], controller)
    others = [shown[i] for i in (_R, _T, _S)]
    beyond = [not -180.0 < v <= 180.0 for v in others]
    known = (
        None if abs(abs(v) - 180.0) < DOUBT_DEG else d for d, v in zip(beyond, others, strict=True)
    )
    return (flip, *beyond), (sure, *known)


def _no_flip(r: float, b: float, controller: str) -> tuple[bool, bool | None]:
    """Return whether R and B [deg] are *no flip*, as it is and with None where it is in doubt.

    By R no flip is outside of -90 < R <= 90 and whole turns on, by B it is B < 0.
    """
    turn = (r + 90.0) % 360.0
    by_r = not 0.0 < turn <= 180.0
    if controller.upper().startswith("NX100"):
        near = min(turn, abs(turn - 180.0), 360.0 - turn) < DOUBT_DEG
        return by_r, None if near else by_r
    by_b = b < 0.0
    doubt = abs(b) < DOUBT_DEG
    if not controller.upper().startswith("YRC1000"):
        doubt |= by_r != by_b or min(turn, abs(turn - 180.0), 360.0 - turn) < DOUBT_DEG
    return by_b, None if doubt else by_b


def _arm(chain: Chain, q: Sequence[float] | Array) -> tuple[bool, bool] | None:
    """Return lower and rear; None for an arm whose ways to stand have no names."""
    words = branch_name(chain, np.asarray(q, dtype=np.float64)).split("/")
    return None if len(words) != 3 else (words[1] == "down", words[0] == "back")


def rconf(
    chain: Chain, axes: tuple[AxisMap, ...], q: Sequence[float] | Array, controller: str
) -> str | None:
    """Return "flip,lower,rear,R,T,S" of joint values as 0 or 1; None for an unusual arm.

    Args:
        controller: The controller's type, which says what flip means.
    """
    arm, turns = _arm(chain, q), _turns(axes, q, controller)[0]
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
    controller: str,
) -> Standing | None:
    """Return how a pose stands near joint values; None where nothing stands within 0.001 rad.

    Args:
        near: Joint values it must stand at. ext: External axes [rad | m].
        controller: The controller's type.
    """
    seed = np.asarray(near, dtype=np.float64)
    best = solve_near(chain, world_T_flange, seed, ext)
    if best is None or float(np.max(np.abs(best - seed))) > _MOST_OFF_RAD:
        return None
    name = rconf(chain, axes, best, controller)
    if name is None:
        return None
    if (has_turning_forearm(chain) and _alone(axes, best, controller)) or _only(
        chain, axes, world_T_flange, best, ext, controller
    ):
        return Standing(name, tuple(round(float(v), _Q_DIGITS) for v in best))
    return Standing(name, None)


def _alone(axes: tuple[AxisMap, ...], q: Array, controller: str) -> bool:
    """Return whether RCONF alone tells the joints: no digit in doubt, no second turn."""
    shown = printed_values(axes, [float(v) for v in q])
    turned = any(abs(shown[i]) >= 360.0 - DOUBT_DEG for i in (_S, _R, _T))
    return not turned and None not in _turns(axes, q, controller)[1]


def _only(
    chain: Chain,
    axes: tuple[AxisMap, ...],
    goal: Pose,
    q: Array,
    ext: Sequence[float],
    controller: str,
) -> bool:
    """Return whether no other way to stand may have the same RCONF."""
    turns, arm = _turns(axes, q, controller)[0], _arm(chain, q)
    ways = solve_all(chain, goal, ext)
    others = [o for o in ways if _agree(turns, _turns(axes, o, controller)[1])]
    return sum(_arm(chain, o) == arm for o in others) == 1


def _agree(wanted: Digits, sure: Digits) -> bool:
    return all(b is None or a == b for a, b in zip(wanted, sure, strict=True))
