"""Blocks that stay text because they are not understood, and the labels that lines name."""

from __future__ import annotations

from dataclasses import dataclass

from cellsim.controllers.fanuc.jumps import mentioned
from cellsim.controllers.reading.acts import is_word
from cellsim.controllers.reading.blocks import Node, flat
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.walk import Walker, joined
from cellsim.domain.program import Statement


@dataclass(kw_only=True)
class Kept(Walker):
    """A walk that may keep a block as it stands; `labels` are all of the program."""

    collector: Collector
    labels: frozenset[int] = frozenset()

    def verbatim(self, node: Node) -> list[Statement]:
        """Return the lines of a block as text; the labels in it stay, jumps may go there."""
        inner = list(flat([node]))
        for number in {n for one in inner for n in self.mentioned(one)}:
            self.jump(str(number))
        self.state = joined(self.state, self.settings_of(inner))
        out: list[Statement] = []
        for one in inner:
            made = self.leaf(one) if is_word(one, "label") else []
            out += made or [self.collector.keep(one.line, "block not understood")]
        return out

    def mentioned(self, node: Node) -> set[int]:
        """Return the labels that an instruction may go to; all where a register gives it."""
        return set(self.labels) if is_word(node, "jump to") else mentioned(node)
