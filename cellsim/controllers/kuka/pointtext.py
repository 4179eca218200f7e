"""Points of KRL text: {A1 ..,E1 ..} and {X ..,C ..,E1 ..} under names that are free."""

from __future__ import annotations

from dataclasses import dataclass, field

from cellsim.controllers.kuka.digits import (
    ANGLE_DIGITS,
    AXIS_DIGITS,
    LENGTH_DIGITS,
    axis_numbers,
    frame_numbers,
)
from cellsim.controllers.kuka.words import RESERVED
from cellsim.controllers.writing.numbers import fixed
from cellsim.controllers.writing.rewrite import identifier
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import Move, Target
from cellsim.errors import Refused

_LONGEST = 20


@dataclass
class PointTexts:
    """The points a program declares, by name; `taken` are names that are something else."""

    group: MotionGroup
    taken: set[str]
    texts: dict[str, str] = field(default_factory=dict)
    _upper: dict[str, str] = field(default_factory=dict)

    def name(self, target: Target, move: Move) -> str:
        """Return the name of a declared point of this target; KRL does not tell cases apart."""
        text = self.aggregate(target, move)
        base = identifier(target.name, _LONGEST) if target.name else f"XP{len(self.texts) + 1}"
        name, count = base, 1
        while self._upper.get(name.upper(), text) != text or self._is_taken(name):
            count += 1
            name = f"{base}_{count}"
        if name.upper() not in self._upper:
            self._upper[name.upper()] = self.texts[name] = text
        return name

    def _is_taken(self, name: str) -> bool:
        return name.upper() in RESERVED or name.lower() in self.taken

    def aggregate(self, target: Target, move: Move) -> str:
        """Return {A1 ..,E1 ..} of a PTP target, {X ..,C ..,E1 ..} of a LIN or CIRC target."""
        axes, arm = self.group.controller.axes, self.group.robot.dof
        if move.kind == "joint":
            if target.q is None:
                raise Refused("kuka", "PTP target without joints", line=move.line)
            values = axis_numbers(axes, target.q)
            names = [f"A{i + 1}" for i in range(arm)]
            parts = [
                f"{n} {fixed(v, AXIS_DIGITS)}" for n, v in zip(names, values[:arm], strict=True)
            ]
            extra = values[arm:]
        else:
            if target.pose is None:
                raise Refused("kuka", "LIN or CIRC target without a pose", line=move.line)
            numbers = frame_numbers(target.pose)
            digits = [LENGTH_DIGITS] * 3 + [ANGLE_DIGITS] * 3
            parts = [
                f"{n} {fixed(v, d)}" for n, v, d in zip("XYZABC", numbers, digits, strict=True)
            ]
            extra = axis_numbers(axes[arm:], target.ext)
        parts += [f"E{i + 1} {fixed(v, AXIS_DIGITS)}" for i, v in enumerate(extra)]
        return "{" + ",".join(parts) + "}"
