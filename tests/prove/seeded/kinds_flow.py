"""Signals, flow and two robots: kinds of defects."""

from __future__ import annotations

from dataclasses import replace

from jobs import Case
from kind import (
    SOME_LINE,
    Expected,
    Rng,
    kind,
    told,
    with_device,
)


@kind()
def timeout_shorter_than_the_process(c: Case, rng: Rng) -> Expected:
    name = ("vise", "look")[int(rng.integers(2))]
    c.swap("timeout_s: 3", f"timeout_s: {float(rng.uniform(0.05, 0.2)):.3f}", name)
    return told(c, "wait-timeout", name)


@kind()
def process_slower_than_its_timeout(c: Case, rng: Rng) -> Expected:
    """Only the slow end of the band meets the timeout."""
    time = c.cell.devices["look"].time
    with_device(c, "look", time=replace(time, max=3.1 + float(rng.uniform(0, 3))))
    return told(c, "wait-timeout", "look")


@kind()
def signal_that_never_comes(c: Case, rng: Rng) -> Expected:
    del rng
    c.insert("look", ("ready", "wait: {until: ready, timeout_s: 5}"))
    return told(c, "signal-never-set", "ready")


@kind()
def output_the_cell_does_not_have(c: Case, rng: Rng) -> Expected:
    del rng
    c.insert("home", ("lamp", "set: {signal: lamp, to: true}"))
    return told(c, "signal-unknown", "lamp")


@kind()
def output_beyond_its_motion(c: Case, rng: Rng) -> Expected:
    """No motion of the cell is as long as that."""
    way = f"{-float(rng.uniform(6000, 9900)):.0f}"
    put = f"set: {{signal: look_go, to: true, along: {{of: end, path_mm: {way}}}}}"
    c.insert("home", ("far", put))
    return told(c, "output-beyond-motion", "far")


@kind()
def output_of_another(c: Case, rng: Rng) -> Expected:
    del rng
    c.insert("home", ("foreign", "set: {signal: look_ok, to: true}"))
    return told(c, "signal-of-another", "foreign")


@kind()
def output_that_is_no_number(c: Case, rng: Rng) -> Expected:
    """A single signal is on or off; a number is for a group."""
    put = f"set: {{signal: look_go, to: {int(rng.integers(2, 100))}}}"
    c.insert("home", ("code", put))
    return told(c, "signal-value-impossible", "code")


@kind()
def answer_ignored(c: Case, rng: Rng) -> Expected:
    """The camera is started, and nobody waits for it."""
    del rng
    c.write("look", "set: {signal: look_go, to: true}")
    return told(c, "answer-not-awaited", "look")


@kind()
def line_nobody_understands(c: Case, rng: Rng) -> Expected:
    del rng
    c.insert("over_place", ("raw", 'raw: {text: "$BASE = BASE_DATA[7]"}'))
    return told(c, "state-not-understood", "raw")


@kind()
def motion_in_a_frame_that_was_lost(c: Case, rng: Rng) -> Expected:
    """What a reader makes of a motion behind a base that cannot be evaluated."""
    lost = f"{{state: frame, line: {int(rng.integers(1, 900))}, file: a.src}}"
    c.swap("speed:", f"doubts: [{lost}], speed:", "over_place")
    return told(c, "motion-state-unknown", "over_place")


@kind()
def branch_on_an_unknown(c: Case, rng: Rng) -> Expected:
    del rng
    c.insert("look", ("if", _branch("weather == 1")))
    return told(c, "branch-on-unknown", "if")


@kind()
def branch_never_run(c: Case, rng: Rng) -> Expected:
    del rng
    c.insert("look", ("if", _branch("not part_here")))
    return told(c, "branch-not-run", "if")


def _branch(when: str) -> str:
    return f"{{if: {{when: {when}}}, then: [{{delay: {{time_s: 0.1}}}}]}}"


@kind()
def loop_without_an_end(c: Case, rng: Rng) -> Expected:
    del rng
    c.insert("look", ("label", "label: {name: again}"))
    c.insert("home", ("goto", "goto: {name: again}"))
    return told(c, "endless-loop", "goto", "label", "look")


@kind(two=True)
def program_left_empty(c: Case, rng: Rng) -> Expected:
    del rng
    c.lines["bolter"] = []
    return Expected(("program-empty",), (), "bolter")


@kind(two=True, rare=True)
def missing_interlock(c: Case, rng: Rng) -> Expected:
    """The bolter does not wait until the part is placed: both are over the vise."""
    del rng
    c.drop("await", "bolter")
    return Expected(("collision", "clearance"), SOME_LINE)


@kind(two=True)
def swapped_waits(c: Case, rng: Rng) -> Expected:
    del rng
    a, b = c.at("placed"), c.at("bolted")
    lines = c.lines["picker"]
    lines[a], lines[b] = lines[b], lines[a]
    c.write("bolted", "wait: {until: bolted}")
    c.write("await", "wait: {until: placed}", "bolter")
    return told(c, "deadlock", "bolted")


@kind(two=True)
def signal_not_set(c: Case, rng: Rng) -> Expected:
    del rng
    c.drop("placed")
    return Expected(("deadlock", "wait-timeout", "signal-never-set"),
                    (c.line("await", "bolter"), c.line("bolted")), "")  # fmt: skip


@kind(two=True)
def signal_taken_back_early(c: Case, rng: Rng) -> Expected:
    """The signal is a pulse: only a bolter that is already waiting sees it."""
    del rng
    taken = c.lines["picker"].pop(c.at("taken"))
    c.insert("bolted", taken)
    return Expected(("deadlock-possible", "deadlock", "wait-timeout"), SOME_LINE, "")


@kind(two=True)
def signal_given_for_a_moment(c: Case, rng: Rng) -> Expected:
    """The other robot waits already, in this timing: a later one would miss it."""
    moment = f"delay: {{time_s: {float(rng.uniform(0.2, 1.0)):.3f}}}"
    taken = c.lines["picker"].pop(c.at("taken"))
    c.insert("bolted", ("moment", moment), taken)
    c.swap(", timeout_s: 90", "", "await", "bolter")
    c.swap("not placed, timeout_s: 60", "not placed", "await_taken", "bolter")
    return told(c, "deadlock-possible", "await", group="bolter")


@kind(two=True)
def signal_given_for_a_moment_and_asked_for_in_a_loop(c: Case, rng: Rng) -> Expected:
    """As above, of a robot that does not wait but asks again until it is there."""
    found = signal_given_for_a_moment(c, rng)
    again = f"{{delay: {{time_s: {float(rng.uniform(0.02, 0.1)):.3f}}}}}"
    c.write("await", f"{{loop: {{while: not placed}}, body: [{again}]}}", "bolter")
    return found


@kind(two=True, rare=True)
def region_entered_early(c: Case, rng: Rng) -> Expected:
    """The picker says that the part is placed before it has left."""
    del rng
    placed = c.lines["picker"].pop(c.at("placed"))
    c.insert("leave", placed)
    return Expected(("collision", "clearance"), SOME_LINE, "")
