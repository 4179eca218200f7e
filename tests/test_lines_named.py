"""What is found names the line it comes from, and the file that line is of."""

from __future__ import annotations

import random
from pathlib import Path
from time import process_time

import pytest
from controllers_edits import edited_lines
from controllers_support import cell_of
from releases import copied, released

from cellsim.cli.main import main
from cellsim.controllers.brands import BRANDS, rules_of
from cellsim.domain.job import Job
from cellsim.errors import BadInput
from cellsim.release.check import check
from cellsim.release.meaning.motions import Side
from cellsim.release.meaning.programs import same_text
from cellsim.release.meaning.written import MOST, Text, _blocks, written_otherwise
from cellsim.simulate.run import simulate

OLD = Text("a.src", {"a.src": b"DEF a( )\nPTP X1\n  LIN X2\n\nWAIT SEC 1\nEND\n"})
HEAD = (
    "/JOB\n//NAME {}\n//POS\n///NPOS 0,0,0,0,0,0\n//INST\n///DATE 2026/01/01 00:00\n///ATTR SC,RW\n"
)
MAIN = HEAD + "///GROUP1 RB1\nNOP\n DOUT OT#(1) ON\nCALL JOB:SUB\nEND\n"
SUB = HEAD + "///GROUP1 RB1\nNOP\n{}END\n"


def told(new: str) -> list[tuple[str, int, str]]:
    """Return (file, line, sentence) of what a text writes otherwise than the one above."""
    found = written_otherwise((), OLD, Text("a.src", {"a.src": new.encode()}))
    return [(d.file_b, d.line_b, d.text) for d in found]


def test_a_changed_a_new_and_a_gone_line_are_named() -> None:
    text = OLD.files["a.src"].decode()
    assert told(text) == []
    assert told(text.replace("\n", "\r\n").replace("  LIN", "LIN")) == []
    assert told(text.replace("X2", "X3")) == [("a.src", 3, "LIN X2 became LIN X3")]
    assert told(text.replace("\n\n", "\nHALT\n\n")) == [("a.src", 4, "HALT is new")]
    # gone: the line that follows now, or the last one
    assert told(text.replace("  LIN X2\n", "")) == [
        ("a.src", 4, "gone before this line: LIN X2 (1 lines in all)")
    ]
    assert told(text.partition("WAIT")[0]) == [
        ("a.src", 3, "gone behind this line: WAIT SEC 1 (2 lines in all)")
    ]
    assert told("") == [("a.src", 0, "gone behind this line: DEF a( ) (5 lines in all)")]


def test_the_numbers_of_lines_and_steps_are_no_change_of_every_line_behind() -> None:
    rows = ["L P[1]", "L P[2]", "L P[3]", "L P[4]"]
    before, after = (
        "\n".join(f"{n:4}:  {row} ;" for n, row in enumerate(some, 1)).encode()
        for some in (rows, rows[:1] + rows[2:])
    )
    (one,) = written_otherwise((), Text("A.LS", {"A.LS": before}), Text("A.LS", {"A.LS": after}))
    assert (one.line_a, one.line_b) == (2, 2)


def test_of_many_lines_some_are_told_and_how_many_more() -> None:
    rows = [f"PTP X{k}" for k in range(MOST + 5)]
    old, new = "\n".join(rows), "\n".join(f"{row}0" for row in rows)
    found = written_otherwise(
        (), Text("a.src", {"a.src": old.encode()}), Text("b.src", {"b.src": new.encode()})
    )
    assert [d.line_b for d in found] == list(range(1, MOST + 2))
    assert found[-1].text == "5 more lines are written otherwise, this is the first"
    assert found[-1].said("ko").startswith("달리 쓰인 행이 5행 더 있음")


def test_the_place_of_an_edit_is_its_first_and_last_line_or_the_next_that_is_not_empty() -> None:
    text = "a\nb\n\nc\nd\n"
    assert edited_lines(text, "a\nB\n\nC\nd\n") == ({2, 4}, 0)
    assert edited_lines(text, "a\nx\ny\nb\n\nc\nd\n") == ({2, 3}, 0)
    assert edited_lines(text, "a\n\nc\nd\n") == (set(), 3)
    assert edited_lines(text, "a\nb\n") == (set(), 2)


def test_a_released_text_is_refused_with_the_line_of_the_point_that_was_moved(
    session_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = released(session_root, "palletizing", "large_boxes")
    copy = copied(folder, tmp_path)
    path = next((copy / "text").rglob("*.dat"))
    rows = path.read_bytes().decode().split("\r\n")
    number = next(n for n, row in enumerate(rows, 1) if row.startswith("DECL E6POS"))
    rows[number - 1] = rows[number - 1].replace("{X ", "{X 1")
    path.write_bytes("\r\n".join(rows).encode())
    said = [p for p in check(copy)[0].problems if f"line {path.name}:{number}: text: DECL" in p]
    assert len(said) == 1
    assert main(["diff", str(folder), str(copy)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert f"{path.name}:{number} -> {path.name}:{number}: text: DECL" in lines[-1]


def test_a_text_that_cannot_be_read_is_refused_with_the_line_that_is_gone(
    session_root: Path, tmp_path: Path
) -> None:
    copy = copied(released(session_root, "machine_tending", "shaft_80"), tmp_path)
    path = next((copy / "text").rglob("*.script"))
    rows = path.read_text().split("\n")
    number = next(n for n, row in enumerate(rows, 1) if row.strip() == "end")
    path.write_text("\n".join([*rows[: number - 1], *rows[number:]]))
    problems = check(copy)[0].problems
    assert any(p.startswith("not readable: ") for p in problems)
    assert any("text: gone before this line: end (1 lines in all)" in p for p in problems)


def _jobs(sub: str) -> dict[str, bytes]:
    texts = {"MAIN.JBI": MAIN.format("MAIN"), "SUB.JBI": SUB.format("SUB", sub)}
    return {name: text.encode() for name, text in texts.items()}


def test_a_finding_in_a_called_file_names_that_file() -> None:
    """Line 11 of both files is a statement; what is wrong stands in the called one."""
    cell = cell_of("yaskawa")
    program = BRANDS["yaskawa"].read(_jobs(" ODDWORD 1\n WAIT IN#(9)=ON\n"), cell, "arm").program
    assert [r.file for r in program.routines] == ["MAIN.JBI", "SUB.JBI"]
    findings = simulate(Job("a", cell, {"arm": program}, rules_of(cell))).findings
    places = {(f.rule, f.file, f.line) for f in findings}
    assert ("state-not-understood", "SUB.JBI", 10) in places
    assert all(file == "SUB.JBI" for rule, file, _ in places if rule == "signal-never-set")
    lint = BRANDS["yaskawa"].lint(program, cell)
    assert {(f.file, f.line) for f in lint if f.rule == "lint-not-understood"} == {("SUB.JBI", 10)}


def test_a_difference_in_a_called_file_names_that_file() -> None:
    cell = cell_of("yaskawa")
    jobs = (_jobs(" DOUT OT#(2) ON\n"), _jobs(" DOUT OT#(2) OFF\n"))
    a, b = (BRANDS["yaskawa"].read(one, cell, "arm").program for one in jobs)
    (one,) = same_text(a, b, Side(cell, "arm", None))
    assert one.places == ("SUB.JBI:10", "SUB.JBI:10")
    assert same_text(a, a, Side(cell, "arm", None)) == ()
    assert one.data()["file_b"] == "SUB.JBI"


def test_an_end_of_another_block_names_the_block_that_is_open() -> None:
    text = b"DEF a( )\nIF $IN[1] THEN\nWHILE $IN[2]\nENDIF\nENDWHILE\nEND\n"
    with pytest.raises(
        BadInput, match="'ENDIF' closes nothing; expected the end of 'WHILE"
    ) as told:
        BRANDS["kuka"].read({"a.src": text}, cell_of("kuka"), "arm")
    assert told.value.line == 4
    assert "of line 3" in str(told.value)


def test_a_list_of_modules_that_is_cut_names_the_line_where_it_ends() -> None:
    text = b'<?xml version="1.0"?>\n<Program>\n<Module>a.mod</Mod'
    with pytest.raises(BadInput, match="no list of modules") as told:
        BRANDS["abb"].read(
            {"a.pgf": text, "a.mod": b"MODULE a\nENDMODULE\n"}, cell_of("abb"), "arm"
        )
    assert told.value.line == 3


def lines_told(old: list[str], new: list[str]) -> list[tuple[int, int, str]]:
    a, b = (Text("x", {"x": "\n".join(rows).encode()}) for rows in (old, new))
    return [(d.line_a, d.line_b, d.key) for d in written_otherwise((), a, b)]


def test_a_long_text_of_which_every_second_line_is_the_same_is_told_at_once() -> None:
    """A job whose points are all new between lines that are not (;ENDFOLD): 60 s before."""
    old, new = ([line for i in range(1000) for line in (f"{x}{i}", "END")] for x in "pq")
    began = process_time()
    found = lines_told(old, new)
    assert process_time() - began < 10.0
    assert found[:MOST] == [(n, n, "changed") for n in range(1, 2 * MOST, 2)]
    assert found[MOST:] == [(0, 2 * MOST + 1, "text_more")]


def test_edits_far_apart_in_a_long_text_are_told_where_they_are() -> None:
    old = [f"p{i}" if i % 2 else "END" for i in range(6000)]
    new = ["first", *old[:2001], "p2001 now", *old[2002:4001], *old[4002:]]
    assert lines_told(old, new) == [
        (0, 1, "added"),
        (2002, 2003, "changed"),
        (4002, 4003, "text_gone"),
    ]


@pytest.mark.parametrize("seed", range(40))
def test_lines_that_are_not_told_are_those_of_the_other_text_in_its_order(seed: int) -> None:
    rng = random.Random(seed)
    old = [rng.choice("abcdefghijklmnop") + rng.choice(["", str(i)]) for i in range(12)]
    new = [x for x in old if rng.random() > 0.2]
    for _ in range(3):
        new.insert(rng.randrange(len(new) + 1), rng.choice("abcxyz"))
    a, b = list(old), list(new)
    for i0, i1, j0, j1 in reversed(list(_blocks(old, new))):
        del a[i0:i1], b[j0:j1]
    assert a == b
