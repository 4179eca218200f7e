"""Runs that were timed before: the same moves from the same place take the same time.

What was timed a moment ago in this process is at hand as it would be in a cache on disk: as bytes,
so that nobody's arrays are another's.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np

from cellsim.cache import Cache
from cellsim.cache.arrays import Named, packed, unpacked
from cellsim.domain.canonical import canonical_text
from cellsim.domain.controller import MotionRules
from cellsim.domain.program import Index
from cellsim.domain.report import Finding, Severity
from cellsim.domain.robot import Joint
from cellsim.domain.timeline import Motion, Tube
from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import Chain
from cellsim.motion.caps import AccelClass
from cellsim.motion.run import time_run
from cellsim.motion.spec import MoveSpec, Run

ARRAYS = ("t", "v", "q", "qd", "qdd", "dev_path", "dev_time", "motion")
# Of what was timed last in this process [bytes]: a shipped job in all its classes is 2 to 15 MB.
MOST_RECENT = 64_000_000
_OF_MOVES = tuple(field.name for field in fields(MoveSpec) if field.name != "index")
SHAPE = ("parent", "origin", "axis", "kind", "qindex", "lower", "upper", "speed", "order", "home")


def kept_run(
    cache: Cache | None,
    chain: Chain,
    joints: Sequence[Joint],
    q_start: Array,
    moves: Sequence[MoveSpec],
    rules: MotionRules,
    accel: AccelClass,
) -> Run:
    """Return what `time_run` returns for the same arguments, from where it was kept before.

    A run is kept without its lines, which come from the moves at hand, so that a line inserted
    above changes nothing; a run with a finding about a line is not kept.

    Args:
        cache: Where runs are kept beyond this process; None: for a while in it alone.
    """
    asked: tuple[str | bytes, ...] = (
        _chain_text(chain), _joints_text(tuple(joints)), q_start.tobytes(),
        *(_told(getattr(move, name)) for move in moves for name in _OF_MOVES),
        _rules_text(_ByIdentity(rules)), accel,
    )  # fmt: skip
    key = b"" if cache is None else cache.key("run", *asked)
    data = None if cache is None else cache.get([key]).get(key)
    found = _read(data, moves)
    if found is not None:
        return found
    data = _recent.get(asked)
    found = _read(data, moves)
    if found is None:
        found = time_run(chain, joints, q_start, moves, rules, accel)
        data = _written(found, moves)
        _recent.put(asked, data)
    if cache is not None and data is not None:
        cache.put({key: data})
    return found


class _Recent:
    """What was timed last in this process, as much as fits; threads may share it."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[tuple[str | bytes, ...], bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, asked: tuple[str | bytes, ...]) -> bytes | None:
        with self._lock:
            if asked in self._kept:
                self._kept.move_to_end(asked)
            return self._kept.get(asked)

    def put(self, asked: tuple[str | bytes, ...], data: bytes | None) -> None:
        if data is None or _bytes(asked, data) > self._most:
            return
        with self._lock:
            before = self._kept.pop(asked, None)
            self._size += _bytes(asked, data) - (0 if before is None else _bytes(asked, before))
            self._kept[asked] = data
            while self._size > self._most:
                self._size -= _bytes(*self._kept.popitem(last=False))

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._size = 0


def _bytes(asked: tuple[str | bytes, ...], data: bytes) -> int:
    """Return what a run at hand takes with what was asked; texts are one byte a letter."""
    return len(data) + sum(map(len, asked))


_recent = _Recent(MOST_RECENT)


def forget_runs() -> None:
    """Forget what was timed in this process: the next look at it times all anew."""
    _recent.clear()


def _told(value: object) -> str | bytes:
    """Return what a field of a move says, every bit of it."""
    if isinstance(value, Pose):
        return value.matrix.tobytes()
    if isinstance(value, np.ndarray):
        return value.tobytes()
    return value if isinstance(value, str) else _plain_text(value)


_plain_text = lru_cache(maxsize=256)(canonical_text)


@lru_cache(maxsize=64)
def _chain_text(chain: Chain) -> str:
    parts = [
        canonical_text({name: getattr(one, name) for name in SHAPE})
        + f" {one.dof} {one.arm_dof} {one.flange} {one.base}"
        for one in (chain, *chain.branch)
    ]
    return _short(f"{chain.group} {chain.joint_names}" + " ".join(parts))


@lru_cache(maxsize=64)
def _joints_text(joints: tuple[Joint, ...]) -> str:
    return _short(canonical_text(joints))


class _ByIdentity:
    """Rules told apart by which they are: they hold mappings, so they have no hash.

    Nobody changes rules once they are made.
    """

    def __init__(self, rules: MotionRules) -> None:
        self.rules = rules

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.rules is self.rules

    def __hash__(self) -> int:
        return id(self.rules)


@lru_cache(maxsize=64)
def _rules_text(one: _ByIdentity) -> str:
    return _short(canonical_text(one.rules, ("conventions",)))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _written(run: Run, moves: Sequence[MoveSpec]) -> bytes | None:
    """Return a run as bytes, motions by the number of their move; None where it has lines."""
    numbers = {id(move.index): k for k, move in enumerate(moves)}
    if len(numbers) != len(moves) or any(id(m.index) not in numbers for m in run.motions):
        return None
    if any(f.line or f.file for f in run.findings):
        return None
    motions = [
        (numbers[id(m.index)], m.kind, m.first, m.last, m.speed, m.reached, m.corner, m.shrunk,
         m.frame, m.tool, m.note, m.rests_on)
        for m in run.motions
    ]  # fmt: skip
    findings = [
        (f.rule, f.severity.value, f.subject, f.value, f.limit, f.unit, f.t0, f.t1, dict(f.facts),
         f.help)
        for f in run.findings
    ]  # fmt: skip
    arrays: dict[str, Named] = {name: getattr(run, name) for name in ARRAYS}
    for k, tube in enumerate(run.tubes):
        arrays |= {f"tube{k}.q": tube.q, f"tube{k}.dev": tube.dev}
    tubes = [(tube.first, tube.last, tube.t0, tube.t1) for tube in run.tubes]
    return packed(arrays, {"motions": motions, "findings": findings, "tubes": tubes})


def _read(data: bytes | None, moves: Sequence[MoveSpec]) -> Run | None:
    if data is None:
        return None
    try:
        arrays, facts = unpacked(data)
        motions = tuple(_motion(moves[row[0]].index, row[1:]) for row in facts["motions"])
        findings = tuple(_finding(row) for row in facts["findings"])
        a = {name: arrays[name] for name in ARRAYS}
        tubes = tuple(
            Tube(first, last, t0, t1, arrays[f"tube{k}.q"], arrays[f"tube{k}.dev"])
            for k, (first, last, t0, t1) in enumerate(facts["tubes"])
        )
        return Run(**a, motions=motions, findings=findings, tubes=tubes)
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def _motion(index: Index, row: Sequence[Any]) -> Motion:
    kind, first, last, speed, reached, corner, shrunk, frame, tool, note, rests_on = row
    return Motion(
        kind, index, first, last, speed, reached, corner, shrunk, frame, tool, note, rests_on
    )


def _finding(row: Sequence[Any]) -> Finding:
    rule, severity, subject, value, limit, unit, t0, t1, facts, advice = row
    return Finding(
        rule, Severity(severity), subject, value, limit, unit, "", 0, t0, t1, facts, advice
    )
