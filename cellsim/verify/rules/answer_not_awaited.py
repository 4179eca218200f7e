"""Rule answer-not-awaited."""

from __future__ import annotations

from collections.abc import Mapping

from cellsim.domain.cell import Cell
from cellsim.domain.program import SetSignal
from cellsim.domain.report import Finding, Severity
from cellsim.domain.walk import placed, statements_of
from cellsim.simulate.lower import lower
from cellsim.simulate.wires import signals_read
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome


def answer_not_awaited(context: Context) -> Outcome:
    """A program starts something and never asks whether it is done.

    What: a program starts a device, or closes a gripper, and no program waits for the signal that
        confirms it, or branches on it.
    Why: on the day that the device fails, or the gripper closes on nothing, the cycle goes on.
    Limit: each confirming signal of what is started is read by some program.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    cell = context.cell
    programs = [lower(p, cell) for p in context.timeline.job.programs.values()]
    read = {name for p in programs for s in statements_of(p) for name in signals_read(s)}
    answers = _answers(cell)
    found: dict[str, Finding] = {}
    started = set()
    for program in programs:
        for file, statement in placed(program):
            if not isinstance(statement, SetSignal) or not statement.value:
                continue
            who, answer = answers.get(statement.signal, ("", ""))
            started |= {who} - {""}
            if answer and answer not in read and who not in found:
                found[who] = Finding(
                    "answer-not-awaited",
                    Severity.WARNING,
                    f"{program.group} {who}",
                    file=file,
                    line=statement.line,
                    facts={"signal": answer},
                    help="await-answer",
                )
    return outcome(len(started), found.values())


def _answers(cell: Cell) -> Mapping[str, tuple[str, str]]:
    """Return the signal that starts something to (its name, the signal that confirms it)."""
    found = {d.start: (d.name, d.done) for d in cell.devices.values() if d.start and d.done}
    for tool in cell.tools.values():
        if tool.gripper is not None and tool.gripper.closed:
            found[tool.gripper.close] = (tool.name, tool.gripper.closed)
    return found
