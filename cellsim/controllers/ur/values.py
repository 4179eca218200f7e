"""The values that names of a script have at a line, and calls of its functions with parameters.

A name is followed through assignments, elements and calls in the modal state, under "is NAME"; one
that a thread, or functions of their own, may set as well is not.
Source: URScript manual: arguments are handed over by value; a name is local to its function unless
it is declared global.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, NotUnderstood
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.passing import Signature, with_calls
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import every
from cellsim.controllers.reading.walk import UNKNOWN, Settings, Walker, union
from cellsim.controllers.ur.poses import Places
from cellsim.controllers.ur.scopes import names_before
from cellsim.domain.program import Assign, Call, Expr, Raw, Statement

# What only tells something, and changes nothing (URScript manual, modules motion and internals).
_TELLS = (
    "get_actual_", "get_target_", "get_joint_", "get_tcp_", "get_standard_analog_",
    "get_tool_analog_", "get_analog_in", "get_controller_temp", "get_forward_kin", "is_",
    "read_", "force", "norm", "length", "rpy2rotvec", "rotvec2rpy", "pose_", "point_dist",
)  # fmt: skip


@dataclass(kw_only=True)
class Values(Walker):
    """A function of a script, with what its names stand for at the current line."""

    names: Names
    collector: Collector
    everywhere: Places
    untracked: frozenset[str] = frozenset()
    signatures: Mapping[str, Signature] = field(default_factory=dict)
    own: Signature | None = None

    @property
    def places(self) -> Places:
        """Names and targets as they are at the current line."""
        return replace(self.everywhere, here=self.state or {})

    def keep_value(self, name: str, value: object) -> bool:
        """Remember what a name stands for from here on; return whether it is known."""
        found = self.places.resolved(value)
        if name not in self.untracked:
            self.state = {**(self.state or {}), f"is {name}": UNKNOWN if found is None else found}
        return found is not None and (name not in self.untracked or self._once(name))

    def _once(self, name: str) -> bool:
        return self.everywhere.waypoints.get(name) is not None

    def value_settings(self, node: Node) -> Settings:
        """Return what one line may make of the names it sets, and the functions it asks."""
        act = node.act
        if isinstance(act, NotUnderstood):
            return {f"is {n}": frozenset({UNKNOWN}) for n in names_before(node.line.text)}
        if not isinstance(act, Act):
            return {}
        own: dict[str, frozenset[object]] = {}
        if act.word in {"assign", "element"}:
            name = str(act.data[0])
            alone = act.word == "assign" and not _names_of(act.data[1])
            value = self.everywhere.resolved(act.data[1]) if alone else None
            own = {f"is {name}": frozenset({UNKNOWN if value is None else value})}
        return union([own, *(self.routines.get(n, {}) for n in self._asked(act))])

    def _asked(self, act: Act) -> list[str]:
        parts = [d for d in act.data if isinstance(d, Expr)]
        return [e.name for p in parts for e in every(p) if e.name in self.signatures]

    def asked(self, line: Line, expr: Expr) -> tuple[list[Statement], Expr]:
        """Return the calls of an expression's functions, and it with what they return."""
        return with_calls(expr, self.signatures, line, self.usable, self.did, fold=False)

    def did(self, made: list[Statement]) -> None:
        """Follow what the statements of a call do."""
        for statement in made:
            if isinstance(statement, Call):
                self.call(statement.routine)
            elif isinstance(statement, Assign):
                self.keep_value(statement.name, statement.value)

    def usable(self, expr: Expr) -> Expr | None:
        """Return an argument as a number where it is known, else with the cell's names."""
        number = self.places.number(expr)
        if number is not None:
            return Expr("const", value=number)
        plain = not any(e.op == "unknown" for e in every(expr))
        return self.names.bound(expr) if plain else None

    def handed_over(
        self, line: Line, signature: Signature, values: Sequence[object]
    ) -> list[Statement] | None:
        """Return a call with its arguments, which may be lists and poses too."""
        if len(values) != len(signature.parameters):
            return None
        before: list[Statement] = []
        here = self.places
        found = [here.resolved(value) for value in values]
        for name, value, known in zip(signature.parameters, values, found, strict=True):
            usable = self.usable(value) if isinstance(value, Expr) else None
            if usable is None and known is None:
                usable = Expr("unknown", name=name)
            if usable is not None and (known is None or isinstance(known, float)):
                before.append(Assign(name, usable, line=line.number))
            self.state = {**(self.state or {}), f"is {name}": UNKNOWN if known is None else known}
        self.call(signature.name)
        return [*before, Call(signature.name, line=line.number, comment=line.comment)]

    def told(self, line: Line, value: object) -> list[Statement] | None:
        """Return the line of a value that is not known, where finding it changes nothing."""
        if not isinstance(value, Expr):
            return None
        unknown = [e.name for e in every(value) if e.op == "unknown"]
        quiet = all(n.startswith(_TELLS) or n.endswith("[]") for n in unknown)
        if not unknown or not quiet:
            return None
        return [Raw(line.verbatim.strip(), harmless=True, line=line.number)]


def _names_of(value: object) -> bool:
    """Return whether a value has a name in it, or a part that may."""
    return not isinstance(value, Expr) or any(e.op in {"var", "unknown"} for e in every(value))
