"""A bounded interpreter: walks one program and yields what it asks of the clock."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

from cellsim.domain.program import (
    Assign,
    Call,
    Delay,
    Expr,
    If,
    Index,
    Loop,
    Move,
    Program,
    Raw,
    Return,
    SetSignal,
    Wait,
)
from cellsim.domain.report import Finding, Severity
from cellsim.domain.walk import file_of, kept_text, moves_by_place
from cellsim.simulate.actions import Action, Ask, Await, Go, Head, Pause, Put
from cellsim.simulate.callstack import Frame, index_of
from cellsim.simulate.choices import Choices, plain
from cellsim.simulate.doubts import Doubts
from cellsim.simulate.expression import (
    UNKNOWN,
    Unknown,
    Value,
    bind,
    evaluate,
    held,
    leaves,
    literals,
    say,
)
from cellsim.simulate.flatten import (
    Code,
    Op,
    condition_of,
    does_something,
    drives_on,
    flatten,
    loop_of,
    stops_at,
)
from cellsim.simulate.readings import Moment, Told

MAX_STEPS = 200_000
MAX_DEPTH = 50
MAX_LAPS = 500

Steps = Generator[Action, object, None]


@dataclass(eq=False)
class Interpreter:
    """The state of one program, lowered, while it runs.

    Attributes:
        stops: Statement kinds that stop the advance run. stops_known: A manual says so.
        inputs: Values given by the user for what cannot be known. findings: What went wrong.
        executed: Identities of the statements that were reached.
        choices: What the unknown is taken to be, or None. moment: What was, since time went on.
        parts: Identity of each move to which of the moves on its line it is.
    """

    program: Program
    stops: frozenset[str]
    inputs: Mapping[str, bool | float]
    findings: list[Finding] = field(default_factory=list)
    executed: set[int] = field(default_factory=set)
    variables: dict[str, Value] = field(default_factory=dict)
    stack: list[Frame] = field(default_factory=list)
    moves: list[tuple[Move, Index]] = field(default_factory=list)
    marks: list[tuple[int, Put]] = field(default_factory=list)
    laps: dict[int, int] = field(default_factory=dict)
    steps: int = 0
    choices: Choices | None = None
    moment: Moment = field(default_factory=Moment)
    stops_known: bool = True
    parts: Mapping[int, int] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """File of the line that is run, for findings."""
        return self.stack[-1].code.file if self.stack else self.program.file or self.program.name

    def run(self) -> Steps:
        """Yield the actions of the program in order; answers are sent back in."""
        self.parts = {id(m): part for (_, part), m in moves_by_place(self.program).items()}
        self.doubts = Doubts(self.program, self.variables)
        codes = {r.name: flatten(r, file_of(self.program, r)) for r in self.program.routines}
        if not any(does_something(op.statement) for c in codes.values() for op in c.ops):
            self.find("program-empty", Severity.ERROR, 0, self.program.name)
        if not self.program.routines:
            return
        self.stack = [Frame(codes[self.program.routines[0].name], "")]
        while self.stack:
            frame = self.stack[-1]
            if frame.pc >= len(frame.code.ops):
                self.stack.pop()
                continue
            op = frame.code.ops[frame.pc]
            frame.pc += 1
            self.steps += 1
            if self.steps > MAX_STEPS:
                yield from self.flush()
                self.endless(op, self.steps - 1, "steps")
                return
            self.executed.add(id(op.statement))
            self.doubts.reached.add(op.statement.line)
            yield from self.step(frame, op, codes)
        yield from self.flush()

    def step(self, frame: Frame, op: Op, codes: Mapping[str, Code]) -> Steps:
        """Carry out one step of flat code."""
        if op.kind == "do":
            if stops_at(op.statement, self.stops):
                yield from self.flush()
            yield from self.statement(frame, op, codes)
        elif op.kind == "branch":
            answer = yield from self.ask(condition_of(op), op)
            if isinstance(answer, Unknown):
                answer = self.decide(condition_of(op), op)
            if isinstance(answer, Unknown) or not answer:
                frame.pc = op.target
        elif op.kind == "begin":
            frame.counters[op.target] = 0
        elif op.kind == "count":
            if frame.counters[op.loops[-1]] >= (loop_of(op).count or 0):
                frame.pc = op.target
        elif op.kind == "again":
            frame.counters[op.loops[-1]] = frame.counters.get(op.loops[-1], 0) + 1
            frame.pc = op.target
            if loop_of(op).count is None:
                yield from self.head(frame, op)
        else:
            backward = op.kind == "jump" and op.target < frame.pc
            frame.pc = op.target
            if backward:
                frame.back += 1
                yield from self.head(frame, op)

    def statement(self, frame: Frame, op: Op, codes: Mapping[str, Code]) -> Steps:
        """Carry out one statement that is not control flow."""
        statement, index = op.statement, index_of(self.stack, op, self.file, self.parts)
        if isinstance(statement, Move | Wait | Delay):
            self.moment.values.clear()
        if isinstance(statement, Move):
            self.moves.append((statement, index))
            self.doubts.tell(statement, self.file, self.findings)
            laps = self.laps[id(statement)] = self.laps.get(id(statement), 0) + 1
            if laps > MAX_LAPS:
                self.endless(op, MAX_LAPS, "laps")
            elif statement.zone.kind == "fine":
                yield from self.flush()
        elif isinstance(statement, SetSignal):
            self.moment.output(statement.signal)
            put = Put(statement.signal, statement.value, index, statement.at)
            if statement.at is not None and statement.at.of != "now":
                self.marks.append((len(self.moves) + 1, put))
            elif self.moves:
                self.marks.append((len(self.moves), put))
            else:
                yield put
        elif isinstance(statement, Delay):
            yield from self.flush()
            yield Pause(statement.seconds, index)
        elif isinstance(statement, Wait):
            yield from self.wait(frame, statement, op)
        elif isinstance(statement, Assign):
            self.moment.values.pop(statement.name, None)
            worth = yield from self.ask(statement.value, op)
            self.variables[statement.name] = held(worth, statement.holds)
        elif isinstance(statement, Call):
            self.call(statement, op, codes)
        elif isinstance(statement, Return):
            self.stack.pop()
        elif isinstance(statement, Raw) and not statement.harmless:
            yield from self.flush()
            if not self.doubts.tell(statement, self.file, self.findings):
                self.not_understood(statement.line, kept_text(statement))

    def wait(self, frame: Frame, statement: Wait, op: Op) -> Steps:
        """Stand until a condition holds; go to the label, or stop the program, after a timeout."""
        yield from self.flush()
        condition = bind(statement.condition, self.variables, self.inputs)
        branches = statement.timeout_s is not None and bool(statement.on_timeout)
        index = index_of(self.stack, op, self.file)
        answer = yield Await(condition, statement.timeout_s, index, branches)
        if answer == "unknown":
            self.unknown(condition, op)
        elif answer == "timeout":
            if statement.on_timeout:
                frame.pc = frame.code.labels[statement.on_timeout]
                frame.back += 1
                yield from self.head(frame, op)
            else:
                self.stack.clear()

    def ask(self, expr: Expr, op: Op) -> Generator[Action, object, Value]:
        """Return the value of an expression; where it reads signals, at this point in time."""
        bound = bind(expr, self.variables, {**self.moment.values, **self.inputs})
        if not any(leaves(bound, "signal")):
            return evaluate(bound, lambda _: UNKNOWN)
        yield from self.flush()
        answer = yield Ask(bound, index_of(self.stack, op, self.file))
        if isinstance(answer, Told):
            self.moment.take(literals(bound, answer.value))
            return answer.value
        return answer if isinstance(answer, bool | int | float | str) else UNKNOWN

    def call(self, statement: Call, op: Op, codes: Mapping[str, Code]) -> None:
        """Enter a routine; one that is not there is a state that was not understood."""
        if statement.routine not in codes:
            self.not_understood(statement.line, f"call {statement.routine[:75]}")
        elif len(self.stack) >= MAX_DEPTH:
            self.endless(op, MAX_DEPTH, "calls")
        else:
            name = f"{statement.routine}@{statement.line}"
            self.stack.append(Frame(codes[statement.routine], name))

    def head(self, frame: Frame, op: Op) -> Steps:
        """End the program where it comes round to the same state of the world again.

        The round is looked at standing; where the robot drives on, its corner is not known.
        """
        if drives_on(frame.code, frame.pc, self.stops):
            self.leave_open("the next round begins with a motion")
        yield from self.flush()
        self.moment.values.clear()
        place = (*(f.name for f in self.stack), frame.pc)
        again = yield Head(place, dict(self.variables), index_of(self.stack, op, self.file))
        if again:
            self.stack.clear()
        if again == "endless":
            self.endless(op, self.steps, "steps")

    def flush(self) -> Steps:
        """Yield the collected moves as one run; outputs of the next motion wait for it."""
        if self.moves:
            count = len(self.moves)
            go = Go(tuple(self.moves), tuple(m for m in self.marks if m[0] <= count))
            if not self.stops_known and self.stack:
                self.leave_open("no manual says that the robot stops there")
            self.moves.clear()
            self.marks[:] = [(k - count, put) for k, put in self.marks if k > count]
            yield go

    def leave_open(self, why: str) -> None:
        """Say that the corner of the last motion may be driven, or not."""
        if self.moves and self.moves[-1][0].zone.value:
            line, zone = self.moves[-1][0].line, str(self.moves[-1][0].zone)
            group = self.program.group
            self.find("stop-inside-corner", Severity.UNDECIDED, line, group, zone=zone, why=why)

    def find(self, rule: str, severity: Severity, line: int, subject: str, **facts: object) -> None:
        """Add a finding at a line, once."""
        finding = Finding(rule, severity, subject, file=self.file, line=line, facts=facts)
        if finding not in self.findings:
            self.findings.append(finding)

    def decide(self, condition: Expr, op: Op) -> bool:
        """Return what an unknown condition is taken to be; without a choice it is a finding."""
        bound = bind(condition, self.variables, {**self.moment.values, **self.inputs})
        kind = "if" if isinstance(op.statement, If) else "loop"
        text, negated = plain(bound)
        where = (self.program.group, self.file, op.statement.line)
        met = self.choices.choose(*where, kind, text, False) if self.choices else None
        if met is None:
            self.unknown(condition, op)
            return False
        value = met is not negated
        for name, taken in literals(bound, value, ("signal", "unknown")):
            if self.variables.get(name) is UNKNOWN:
                self.variables[name] = taken
            elif name:
                self.moment.choose(name, taken, bound, self.choices)
        return value

    def unknown(self, condition: Expr, op: Op) -> None:
        """Say that a condition could not be decided; the branch is not taken, a wait passes."""
        kind = {If: "if", Loop: "loop", Wait: "wait"}.get(type(op.statement), "statement")
        text, line = say(condition), op.statement.line
        self.find("branch-on-unknown", Severity.UNDECIDED, line, text, condition=text, kind=kind)

    def not_understood(self, line: int, text: str) -> None:
        """Say that a line may have changed what the verdict depends on."""
        self.find("state-not-understood", Severity.UNDECIDED, line, self.program.group, text=text)

    def endless(self, op: Op, limit: int, unit: str) -> None:
        """Say that the program does not end, and end it."""
        self.stack.clear()
        line, group = op.statement.line, self.program.group
        self.find("endless-loop", Severity.ERROR, line, group, limit=limit, unit=unit)
