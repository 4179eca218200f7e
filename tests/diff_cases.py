"""Seeded edits with the one difference each must give, and rewrites that must give none."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from brandkit import KITS
from controllers_support import bytes_of, cell_of

from cellsim.controllers.brands import quantise, read_result, rules_of, write
from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.program import (
    FINE,
    Assign,
    Call,
    Comment,
    Delay,
    Expr,
    If,
    Loop,
    Move,
    Program,
    Return,
    Routine,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
    signal_is,
)
from cellsim.geometry import Pose
from cellsim.release.meaning.difference import Difference
from cellsim.release.textjob import compare_jobs
from cellsim.units import deg

BRAND_NAMES = ("abb", "fanuc", "hyundai", "kuka", "ur", "yaskawa")
Body = tuple[Statement, ...]


def joint(cell: Cell, rng: random.Random, **changes: object) -> Move:
    """A joint move on a coarse grid that every language can print."""
    low, high = (-40, 40)
    q = [rng.randint(low, high) * deg for _ in cell.groups["arm"].joints]
    q[4] = rng.randint(30, 60) * deg
    to = Target(q=tuple(q))
    made = Move(kind="joint", to=to, speed=speed(cell, "joint"), zone=FINE, tool="gripper")
    return replace(made, **changes)  # type: ignore[arg-type]


def speed(cell: Cell, kind: str) -> Speed:
    """A speed the brand prints as it is."""
    brand = cell.groups["arm"].controller.brand
    if kind == "joint" and brand != "abb":
        return Speed(0.5, "rad/s") if brand == "ur" else Speed(50.0, "%")
    return Speed(250.0, "mm/s") if brand in ("abb", "hyundai") else Speed(0.25, "m/s")


def linear(cell: Cell, rng: random.Random, **changes: object) -> Move:
    """A linear move to joints; the brands turn them into the target they can say."""
    frame = "pallet" if cell.groups["arm"].controller.brand == "kuka" else "world"
    made = joint(cell, rng, kind="linear", speed=speed(cell, "linear"), frame=frame)
    return replace(made, **changes)  # type: ignore[arg-type]


def base_program(cell: Cell, seed: int) -> Program:
    """A program with motions, signals, waits, a branch, a loop and a routine."""
    rng = random.Random(seed)
    ready, closed = signal_is("ready", True), signal_is("grip_closed", True)
    brand = cell.groups["arm"].controller.brand
    corner = KITS[brand].zones["linear"][0]
    body: Body = (
        joint(cell, rng),
        joint(cell, rng, zone=KITS[brand].zones["joint"][0]),
        joint(cell, rng),
        linear(cell, rng, zone=corner),
        linear(cell, rng),
        SetSignal("grip_close", True),
        Wait(closed, 2.0),
        linear(cell, rng),
        Delay(0.5),
        If(ready, (SetSignal("lamp", True), joint(cell, rng)), (SetSignal("lamp", False),)),
        Loop((linear(cell, rng), Call("stack"), Delay(0.25)), count=3),
        joint(cell, rng),
        Wait(ready),
        joint(cell, rng),
    )
    stack: Body = (linear(cell, rng), SetSignal("grip_close", False), linear(cell, rng))
    return Program("main", "arm", (Routine("main", body), Routine("stack", stack)))


def text_of(program: Program, cell: Cell) -> dict[str, bytes]:
    """Return a program as its controller's files."""
    return bytes_of(write(quantise(program, cell), cell))


def read_job(files: dict[str, bytes], cell: Cell) -> Job:
    """Return the job that controller files mean."""
    program = read_result(files, cell, "arm").program
    return Job("main", cell, {"arm": program}, rules_of(cell))


def differing(a: dict[str, bytes], b: dict[str, bytes], cell: Cell) -> tuple[Difference, ...]:
    """Return what two texts of one cell mean differently."""
    return tuple(d for _, d in compare_jobs(read_job(a, cell), read_job(b, cell)))


@dataclass(frozen=True)
class Edit:
    """A change to a program and the words of the one difference that it must give."""

    name: str
    change: Callable[[Program, Cell, random.Random], tuple[Program, str]]


def at(program: Program, test: Callable[[Statement], bool], rng: random.Random) -> int:
    """Return the place of a random statement of the entry that fits."""
    found = [i for i, s in enumerate(program.routines[0].body) if test(s)]
    return rng.choice(found)


def put(program: Program, place: int, *new: Statement, drop: int = 1) -> Program:
    """Return the program with statements in place of `drop` old ones of the entry."""
    entry, *rest = program.routines
    body = (*entry.body[:place], *new, *entry.body[place + drop :])
    return replace(program, routines=(replace(entry, body=body), *rest))


def is_move(kind: str) -> Callable[[Statement], bool]:
    return lambda s: isinstance(s, Move) and s.kind == kind


def moved(move: Move, axis: int, amount: float) -> Move:
    assert move.to.q is not None
    q = list(move.to.q)
    q[axis] += amount
    return replace(move, to=replace(move.to, q=tuple(q)))


def tcp(cell: Cell, q: tuple[float, ...]) -> Pose:
    """Return where the TCP stands, by plain FK."""
    from cellsim.kinematics.fk import link_poses_reference
    from cellsim.kinematics.frames import chain_of

    chain = chain_of(cell, "arm")
    world_T_flange = link_poses_reference(chain, np.array(q))[chain.flange]
    return Pose.from_matrix(world_T_flange) @ cell.tools["gripper"].tcps["tcp"]


def _joint_moved(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, is_move("joint"), rng)
    move = program.routines[0].body[place]
    axis, amount = rng.randrange(6), rng.choice((-1, 1)) * rng.randint(1, 200) / 100.0
    assert isinstance(move, Move)
    new = put(program, place, moved(move, axis, amount * deg))
    old_q, new_q, shift, turn = printed(program, new, place, cell)
    name, change = cell.groups["arm"].joints[axis].name, math.degrees(new_q[axis] - old_q[axis])
    said = f"target moved by {name} {change:+.4f} deg (tcp {shift:.3f} mm, {turn:.4f} deg)"
    return new, "moved: " + re.escape(said)


def _linear_moved(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, is_move("linear"), rng)
    move = program.routines[0].body[place]
    assert isinstance(move, Move)
    amount = rng.choice((-1, 1)) * rng.randint(10, 200) / 100.0 * deg
    new = put(program, place, moved(move, rng.randrange(3), amount))
    _, _, shift, turn = printed(program, new, place, cell)
    return new, f"moved: .*{shift:.3f} mm.* {turn:.4f} deg"


def printed(
    a: Program, b: Program, place: int, cell: Cell
) -> tuple[tuple[float, ...], tuple[float, ...], float, float]:
    """Return joints and TCP shift [mm, deg] of a motion as the text prints it, by plain numpy."""
    targets = []
    for program in (a, b):
        s = quantise(program, cell).routines[0].body[place]
        assert isinstance(s, Move)
        targets.append(s.to)
    poses = [t.pose.matrix if t.pose else tcp(cell, t.q or ()).matrix for t in targets]
    shift = float(np.linalg.norm(poses[1][:3, 3] - poses[0][:3, 3]))
    turn = poses[0][:3, :3].T @ poses[1][:3, :3]
    skew = (turn - turn.T) / 2.0
    sine = math.sqrt(skew[0, 1] ** 2 + skew[0, 2] ** 2 + skew[1, 2] ** 2)
    angle = math.atan2(sine, (float(np.trace(turn)) - 1.0) / 2.0)
    return targets[0].q or (), targets[1].q or (), 1e3 * shift, math.degrees(angle)


def _speed(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, Move), rng)
    move = program.routines[0].body[place]
    assert isinstance(move, Move)
    new = replace(move.speed, value=move.speed.value * rng.choice((0.5, 1.2, 0.2)))
    old = quantise(put(program, place, replace(move, speed=new)), cell)
    shown = [
        s.speed
        for s in (quantise(program, cell).routines[0].body[place], old.routines[0].body[place])
        if isinstance(s, Move)
    ]
    text = f"speed {shown[0]} became {shown[1]}"
    return put(program, place, replace(move, speed=new)), "speed: " + re.escape(text)


def _corner(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, Move) and s.zone != FINE, rng)
    move = program.routines[0].body[place]
    assert isinstance(move, Move)
    said = re.escape(f"zone {move.zone} became fine")
    return put(program, place, replace(move, zone=FINE)), f"zone: {said}"


def _tool(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, is_move("joint"), rng)
    move = program.routines[0].body[place]
    assert isinstance(move, Move)
    return put(
        program, place, replace(move, tool="gripper.tip")
    ), "tool: tool gripper became gripper.tip"


def _kind(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, SetSignal), rng)
    s = program.routines[0].body[place]
    assert isinstance(s, SetSignal)
    new = replace(s, value=not s.value)
    return put(program, place, new), f"signal: set {s.signal} = True became set {s.signal} = False"


def _other_signal(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, SetSignal), rng)
    new = SetSignal("lamp", True)
    return put(program, place, new), "signal: set grip_close = True became set lamp = True"


def _timeout(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, Wait) and bool(s.timeout_s), rng)
    s = program.routines[0].body[place]
    assert isinstance(s, Wait)
    new = rng.randint(25, 90) / 10.0
    said = f"for at most 2 s became .* for at most {new:g} s"
    return put(program, place, replace(s, timeout_s=new)), f"wait: .*{said}"


def _delay(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, Delay), rng)
    new = rng.randint(6, 50) / 10.0
    return put(program, place, Delay(new)), f"delay: delay 0.5 s became delay {new:g} s"


def _insert(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, is_move("joint"), rng)
    return put(program, place, joint(cell, rng), drop=0), "added: joint move .* is new"


def _delete(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    body = program.routines[0].body
    # A corner that loses its next motion may become a stop as well: that is a second difference.
    alone = [
        i
        for i, s in enumerate(body)
        if is_move("linear")(s) and getattr(body[i - 1], "zone", FINE) == FINE
    ]
    return put(program, rng.choice(alone)), "missing: linear move .* is gone"


def _swap(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    body = program.routines[0].body
    place = at(program, lambda s: isinstance(s, SetSignal), rng)
    return put(program, place, body[place + 1], body[place], drop=2), "order: .* another place"


def _count(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, Loop), rng)
    loop = program.routines[0].body[place]
    assert isinstance(loop, Loop)
    return put(program, place, replace(loop, count=4)), "changed: loop 3 became loop 4"


def _condition(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, Wait) and s.timeout_s is None, rng)
    new = Wait(signal_is("grip_closed", True))
    return put(program, place, new), "wait: wait ready became wait grip_closed"


def _opposite(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    place = at(program, lambda s: isinstance(s, Wait) and s.timeout_s is None, rng)
    new = Wait(signal_is("ready", False))
    return put(program, place, new), "wait: wait ready became wait not ready"


def _in_routine(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    entry, stack = program.routines
    body = (stack.body[0], replace(stack.body[1], value=True), stack.body[2])  # type: ignore[arg-type]
    changed = replace(program, routines=(entry, replace(stack, body=body)))
    return changed, "signal: set grip_close = False became set grip_close = True"


def _branch(program: Program, cell: Cell, rng: random.Random) -> tuple[Program, str]:
    """Reach the same pose in the nearest other branch."""
    from cellsim.kinematics.fk import flange_pose
    from cellsim.kinematics.frames import chain_of
    from cellsim.kinematics.ik import branches

    chain = chain_of(cell, "arm")
    found: list[np.ndarray] = []  # type: ignore[type-arg]
    while not found:
        place = at(program, is_move("joint"), rng)
        move = program.routines[0].body[place]
        assert isinstance(move, Move)
        q = np.array(move.to.q)
        ways = branches(chain, flange_pose(chain, q))
        found = [f for f in ways if np.abs(f - q).max() > 1.0]
    other = min(found, key=lambda f: float(np.abs(f - q).max()))
    new = replace(move, to=Target(q=tuple(float(v) for v in other)))
    return put(program, place, new), "(branch|moved): .*(other joints|moved by .*tcp 0.0)"


EDITS = (
    Edit("joint moved", _joint_moved),
    Edit("joint moved again", _joint_moved),
    Edit("line moved", _linear_moved),
    Edit("line moved again", _linear_moved),
    Edit("speed", _speed),
    Edit("speed again", _speed),
    Edit("corner", _corner),
    Edit("tool", _tool),
    Edit("signal value", _kind),
    Edit("signal name", _other_signal),
    Edit("timeout", _timeout),
    Edit("delay", _delay),
    Edit("inserted", _insert),
    Edit("deleted", _delete),
    Edit("swapped", _swap),
    Edit("loop count", _count),
    Edit("condition", _condition),
    Edit("opposite condition", _opposite),
    Edit("inside a routine", _in_routine),
    Edit("branch", _branch),
)


@dataclass(frozen=True)
class Rewrite:
    """Another way to say the same: of a program, or of a brand's text (name of file to edit)."""

    name: str
    program: Callable[[Program, Cell], Program] | None = None
    text: Callable[[str], str] | None = None
    brands: tuple[str, ...] = BRAND_NAMES
    suffix: str = ""


def _all(program: Program, change: Callable[[Statement], tuple[Statement, ...]]) -> Program:
    from cellsim.controllers.writing.rewrite import rewrite

    return rewrite(program, change)


def _commented(program: Program, cell: Cell) -> Program:
    return _all(program, lambda s: (Comment("by hand"), replace(s, comment="looked at")))


def _inlined(program: Program, cell: Cell) -> Program:
    entry, stack = program.routines
    return _all(
        replace(program, routines=(entry,)),
        lambda s: stack.body if isinstance(s, Call) else (s,),
    )


def _called(program: Program, cell: Cell) -> Program:
    entry, stack = program.routines
    start = Routine("start", entry.body[:3])
    return replace(
        program,
        routines=(replace(entry, body=(Call("start"), *entry.body[3:])), stack, start),
    )


def _unrolled(program: Program, cell: Cell) -> Program:
    return _all(program, lambda s: s.body * (s.count or 1) if isinstance(s, Loop) else (s,))


def _partly_unrolled(program: Program, cell: Cell) -> Program:
    return _all(
        program,
        lambda s: (*s.body, replace(s, count=2)) if isinstance(s, Loop) else (s,),
    )


def _renamed_routine(program: Program, cell: Cell) -> Program:
    entry, stack = program.routines
    renamed = replace(program, routines=(entry, replace(stack, name="pile")))
    return _all(renamed, lambda s: (replace(s, routine="pile"),) if isinstance(s, Call) else (s,))


def _split_delay(program: Program, cell: Cell) -> Program:
    return _all(program, lambda s: (Delay(0.2), Delay(0.3)) if s_is(s, 0.5) else (s,))


def s_is(s: Statement, seconds: float) -> bool:
    return isinstance(s, Delay) and s.seconds == seconds


def _turned_branch(program: Program, cell: Cell) -> Program:
    def turned(s: Statement) -> tuple[Statement, ...]:
        if isinstance(s, If):
            return (If(Expr("not", (s.condition,)), s.otherwise, s.then),)
        return (s,)

    return _all(program, turned)


def _early_return(program: Program, cell: Cell) -> Program:
    """The last statements behind `if not ready return`, or inside `if ready`: the same."""
    entry, stack = program.routines
    return replace(program, routines=(entry, replace(stack, body=(*stack.body, Return()))))


def _known_variable(program: Program, cell: Cell) -> Program:
    """A counted loop by hand: n = 0, while n < 3, n = n + 1."""
    n, one = Expr("var", name="n"), Expr("const", value=1.0)

    def counted(s: Statement) -> tuple[Statement, ...]:
        if not isinstance(s, Loop):
            return (s,)
        step = Assign("n", Expr("+", (n, one)))
        condition = Expr("<", (n, Expr("const", value=float(s.count or 0))))
        return Assign("n", Expr("const", value=0.0)), Loop((*s.body, step), condition=condition)

    return _all(program, counted)


def _known_branch(program: Program, cell: Cell) -> Program:
    """A branch on a variable whose value is known."""
    entry, stack = program.routines
    variant = Expr("==", (Expr("var", name="variant"), Expr("const", value=2.0)))
    choice = If(variant, entry.body[1:4], (Delay(9.0),))
    start = Assign("variant", Expr("const", value=2.0))
    body = (start, entry.body[0], choice, *entry.body[4:])
    return replace(program, routines=(replace(entry, body=body), stack))


def every(pattern: str, new: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    """Return an edit of every match; the text must change."""

    def edit(source: str) -> str:
        changed = re.sub(pattern, new, source, flags=re.MULTILINE)
        assert changed != source, pattern
        return changed

    return edit


def _lower(source: str) -> str:
    return "".join(
        line if line.startswith(("&", ";")) else line.lower()
        for line in source.splitlines(keepends=True)
    )


def _declarations_turned(source: str) -> str:
    lines = source.splitlines(keepends=True)
    found = [i for i, line in enumerate(lines) if line.startswith("DECL")]
    assert len(found) > 2
    swapped = [lines[i] for i in reversed(found)]
    for i, line in zip(found, swapped, strict=True):
        lines[i] = line
    return "".join(lines)


def _other_euler(source: str) -> str:
    """A + 180, 180 - B, C + 180 is the same orientation."""

    def turned(found: re.Match[str]) -> str:
        a, b, c = (float(found[i]) for i in (1, 2, 3))
        return f"A {_wrapped(a + 180):.5f},B {_wrapped(180 - b):.5f},C {_wrapped(c + 180):.5f}"

    number = r"(-?[\d.]+)"
    return every(rf"A {number},B {number},C {number}", turned)(source)


def _wrapped(angle: float) -> float:
    return (angle + 180.0) % 360.0 - 180.0


def _other_vector(source: str) -> str:
    """The rotation vector of the other way round: v - 2 pi v / |v|."""

    def turned(found: re.Match[str]) -> str:
        v = np.array([float(found[i]) for i in (2, 3, 4)])
        if not np.any(v):
            return found[0]
        w = v - 2.0 * math.pi * v / np.linalg.norm(v)
        return found[1] + ",".join(f"{x:.9f}" for x in w) + "]"

    number = r"(-?[\d.]+)"
    return every(rf"(p\[(?:-?[\d.]+, ?){{3}}){number}, ?{number}, ?{number}\]", turned)(source)


KUKA, UR, HYUNDAI = ("kuka",), ("ur",), ("hyundai",)
MORE = every(r"(\d\.\d+)([,}])", r"\g<1>00\2")
SPEED_AGAIN = every(r"^(LIN .*)$", r"$VEL.CP=0.2500\n\1")
BASE_AGAIN = every(r"^(LIN .*)$", r"$BASE=BASE_DATA[5]\n\1")
COMMENTED = every(r"^(\s+)(move.*)$", r"\1# next\n\n\1\2  # here")
REWRITES = (
    Rewrite("comments", program=_commented),
    Rewrite("subroutine written out", program=_inlined),
    Rewrite("first moves in a subroutine", program=_called),
    Rewrite("loop written out", program=_unrolled),
    Rewrite("first lap written out", program=_partly_unrolled),
    Rewrite("renamed routine", program=_renamed_routine),
    Rewrite("delay in two parts", program=_split_delay),
    Rewrite("branch the other way round", program=_turned_branch),
    Rewrite("return at the end", program=_early_return),
    Rewrite("counted by hand", program=_known_variable),
    # RAPID stops before a branch, so a corner into it is none: that text means something else.
    Rewrite("branch that is known", program=_known_branch, brands=BRAND_NAMES[1:]),
    Rewrite("blank lines", text=every(r"^(PTP|LIN)", r"\n   \1"), brands=KUKA, suffix=".src"),
    Rewrite("lower case", text=_lower, brands=KUKA, suffix=".src"),
    Rewrite("lower case points", text=_lower, brands=KUKA, suffix=".dat"),
    Rewrite("no header", text=every(r"^&.*\n", ""), brands=KUKA, suffix=".src"),
    Rewrite("line ends", text=every(r"\n", "\r\n"), brands=KUKA, suffix=".src"),
    Rewrite("more digits", text=MORE, brands=KUKA, suffix=".dat"),
    Rewrite("fewer digits", text=every(r"(\.\d*?)0+([,}])", r"\1\2"), brands=KUKA, suffix=".dat"),
    Rewrite("order of points", text=_declarations_turned, brands=KUKA, suffix=".dat"),
    Rewrite("other euler angles", text=_other_euler, brands=KUKA, suffix=".dat"),
    Rewrite(
        "speed set again",
        text=SPEED_AGAIN,
        brands=KUKA,
        suffix=".src",
    ),
    Rewrite(
        "base set again",
        text=BASE_AGAIN,
        brands=KUKA,
        suffix=".src",
    ),
    Rewrite("point names", text=every(r"\bX(P\d+)", r"XQ_\1"), brands=KUKA, suffix=".*"),
    Rewrite("comments at lines", text=COMMENTED, brands=UR),
    Rewrite("more digits", text=every(r"(\d\.\d+)", r"\g<1>00"), brands=UR),
    Rewrite("blanks", text=every(r", (?=[avr]=)", " ,   "), brands=UR),
    Rewrite("other rotation vector", text=_other_vector, brands=UR),
    Rewrite("line ends", text=every(r"\n", "\r\n"), brands=UR),
    Rewrite("step numbers", text=every(r"^S\d+ ", "     "), brands=HYUNDAI),
    Rewrite("blanks", text=every(r",", ", "), brands=HYUNDAI),
)


def edited(brand: str, edit: Edit, seed: int) -> tuple[str, list[str]]:
    """Return what an edit must give as a pattern, and what the two texts give."""
    cell = cell_of(brand)
    base = base_program(cell, seed)
    changed, said = edit.change(base, cell, random.Random(seed))
    return said, said_of(differing(text_of(base, cell), text_of(changed, cell), cell))


def rewritten(brand: str, same: Rewrite, seed: int) -> list[str]:
    """Return the differences of a text and the same said otherwise."""
    cell = cell_of(brand)
    base = base_program(cell, seed)
    before = text_of(base, cell)
    after = dict(before) if same.program is None else text_of(same.program(base, cell), cell)
    if same.text is not None:
        for name in after:
            if same.suffix in (".*", "") or name.endswith(same.suffix):
                after[name] = same.text(after[name].decode()).encode()
    assert after != before
    return said_of(differing(before, after, cell))


def said_of(found: tuple[Difference, ...]) -> list[str]:
    """Return differences as kind and sentence."""
    return [f"{d.kind}: {d.text}" for d in found]
