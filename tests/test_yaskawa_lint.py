"""Lint of INFORM text without its cell: the rule, the line and the source of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from cellsim.controllers.textfile import lint_file
from cellsim.errors import BadInput

FOLDER = Path(__file__).parent / "programs" / "yaskawa"
PULSES = (
    "///TOOL 1\n///POSTYPE PULSE\n///PULSE\nC00000=0,0,0,0,-90000,0\nC00001=9000,0,0,0,-90000,0"
)
PLACES = (
    "///USER 3\n///TOOL 1\n///POSTYPE USER\n///RECTAN\n///RCONF 0,0,0,0,0,0\n"
    "C00000=900.000,0.000,500.000,180.0000,0.0000,0.0000\n"
    "C00001=950.000,0.000,500.000,180.0000,0.0000,0.0000\n"
    "C00002=990.000,0.000,500.000,180.0000,0.0000,0.0000"
)
HOME = "MOVJ C00000 VJ=9.00 PL=0"


def text(positions: str, *lines: str, attributes: str = "SC,RW", frame: str = "") -> str:
    """Return a job; NPOS counts its C positions."""
    count = positions.count("\nC")
    head = ["/JOB", "//NAME A", "//POS", f"///NPOS {count},0,0,0,0,0", positions, "//INST"]
    head += [f"///ATTR {attributes}", *([f"////FRAME {frame}"] if frame else []), "NOP"]
    return "\n".join([*head, *lines, "END"]) + "\n"


def found(folder: Path, job: str) -> dict[str, int]:
    """Return rule to line of what lint says of a job, notes left out."""
    path = folder / "A.JBI"
    path.write_text(job, encoding="cp932")
    lines = lint_file(path, "yaskawa").findings
    return {f.rule.removeprefix("lint-"): f.line for f in lines if f.severity.value != "note"}


CASES = {
    "clean pulse job": (text(PULSES, HOME, "MOVL C00001 V=100.0 PL=0"), {}),
    "clean relative job": (
        text(PLACES, HOME, "MOVL C00001 V=9.0 PL=0", attributes="SC,RW,RJ", frame="USER 3"),
        {},
    ),
    "a seventh value that is zero": (
        text(
            PLACES.replace("180.0000,0.0000,0.0000", "180.0000,0.0000,0.0000,0.0000"),
            HOME,
            attributes="SC,RW,RJ",
            frame="USER 3",
        ),
        {},
    ),
    "relative without RJ": (text(PLACES, HOME), {"relative-job": 16}),
    "another job frame": (
        text(PLACES, HOME, attributes="SC,RW,RJ", frame="USER 4"),
        {"job-frame": 17},
    ),
    "no level": (text(PULSES, HOME, "MOVL C00001 V=9.0"), {"level-missing": 14}),
    "level too high": (text(PULSES, HOME, "MOVL C00001 V=9.0 PL=9"), {"corner-level": 14}),
    "arc of two": (
        text(PULSES, HOME, "MOVC C00000 V=9.0 PL=0", "MOVC C00001 V=9.0 PL=0"),
        {"arc-points": 15},
    ),
    "arc on a line": (
        text(
            PLACES,
            HOME,
            "MOVC C00000 V=9.0 PL=0",
            "MOVC C00001 V=9.0",
            "MOVC C00002 V=9.0 PL=0",
            attributes="SC,RW,RJ",
            frame="USER 3",
        ),
        {"arc-degenerate": 20},
    ),
    "first motion is a line": (text(PULSES, "MOVL C00001 V=9.0 PL=0"), {"first-motion": 13}),
    "rconf not said": (
        text(PLACES.replace("///RCONF 0,0,0,0,0,0\n", ""), HOME, attributes="RJ", frame="USER 3"),
        {"rconf": 16},
    ),
    "corner before a wait": (
        text(PULSES, "MOVJ C00000 VJ=9.00 PL=3", "WAIT IN#(1)=ON T=1.00", "ABORT IF IN#(1)=OFF"),
        {"corner-stops": 13},
    ),
    "wrist at zero": (
        text(PULSES.replace("-90000", "0"), HOME, "MOVL C00001 V=9.0 PL=0"),
        {"wrist-singular": 14},
    ),
    "time": (text(PULSES, HOME, "TIMER T=700.00"), {"time-range": 14}),
    "joint speed": (text(PULSES, "MOVJ C00000 VJ=120.00 PL=0"), {"speed-over-100": 13}),
    "acceleration": (
        text(PULSES, "MOVJ C00000 VJ=9.00 PL=0 ACC=5 DEC=5"),
        {"accel-range": 13},
    ),
    "spline": (text(PULSES, HOME, "MOVS C00001 V=9.0"), {"not-understood": 14}),
}


@pytest.mark.parametrize("name", CASES)
def test_lint_without_a_cell_names_the_rule_and_the_line(name: str, tmp_path: Path) -> None:
    job, expected = CASES[name]
    assert found(tmp_path, job) == expected


def test_every_finding_of_the_opaque_job_has_a_line_of_it() -> None:
    linted = lint_file(FOLDER / "OPAQUE.JBI", "yaskawa")
    assert linted.exit_code == 1
    assert all(f.line > 10 for f in linted.findings)


def test_wrong_counts_are_bad_input_with_the_count_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="the job has 2,0,0,0,0,0") as error:
        found(tmp_path, text(PULSES, HOME).replace("NPOS 2", "NPOS 3"))
    assert error.value.line == 4
