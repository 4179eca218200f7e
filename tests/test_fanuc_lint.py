"""What `cellsim lint` says of TP text, without a cell and with one, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from controllers_support import cell_of

from cellsim.cli.main import main
from cellsim.controllers.brands import BRANDS
from cellsim.domain.report import Finding

PROGRAMS = Path(__file__).parent / "programs" / "fanuc"
Capture = pytest.CaptureFixture[str]


def linted(text: str) -> dict[str, Finding]:
    """Return the first finding of every rule about a text, read in the test cell."""
    cell = cell_of("fanuc")
    result = BRANDS["fanuc"].read({"A.LS": text.encode()}, cell, "arm")
    found: dict[str, Finding] = {}
    for finding in BRANDS["fanuc"].lint(result.program, cell):
        found.setdefault(finding.rule, finding)
    return found


def text_of(name: str) -> str:
    return (PROGRAMS / f"{name}.LS").read_bytes().decode("utf-8-sig").replace("\r\n", "\n")


CLEAN = text_of("HOME")
PATH = (
    "P[2]{\n   GP1:\n\tUF : 3, UT : 1,\t\tCONFIG : 'N U T, 0, 0, 0',\n\tX =   -26.000  mm,"
    "\tY =  -400.000  mm,\tZ =   600.000  mm,\n\tW =   180.000 deg,\tP =     0.000 deg,"
    "\tR =     0.000 deg\n};\n"
)


def with_path(*lines: str, point: str = PATH) -> str:
    """Return the clean program with a point P[2] and lines behind its motion."""
    head, rest = CLEAN.split("/MN\n")
    body, points = rest.split("/POS\n")
    given = [line.partition(":")[2] for line in body.splitlines()]
    given[5:5] = lines
    numbered = "".join(f"{i:4d}:{line}\n" for i, line in enumerate(given, 1))
    head = head.replace("LINE_COUNT\t= 6;", f"LINE_COUNT\t= {len(given)};")
    return f"{head}/MN\n{numbered}/POS\n{points.replace('/END', f'{point}/END')}"


def test_a_clean_program_has_nothing_to_say() -> None:
    assert linted(CLEAN) == {}
    assert linted(with_path("L P[2] 250mm/sec FINE    ;")) == {}


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        (CLEAN.replace("LINE_COUNT\t= 6;", "LINE_COUNT\t= 9;"), "line-count", 10),
        (CLEAN.replace("   4:  PAYLOAD", "   7:  PAYLOAD"), "line-count", 26),
        (CLEAN.replace("UFRAME_NUM=3", "UFRAME_NUM=5"), "frame-disagrees", 27),
        (CLEAN.replace("UTOOL_NUM=1", "UTOOL_NUM=2"), "frame-disagrees", 27),
        (CLEAN.replace("  UFRAME_NUM=3 ;", "   ;"), "frame-not-set", 27),
        (CLEAN.replace("PAYLOAD[1]", "PAYLOAD[3]"), "not-understood", 26),
        (CLEAN.replace("25% FINE", "25mm/sec FINE"), "point-wrong", 27),
        (CLEAN.replace("J1=      .000 deg", "J1=      .000  mm"), "point-wrong", 27),
        (with_path("L P[2] 2500mm/sec FINE    ;"), "speed-range", 28),
        (with_path("L P[2] 12.55mm/sec FINE    ;"), "speed-rounded", 28),
        (with_path("L P[2] 250mm/sec CNT50    ;", "  WAIT    .50(sec) ;"), "corner-stops", 28),
        (with_path("L P[2] 250mm/sec CNT50    ;", "  DO[2]=OFF ;"), "corner-output", 29),
        (with_path("  WAIT DI[1]=ON    ;"), "wait-forever", 28),
        (with_path("  R[201]=1    ;"), "register-range", 28),
        (
            with_path("L P[2] 250mm/sec FINE    ;", point=PATH.replace("N U T", "F U T")),
            "config-changes",
            28,
        ),
        (
            with_path("L P[2] 250mm/sec FINE    ;", point=PATH.replace("N U T, 0", "N U T, 1")),
            "config-disagrees",
            28,
        ),
        (
            with_path("L P[2] 250mm/sec FINE    ;", point=PATH.replace("N U T", "N D T")),
            "config-disagrees",
            28,
        ),
        (
            with_path("L P[2] 9mm/sec FINE ;", "C P[2]    \n    :  P[2] 9mm/sec FINE ;"),
            "arc-degenerate",
            29,
        ),
        (
            with_path("L P[2] 9mm/sec FINE ;").replace("J5=   -90.000", "J5=      .500"),
            "wrist-singular",
            28,
        ),
    ],
)
def test_a_finding_names_its_rule_and_its_line(text: str, rule: str, line: int) -> None:
    found = linted(text)
    assert f"lint-{rule}" in found, sorted(found)
    assert found[f"lint-{rule}"].line == line
    assert found[f"lint-{rule}"].file == "A.LS"


def test_text_is_linted_without_a_cell(tmp_path: Path, capsys: Capture) -> None:
    good = tmp_path / "HOME.LS"
    good.write_text(CLEAN)
    assert main(["lint", str(good), "--controller", "fanuc"]) == 0
    good.write_text(CLEAN.replace("UFRAME_NUM=3", "UFRAME_NUM=5").replace("= 6;", "= 7;"))
    assert main(["lint", str(good), "--controller", "fanuc"]) != 0
    said = capsys.readouterr().out
    assert "HOME.LS:27" in said
    assert "INTP-250" in said
    assert "HOME.LS:10" in said
    assert "LINE_COUNT is 7, the text has 6 lines" in said


def test_names_are_those_of_the_controller() -> None:
    assert "lint-name-changed" in linted(CLEAN.replace("/PROG  HOME", "/PROG  PAUSE"))
    assert "lint-name-long" in linted(CLEAN.replace("/PROG  HOME", f"/PROG  {'A' * 37}"))
