"""Damaged files: whatever is done to a text, the answer is a cell or one line of BadInput."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bad_cells import CELL

from cellsim.cellmesh.shapes import box, union_mesh, write_stl
from cellsim.domain.files.cell import load_cell
from cellsim.domain.files.celltext import CellText
from cellsim.domain.files.program import dump_program, parse_program
from cellsim.domain.files.task import parse_task
from cellsim.domain.files.yamltext import parse_yaml, validate
from cellsim.errors import BadInput

PROGRAM = """format: cellsim/program@1
group: g
routines:
  main:
  - move_j: {to: {q_deg: [1, 2], e1_mm: 3}, speed: 60 %, zone: accu 3}
  - if: {when: "a and not b"}
    then:
    - wait: {until: "$n + 1 < 4", timeout_s: 2}
"""
TASK = Path(__file__).resolve().parents[1] / "cells/door_removal/remove_doors.task.yaml"
WORDS = (
    "-1", "0", "[]", "{}", "null", "true", '"x"', "1e300", "1e-320", "world", "part:cube",
    "group:arm.flange", "9" * 30, "[1, 2, 3]", "~", ".5", "@", "&a", "*a", "- ", "\n", "  ", "\t",
)  # fmt: skip


def damaged(text: str, rng: random.Random) -> str:
    """Cut, replace, repeat or insert once or twice."""
    for _ in range(rng.randint(1, 2)):
        kind, at = rng.random(), rng.randrange(max(1, len(text)))
        if kind < 0.3:
            text = text[:at] + text[at + rng.randint(1, 5) :]
        elif kind < 0.75 and (found := list(re.finditer(r"[\w.\-]+", text))):
            word = rng.choice(found)
            text = text[: word.start()] + rng.choice(WORDS) + text[word.end() :]
        elif kind < 0.9:
            lines = text.split("\n")
            lines.insert(rng.randrange(len(lines)), rng.choice(lines))
            text = "\n".join(lines)
        else:
            text = text[:at] + chr(rng.randrange(1, 0x300)) + text[at:]
    return text


def refusal(read: Callable[[], object]) -> BadInput | None:
    """Return how a text is refused, None if it is read; any other exception goes through."""
    try:
        read()
    except BadInput as error:
        return error
    return None


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_text_is_read_or_refused_in_one_line(seed: int) -> None:
    rng, task = random.Random(seed), TASK.read_text()
    for _ in range(40):
        for read in (
            lambda: validate(parse_yaml(damaged(CELL, rng), "f.yaml"), CellText),
            lambda: dump_program(parse_program(damaged(PROGRAM, rng), "f.yaml")),
            lambda: parse_task(damaged(task, rng), "f.yaml"),
        ):
            error = refusal(read)
            if error is not None:
                assert "\n" not in str(error)
                assert error.file == "f.yaml"
                assert error.line >= 1


def test_a_damaged_cell_is_loaded_or_refused_in_one_line(tmp_path: Path) -> None:
    write_stl(tmp_path / "cube.stl", *union_mesh([box("cube", (0, 0, 0), (40, 40, 40))]))
    rng = random.Random(11)
    for _ in range(60):
        (tmp_path / "cell.yaml").write_text(damaged(CELL, rng), encoding="utf-8")
        error = refusal(lambda: load_cell(tmp_path))
        if error is not None:
            assert "\n" not in str(error)
            assert error.line >= 1
