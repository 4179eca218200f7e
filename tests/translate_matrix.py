"""One cell with an arm of each brand, and one program in the words of each."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cellsim.controllers.brands import quantise, rules_of
from cellsim.domain.cell import Cell
from cellsim.domain.files.cell import load_cell
from cellsim.domain.job import Job
from cellsim.domain.program import (
    FINE,
    Move,
    Program,
    Routine,
    SetSignal,
    Speed,
    Target,
    Wait,
    Zone,
    signal_is,
)
from cellsim.geometry import Pose
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of
from cellsim.release.textjob import write_text
from cellsim.simulate.lower import lower
from cellsim.simulate.moves import flange_T_tcp_of

PL = "[0, 2, 5, 10, 20, 40, 60, 80, 100]"
# Arm, home [deg], and what its controller is, a key a line.
ARMS = {
    "abb": ("abb_irb2600_12_165", (0, -20, 10, 0, 70, 0), 'type: IRC5\n      version: "6.15"'),
    "fanuc": ("fanuc_m20id_25", (0, 0, 0, 0, -70, 0), 'type: R-30iB Plus\n      version: ""'),
    "hyundai": (
        "hyundai_hh020",
        (0, 90, 0, 0, -70, 0),
        'type: Hi6\n      version: ""\n      accu_mm: [0, 1, 5, 20, 50, 100, 200]',
    ),
    "kuka": ("kuka_kr210_r2700_2", (0, -100, 100, 0, 70, 0), 'type: KRC4\n      version: "8.6"'),
    "ur": ("ur10e", (0, -100, -110, -60, 70, 0), 'type: e-Series\n      version: "5.12"'),
    "yaskawa": (
        "yaskawa_gp25",
        (0, -20, -20, 0, -70, 0),
        f'type: YRC1000\n      version: ""\n      pl_mm: {PL}',
    ),
}
ZONES = {
    "abb": (Zone("distance", 20, "mm"), Zone("distance", 20, "mm")),
    "fanuc": (Zone("cnt", 50), Zone("cnt", 50)),
    "hyundai": (Zone("accu", 3, "level"), Zone("accu", 3, "level")),
    "kuka": (Zone("cptp", 30, "%"), Zone("distance", 20, "mm")),
    "ur": (Zone("radius", 20, "mm"), Zone("radius", 20, "mm")),
    "yaskawa": (Zone("pl", 4, "level"), Zone("pl", 4, "level")),
}
CELL = """format: cellsim/cell@1
name: bench
variants: [{variants}]
clearance_mm: 10
self_clearance_mm: 2
frames:
  bench: {{xyz_mm: [3000, 0, 800]}}
groups:
  arm:
    robot: ur10e
    xyz_mm: [0, 0, 600]
    tool: pen
    home: {{q_deg: [0, -100, -110, -60, 70, 0]}}
    controller: {{brand: ur, type: e-Series, version: ""}}
tools:
  pen:
    mass_kg: 1.0
    solid:
      pieces:
        - {{shape: capsule, name: pen, from_mm: [0, 0, 40], to_mm: [0, 0, 110], radius_mm: 20}}
    tcps:
      tip: {{xyz_mm: [20, 0, 150]}}
fixtures:
  bench:
    frame: bench
    solid:
      pieces:
        - {{shape: box, name: top, center_mm: [0, 0, -20], size_mm: [200, 200, 40]}}
signals:
  go: {{from: "group:arm", to: ["device:feeder"]}}
  there: {{from: "device:feeder", to: [arm]}}
devices:
  feeder:
    start: go
    done: there
    time_s: {{min: 0.5, typical: 1.0, max: 1.5, source: "a test"}}
"""
VARIANT = """format: cellsim/variant@1
groups:
  arm:
    robot: {robot}
    home: {{q_deg: {home}}}
    controller:
      brand: {brand}
      {controller}
      program_number: 7
      tools: {{pen: 2}}
      frames: {{bench: 3}}
      signals: {{go: do 5, there: di 6}}
      sources: {{numbers: "a test", pl_mm: "a test", accu_mm: "a test"}}
"""
WAIVERS = """format: cellsim/waivers@1
waivers:
""" + "".join(
    f'  - {{rule: {rule}, subject: "*", author: a test, reason: "no figures are published"}}\n'
    for rule in ("wrist-torque-exceeded", "wrist-inertia-exceeded", "joint-jerk-exceeded",
                 "joint-acceleration-exceeded", "payload-exceeded", "joint-speed-exceeded",
                 "joint-torque-exceeded", "joint-figure-missing")
)  # fmt: skip


def bench(folder: Path) -> Path:
    """Write the cell with a variant of every brand."""
    place = folder / "bench"
    (place / "variants").mkdir(parents=True)
    (place / "cell.yaml").write_text(CELL.format(variants=", ".join(ARMS)))
    (place / "waivers.yaml").write_text(WAIVERS)
    for brand, (robot, home, controller) in ARMS.items():
        text = VARIANT.format(robot=robot, home=list(home), brand=brand, controller=controller)
        (place / "variants" / f"{brand}.yaml").write_text(text)
    return place


def program_of(cell: Cell, brand: str) -> Program:
    """A joint move, two lines with a corner, a signal, a wait, and home."""
    chain, home = chain_of(cell, "arm"), np.array(cell.groups["arm"].home)
    tcp = flange_T_tcp_of(cell, "arm", "pen")
    joint, line = ZONES[brand]
    near = home + np.radians([12, 3, -4, 0, 5, 0])
    over = home + np.radians([18, 5, -6, 0, 4, 0])
    pose = tcp_pose(chain, over, tcp)
    down = Pose(pose.R, pose.p + np.array([0.0, 0.0, -0.06]))
    aside = Pose(pose.R, pose.p + np.array([0.0, 0.08, -0.06]))
    slow = {"abb": Speed(500.0, "mm/s"), "ur": Speed(0.5, "rad/s")}.get(brand, Speed(20.0, "%"))
    path = Speed(0.1, "m/s") if brand in ("kuka", "ur") else Speed(100.0, "mm/s")

    def at(p: Pose, q: np.ndarray) -> Target:
        return Target(pose=p, q=tuple(map(float, q)))

    body = (
        Move("joint", Target(q=tuple(map(float, near))), slow, joint, tool="pen"),
        Move("joint", Target(q=tuple(map(float, over))), slow, FINE, tool="pen"),
        Move("linear", Target(pose=down), path, line, tool="pen"),
        Move("linear", Target(pose=aside), path, FINE, tool="pen"),
        SetSignal("go", True),
        Wait(signal_is("there", True), timeout_s=5.0),
        SetSignal("go", False),
        Move("joint", Target(q=tuple(map(float, home))), slow, FINE, tool="pen"),
    )
    return Program("small", "arm", (Routine("small", body),))


def text_in(place: Path, brand: str, out: Path) -> Path:
    """Write the program as text of a brand; return its main file."""
    cell = load_cell(place, brand)
    said = quantise(lower(program_of(cell, brand), cell), cell)
    (text,) = write_text(Job("small", cell, {"arm": said}, rules_of(cell)))
    out.mkdir(parents=True)
    for name, data in text.files.items():
        (out / name).write_bytes(data)
    return out / next(iter(text.files))
