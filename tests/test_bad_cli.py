"""Bad input at the command line: exit 3, one line with file and line, nothing half written."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import trimesh
from releases import released

from cellsim.cli.main import main

CELLS = Path(__file__).resolve().parents[1] / "cells"
Capture = pytest.CaptureFixture[str]
Edit = Callable[[Path], None]

CELL = "cell.yaml"
VARIANT = "variants/shaft_80.yaml"
PROGRAM = "programs/shaft_80/swap_shaft/tender.program.yaml"


@pytest.fixture
def cell(tmp_path: Path) -> Path:
    """A copy of the machine tending cell that a test may spoil."""
    return Path(shutil.copytree(CELLS / "machine_tending", tmp_path / "cell"))


def without_first_joint(cell: Path) -> None:
    """Take the first joint value out of the first target of the saved program."""
    path = cell / PROGRAM
    text, found = re.subn(r"q_deg: \[[-0-9.]+, ", "q_deg: [", path.read_text(), count=1)
    assert found
    path.write_text(text)


def put(file: str, old: str, new: str) -> Edit:
    """Return an edit of a file that replaces the first `old`."""

    def edit(cell: Path) -> None:
        text = (cell / file).read_text()
        assert old in text, old
        (cell / file).write_text(text.replace(old, new, 1))

    return edit


def remove(file: str) -> Edit:
    """Return an edit that removes a file."""
    return lambda cell: (cell / file).unlink()


def open_mesh(cell: Path) -> None:
    """Take one triangle out of the tray."""
    mesh = trimesh.load(cell / "meshes/tray.stl")
    trimesh.Trimesh(mesh.vertices, np.asarray(mesh.faces)[1:], process=False).export(
        cell / "meshes/tray.stl"
    )


def huge(file: str) -> Edit:
    """Return an edit that makes a file 100 MB long, mostly empty."""

    def edit(cell: Path) -> None:
        with (cell / file).open("r+b") as handle:
            handle.truncate(100_000_000)

    return edit


def without_routines(cell: Path) -> None:
    """Keep the program's head only."""
    head = (cell / PROGRAM).read_text().split("routines:")[0]
    (cell / PROGRAM).write_text(head + "routines: {}\n")


# What is spoiled: the file and the words that its line must hold (a mesh is told where the cell
# names it; a whole file has no line), and what must be said.
BAD = [
    (
        "wrong unit",
        put(CELL, "xyz_mm: [1000", "xyz_m: [1000"),
        CELL,
        "xyz_m:",
        "did you mean 'xyz_mm'",
    ),
    ("unit in the value", put(CELL, "mass_kg: 1.6", "mass_kg: 1.6 lb"), CELL, "1.6 lb", "number"),
    ("NaN", put(VARIANT, "mass_kg: 1.78", "mass_kg: .nan"), VARIANT, ".nan", "finite number"),
    (
        "unknown key",
        put(CELL, "clearance_mm: 8", "clearence_mm: 8"),
        CELL,
        "clearence",
        "did you mean",
    ),
    ("newer format", put(CELL, "cell@1", "cell@7"), CELL, "cell@7", "newer"),
    (
        "unknown frame",
        put(CELL, "frame: table", "frame: tabel"),
        CELL,
        "tabel",
        "did you mean 'table'",
    ),
    (
        "frames in a circle",
        put(CELL, "table: {xyz_mm", "table: {parent: table, xyz_mm"),
        CELL,
        "parent: table",
        "circle",
    ),
    ("missing mesh", remove("meshes/tray.stl"), CELL, "meshes/tray.stl", "chuck.stl"),
    ("open mesh", open_mesh, CELL, "meshes/tray.stl", "open|closed"),
    ("mass 0", put(VARIANT, "mass_kg: 1.78", "mass_kg: 0"), VARIANT, "mass_kg: 0", "> 0"),
    ("times swapped", put(CELL, "min: 0.4", "min: 4"), CELL, "min: 4", "min <= typical"),
    ("empty program", without_routines, PROGRAM, "routines", "routine"),
    ("no program at all", put(PROGRAM, "format: cellsim/program@1", ""), PROGRAM, "", "format"),
    ("100 MB cell", huge(CELL), CELL, "", "100000000 bytes"),
    ("100 MB program", huge(PROGRAM), PROGRAM, "", "100000000 bytes"),
    ("100 MB mesh", huge("meshes/tray.stl"), CELL, "meshes/tray.stl", "bytes|MB"),
    (
        "YAML tag",
        put(VARIANT, "mass_kg: 1.78", "mass_kg: !!python/object:os.system 1"),
        VARIANT,
        "!!python",
        "tag",
    ),
    (
        "mesh outside",
        put(CELL, "meshes/tray.stl", "../../tray.stl"),
        CELL,
        "../../tray.stl",
        "leaves",
    ),
    ("pieces outside", put(CELL, "pieces/tray.yaml", "/etc/passwd"), CELL, "/etc/passwd", "leaves"),
    (
        "tool removed",
        put(CELL, "  finger_gripper:\n    mass_kg", "  other_tool:\n    mass_kg"),
        CELL,
        "finger_gripper",
        "no tool named",
    ),
    (
        "unknown tool",
        put(PROGRAM, "tool: finger_gripper", "tool: finger_griper"),
        PROGRAM,
        "finger_griper",
        "did you mean 'finger_gripper'",
    ),
    (
        "unknown part",
        put(PROGRAM, "part: shaft.finished", "part: shaft.finishd"),
        PROGRAM,
        "finishd",
        "did you mean 'shaft.finished'",
    ),
    (
        "unknown place",
        put(PROGRAM, "at: tray.pocket_4", "at: tray.pocket_9"),
        PROGRAM,
        "pocket_9",
        "no feature of tray",
    ),
    (
        "unknown device",
        put(PROGRAM, "device: chuck_clamp", "device: chuck_clam"),
        PROGRAM,
        "chuck_clam,",
        "did you mean 'chuck_clamp'",
    ),
    (
        "too few joints",
        without_first_joint,
        PROGRAM,
        "q_deg",
        "6",
    ),
]


@pytest.mark.parametrize(("name", "edit", "file", "held", "said"), BAD, ids=[b[0] for b in BAD])
def test_bad_input_is_one_line_with_its_place(
    name: str, edit: Edit, file: str, held: str, said: str, cell: Path, capsys: Capture
) -> None:
    edit(cell)
    before = sorted(cell.rglob("*"))
    out = cell.parent / "out"
    code = main(
        ["verify", str(cell), "--variant", "shaft_80", "--format", "json", "--out", str(out)]
    )
    told = capsys.readouterr()
    assert code == 3, told
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert re.search(said, line), line
    place = re.match(r"error: (\S+?)(?::(\d+))?(?::\d+)?: ", line)
    assert place is not None, line
    assert place[1].endswith(f"/{file}"), line
    if held:
        assert place[2] is not None, line
        assert held in (cell / file).read_text().splitlines()[int(place[2]) - 1]
    assert not out.exists()
    assert sorted(cell.rglob("*")) == before


def test_limits_of_a_robot_that_are_swapped_are_named(cell: Path, capsys: Capture) -> None:
    robot = Path(shutil.copytree(CELLS.parent / "robots" / "ur10e", cell / "robots" / "my_ur10e"))
    text = (robot / "robot.yaml").read_text()
    found = re.search(r"limits_deg: \[(-?[\d.]+), (-?[\d.]+)\]", text)
    assert found is not None, text[:3000]
    swapped = f"limits_deg: [{found[2]}, {found[1]}]"
    (robot / "robot.yaml").write_text(text.replace(found[0], swapped, 1))
    put(CELL, "robot: ur10e", "robot: my_ur10e")(cell)
    assert main(["verify", str(cell)]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert re.match(r"error: \S*robot\.yaml:\d+:\d+: ", line), line
    assert "below" in line or "limits" in line


def test_an_endless_loop_is_a_finding_with_its_line(cell: Path, capsys: Capture) -> None:
    put(
        PROGRAM,
        "  swap_shaft:\n",
        "  swap_shaft:\n  - loop: {while: not part_swapped}\n    body:\n    - delay: {time_s: 0}\n",
    )(cell)
    assert main(["verify", str(cell), "--variant", "shaft_80"]) == 1
    said = capsys.readouterr().out
    number = (cell / PROGRAM).read_text().splitlines().index("  swap_shaft:") + 2
    assert re.search(rf"tender\.program\.yaml:{number} .*error\[endless-loop\]", said), said


def test_controller_text_cut_in_the_middle_is_refused(
    session_root: Path, tmp_path: Path, capsys: Capture
) -> None:
    folder = released(session_root, "machine_tending", "shaft_80")
    (text,) = (folder / "text").rglob("*.script")
    data = text.read_bytes()
    (tmp_path / text.name).write_bytes(data[: int(0.6 * len(data))])
    asked = ["--controller", "ur", "--cell", "machine_tending"]
    assert main(["read", str(text), *asked]) == 0
    capsys.readouterr()
    assert main(["read", str(tmp_path / text.name), *asked]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert re.match(rf"error: \S*{re.escape(text.name)}:\d+", line), line


@pytest.mark.parametrize("name", ["teach", "release"])
def test_nothing_is_half_written_after_bad_input(name: str, cell: Path, capsys: Capture) -> None:
    put(CELL, "frame: table", "frame: tabel")(cell)
    out = cell.parent / "out"
    assert main([name, str(cell), "--out", str(out)]) == 3
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not out.exists()


@pytest.mark.parametrize("port", ["0", "-1", "65536", "99999999"])
def test_the_viewer_takes_no_port_that_no_machine_has(port: str, capsys: Capture) -> None:
    """Beyond 65535 its server used to fail in a thread of its own, and the command never ended."""
    assert main(["show", "machine_tending", "--port", port]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert "'--port'" in line
