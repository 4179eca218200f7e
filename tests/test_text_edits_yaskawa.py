"""Edits of a relative INFORM job: each is another program, or an error; the line is named."""

from __future__ import annotations

import pytest
from brandkit.edits import drop, swap, swapped
from brandkit.kit import Edit
from controllers_support import bytes_of, cell_of, plain_program
from same_meaning import differences

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Program
from cellsim.errors import BadInput

YASKAWA = BRANDS["yaskawa"]
EDITS: dict[str, Edit] = {
    "coordinate": swap(r"C00001=-?\d+\.", "C00001=12."),
    "sign": swap(r"^(C0000\d=)-", r"\1"),
    "last digit": swap(r"^(C00003=[-\d.]*)\d,", r"\g<1>9,"),
    "angle": swap(r"^(C00001=.*,)-?\d+\.", r"\g<1>33."),
    "angles swapped": swap(r"^(C00001=.*),([-\d.]+),([-\d.]+)$", r"\1,\3,\2"),
    "metres for millimetres": swap(r"^C00001=([-\d]+)\.(\d)", r"C00001=0.\1\2"),
    "decimal comma": swap(r"^(C00001=-?\d+)\.", r"\1,"),
    "dropped value": swap(r"^(C00001=.*),[-\d.]+$", r"\1"),
    "dropped position": drop(r"^C00004="),
    "swapped positions": swap(r"^C00003=(.*)\nC00004=(.*)\n", r"C00003=\2\nC00004=\1\n"),
    "counts": swap(r"NPOS 1", "NPOS 2"),
    "flip": swap(r"RCONF 1,", "RCONF 0,"),
    "lower arm": swap(r"RCONF (\d),0", r"RCONF \1,1"),
    "rear": swap(r"RCONF (\d),(\d),0", r"RCONF \1,\2,1"),
    "half turn of R": swap(r"RCONF 1,0,0,0", "RCONF 1,0,0,1"),
    "half turn of T": swap(r"RCONF 0,0,0,1,1", "RCONF 0,0,0,1,0"),
    "rconf order": swap(r"RCONF 1,0,0", "RCONF 0,0,1"),
    "rconf dropped": drop(r"RCONF", 1),
    "rconf short": swap(r"RCONF 1,0,0[,0]*", "RCONF 1,0,0"),
    "pulses for mm": swap(r"///RECTAN", "///PULSE"),
    "type of position": swap(r"POSTYPE (BASE|USER)", "POSTYPE TOOL"),
    "tool": swap(r"///TOOL 1", "///TOOL 2"),
    "tool dropped": drop(r"///TOOL", 2),
    "user frame": swap(r"///POSTYPE BASE", "///USER 3\n///POSTYPE USER"),
    "relative attribute": swap(r",RJ", ""),
    "job frame": swap(r"////FRAME BASE", "////FRAME USER 5"),
    "level of a corner": swap(r"PL=1", "PL=8"),
    "per cent for mm": swap(r"MOVL (C\d+) V=", r"MOVL \1 VJ="),
    "mm for per cent": swap(r"MOVJ (C\d+) VJ=", r"MOVJ \1 V="),
    "deg for mm": swap(r"MOVL (C\d+) V=", r"MOVL \1 VR="),
    "J for L": swap(r"MOVL", "MOVJ"),
    "arc of two": drop(r"^MOVC C00003"),
    "arc points": swapped(r"^MOVC C0000[34]"),
    "stop dropped": drop(r"^ABORT"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_of_a_relative_job_is_another_program_or_an_error(name: str) -> None:
    cell = cell_of("yaskawa")
    quantised = YASKAWA.quantise(plain_program(cell, "yaskawa", 1), cell)
    files = bytes_of(YASKAWA.write(quantised, cell))
    text = files["OLP_TEST.JBI"].decode("cp932").replace("\r\n", "\n")
    edited = EDITS[name](text)
    assert edited != text
    assert line_named(quantised, files | {"OLP_TEST.JBI": edited.encode("cp932")})


def line_named(quantised: Program, files: dict[str, bytes]) -> bool:
    """Return whether reading fails at a line, or gives another program."""
    cell = cell_of("yaskawa")
    try:
        read = YASKAWA.read(files, cell, "arm").program
    except BadInput as error:
        return bool(error.line)
    return bool(list(differences(quantised, read)))
