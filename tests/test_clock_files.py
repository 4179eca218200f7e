"""A clock that groups share, as text: what is bad input, what a diff, a schema and a report say."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from bad_cells import CELL
from clock_cells import PAIR, crossing, crossing_job, run
from gantry_cells import to
from slides import find_pair

from cellsim.cellmesh.shapes import box, union_mesh, write_stl
from cellsim.cli.describe import describe_cell
from cellsim.domain.canonical import digest
from cellsim.domain.cell import Cell, SharedClock
from cellsim.domain.files.cell import load_cell
from cellsim.domain.files.schema import schema_text
from cellsim.errors import BadInput
from cellsim.messages import said
from cellsim.release.meaning.cells import diff_cells
from cellsim.simulate.band import simulate_band
from cellsim.simulate.run import simulate
from cellsim.verify.provenance import assumptions_of

ARM = CELL[CELL.index("  arm:\n") : CELL.index("tools:\n  fingers")]
# A second arm of the same kind beside it, without the tool.
OTHER = (
    ARM.replace("  arm:", "  other:")
    .replace("    tool: fingers\n", "    xyz_mm: [0, 2000, 0]\n")
    .replace("      tools: {fingers: 1}\n", "")
    .replace("      signals: {close: do 1, closed: di 1}\n", "")
)
TWO = CELL.replace(ARM, ARM + OTHER).replace("name: small\n", "name: small\nclocks: CLOCKS\n")
GOOD = '[{groups: [arm, other], skew_s: 0.02, source: "MultiMove, one controller"}]'


def load(folder: Path, clocks: str, text: str = TWO) -> Cell:
    """Return the cell of two arms with a text under `clocks`."""
    vertices, faces = union_mesh([box("cube", (0, 0, 0), (40, 40, 40))])
    write_stl(folder / "cube.stl", vertices, faces)
    (folder / "cell.yaml").write_text(text.replace("CLOCKS", clocks))
    return load_cell(folder)


def test_a_clock_is_read_with_its_skew_and_source(tmp_path: Path) -> None:
    cell = load(tmp_path, GOOD)
    assert cell.clocks == (SharedClock(("arm", "other"), 0.02, "MultiMove, one controller"),)
    assert (cell.clock_of("other", "arm"), cell.clock_of("arm", "none")) == (0, None)


def test_describe_names_a_clock_with_its_skew_and_source(tmp_path: Path) -> None:
    said = "clock arm, other: at most 20 ms ahead beyond their times (MultiMove, one controller)"
    assert said in list(describe_cell(load(tmp_path, GOOD)))


WRONG = [
    ("[{groups: [arm, othr], skew_s: 0, source: test}]", "no group named 'othr'; did you mean"),
    ("[{groups: [arm, 5], skew_s: 0, source: test}]", r"1: 5; expected a text"),
    ("[{groups: [arm, arm], skew_s: 0, source: test}]", "group 'arm' is on a clock already"),
    (f"[{GOOD[1:-1]}, {GOOD[1:-1]}]", "group 'arm' is on a clock already"),
    ("[{groups: [arm, other], skew_s: -0.1, source: test}]", "-0.1; expected a number >= 0"),
    ("[{groups: [arm, other], skew_s: .nan, source: test}]", "is not a number"),
    ("[{groups: [arm, other], skew_s: 0.1}]", "source"),
    ("[{groups: [arm, other], source: test}]", "skew_s"),
    ("[{groups: [arm], skew_s: 0.1, source: test}]", "groups"),
    ("[{groups: [arm, other], skew: 0.1, source: test}]", "unknown key 'skew'; did you mean"),
]  # fmt: skip


@pytest.mark.parametrize(("clocks", "message"), WRONG)
def test_a_wrong_clock_is_one_line_with_its_place(
    tmp_path: Path, clocks: str, message: str
) -> None:
    with pytest.raises(BadInput) as caught:
        load(tmp_path, clocks)
    error = caught.value
    assert message in str(error)
    assert "\n" not in str(error)
    assert error.line == TWO[: TWO.index("CLOCKS")].count("\n") + 1
    assert error.column > 1


def test_groups_with_two_overrides_are_on_no_one_clock(tmp_path: Path) -> None:
    slow = TWO.replace("  other:\n", "  other:\n", 1)
    at = slow.index("type: e-Series", slow.index("  other:"))
    slow = slow[:at] + "override_percent: [50, 100]\n      " + slow[at:]
    with pytest.raises(BadInput, match="group 'other' has another override range than 'arm'"):
        load(tmp_path, GOOD, slow)


def test_a_cell_without_clocks_is_what_it_was(tmp_path: Path) -> None:
    """Its hash too: certificates of before hold."""
    cell = load(tmp_path, "[]")
    assert cell.clocks == ()
    without = load(tmp_path, "", TWO.replace("clocks: CLOCKS\n", ""))
    assert cell.hash == without.hash
    assert load(tmp_path, GOOD).hash != cell.hash
    assert digest(replace(cell, clocks=(SharedClock(("arm", "other"), 0.1, "x"),))) != cell.hash


def test_a_diff_tells_a_clock_and_its_skew(tmp_path: Path) -> None:
    none, good = load(tmp_path, "[]"), load(tmp_path, GOOD)
    assert [d.text for d in diff_cells(none, good)] == ["clocks 0 entries became 1 entries"]
    wider = load(tmp_path, GOOD.replace("0.02", "0.2"))
    assert [d.text for d in diff_cells(good, wider)] == ["clocks[1].skew_s 0.02 s became 0.2 s"]


@pytest.mark.parametrize("noun", ["cell", "variant"])
def test_the_schema_knows_clocks(noun: str) -> None:
    schema = json.loads(schema_text(noun))
    assert schema["properties"]["clocks"]["items"]["$ref"].endswith("ClockText")
    assert set(schema["$defs"]["ClockText"]["properties"]) == {"groups", "skew_s", "source"}


def test_a_report_says_what_rests_on_a_clock() -> None:
    line = simulate_band(crossing_job(crossing(0.05)))
    (text,) = [a for a in assumptions_of(line) if "clock" in a]
    assert text.startswith("hand, driver share one clock (a test), within 0.05 s of one another")
    assert "at one override of 100 to 100 % that stays" in text
    apart = float(text.partition("at most ")[2].split()[0])
    slow, fast = (
        simulate(crossing_job(crossing(None), driver=(to(0, 0.1),)), accel).duration
        for accel in ("slow", "fast")
    )
    assert 0.5 * (slow - fast) <= apart <= slow - fast + 0.05 + 0.1
    assert "clock" not in said("ko", text).replace("a test", "")
    free = [a for a in assumptions_of(replace(line, paces=())) if "nothing bounds" in a]
    assert len(free) == 1
    assert "nothing" not in said("ko", free[0])


def test_what_is_kept_of_one_skew_is_not_taken_for_another(tmp_path: Path) -> None:
    from cellsim.cache import Cache
    from cellsim.collision.check import check_timeline

    with_cache = [
        find_pair(check_timeline(run(crossing(skew)), cache=Cache(tmp_path)), *PAIR)
        for skew in (0.1, 0.6, 0.1)
    ]
    assert [pair.status for pair in with_cache] == ["free", "collision", "free"]
    assert with_cache[0].clearance == with_cache[2].clearance
