"""What the TP reader says of frames, registers and timeouts holds on every path that comes there.

The second way to know: a small machine of our own walks the text line by line, taking branches by
chance, and keeps what was set last.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

import pytest
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Move, Wait
from cellsim.domain.walk import within

SETS = re.compile(r"(UFRAME_NUM|UTOOL_NUM|\$WAITTMOUT|R\[\d\]|PR\[1\])=(\S+)")
POINT = (
    "P[{n}]{{\n   GP1:\n\tUF : {uf}, UT : {ut},\t\n\tJ1= .0 deg,\tJ2= .0 deg,\tJ3= .0 deg,\n"
    "\tJ4= .0 deg,\tJ5= -90.0 deg,\tJ6= .0 deg\n}};\n"
)
FRAMES = {1: (3, 1), 2: (5, 1), 3: (3, 2), 4: ("F", "F")}


def lines_of(rng: random.Random, depth: int, calls: list[str], labels: list[int]) -> list[str]:
    """Return instructions that set things and use them, in blocks, calls and jumps."""
    out: list[str] = []
    for _ in range(rng.randrange(3, 8)):
        kind = rng.choice(["set", "set", "move", "move", "wait", "block", "call", "jump"])
        if kind == "set":
            out.append(
                rng.choice(
                    [
                        f"UFRAME_NUM={rng.choice([3, 5])}",
                        f"UTOOL_NUM={rng.choice([1, 2])}",
                        f"$WAITTMOUT={rng.choice([100, 200])}",
                        f"R[5]={rng.choice([10, 20])}",
                        f"PR[1]=P[{rng.choice([1, 2])}]",
                    ]
                )
            )
        elif kind == "move":
            place = rng.choice(["P[1]", "P[2]", "P[3]", "P[4]", "PR[1]"])
            out.append(f"J {place} {rng.choice(['50', 'R[5]'])}% FINE")
        elif kind == "wait":
            out.append("WAIT DI[1]=ON TIMEOUT,LBL[99]")
        elif kind == "call" and calls:
            out.append(f"CALL {rng.choice(calls)}")
        elif kind == "block" and depth:
            inner = lines_of(rng, depth - 1, calls, labels)
            if rng.random() < 0.5:
                out += ["IF (DI[3]) THEN", *inner]
                out += ["ELSE", *lines_of(rng, depth - 1, calls, labels)] * (rng.random() < 0.5)
                out.append("ENDIF")
            else:
                out += ["FOR R[6]=1 TO 3", *inner, "ENDFOR"]
        elif kind == "jump" and depth == 2:
            labels.append(len(labels) + 1)
            jump, label = f"IF DI[3]=ON,JMP LBL[{labels[-1]}]", f"LBL[{labels[-1]}]"
            inner = lines_of(rng, 0, calls, labels)
            out += [label, *inner, jump] if rng.random() < 0.5 else [jump, *inner, label]
    return out


@dataclass
class Machine:
    """Walks the text of programs by chance; `seen` is the state at each line that was reached."""

    programs: dict[str, list[str]]
    rng: random.Random
    state: dict[str, str] = field(default_factory=dict)
    seen: list[tuple[str, int, dict[str, str]]] = field(default_factory=list)
    steps: int = 0

    def run(self, name: str, depth: int = 0) -> None:
        at, lines = 0, self.programs[name]
        while at < len(lines) and self.steps < 300 and depth < 5:
            self.steps += 1
            text = lines[at]
            self.seen.append((name, at, dict(self.state)))
            if match := SETS.fullmatch(text):
                self.state[match[1]] = match[2]
            if text.startswith("CALL "):
                self.run(text[5:], depth + 1)
            at = self.step(lines, text, at)

    def step(self, lines: list[str], text: str, at: int) -> int:
        """Return the next line."""
        chance = self.rng.random() < 0.5
        if match := re.search(r"(JMP |TIMEOUT,)(LBL\[\d+\])", text):
            return lines.index(match[2]) if chance else at + 1
        if text.startswith("IF (") and chance:
            return self.after(lines, at, ("ELSE", "ENDIF"))
        if text == "ELSE":
            return self.after(lines, at, ("ENDIF",))
        if text == "ENDFOR" and chance:
            depth = 0
            for i in range(at - 1, -1, -1):
                if depth == 0 and lines[i].startswith("FOR "):
                    return i + 1
                depth += (lines[i] == "ENDFOR") - lines[i].startswith("FOR ")
        return at + 1

    def after(self, lines: list[str], at: int, stops: tuple[str, ...]) -> int:
        depth = 0
        for i in range(at + 1, len(lines)):
            if depth == 0 and lines[i] in stops:
                return i + 1
            depth += lines[i].endswith("THEN") - (lines[i] == "ENDIF")
        raise AssertionError("block without end")


def text_of(name: str, lines: list[str]) -> bytes:
    body = "\n".join(f"{i:4d}:{text} ;" for i, text in enumerate(lines, 1))
    points = "".join(POINT.format(n=n, uf=uf, ut=ut) for n, (uf, ut) in FRAMES.items())
    return f"/PROG  {name}\n/MN\n{body}\n/POS\n{points}/END\n".encode()


@pytest.mark.parametrize("seed", range(25))
def test_state_is_right_on_every_path(seed: int) -> None:
    rng = random.Random(seed)
    names = ["MAIN", "FIRST", "SECOND"]
    programs = {}
    for i, name in enumerate(names):
        programs[name] = [*lines_of(rng, 2, names[i + 1 :], []), "LBL[99]"]
    result = BRANDS["fanuc"].read(
        {f"{n}.LS": text_of(n, lines) for n, lines in programs.items()}, cell_of("fanuc"), "arm"
    )
    moves, waits = {}, {}
    for routine in result.program.routines:
        for s in within(routine.body):
            place = (routine.name, s.line - 3)
            if isinstance(s, Move):
                moves[place] = s
            elif isinstance(s, Wait):
                waits[place] = s
    refused = {(r.file[:-3], r.line - 3): r.reason for r in result.raw_lines}
    for _ in range(60):
        machine = Machine(programs, rng)
        machine.run("MAIN")
        for name, at, state in machine.seen:
            check((name, at), state, programs[name][at], moves, waits, refused)


def check(
    place: tuple[str, int],
    state: dict[str, str],
    text: str,
    moves: dict[tuple[str, int], Move],
    waits: dict[tuple[str, int], Wait],
    refused: dict[tuple[str, int], str],
) -> None:
    """Compare what was read of a line with the state that a path brought to it."""
    # Where paths bring several times, the wait may end at once or never, both kept.
    if place in waits and waits[place].timeout_s is not None:
        assert waits[place].timeout_s == int(state.get("$WAITTMOUT", "3000")) / 100.0
    if place in moves:
        move = moves[place]
        if "R[5]" in text:
            assert move.speed.value == float(state["R[5]"])
        if "P[4]" in text or "PR" in text:
            if "P[4]" in text:
                assert {"body": "3", "pallet": "5"}[move.frame] == state["UFRAME_NUM"]
                assert {"gripper": "1", "nutrunner": "2"}[move.tool] == state["UTOOL_NUM"]
            else:
                assert state["PR[1]"] == ("P[1]" if move.frame == "body" else "P[2]")
    alarm = re.match(r"INTP-\d+: .* (UFRAME_NUM|UTOOL_NUM) is (\d)", refused.get(place, ""))
    if alarm:
        assert state[alarm[1]] == alarm[2]
