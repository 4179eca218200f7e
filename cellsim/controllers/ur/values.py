"""The values that names of a script have at a line, and calls of its functions with parameters.

A name is followed through assignments, elements and calls in the modal state, under "is NAME"; one
that a thread, or functions of their own, may set as well is not.
Source: URScript manual: arguments are handed over by value; a name is local to its function unless
it is declared global.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, NotUnderstood
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.losing import called_in
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.passing import Signature, with_calls
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import every
from cellsim.controllers.reading.walk import UNKNOWN, Settings, Walker, union
from cellsim.controllers.ur.lines import names_before
from cellsim.controllers.ur.poses import Places
from cellsim.domain.program import Assign, Call, Expr, Raw, Statement

# What only tells something, and changes nothing (script manual e-Series, modules motion,
# internals, urmath and interfaces).
TELLS = (
    r"get_(?:actual|target|joint|tcp|tool|standard|configurable|digital|analog)_\w+"
    r"|get_(?:controller_temp|forward_kin|inverse_kin\w*|list_length|steptime|flag|gravity"
    r"|base_acceleration|conveyor_tick_count|freedrive_status)|is_steady|is_within_safety_limits"
    r"|read_(?:input|output)_(?:boolean|float|integer)_register|read_port_(?:bit|register)"
    r"|force|norm|normalize|length|size|rpy2rotvec|rotvec2rpy|pose_(?:trans|add|sub|inv|dist)"
    r"|point_dist|wrench_trans|interpolate_pose|encoder_get_tick_count"
)
_TELLS = re.compile(TELLS)


@dataclass(kw_only=True)
class Values(Walker):
    """A function of a script, with what its names stand for at the current line."""

    names: Names
    collector: Collector
    everywhere: Places
    untracked: frozenset[str] = frozenset()
    several: frozenset[str] = frozenset()
    signatures: Mapping[str, Signature] = field(default_factory=dict)
    own: Signature | None = None

    @property
    def places(self) -> Places:
        """Names and targets as they are at the current line."""
        every = self.everywhere
        return Places(every.cell, every.group, every.waypoints, self.state or {}, every.poses)

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
        asked = self._asked(act)
        return union([own, *(self.routines.get(n, {}) for n in asked)]) if asked else own

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

    def missed(self, line: Line, made: Sequence[Statement]) -> list[Statement]:
        """Return a line as not understood where it asks a function that its statements do not call.

        One beside `and` or `or` (whether it is called at all is in no manual that was read), behind
        a name that it may set, or among the arguments of another call.
        """
        named = [n for n in called_in(line.text) if n in self.own_functions]
        if not named:
            return []
        asked = Counter(named)
        asked.subtract(s.routine for s in made if isinstance(s, Call))
        if all(count <= 0 for count in asked.values()):
            return []
        if any(isinstance(s, Raw) and not s.harmless for s in made):
            return []
        return [self.collector.keep(line, "a function asked in the midst of an expression")]

    def told(self, line: Line, name: str, value: object) -> list[Statement] | None:
        """Return the line of a value that is not known, where finding it changes nothing.

        A name that another line sets too is not known from here on.
        """
        if not isinstance(value, Expr):
            return None
        unknown = [e.name for e in every(value) if e.op == "unknown"]
        quiet = all(_TELLS.fullmatch(n) or n.endswith("[]") for n in unknown)
        if not unknown or not quiet or not self.own_functions.isdisjoint(unknown):
            return None
        quietly = Raw(line.verbatim.strip(), harmless=True, line=line.number)
        found = Assign(name, Expr("unknown", name=line.text), line=line.number)
        return [quietly, found] if name in self.several else [quietly]

    @cached_property
    def own_functions(self) -> frozenset[str]:
        """Return the functions of the script, which may do more than the manual's of that name."""
        return frozenset({*self.routines, *self.signatures})


def _names_of(value: object) -> bool:
    """Return whether a value has a name in it, or a part that may."""
    return not isinstance(value, Expr) or any(e.op in {"var", "unknown"} for e in every(value))
