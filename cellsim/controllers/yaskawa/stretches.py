"""Lines in order: MOVC steps in a row, motions with what runs beside them, others one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cellsim.controllers.reading.acts import is_word
from cellsim.controllers.reading.blocks import Node, Open
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.losing import names_in
from cellsim.controllers.reading.walk import UNKNOWN, Walker
from cellsim.controllers.yaskawa import losing, modal
from cellsim.controllers.yaskawa.acts import Step
from cellsim.controllers.yaskawa.motions import Motions, same_place
from cellsim.controllers.yaskawa.runs import arc_run, beside
from cellsim.controllers.yaskawa.setting import at_start
from cellsim.domain.program import Move, SetSignal, Statement


@dataclass(kw_only=True)
class Stretches(Walker):
    """Walks lines with the motion that the robot stands after (`stands`)."""

    STATES = losing.STATES
    NOT_KNOWN = frozenset({UNKNOWN, modal.ONCE})
    motions: Motions
    stands: Move | None = None

    def may_lose(self, node: Node) -> tuple[str, ...]:
        """Return the states that a line may have set to what nobody can say."""
        return losing.may_lose(node, self.routines.keys())

    def runs_with(self, node: Node, move: Move | None) -> tuple[str, ...]:
        """Return the states that a step runs with."""
        controller = self.motions.group.controller
        return losing.runs_with(node, move, names_in(self.state or {}), controller)

    def sequence(self, nodes: Sequence[Node]) -> tuple[Statement, ...]:
        """Return the statements of lines in order; MOVC steps in a row are taken together."""
        out: list[Statement] = []
        self.stands = None
        at = 0
        while at < len(nodes):
            run = arc_run(nodes, at)
            if run:
                steps = [(n.line, n.act) for n in nodes[at : at + run] if isinstance(n.act, Step)]
                comments = [n for n in nodes[at : at + run] if is_word(n, "comment")]
                out += [s for n in comments for s in self.leaf(n)]
                made = self._stood(self.motions.arc(steps, self.state or {}, self.stands))
                out += self.doubted(nodes[at], made, self.state)
            elif self._keeps_arcs_apart(nodes, at):
                pass
            elif (outputs := beside(nodes, at)) is not None:
                made = self._with_outputs(nodes[at], outputs)
                out += self.doubted(nodes[at], made, self.state)
                run = 1 + len(outputs)
            elif isinstance(nodes[at].act, Open):
                out, self.stands = [*out, *self.step(nodes[at])], None
            else:
                out += self.step(nodes[at])
            at += max(run, 1)
        return tuple(out)

    def _with_outputs(self, node: Node, outputs: Sequence[Node]) -> list[Statement]:
        """Return a motion with NWAIT behind the outputs that are set as it begins."""
        act = node.act
        assert isinstance(act, Step)
        plain = replace(act, words=tuple(w for w in act.words if w != "NWAIT"))
        before = self.stands
        first = [s for one in outputs for s in self.leaf(one)]
        made = self.motions.motion(node.line, plain, self.state or {}, before)
        if isinstance(made[0], Move):
            first = [at_start(s) if isinstance(s, SetSignal) else s for s in first]
        return [*first, *self._stood(made)]

    def _stood(self, made: list[Statement]) -> list[Statement]:
        """Remember where the robot stands after motions; text that was not understood: nowhere."""
        last = made[-1] if made else None
        self.stands = last if isinstance(last, Move) else None
        return made

    def _keeps_arcs_apart(self, nodes: Sequence[Node], at: int) -> bool:
        """Return whether a MOVL stays where the arc before it ended, right before another arc."""
        act, before = nodes[at].act, self.stands
        if not isinstance(act, Step) or act.word != "MOVL":
            return False
        if before is None or before.kind != "circular":
            return False
        if not arc_run(nodes, at + 1):
            return False
        quiet = Motions(self.motions.group, Collector(), self.motions.points)
        made = quiet.motion(nodes[at].line, act, self.state or {})
        return len(made) == 1 and isinstance(made[0], Move) and same_place(before, made[0])
