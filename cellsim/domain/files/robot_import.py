"""A user's URDF with its meshes to a robot folder: mended where possible, every defect named."""

from __future__ import annotations

import math
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from cellsim.domain.files.pieces import piece_text
from cellsim.domain.files.robot import load_robot
from cellsim.domain.files.robot_dump import dump_robot
from cellsim.domain.files.robot_text import RobotText
from cellsim.domain.files.urdf import write_urdf
from cellsim.domain.files.urdf_chain import (
    ChainJoint,
    Defect,
    UrdfChain,
    chain_of_urdf,
    inertia_of,
)
from cellsim.domain.files.urdf_meshes import Body, Search, body_of
from cellsim.domain.files.urdf_read import Urdf, read_urdf
from cellsim.domain.files.yamltext import Document, Lines, validate
from cellsim.errors import BadInput
from cellsim.geometry import Array, Pose
from cellsim.geometry.mesh import stl_bytes
from cellsim.units import deg, mm

_RAMP_S = (0.5, 0.25)


@dataclass(frozen=True)
class Imported:
    """A new robot folder and what was wrong with the file it was made from."""

    folder: Path
    defects: tuple[Defect, ...]


def import_robot(
    file: Path,
    out: Path = Path("robots"),
    *,
    name: str = "",
    packages: Mapping[str, Path] | None = None,
    pieces: Literal["hull", "coacd"] = "hull",
) -> Imported:
    """Make the folder `out/name` (robot.yaml, robot.urdf, meshes) from a URDF.

    Args:
        name: Of the robot; empty: the one in the URDF.
        packages: Folders that package:// and $(find) names mean.
        pieces: One hull a mesh, or coacd pieces where hulls fill much.

    Errors: BadInput with file and line where the chain cannot be used, or the folder exists;
    nothing is left half written.
    """
    urdf = read_urdf(file)
    name = re.sub(r"[^A-Za-z0-9_\-]+", "_", name or urdf.name or file.stem).strip("_-").lower()
    folder = out / (name or "robot")
    if folder.exists():
        raise BadInput("robot folder exists already", file=str(folder), expected="another name")
    chain = chain_of_urdf(urdf)
    defects = list(chain.defects)

    def note(id: str, line: int, what: str, mended: str) -> None:
        defects.append(Defect(id, urdf.file, line, what, mended))

    search = Search(file.resolve().parent, dict(packages or {}))
    bodies = [body_of(parts, search, pieces, note) for parts in chain.bodies]
    masses = [inertia_of(parts, note) for parts in chain.bodies]
    data = _robot_data(folder.name, urdf, chain, bodies, masses, defects)
    text = validate(Document(data, Lines(urdf.file, {})), RobotText)
    out.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".import-", dir=out))
    try:
        _write(made, dump_robot(text, f"Imported from {file.name}."), bodies, chain)
        load_robot(made)
        write_urdf(made)
        os.replace(made, folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return Imported(folder, tuple(defects))


def _robot_data(
    name: str,
    urdf: Urdf,
    chain: UrdfChain,
    bodies: list[Body | None],
    masses: list[tuple[float, Array, Array] | None],
    defects: list[Defect],
) -> dict[str, object]:
    """Return robot.yaml as plain data."""
    source = f"imported from {Path(urdf.file).name}"
    figures = ["kinematics", "limits", "speed", "torque", "acceleration", "solids", "links.mass"]
    ids = {defect.id for defect in defects}
    assumed = ["acceleration"]
    assumed += ["limits"] if ids & {"limits-missing", "continuous"} else []
    assumed += ["kinematics"] if "no-tool0" in ids else []
    whole = sum(m[0] for m in masses if m) if all(masses) else None
    joint_names = _names([joint.name for joint in chain.joints])
    parts = zip(link_names(chain), bodies, masses, strict=True)
    return {
        "format": "cellsim/robot@1",
        "name": name,
        "maker": "unknown",
        "model": urdf.name or name,
        "kind": _kind(chain),
        "payload_kg": None,
        "mass_kg": None if whole is None else round(whole, 6),
        "joints": [_joint_data(*pair) for pair in zip(joint_names, chain.joints, strict=True)],
        "flange": _place(chain.flange),
        "home": [_home(joint) for joint in chain.joints],
        "solids": {"grade": "estimate", "margin_mm": 5.0},
        "links": [_link_data(*part) for part in parts],
        "sources": {
            **dict.fromkeys(figures, source),
            "acceleration": "assumed: 2 and 4 times the speed a second",
        },
        "assumed": assumed,
        "notes": [str(replace(defect, file=Path(defect.file).name)) for defect in defects],
    }


def _kind(chain: UrdfChain) -> str:
    if len(chain.joints) == 1 and chain.joints[0].kind == "prismatic":
        return "track"
    return "positioner" if len(chain.joints) <= 2 else "arm"


def _joint_data(name: str, joint: ChainJoint) -> dict[str, object]:
    revolute = joint.kind == "revolute"
    unit = deg if revolute else mm
    speed = None if joint.speed is None else round(joint.speed / unit, 9)
    keys = ("limits_deg", "speed_deg_s", "acceleration_deg_s2", "torque_nm")
    if not revolute:
        keys = ("limits_mm", "speed_mm_s", "acceleration_mm_s2", "force_n")
    band = None if speed is None else [round(speed / ramp, 6) for ramp in _RAMP_S]
    limits = [round(joint.lower / unit, 9), round(joint.upper / unit, 9)]
    axis = [round(float(v), 12) + 0.0 for v in joint.source.axis]
    values = (limits, speed, band, joint.torque)
    out = {"kind": joint.kind, "name": name, "origin": _place(joint.origin)}
    return {**out, "axis": axis, **dict(zip(keys, values, strict=True))}


def _link_data(
    name: str, body: Body | None, mass: tuple[float, Array, Array] | None
) -> dict[str, object]:
    out: dict[str, object] = {"name": name}
    if body is not None:
        out["pieces"] = [piece_text(piece) for piece in body.pieces]
        out["deviation_mm"] = round(math.ceil(body.deviation * 1e6) * 1e-3 + 0.001, 3)
        if len(body.faces):
            out["mesh"] = f"meshes/{name}.stl"
    if mass is not None:
        kilograms, com, inertia = mass
        out["mass_kg"] = round(kilograms, 9)
        out["com_mm"] = [round(float(v) / mm, 6) + 0.0 for v in com]
        places = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))
        out["inertia_kgm2"] = [float(f"{inertia[place]:.9g}") for place in places]
    return out


def _home(joint: ChainJoint) -> float:
    """Return zero where the limits hold it, else their middle [deg | mm]."""
    inside = joint.lower <= 0.0 <= joint.upper
    unit = deg if joint.kind == "revolute" else mm
    return 0.0 if inside else round((joint.lower + joint.upper) / 2 / unit, 3)


def _place(pose: Pose) -> dict[str, object]:
    """Return a pose for the file; rotations by quarter turns come out as exact numbers."""
    rpy = [v / deg for v in pose.rpy()]
    quarter = np.abs(pose.R - np.round(pose.R)).max() < 1e-12
    angles = [float(round(v)) if quarter else round(v, 12) for v in rpy]
    xyz = [round(float(v) / mm, 9) + 0.0 for v in pose.p]
    return {"xyz_mm": xyz, "rpy_deg": [v + 0.0 for v in angles]}


def link_names(chain: UrdfChain) -> list[str]:
    """Return the names of the chain links as files allow them; tool0 is kept for the flange."""
    return _names([parts[0].link.name for parts in chain.bodies], "tool0")


def _names(names: list[str], *taken: str) -> list[str]:
    """Return names that files allow, all different."""
    out: list[str] = list(taken)
    for name in names:
        clean = re.sub(r"[^A-Za-z0-9_.\-]+", "_", name).lstrip("_.-")[:70] or "link"
        given, number = clean, 2
        while given in out:
            given, number = f"{clean}_{number}", number + 1
        out.append(given)
    return out[len(taken) :]


def _write(folder: Path, text: str, bodies: list[Body | None], chain: UrdfChain) -> None:
    (folder / "robot.yaml").write_text(text, encoding="utf-8")
    for name, body in zip(link_names(chain), bodies, strict=True):
        if body is not None and len(body.faces):
            (folder / "meshes").mkdir(exist_ok=True)
            mesh = stl_bytes(body.vertices, body.faces)
            (folder / "meshes" / f"{name}.stl").write_bytes(mesh)
