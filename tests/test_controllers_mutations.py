"""Every kind of edit of written text is seen by the reader: another program, or an error."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from controllers_support import bytes_of, cell_of, differences, plain_program

from cellsim.controllers.brands import BRANDS
from cellsim.errors import BadInput

Edit = Callable[[str], str]


def swap(pattern: str, new: str, nth: int = 0) -> Edit:
    """Replace the nth match of a pattern."""

    def edit(text: str) -> str:
        found = list(re.finditer(pattern, text, re.MULTILINE))
        match = found[nth]
        return text[: match.start()] + match.expand(new) + text[match.end() :]

    return edit


def drop(pattern: str, nth: int = 0) -> Edit:
    """Drop the line of the nth match of a pattern."""
    return swap(rf"^.*{pattern}.*\n", "", nth)


def swapped(pattern: str) -> Edit:
    """Swap the first two lines that match a pattern."""

    def edit(text: str) -> str:
        lines = text.split("\n")
        at = [i for i, line in enumerate(lines) if re.search(pattern, line)]
        lines[at[0]], lines[at[1]] = lines[at[1]], lines[at[0]]
        return "\n".join(lines)

    return edit


def cut(part: float) -> Edit:
    """Cut the text off."""
    return lambda text: text[: int(len(text) * part)]


EDITS: dict[str, dict[str, Edit]] = {
    "hyundai": {
        "coordinate": swap(r"Pose\(-?\d+", "Pose(12"),
        "sign": swap(r",(-?)(1\d\d\.)", r",-9\2"),
        "last digit": swap(r"(Pose\([-\d.]+)\d,", r"\g<1>7,", 1),
        "accu": swap(r"accu=0", "accu=4"),
        "tool": swap(r"tool=\d", "tool=2", 1),
        "per cent for mm": swap(r"mm/sec", "%"),
        "mm for per cent": swap(r"%,", "mm/sec,"),
        "speed": swap(r"spd=\d", "spd=9"),
        "dropped step": drop(r"move L"),
        "swapped steps": swapped(r"move [PL]"),
        "dropped axis": swap(r",[-\d.]+\)", ")"),
        "P for L": swap(r"move L", "move P"),
        "output number": swap(r"do1=", "do2="),
        "output value": swap(r"do1=1", "do1=0"),
        "input number": swap(r"wait di1", "wait di3"),
        "timeout": swap(r",2\.00,", ",20.00,"),
        "timeout label": swap(r",\*missing", ",*done"),
        "condition": swap(r"not di1", "di1"),
        "loop count": swap(r"1 to 3", "1 to 4"),
        "call": drop(r"call"),
        "goto": drop(r"goto \*done"),
        "delay": swap(r"delay 0\.50", "delay 0.55"),
        "decimal comma": swap(r"(Pose\(-?\d+)\.", r"\1,"),
        "commented out": swap(r"     do1=1", "     #do1=1"),
        "cut": cut(0.5),
        "cut at the end": cut(0.93),
        "frame": swap(r"^S1", "     selucrd 3\nS1"),
    },
    "kuka": {
        "coordinate": swap(r"\{X -?\d+", "{X 12"),
        "sign": swap(r"A5 (-?)(\d)", r"A5 -1\2"),
        "last digit": swap(r"(C [-\d.]+)\d,E", r"\g<1>7,E"),
        "corner": drop(r"\$APO\.CDIS"),
        "corner size": swap(r"CDIS=12\.5", "CDIS=125"),
        "corner dropped": swap(r" C_DIS", ""),
        "tool": swap(r"TOOL_DATA\[2\]", "TOOL_DATA[1]"),
        "tool dropped": drop(r"\$TOOL", 1),
        "base": swap(r"BASE_DATA\[3\]", "BASE_DATA[5]"),
        "mm/s for m/s": swap(r"VEL\.CP=0\.1", "VEL.CP=100.1"),
        "per cent": swap(r"VEL_PTP,\d+", "VEL_PTP,99"),
        "dropped motion": drop(r"LIN XP"),
        "swapped motions": swapped(r"^\s*(LIN|PTP) "),
        "PTP for LIN": swap(r"LIN XP", "PTP XP"),
        "output number": swap(r"\$OUT\[1\]", "$OUT[2]"),
        "output value": swap(r"\$OUT\[1\]=TRUE", "$OUT[1]=FALSE"),
        "input": swap(r"\(\$IN\[1\]\)", "($IN[3])"),
        "timeout": swap(r">= 2000", ">= 20000"),
        "timer start": swap(r"TIMER\[1\]=0", "TIMER[1]=-2000"),
        "halt": swap(r"HALT", "GOTO done"),
        "condition": swap(r"NOT \$IN", "$IN"),
        "loop count": swap(r"1 TO 3", "1 TO 4"),
        "stale component": swap(r",C [-\d.]+,E", ",E"),
        "decimal comma": swap(r"(\{A1 -?\d+)\.", r"\1,"),
        "commented out": swap(r"^\$OUT\[1\]", ";$OUT[1]"),
        "circle": swap(r"CIRC (\w+),(\w+)", r"CIRC \2,\1"),
        "cut": cut(0.5),
        "cut at the end": cut(0.99),
    },
    "ur": {
        "coordinate": swap(r"p\[-?\d\.\d", "p[0.9", 5),
        "sign": swap(r"movej\(\[-?", "movej([-1"),
        "last digit": swap(r"(movej\(\[[-\d.]+)\d,", r"\g<1>7,"),
        "mm for m": swap(r"movel\(p\[-?\d\.", "movel(p[12."),
        "corner": swap(r", r=0\.0055", ""),
        "corner size": swap(r"r=0\.0055", "r=0.055"),
        "tcp": swap(r"set_tcp\(p\[0\.0", "set_tcp(p[0.1", 1),
        "tcp dropped": drop(r"set_tcp", 2),
        "payload": swap(r"payload\(12", "payload(15"),
        "deg for rad": swap(r"v=0\.", "v=30.", 1),
        "acceleration": swap(r"a=1\.4", "a=2.4"),
        "dropped motion": drop(r"movel"),
        "swapped motions": swapped(r"movej\("),
        "movej for movel": swap(r"movel", "movej"),
        "output number": swap(r"out\(1, True", "out(2, True"),
        "output kind": swap(r"set_standard", "set_tool", 1),
        "output value": swap(r"\(1, True", "(1, False"),
        "input": swap(r"in\(1\)", "in(3)"),
        "timeout": swap(r">= 2\.000", ">= 20.000"),
        "condition": swap(r"while not get", "while get"),
        "loop count": swap(r"< 3:", "< 4:"),
        "call": drop(r"^  second\(\)"),
        "sleep": swap(r"sleep\(0\.500", "sleep(0.550"),
        "missing comma": swap(r"(movel\(p\[[-\d.]+),", r"\1 "),
        "commented out": swap(r"^  set_standard_digital_out\(1", "  #set_standard_digital_out(1"),
        "circle": swap(r"movec\((p\[.*?\]), (p\[.*?\])", r"movec(\2, \1"),
        "cut": cut(0.5),
        "cut at the end": cut(0.995),
    },
}
CASES = [(brand, name) for brand, edits in EDITS.items() for name in edits]


@pytest.mark.parametrize(("brand", "name"), CASES)
def test_an_edit_of_the_text_is_another_program_or_an_error(brand: str, name: str) -> None:
    cell = cell_of(brand, on_track=brand != "ur")
    program = plain_program(cell, brand, 1, jumps=brand != "ur")
    quantised = BRANDS[brand].quantise(program, cell)
    files = bytes_of(BRANDS[brand].write(quantised, cell))
    edited = False
    for file, data in files.items():
        text = data.decode("utf-8").replace("\r\n", "\n")
        try:
            new = EDITS[brand][name](text)
        except IndexError:
            continue
        edited = True
        assert new != text
        try:
            read = BRANDS[brand].read(files | {file: new.encode()}, cell, "arm").program
        except BadInput:
            continue
        assert list(differences(quantised, read)) != [], file
    assert edited
