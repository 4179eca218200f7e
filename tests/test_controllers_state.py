"""What a reader says of a motion's tool, base and speed holds on every path that comes there.

The second way to know: a small machine of our own walks the KRL text line by line, taking branches
by chance, and keeps what was set last. Lines that set something are dropped at random first, so
that paths with different state do meet.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

import pytest
from controllers_support import bytes_of, cell_of
from test_controllers_roundtrip import wild_body

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Call, Move, Program, Routine
from cellsim.domain.walk import within

SETS = {
    "tool": re.compile(r"\$TOOL=TOOL_DATA\[(\d+)\]"),
    "base": re.compile(r"\$BASE=(?:BASE_DATA\[(\d+)\]|\$NULLFRAME)"),
    "cp": re.compile(r"\$VEL\.CP=([\d.]+)"),
    "ptp": re.compile(r"BAS\(#VEL_PTP,(\d+)\)"),
}


@dataclass
class Machine:
    """Walks KRL text by chance; `seen` is the state at each motion line that was reached."""

    lines: list[str]
    rng: random.Random
    state: dict[str, str] = field(default_factory=dict)
    seen: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    steps: int = 0

    def run(self, name: str, depth: int = 0) -> None:
        at = next(i for i, t in enumerate(self.lines) if t.startswith(f"DEF {name}(")) + 1
        while self.steps < 400 and depth < 6:
            self.steps += 1
            text = self.lines[at].split(";")[0].strip()
            if text in ("END", "RETURN"):
                return
            at = self.step(text, at, depth)

    def step(self, text: str, at: int, depth: int) -> int:
        """Carry out a line and return the next."""
        for key, pattern in SETS.items():
            if match := pattern.fullmatch(text):
                self.state[key] = match[1] or "0"
        if text == "BAS(#INITMOV,0)":  # BAS.SRC: INITMOV sets TOOL_DATA[1] and base 0
            self.state |= {"tool": "1", "base": "0"}
        if re.match(r"(PTP|LIN|CIRC) ", text):
            self.seen.append((at + 1, dict(self.state)))
        call = re.fullmatch(r"(\w+)\( \)", text)
        if call:
            self.run(call[1], depth + 1)
        if text.startswith("GOTO "):
            return next(i for i, t in enumerate(self.lines) if t.strip() == f"{text[5:]}:")
        chance = self.rng.random() < 0.5
        if text.startswith("IF ") and chance:
            return self.after(at, "IF ", ("ELSE", "ENDIF"), "ENDIF")
        if text == "ELSE":
            return self.after(at, "IF ", ("ENDIF",), "ENDIF")
        if text.startswith("WHILE ") and chance:
            return self.after(at, "WHILE ", ("ENDWHILE",), "ENDWHILE")
        if text in ("ENDWHILE", "ENDFOR") and chance:
            return self.head(at, *(("WHILE ", text) if text == "ENDWHILE" else ("FOR ", text)))
        return at + 1

    def after(self, at: int, opens: str, stops: tuple[str, ...], closes: str) -> int:
        """Return the line behind the end (or else) that belongs to the block of a line."""
        depth = 0
        for i in range(at + 1, len(self.lines)):
            text = self.lines[i].strip()
            if depth == 0 and text in stops:
                return i + 1
            depth += text.startswith(opens) - (text == closes)
        raise AssertionError("block without end")

    def head(self, at: int, opens: str, closes: str) -> int:
        """Return the line that begins the loop that ends at a line."""
        depth = 0
        for i in range(at - 1, -1, -1):
            text = self.lines[i].strip()
            if depth == 0 and text.startswith(opens):
                return i
            depth += (text == closes) - text.startswith(opens)
        raise AssertionError("loop without head")


@pytest.mark.parametrize("seed", range(20))
def test_state_of_a_motion_is_right_on_every_path(seed: int) -> None:
    cell = cell_of("kuka")
    rng = random.Random(seed)
    names = ["wild", "first", "second"]
    routines = tuple(
        Routine(n, wild_body(cell, "kuka", rng, 2, names[i + 1 :])) for i, n in enumerate(names)
    )
    quantised = BRANDS["kuka"].quantise(Program("wild", "arm", routines), cell)
    files = bytes_of(BRANDS["kuka"].write(quantised, cell))
    lines = files["wild.src"].decode().split("\r\n")
    keep = [t for t in lines if not (t.strip().startswith(("$", "BAS(#V")) and rng.random() < 0.4)]
    files["wild.src"] = "\r\n".join(keep).encode()
    program = BRANDS["kuka"].read(files, cell, "arm").program
    moves = {s.line: s for r in program.routines for s in within(r.body) if isinstance(s, Move)}
    tools = {str(n): name for name, n in cell.groups["arm"].controller.tools.items()}
    frames = {str(n): name for name, n in cell.groups["arm"].controller.frames.items()}
    checked = 0
    for _ in range(60):
        machine = Machine(keep, rng)
        machine.run("wild")
        for line, state in machine.seen:
            if line not in moves:
                continue
            move = moves[line]
            checked += 1
            assert tools[state["tool"]] == move.tool, line
            if move.frame in frames.values():
                assert frames.get(state["base"]) == move.frame, line
            speed = state["cp"] if move.kind != "joint" else state.get("ptp", "100")
            assert float(speed) == move.speed.value, line
    assert checked or not {s.line for s in moves.values()} & lines_called(program)


def lines_called(program: Program) -> set[int]:
    """Return the lines of the entry and of every routine that it calls, over others too."""
    bodies = {routine.name: list(within(routine.body)) for routine in program.routines}
    waiting, seen = [program.routines[0].name], set()
    while waiting:
        name = waiting.pop()
        if name not in seen and name in bodies:
            seen.add(name)
            waiting += [s.routine for s in bodies[name] if isinstance(s, Call)]
    return {s.line for name in seen for s in bodies[name]}
