"""Turn the moves of a program into what the motion room times."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.program import Index, Move, Target
from cellsim.domain.report import Finding, Severity
from cellsim.errors import BadInput, UnknownName
from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, mover_under
from cellsim.kinematics.ik import solve_all, solve_near
from cellsim.kinematics.naming import branch_name
from cellsim.motion.spec import MoveSpec
from cellsim.simulate.carriers import carried_by_own, ext_after, world_T_frame_for
from cellsim.units import deg, mm

# How far joint values and pose of one target may be apart: what rounding of both may do.
SAME_M, SAME_RAD = 1e-4, math.radians(0.01)


def specs_of(
    moves: Sequence[tuple[Move, Index]],
    cell: Cell,
    group: str,
    q_start: Array,
    q_by_group: Mapping[str, Array],
) -> tuple[list[MoveSpec], list[Finding]]:
    """Return moves with frames and tools looked up, targets in the world, joint moves in joints.

    A joint move to a pose takes the branch that its configuration names, else the one nearest to
    where the move before it ended. A target that cannot be reached is left out with a finding, and
    a move whose tool or frame is not known and not there.

    Raises:
        BadInput: With file and line, for a tool, TCP or frame that is not there, joint values of
            the wrong number, or a target without joints and pose.
    """
    chain = chain_of(cell, group)
    specs: list[MoveSpec] = []
    findings: list[Finding] = []
    ext = np.asarray(q_start, dtype=np.float64)[chain.arm_dof :]
    for move, index in moves:
        try:
            before, ext = ext, ext_after(move, chain, ext)
            spec = _spec(move, index, cell, group, ext, q_by_group)
        except BadInput as error:
            if move.doubts and isinstance(error, UnknownName):  # the interpreter has told it
                continue
            raise error.at(index.file, index.line) from None
        findings += _foreign_tool(move, index, cell, group)
        findings += carried_by_own(cell, group, move, index, before, ext)
        findings += _two_places(move, spec, cell, group, ext, q_by_group)
        if move.kind == "joint" and spec.q_target is None:
            q_target, finding = _nearest(chain, spec, move.to, _end_of(chain, q_start, specs))
            if finding is not None:
                findings.append(finding)
                continue
            spec = replace(spec, q_target=q_target)
        specs.append(spec)
    return specs, findings


def _end_of(chain: Chain, q_start: Array, specs: Sequence[MoveSpec]) -> Array:
    """Return where moves end: the last joint values, continued along the path poses after them."""
    known = max((k for k, spec in enumerate(specs) if spec.q_target is not None), default=-1)
    last = q_start if known < 0 else specs[known].q_target
    assert last is not None
    q = np.array(last)
    for spec in specs[known + 1 :]:
        assert spec.world_T_tcp is not None
        ext = spec.ext or None
        on = solve_near(chain, spec.world_T_tcp @ spec.flange_T_tcp.inverse(), q, ext)
        q = q if on is None else on
    return q


def _foreign_tool(move: Move, index: Index, cell: Cell, group: str) -> Iterator[Finding]:
    """Yield a finding where a move leads a tool that the group does not carry."""
    tool, mounted = move.tool.partition(".")[0], cell.groups[group].tool
    if tool and tool != mounted:
        facts = {"tool": tool, "mounted": mounted or "no tool"}
        yield Finding(
            "tool-not-mounted", Severity.ERROR, group, file=index.file, line=index.line, facts=facts
        )


def _two_places(
    move: Move, spec: MoveSpec, cell: Cell, group: str, ext: Array, q_by_group: Mapping[str, Array]
) -> Iterator[Finding]:
    """Yield a finding where a joint move's joint values and its pose are two places.

    Of a path move that is seen where it ends: see configuration-flip.
    """
    if move.kind != "joint" or spec.q_target is None or move.to.pose is None:
        return
    by_joints = tcp_pose(chain_of(cell, group), spec.q_target, spec.flange_T_tcp)
    named = world_T_frame_for(cell, group, move.frame, ext, q_by_group) @ move.to.pose
    off, turned = by_joints.distance(named)
    may, turn = SAME_M, SAME_RAD
    if (free := move.to.tolerance) is not None:
        may, turn = may + free.position, turn + free.cone
        if free.free_axis is not None:
            k = "xyz".index(free.free_axis)
            turned = angle_between(by_joints.R[:, k], named.R[:, k])
    if off <= may and turned <= turn:
        return
    value, limit, unit = (off / mm, may / mm, "mm")
    if off <= may:
        value, limit, unit = (turned / deg, turn / deg, "deg")
    yield Finding(
        "target-ambiguous", Severity.ERROR, group, value, limit, unit, spec.index.file,
        spec.index.line, help="one-target",
    )  # fmt: skip


def angle_between(a: Array, b: Array) -> float:
    """Return the angle between two unit vectors [rad]."""
    return math.atan2(float(np.linalg.norm(np.cross(a, b))), float(a @ b))


def _spec(
    move: Move, index: Index, cell: Cell, group: str, ext: Array, q_by_group: Mapping[str, Array]
) -> MoveSpec:
    chain = chain_of(cell, group)
    mover = mover_under(cell, move.frame)
    if mover:
        raise BadInput(
            f"frame '{move.frame}' hangs on {mover}, which moves: a controller's frame stands",
            expected="a frame that stands, or hangs on a group",
        )
    world_T_named = world_T_frame_for(cell, group, move.frame, ext, q_by_group)
    q_target = _joints(move.to, chain)
    by_joints = move.kind == "joint" and q_target is not None
    world_T_tcp = None if move.to.pose is None or by_joints else world_T_named @ move.to.pose
    if q_target is None and world_T_tcp is None:
        raise BadInput("a move without a target", expected="joint values or a pose")
    externals = chain.dof - chain.arm_dof
    if len(move.to.ext) not in (0, externals):
        given = f"{len(move.to.ext)} values of external axes for group '{group}'"
        raise BadInput(given, expected=f"{externals}")
    flange_T_tcp = flange_T_tcp_of(cell, group, move.tool)
    via = None
    if move.via is not None:
        q_via = _joints(move.via, chain)
        if move.via.pose is not None:
            via = world_T_named @ move.via.pose
        elif q_via is not None:
            via = tcp_pose(chain, q_via, flange_T_tcp)
    if move.kind == "circular" and via is None:
        raise BadInput("a circular move without a via point", expected="a via target")
    return MoveSpec(
        move.kind, q_target, world_T_tcp, via, flange_T_tcp, move.speed, move.zone, move.accel,
        index, move.frame, move.tool, move.to.ext,
    )  # fmt: skip


def _nearest(
    chain: Chain, spec: MoveSpec, target: Target, q_seed: Array
) -> tuple[Array | None, Finding | None]:
    """Return the branch asked for, or the one nearest to q_seed (largest joint change least)."""
    assert spec.world_T_tcp is not None
    ext = target.ext or tuple(q_seed[chain.arm_dof :])
    found = solve_all(chain, spec.world_T_tcp @ spec.flange_T_tcp.inverse(), ext)
    named = [q for q in found if not target.config or target.config == branch_name(chain, q)]
    index = spec.index
    if named:
        return min(named, key=lambda q: float(np.abs(q - q_seed).max())), None
    rule, severity = "target-unreachable", Severity.ERROR
    if found:
        rule, severity = "configuration-unknown", Severity.UNDECIDED
    facts = {"config": target.config, "branches": sorted({branch_name(chain, q) for q in found})}
    return None, Finding(rule, severity, chain.group, file=index.file, line=index.line, facts=facts)


def _joints(target: Target, chain: Chain) -> Array | None:
    if target.q is None:
        return None
    if len(target.q) != chain.dof:
        raise BadInput(
            f"{len(target.q)} joint values for group '{chain.group}'", expected=f"{chain.dof}"
        )
    return np.array(target.q, dtype=np.float64)


def flange_T_tcp_of(cell: Cell, group: str, tool: str) -> Pose:
    """Return the TCP that "tool", "tool.tcp" or "" (the mounted one) names; flange if bare."""
    name, _, tcp = (tool or cell.groups[group].tool).partition(".")
    if not name:
        return Pose.identity()
    if name not in cell.tools:
        raise UnknownName("tool", name, cell.tools)
    tcps = cell.tools[name].tcps
    if not tcp:
        return next(iter(tcps.values()), Pose.identity())
    if tcp not in tcps:
        raise UnknownName("tcp", tcp, tcps)
    return tcps[tcp]
