"""Blocks that stay text because they are not understood, and the labels that lines name."""

from __future__ import annotations

from dataclasses import dataclass

from cellsim.controllers.fanuc import losing
from cellsim.controllers.fanuc.jumps import mentioned
from cellsim.controllers.reading.acts import is_word
from cellsim.controllers.reading.blocks import Node
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.kept import block_as_text
from cellsim.controllers.reading.walk import Walker
from cellsim.domain.program import Statement


@dataclass(kw_only=True)
class Kept(Walker):
    """A walk that may keep a block as it stands; `labels` are all of the program."""

    collector: Collector
    labels: frozenset[int] = frozenset()

    def verbatim(self, node: Node) -> list[Statement]:
        """Return the lines of a block as text; the labels in it stay, jumps may go there."""
        return block_as_text(self, node, self.mentioned, self.collector)

    def mentioned(self, node: Node) -> set[int]:
        """Return the labels that an instruction may go to; all where a register gives it."""
        return set(self.labels) if is_word(node, "jump to") else mentioned(node)

    def may_move(self, node: Node) -> bool:
        """Return whether a line that is not understood may move the robot."""
        return losing.may_move(node, self.routines.keys())
