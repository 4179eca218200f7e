"""What a job's lines carry along: the jobs they call, and the states that steps run with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellsim.controllers.hyundai import losing
from cellsim.controllers.hyundai.acts import Step
from cellsim.controllers.hyundai.blocks import Blocks
from cellsim.controllers.hyundai.functions import Formals, called_name
from cellsim.controllers.hyundai.jobtext import JobText
from cellsim.controllers.hyundai.steps import Steps
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node
from cellsim.domain.program import Move

CALLS = frozenset({"call", "jump", "gosub"})


@dataclass(kw_only=True)
class Carrying(Blocks):
    """A walk through one job that knows which jobs its lines call.

    Attributes:
        text, steps: The job's lines, and what makes motions of them. jobs: Names by number.
        subs: Routines of its own labels. takes: Parameters of jobs and functions.
        shared: Variables that a job declares `global`.
    """

    STATES = losing.STATES
    text: JobText
    steps: Steps
    jobs: dict[int, str]
    subs: Mapping[str, str] = field(default_factory=dict)
    takes: Mapping[str, Formals] = field(default_factory=dict)
    gives: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()

    def may_lose(self, node: Node) -> tuple[str, ...]:
        """Return the states that a line may have set to what nobody can say."""
        act = node.act
        called = isinstance(act, Act) and act.word in CALLS and bool(self.called_by(act))
        return losing.may_lose(node, called, self._shared)

    def _shared(self) -> list[str]:
        """Return the keys of the poses that other jobs can set too."""
        poses = self.steps.poses
        return [poses.key(name) for name in sorted(poses.known.keys() - poses.own)]

    def runs_with(self, node: Node, move: Move | None) -> tuple[str, ...]:
        """Return the states that a step runs with."""
        name = node.act.pose if isinstance(node.act, Step) else ""
        return losing.runs_with(node, move, self.steps.poses.key(name) if name else "")

    def word(self, key: str) -> str:
        """Return the name of the state behind a key; a pose is a target."""
        return "target" if key.startswith("pose ") else super().word(key)

    def called_by(self, act: Act) -> str:
        """Return the routine that a line calls, "" for one that is not there."""
        if act.word == "gosub":
            return self.subs.get(str(act.data[0]), "")
        return called_name(str(act.data[0]), self.jobs, self.takes)
