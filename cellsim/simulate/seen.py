"""Where a program comes round to the very same state of the world, and so goes round for ever."""

from __future__ import annotations

from collections.abc import Mapping

from cellsim.simulate.actions import Head
from cellsim.simulate.actor import Actor
from cellsim.simulate.attach import Parts
from cellsim.simulate.devices import Answers
from cellsim.simulate.phases import certain
from cellsim.simulate.readings import Readings
from cellsim.simulate.wires import Wires


def seen_before(
    head: Head, actor: Actor, actors: Mapping[str, Actor], wires: Wires, parts: Parts,
    answers: Answers | None, readings: Readings,
) -> str:  # fmt: skip
    """Say whether the whole world stands as it did when this program was here before.

    Returns:
        "endless" where it does and nothing is still to come; "closed" where something since was
        taken to be otherwise than it may be the next time; else "".
    """
    others = [a for a in actors.values() if a is not actor]
    if not all(a.at_rest for a in others):
        return ""
    state = (
        head.place,
        tuple(sorted((k, repr(v)) for k, v in head.variables.items())),
        tuple(sorted(wires.values.items())),
        tuple(a.record.end_q().tobytes() for a in actors.values()),
        tuple(repr(a.place) for a in others),
        parts.fingerprint(),
        () if answers is None else certain(answers.movers, wires, actor.node),
    )
    taken, choices = readings.taken, readings.choices
    if state not in actor.seen:
        actor.seen[state] = taken
        return ""
    if choices is None or actor.seen[state] == taken:
        return "endless"
    choices.closed = True
    return "closed"
