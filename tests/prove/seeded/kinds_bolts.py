"""A bolted part that one robot holds while another takes its bolt out: kinds of defects."""

from __future__ import annotations

import math

from jobs import Case, at_bolt
from kind import Expected, Rng, kind, move, told
from world import REACH_M, REACH_RAD


def _to_bolt(c: Case, aside: float = 0.0, tilt: float = 0.0) -> None:
    """Lead the socket beside the bolt [m], or to it with its axis tilted [rad]."""
    for name, off, verb in (("near_bolt", 0.3, "move_j"), ("at_bolt", 0.0, "move_l")):
        speed = "30 %" if verb == "move_j" else f"{c.draw.slow:.1f} mm/s"
        text = move(verb, at_bolt(c.draw, off, aside, tilt), speed)
        c.write(name, text.replace("tool: hand", "tool: runner"), "bolter")


@kind(two=True, needs="bolted")
def socket_beside_its_bolt(c: Case, rng: Rng) -> Expected:
    _to_bolt(c, aside=float(rng.choice([-1, 1])) * (REACH_M + float(rng.uniform(0.0005, 0.02))))
    return told(c, "fastener-missed", "unbolt", group="bolter")


@kind(two=True, needs="bolted")
def socket_tilted_on_its_bolt(c: Case, rng: Rng) -> Expected:
    turn = math.radians(float(rng.uniform(0.2, 8.0)))
    _to_bolt(c, tilt=float(rng.choice([-1, 1])) * (REACH_RAD + turn))
    return told(c, "fastener-missed", "unbolt", group="bolter")


@kind(two=True, needs="bolted")
def bolt_out_before_the_part_is_held(c: Case, rng: Rng) -> Expected:
    """Nothing holds the part, or nothing but luck."""
    del rng
    c.drop("await_held", "bolter")
    return told(c, "part-falls", "unbolt", group="bolter")


@kind(two=True, needs="bolted")
def part_said_to_be_held_before_its_grip(c: Case, rng: Rng) -> Expected:
    del rng
    held = c.lines["picker"].pop(c.at("held"))
    c.insert("pick", held)
    return told(c, "part-falls", "unbolt", group="bolter")


@kind(two=True, needs="bolted")
def bolted_part_pulled(c: Case, rng: Rng) -> Expected:
    """The holder does not wait until the bolt is out."""
    del rng
    c.drop("freed")
    return told(c, "holder-moves-while-fastened", "pull")


@kind(two=True, needs="bolted")
def bolt_said_to_be_out_too_early(c: Case, rng: Rng) -> Expected:
    """While the socket is still on its way, or while it still turns."""
    out = c.lines["bolter"].pop(c.at("out", "bolter"))
    before = ("near_bolt", "at_bolt", "unbolt")[int(rng.integers(3))]
    c.insert(before, out, group="bolter")
    return told(c, "holder-moves-while-fastened", "pull")


@kind(two=True, needs="bolted")
def bolt_left_in(c: Case, rng: Rng) -> Expected:
    """The socket goes there and back, and is never started."""
    del rng
    c.drop("unbolt", "bolter")
    return told(c, "holder-moves-while-fastened", "pull")
