"""A small cell as text, with one arm, one gripper and one cube, to be made wrong."""

from __future__ import annotations

from pathlib import Path

from cellsim.cellmesh.shapes import box, union_mesh, write_stl
from cellsim.domain.cell import Cell
from cellsim.domain.files.cell import load_cell

CELL = """format: cellsim/cell@1
name: small
clearance_mm: 10
self_clearance_mm: 5
frames:
  table: {xyz_mm: [500, 0, 0]}
  corner: {parent: table, xyz_mm: [100, 0, 0], rpy_deg: [0, 0, 90]}
groups:
  arm:
    robot: ur5e
    frame: world
    tool: fingers
    home: {q_deg: [0, -90, -90, -90, 90, 0]}
    controller:
      brand: ur
      type: e-Series
      tools: {fingers: 1}
      frames: {table: 1}
      signals: {close: do 1, closed: di 1}
tools:
  fingers:
    mass_kg: 1
    solid: {pieces: [{shape: box, center_mm: [0, 0, 50], size_mm: [50, 50, 100]}]}
    tcps: {tip: {xyz_mm: [0, 0, 110]}}
    gripper:
      close: close
      closed: closed
      time_s: {min: 0.2, typical: 0.4, max: 0.6, source: test}
      capacity_kg: 3
parts:
  cube:
    mass_kg: 0.5
    frame: corner
    solid: {mesh: cube.stl, pieces: [{shape: box, center_mm: [20, 20, 20], size_mm: [40, 40, 40]}]}
    features:
      top: {kind: face, facing: "+z"}
      foot: {kind: face, facing: "-z"}
    grip: [top]
    seat: foot
signals:
  close: {from: "group:arm"}
  closed: {from: cell, to: [arm]}
fixtures:
  bench:
    solid: {pieces: [{shape: box, center_mm: [600, 0, -50], size_mm: [900, 600, 100]}]}
pair_rules:
  - {kind: contact, a: "part:*", b: "fixture:*", start: "grip:*", author: test, reason: test}
"""


def with_cube(at: Path) -> Path:
    """Write the mesh of the cube into a folder, and return the folder."""
    vertices, faces = union_mesh([box("cube", (0, 0, 0), (40, 40, 40))])
    write_stl(at / "cube.stl", vertices, faces)
    return at


def load_changed(folder: Path, text: str, old: str, new: str) -> Cell:
    """Load the cell of a text, the first `old` of which is another; "" changes nothing."""
    assert old in text, old
    (folder / "cell.yaml").write_text(text.replace(old, new, 1) if old else text)
    return load_cell(folder)
