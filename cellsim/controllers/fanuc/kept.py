"""Blocks that stay text because they are not understood, and the labels that lines name."""

from __future__ import annotations

from dataclasses import dataclass

from cellsim.controllers.fanuc import losing
from cellsim.controllers.fanuc.acts import Motion
from cellsim.controllers.fanuc.jumps import mentioned
from cellsim.controllers.fanuc.lsfile import called_names, may_call
from cellsim.controllers.reading.acts import is_word
from cellsim.controllers.reading.blocks import Node, NotUnderstood
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.kept import block_as_text
from cellsim.controllers.reading.walk import UNKNOWN, Settings, Walker, joined, union
from cellsim.domain.program import Statement

# What a motion sets that names no register and calls nothing: where the robot stands.
MOVED: Settings = {"here": frozenset({UNKNOWN})}


def moves_alone(motion: Motion, text: str) -> bool:
    """Return whether a motion sets nothing else and calls no program, as its text shows."""
    return not motion.logic and "=" not in text and not may_call(text)


@dataclass(kw_only=True)
class Kept(Walker):
    """A walk that may keep a block as it stands; `labels` are all of the program.

    keys: All that the modal state may hold.
    """

    collector: Collector
    keys: frozenset[str]
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

    def lose(self, node: Node) -> None:
        """Take in what a line may have set to anything, and the programs that it calls beside."""
        super().lose(node)
        beside = self.beside(node)
        if beside:
            self.state = joined(self.state, beside)

    def set_by(self, program: str) -> Settings:
        """Return what a program may set: one that is not given all."""
        own = self.routines.get(program)
        return own if own is not None else {k: frozenset({UNKNOWN}) for k in self.keys}

    def beside(self, node: Node) -> Settings:
        """Return what the programs set that a motion (TB .1sec,CALL A), or a line kept, calls."""
        if not isinstance(node.act, Motion | NotUnderstood):
            return {}
        if not may_call(node.line.text):
            return {}
        called = called_names(node.line.text.encode("ascii", "replace"))
        return union(self.set_by(name) for name in called)
