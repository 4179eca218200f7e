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
from cellsim.simulate.actions import Ask, Await, Go, Pause, Put
from cellsim.simulate.actor import Actor
from cellsim.simulate.alongway import without_motion
from cellsim.simulate.attach import Parts
from cellsim.simulate.choices import Choices
from cellsim.simulate.devices import Answers
from cellsim.simulate.expression import UNKNOWN, evaluate, is_plain, leaves, literals, say
from cellsim.simulate.left import begin_ride
from cellsim.simulate.order import Sync
from cellsim.simulate.readings import Readings, Told
from cellsim.simulate.record import Ride, Stand, of_group
from cellsim.simulate.seen import seen_before
from cellsim.simulate.stuck import MAX_TIME_S, deadlocks, endless, overdue, stranded
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
        readings: What programs go two ways on. choices: What the unknown is taken to be, or None.
        alarms: Number in the queue of a timeout to who waits for what.
    """

    actors: dict[str, Actor]
    wires: Wires
    parts: Parts
    ride: Callable[[Actor, Go], Ride | None]
    note_of: Callable[[Expr], str]
    readings: Readings
    now: float = 0.0
    answers: Answers | None = None
    queue: list[tuple[float, int, Callable[[], object]]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)
    events: list[Event] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seconds: dict[str, dict[str, float]] = field(default_factory=dict)
    alarms: dict[int, tuple[Actor, Await]] = field(default_factory=dict)
    choices: Choices | None = None

    def later(self, delay: float, do: Callable[[], object]) -> int:
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
        if self.choices is not None and (
            self.choices.closed or stranded(self.actors.values(), self.readings)
        ):
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
            if actor.asking is not None:
                told = self.answered(actor)
                if told is not None:
                    self.later(0.0, partial(self.advance, actor, told))
            if actor.waiting is None:
                continue
            wait, since = actor.waiting
            if self.now < since + actor.scan - 1e-12:
                continue
            value = self.readings.awaited(actor.group, wait)
            late = wait.timeout_s is not None and self.now >= since + wait.timeout_s - 1e-12
            if value is UNKNOWN:
                self.end_wait(actor, "unknown")
            elif value or late:
                self.over(actor, wait, bool(value), late)

    def over(self, actor: Actor, wait: Await, came: bool, late: bool) -> None:
        """End a wait whose signal or timeout came, if that is what its course says."""
        held = self.readings.ends(actor.group, wait, came)
        if held and (came or self.readings.has_come(actor.group, wait.condition, True)):
            self.end_wait(actor, "held")
        elif late and not held:
            self.end_wait(actor, "timeout")

    def end_wait(self, actor: Actor, answer: str) -> None:
        """Log the end of a wait and let the program go on at this time."""
        assert actor.waiting is not None
        wait, since = actor.waiting
        actor.waiting = None
        note = self.note_of(wait.condition)
        self.stand(actor, since, wait.index, note)
        readings = self.readings
        needs = readings.needs(wait.condition) if answer == "held" else ()
        known = answer == "held" and wait not in readings.chosen and is_plain(wait.condition)
        looked = tuple(leaves(wait.condition, "signal")) if wait in readings.waits else ()
        ends: Literal["wait", "open"] = "wait" if known else "open"
        node = self.sync(actor, wait.index, needs, ends=ends, awaited=looked)
        if wait in readings.waits:
            readings.waits[wait].node = node
        text, held = say(wait.condition), float(answer == "held")
        self.events.append(Event(self.now, "wait", text, held, actor.group, wait.index))
        if answer != "unknown" and readings.ran_out(wait, answer == "held"):
            self.findings.append(overdue(wait, actor.group, self.now))
        self.later(0.0, lambda: self.advance(actor, answer))

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
        awaited: tuple[str, ...] = (),
    ) -> int:  # fmt: skip
        """Log something that others can see, or that waited for them."""
        here = place or (len(actor.record.segments), 0)
        actor.record.syncs.append(max([here, *actor.record.syncs[-1:]]))
        actor.node = self.wires.sync(Sync(actor.group, needs, asked, index, ends, told, awaited))
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
                if actor.asking is not None:
                    return
            else:
                world = self.actors, self.wires, self.parts, self.answers, self.readings
                answer = "" if self.pending() else seen_before(action, actor, *world)

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
        self.parts.depart(actor.group, actor.node, segment)
        actor.record.segments.append(ride)
        actor.moving = True
        duration = float(ride.run.t[-1])
        self.spend(actor, "move", duration)
        self.findings += [of_group(actor.group, f) for f in ride.run.findings]
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
        """Set an output, now or after its delay, which is no order that anybody may rely on."""
        here = place or (len(actor.record.segments), 0)
        node = self.sync(actor, put.index, place=here)
        set_ = partial(self.wires.change, put.signal, put.value, node)
        if put.at is not None and put.at.after > 0.0:
            self.later(put.at.after, partial(set_, delayed=True, takes=None))
            return
        # Only an output set right where its group is comes exactly then.
        there = put.plain and actor.record.syncs[-1] == here
        set_(takes=(0.0, 0.0) if there else None)

    def answer(self, actor: Actor, ask: Ask) -> object | None:
        """Return what a branch is told; None where it stands until it comes to be that."""
        value = evaluate(ask.expr, self.readings.open)
        reading = self.readings.asked(actor.group, ask, value)
        if reading is None:
            self.ask(actor, ask, value if isinstance(value, bool) else None)
            return value
        actor.asking = ask, reading, self.now
        return self.answered(actor)

    def answered(self, actor: Actor) -> Told | None:
        """Return what a reading of a branch is taken to be, once it is or was so; else None."""
        assert actor.asking is not None
        ask, reading, since = actor.asking
        other = reading.value is not reading.clock
        if other and not self.readings.has_come(actor.group, ask.expr, reading.value):
            return None
        actor.asking = None
        if self.now > since:
            self.stand(actor, since, ask.index, "wait")
        reading.node = self.ask(actor, ask, reading.value)
        return Told(reading.value)

    def ask(self, actor: Actor, ask: Ask, told: bool | None) -> int:
        """Log what a branch was told."""
        needs = () if told is None else tuple(literals(ask.expr, told))
        return self.sync(actor, ask.index, needs, tuple(leaves(ask.expr, "signal")), told=told)
