"""What motions are not known to run with, and which variables are not, on the course driven."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from dataclasses import dataclass, field

from cellsim.domain.doubt import Doubt
from cellsim.domain.program import Move, Program, Raw
from cellsim.domain.report import Finding, Severity
from cellsim.domain.walk import placed
from cellsim.simulate.expression import UNKNOWN, Value

RULE = "motion-state-unknown"
# States that say where a motion ends: of any target, and of one that is a pose.
_ENDS = frozenset({"target", "register", "shift of targets", "configuration", "external axes"})
_ENDS_POSE = _ENDS | {"tool", "frame"}
_WORD = re.compile(r"[A-Z0-9_$]+")


@dataclass(eq=False)
class Doubts:
    """The lines of one program that were run so far, and what motions behind them are told.

    variables: Of the program, as they are. reached: Lines, of whatever file. elsewhere: The line
        that may have left the robot where nobody knows, None where it is known.
    """

    program: Program
    variables: MutableMapping[str, Value]
    reached: set[int] = field(default_factory=set)
    said: frozenset[tuple[str, int]] | None = None
    told: set[tuple[str, int, str, int, tuple[str, ...]]] = field(default_factory=set)
    elsewhere: tuple[str, int] | None = None

    def tell(self, motion: Move | Raw, file: str, findings: list[Finding]) -> bool:
        """Add a finding, once, for each line that lost a state of a motion on this course.

        file: That the motion stands in.

        A line of this text that has not been run has lost nothing yet; a line that left no
        statement, or stands in another text, is taken to have been run. A line that is not
        understood may have set the variables that it names.

        Returns:
            Whether something is lost.
        """
        if isinstance(motion, Raw):
            self._forget(motion.text)
        lost: dict[tuple[str, int], set[str]] = {}
        for doubt in motion.doubts:
            if self._may_be_run(doubt):
                lost.setdefault((doubt.file, doubt.line), set()).add(doubt.state)
        if isinstance(motion, Move):
            if self.elsewhere is not None:
                lost.setdefault(self.elsewhere, set()).add("start")
            self.elsewhere = self._ends_elsewhere(motion, file, set().union(*lost.values()))
        elif motion.moves:
            self.elsewhere = (file, motion.line)
        for (text, since), states in sorted(lost.items()):
            key = (file, motion.line, text, since, tuple(sorted(states)))
            if key not in self.told:
                self.told.add(key)
                findings.append(self._finding(*key))
        return bool(lost)

    def _forget(self, text: str) -> None:
        words = frozenset(_WORD.findall(text.upper()))
        for name in self.variables:
            # one that is its routine's own has that behind its name: x__routine
            own = _WORD.findall(name.partition("__")[0].upper())
            if own and words.issuperset(own):
                self.variables[name] = UNKNOWN

    @staticmethod
    def _ends_elsewhere(motion: Move, file: str, states: set[str]) -> tuple[str, int] | None:
        deciding = _ENDS if motion.to.pose is None else _ENDS_POSE
        return (file, motion.line) if states & deciding else None

    def _finding(
        self, file: str, line: int, text: str, since: int, states: tuple[str, ...]
    ) -> Finding:
        facts = {"states": states, "since": since, "lost_in": text}
        return Finding(
            RULE, Severity.UNDECIDED, self.program.group, file=file, line=line, facts=facts
        )

    def _may_be_run(self, doubt: Doubt) -> bool:
        if doubt.file != self.program.file or doubt.line in self.reached:
            return True
        if self.said is None:
            self.said = frozenset((file, s.line) for file, s in placed(self.program))
        return (doubt.file, doubt.line) not in self.said
