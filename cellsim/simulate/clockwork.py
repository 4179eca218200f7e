"""The clock: programs, motions, signals and devices, one event after another."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Literal

from cellsim.domain.program import Expr, Index
from cellsim.domain.report import Finding
from cellsim.domain.timeline import Event
from cellsim.geometry import Array
from cellsim.simulate.actions import Ask, Await, Go, Head, Pause, Put
from cellsim.simulate.actor import Actor
from cellsim.simulate.alongway import without_motion
from cellsim.simulate.attach import Parts
from cellsim.simulate.choices import Choices
from cellsim.simulate.devices import Answers
from cellsim.simulate.expression import UNKNOWN, Value, evaluate, is_plain, leaves, literals, say
from cellsim.simulate.left import begin_ride
from cellsim.simulate.order import Sync
from cellsim.simulate.phases import certain
from cellsim.simulate.record import Ride, Stand
from cellsim.simulate.stuck import MAX_TIME_S, deadlocks, endless, overdue
from cellsim.simulate.wires import Wires


@dataclass(eq=False)
class Clock:
    """The state of a job while it runs.

    Attributes:
        now: [s]. queue: (time, order, what to do).
        actors: Group name to Actor, in the order of the job.
        ride: Times a run of moves; None where no move of it can be done.
        seconds: Group name to {"move", "process", "wait", "grip", "delay"} seconds.
        note_of: Wait condition to the kind of standing it is.
        choices: What unknown readings are taken to be; None: they are findings.
        alarms: Number in the queue of a timeout to who waits for what.
    """

    actors: dict[str, Actor]
    wires: Wires
    parts: Parts
    ride: Callable[[Actor, Go], Ride | None]
    note_of: Callable[[Expr], str]
    now: float = 0.0
    answers: Answers | None = None
    queue: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)
    events: list[Event] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seconds: dict[str, dict[str, float]] = field(default_factory=dict)
    alarms: dict[int, tuple[Actor, Await]] = field(default_factory=dict)
    choices: Choices | None = None
    chosen: dict[Await, bool] = field(default_factory=dict)

    def later(self, delay: float, do: Callable[[], None]) -> int:
        """Do something after a delay [s]; return its number in the queue."""
        number = next(self.order)
        heapq.heappush(self.queue, (self.now + delay, number, do))
        return number

    def q(self) -> dict[str, Array]:
        """Return the joint values of all groups and moving fixtures now."""
        q = {name: actor.record.q_at(self.now) for name, actor in self.actors.items()}
        return q if self.answers is None else q | self.answers.movers.q(self.now)

    def run(self) -> None:
        """Run until nothing can happen any more."""
        if self.answers is not None:
            self.answers.start()
        for actor in self.actors.values():
            self.later(0.0, partial(self.advance, actor, None))
        while self.queue:
            t, _, do = heapq.heappop(self.queue)
            self.now = t
            do()
            if not self.queue or self.queue[0][0] > self.now:
                self.settle()
        if self.choices is not None and self.choices.closed:
            return
        self.findings += deadlocks(list(self.actors.values()), self.findings)

    def changed(self, signal: str, old: bool | float, new: bool | float, node: int) -> None:
        """Tell a changed signal to the devices and the timeline."""
        origin = self.wires.origin(node)
        group, index = ("", None) if origin is None else (origin.group, origin.index)
        self.events.append(Event(self.now, "signal", signal, float(new), group, index))
        if self.answers is not None and bool(old) is not bool(new):
            self.answers.react(signal, bool(new), node)

    def knot(self, group: str) -> None:
        """Ask for a knot at this time in a group's track."""
        if group in self.actors:
            self.actors[group].record.breaks.append(self.now)

    def settle(self) -> None:
        """Let everybody go on whose wait is over at this time."""
        for actor in self.actors.values():
            if actor.waiting is None:
                continue
            wait, since = actor.waiting
            if self.now < since + actor.scan - 1e-12:
                continue
            value = self.awaited(actor, wait)
            if value is UNKNOWN or value:
                self.end_wait(actor, "unknown" if value is UNKNOWN else "held")
            elif wait.timeout_s is not None and self.now >= since + wait.timeout_s - 1e-12:
                self.end_wait(actor, "timeout")

    def read_open(self, name: str) -> Value:
        """Return a signal's value; UNKNOWN too where nothing in the cell determines it."""
        open_ = self.choices is not None and name in self.choices.free
        return UNKNOWN if open_ else self.wires.read(name)

    def awaited(self, actor: Actor, wait: Await) -> Value:
        """Return whether a wait is over; one on the unknown ends at once or, chosen, times out."""
        value = evaluate(wait.condition, self.wires.read)
        if self.choices is None or evaluate(wait.condition, self.read_open) is not UNKNOWN:
            return value
        if wait not in self.chosen:
            met: bool | None = True
            if wait.branches:
                where = (actor.group, wait.index.file, wait.index.line)
                met = self.choices.choose(*where, "wait", say(wait.condition), True)
            if met is None:
                return UNKNOWN
            self.chosen[wait] = met
        return self.chosen[wait]

    def end_wait(self, actor: Actor, answer: str) -> None:
        """Log the end of a wait and let the program go on at this time."""
        assert actor.waiting is not None
        wait, since = actor.waiting
        actor.waiting = None
        note = self.note_of(wait.condition)
        self.stand(actor, since, wait.index, note)
        needs = self.needs(wait.condition) if answer == "held" else ()
        known = answer == "held" and wait not in self.chosen and is_plain(wait.condition)
        self.sync(actor, wait.index, needs, ends="wait" if known else "open")
        text, held = say(wait.condition), float(answer == "held")
        self.events.append(Event(self.now, "wait", text, held, actor.group, wait.index))
        if answer == "timeout" and wait not in self.chosen:
            self.findings.append(overdue(wait, actor.group, self.now))
        self.later(0.0, lambda: self.advance(actor, answer))

    def needs(self, condition: Expr) -> tuple[tuple[str, bool | float], ...]:
        """Return what others must have done for a condition to hold; the open is not of them."""
        return tuple(n for n in literals(condition) if self.read_open(n[0]) is not UNKNOWN)

    def stand(self, actor: Actor, since: float, index: Index, note: str) -> None:
        """Record standing until now."""
        actor.record.segments.append(Stand(since, self.now, index, note))
        self.spend(actor, note, self.now - since)

    def spend(self, actor: Actor, kind: str, seconds: float) -> None:
        """Count seconds of one kind."""
        spent = self.seconds.setdefault(actor.group, {})
        spent[kind] = spent.get(kind, 0.0) + seconds

    def sync(
        self, actor: Actor, index: Index, needs: tuple[tuple[str, bool | float], ...] = (),
        asked: tuple[str, ...] = (), place: tuple[int, int] | None = None,
        ends: Literal["", "wait", "open"] = "", told: bool | None = None,
    ) -> int:  # fmt: skip
        """Log something that others can see, or that waited for them."""
        here = place or (len(actor.record.segments), 0)
        actor.record.syncs.append(max([here, *actor.record.syncs[-1:]]))
        actor.node = self.wires.sync(Sync(actor.group, needs, asked, index, ends, told))
        if self.answers is not None:
            self.answers.take(needs, actor.node)
        return actor.node

    def advance(self, actor: Actor, answer: object) -> None:
        """Let a program go on until it asks for time."""
        actor.moving = False
        while True:
            try:
                action = actor.steps.send(answer)
            except StopIteration:
                actor.done_at = self.now
                self.findings += [without_motion(put) for _, put in actor.interpreter.marks]
                self.events.append(
                    Event(self.now, "done", actor.group, 1.0, actor.group, actor.last)
                )
                return
            if self.now > MAX_TIME_S:
                self.findings.append(endless(actor, action))
                actor.steps.close()
                continue
            answer = None
            if isinstance(action, Go):
                self.go(actor, action)
                return
            actor.last = action.index
            if isinstance(action, Await):
                self.begin_wait(actor, action)
                return
            if isinstance(action, Pause):
                self.pause(actor, action)
                return
            if isinstance(action, Put):
                self.put(actor, action)
            elif isinstance(action, Ask):
                answer = self.answer(actor, action)
            else:
                answer = self.seen_before(actor, action)

    def go(self, actor: Actor, go: Go) -> None:
        """Start a run of moves, with the outputs on its way."""
        ride = self.ride(actor, go)
        actor.last = go.moves[-1][1]
        if ride is None:
            for _, put in go.marks:
                self.put(actor, put)
            self.later(0.0, lambda: self.advance(actor, None))
            return
        begun = self.q(), ride.run.q, self.now, go.moves[0][1], actor.node
        begin_ride(self.parts, actor.group, *begun)
        segment = len(actor.record.segments)
        actor.record.segments.append(ride)
        actor.moving = True
        duration = float(ride.run.t[-1])
        self.spend(actor, "move", duration)
        self.findings.extend(ride.run.findings)
        for (_, put), (seconds, knot) in zip(go.marks, ride.marks, strict=True):
            self.later(seconds, partial(self.put, actor, put, (segment, knot)))
        self.later(duration, lambda: self.advance(actor, None))

    def begin_wait(self, actor: Actor, wait: Await) -> None:
        """Stand and look at the signals, first after one scan."""
        actor.waiting = (wait, self.now)
        self.later(actor.scan, lambda: None)
        if wait.timeout_s is not None:
            number = self.later(max(wait.timeout_s, actor.scan), lambda: None)
            self.alarms[number] = (actor, wait)

    def pending(self) -> bool:
        """Whether anything is still to come; the alarm of a wait that is over is nothing."""
        return any(
            number not in self.alarms or self.alarms[number][0].awaits(self.alarms[number][1])
            for _, number, _ in self.queue
        )

    def pause(self, actor: Actor, pause: Pause) -> None:
        """Stand for a time."""
        since = self.now

        def over() -> None:
            self.stand(actor, since, pause.index, "delay")
            self.advance(actor, None)

        self.later(max(pause.seconds, 0.0), over)

    def put(self, actor: Actor, put: Put, place: tuple[int, int] | None = None) -> None:
        """Set an output, now or after its delay, which is no order that others may rely on."""
        if place is None and put.at is not None and put.at.after > 0.0:
            here = (len(actor.record.segments), 0)
            self.later(put.at.after, partial(self.put, actor, put, here))
            return
        here = place or (len(actor.record.segments), 0)
        node = self.sync(actor, put.index, place=here)
        # Only an output set right where its group is comes exactly then.
        there = put.plain and actor.record.syncs[-1] == here
        self.wires.change(put.signal, put.value, node, takes=(0.0, 0.0) if there else None)

    def answer(self, actor: Actor, ask: Ask) -> object:
        """Evaluate what a branch asks."""
        value = evaluate(ask.expr, self.read_open)
        told = value if isinstance(value, bool) else None
        needs = () if told is None else tuple(literals(ask.expr, told))
        self.sync(actor, ask.index, needs, tuple(leaves(ask.expr, "signal")), told=told)
        return value

    def seen_before(self, actor: Actor, head: Head) -> str:
        """Say whether the whole world stands as it did when this program was here before."""
        others = [a for a in self.actors.values() if a is not actor]
        if self.pending() or not all(a.at_rest for a in others):
            return ""
        state = (
            head.place,
            tuple(sorted((k, repr(v)) for k, v in head.variables.items())),
            tuple(sorted(self.wires.values.items())),
            tuple(a.record.end_q().tobytes() for a in self.actors.values()),
            tuple(repr(a.waiting and a.waiting[0].index) for a in others),
            self.parts.fingerprint(),
            () if self.answers is None else certain(self.answers.movers, self.wires, actor.node),
        )
        met = len(self.choices.met) if self.choices is not None else 0
        if state not in actor.seen:
            actor.seen[state] = met
            return ""
        if self.choices is None or actor.seen[state] == met:
            return "endless"
        self.choices.closed = True
        return "closed"
