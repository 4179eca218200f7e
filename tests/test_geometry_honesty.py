"""Meshes and their pieces: what pieces alone hit is undecided, what is inside is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_cells import arm, cell, solid, timeline

from cellsim.collision import kernel
from cellsim.collision.check import check_timeline
from cellsim.collision.result import PairResult
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Piece, Pose, Solid
from cellsim.geometry.mesh import merge_meshes, piece_mesh

SLIDE = [("prismatic", (1, 0, 0), (0, 0, 0))]
BALL = solid(Piece("sphere", (0.05,)))


def _box_mesh(size: tuple[float, float, float], at: tuple[float, float, float]) -> tuple:
    return piece_mesh(Piece("box", size, Pose.translation(*at)))


def _frame() -> Solid:
    """Two posts 0.8 m apart whose one piece fills the opening between them."""
    posts = [_box_mesh((0.1, 0.1, 1.0), (0, y, 0)) for y in (-0.4, 0.4)]
    vertices, faces = merge_meshes(posts)
    whole = Piece("box", (0.1, 0.9, 1.0))
    return replace(solid(whole), vertices=vertices, faces=faces)


def _through(body: Solid, tool: Solid = BALL, y: float = 0.0) -> PairResult:
    world = cell({"arm": arm(SLIDE)}, {"arm": tool}, {"frame": (body, Pose.translation(1, y, 0))})
    found = check_timeline(_line(world))
    return next(p for p in found.pairs if {p.a, p.b} == {"arm/tool:tool_arm", "fixture:frame"})


def _line(world: object) -> Timeline:
    return timeline(world, {"arm": np.linspace(0, 2, 21)[:, None]}, 0.05)  # type: ignore[arg-type]


def test_pieces_hit_where_the_mesh_is_free_is_undecided_not_a_collision() -> None:
    pair = _through(_frame())
    assert pair.status == "undecided"
    assert any("geometry" in v.cause for v in pair.violations)


def test_a_hit_of_the_mesh_is_a_collision() -> None:
    assert _through(_frame(), y=0.4).status == "collision"


def test_the_same_body_without_a_mesh_is_its_pieces() -> None:
    bare = replace(_frame(), vertices=np.zeros((0, 3)), faces=np.zeros((0, 3), dtype=np.int64))
    assert _through(bare).status == "collision"


def test_a_body_wholly_inside_another_is_found() -> None:
    """Pieces: the certified test; meshes: surfaces that do not touch, told by winding numbers."""
    shell = replace(solid(Piece("box", (4.0, 1.0, 1.0))))
    assert _through(shell).status == "collision"
    vertices, faces = piece_mesh(Piece("box", (4.0, 1.0, 1.0)))
    meshed = replace(shell, vertices=vertices, faces=faces)
    assert _through(meshed).status == "collision"
    small = _box_mesh((0.1, 0.1, 0.1), (0, 0, 0))
    inner = replace(solid(Piece("box", (0.1, 0.1, 0.1))), vertices=small[0], faces=small[1])
    assert _through(meshed, inner).status == "collision"
    here = Pose.identity()
    assert kernel.bodies_meet(meshed, inner, here, here)
    assert kernel.bodies_meet(inner, meshed, here, here)
    assert not kernel.bodies_meet(inner, meshed, here, Pose.translation(0, 2, 0))


def test_every_loose_part_of_a_mesh_is_looked_for_inside() -> None:
    """Of two balls in one mesh only the second lies in the box."""
    two = merge_meshes([_box_mesh((0.1, 0.1, 0.1), (0, y, 0)) for y in (-3.0, 0.0)])
    pair = replace(solid(Piece("box", (0.1, 3.1, 0.1))), vertices=two[0], faces=two[1])
    vertices, faces = piece_mesh(Piece("box", (1.0, 1.0, 1.0)))
    box = replace(solid(Piece("box", (1.0, 1.0, 1.0))), vertices=vertices, faces=faces)
    assert kernel.bodies_meet(box, pair, Pose.identity(), Pose.identity())
    assert not kernel.bodies_meet(box, pair, Pose.identity(), Pose.translation(0, -3, 0.9))


@pytest.mark.limit("shape-understated")
def test_a_mesh_outside_its_pieces_by_more_than_is_said_is_undecided() -> None:
    from cellsim.domain.report import Severity
    from cellsim.verify.context import Context
    from cellsim.verify.rules.shape_understated import shape_understated

    vertices, faces = _box_mesh((0.2, 0.2, 0.2), (0, 0, 0))
    piece = Piece("box", (0.2, 0.2, 0.19))

    def told(deviation: float) -> list[float | None]:
        body = replace(solid(piece), vertices=vertices, faces=faces, deviation_m=deviation)
        world = cell({"arm": arm(SLIDE)}, {"arm": BALL}, {"frame": (body, Pose.identity())})
        found = shape_understated(Context(_line(world))).findings
        assert all(f.severity is Severity.UNDECIDED for f in found)
        return [f.value for f in found]

    assert told(0.005) == []
    assert told(0.00498) == [pytest.approx(5.0)]
    assert told(0.004) == [pytest.approx(5.0)]


FAKE = """import os
class Mesh:
    def __init__(self, vertices, faces):
        self.vertices = vertices
def set_log_level(level):
    open(os.environ["SEEN"], "a").write(f"{os.getpid()}\\n")
def run_coacd(mesh, threshold, max_convex_hull, seed):
    if threshold > 0.5:
        os._exit(7)
    half = mesh.vertices[:, 0] < 0.0
    return [(mesh.vertices[half], None), (mesh.vertices[~half], None)]
"""


def test_decomposition_runs_in_a_process_of_its_own_and_its_end_is_no_end_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for coacd: halves by x, or a process that is gone without a word."""
    import os
    import sys

    from cellsim.errors import Unavailable
    from cellsim.geometry import hull

    (tmp_path / "coacd.py").write_text(FAKE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    monkeypatch.setenv("CELLSIM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(hull.importlib.util, "find_spec", lambda name: name)
    vertices, faces = _box_mesh((1.0, 0.5, 0.2), (0, 0, 0))
    pieces = hull.decomposed(vertices, faces, 0.02, 12)
    ends = sorted(float(piece.points[:, 0].max()) for piece in pieces)
    assert ends == pytest.approx([-0.5, 0.5], abs=2e-4)  # flat halves are thickened by 0.1 mm
    with pytest.raises(Unavailable, match="coacd failed with code 7"):
        hull.decomposed(vertices, faces, 0.6, 12)
    seen = (tmp_path / "seen").read_text().split()
    assert len(set(seen)) == 2
    assert str(os.getpid()) not in seen
    assert "coacd" not in sys.modules


def test_pieces_by_coacd_leave_little_hollow_and_say_how_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An L of two bars: one hull of it fills 300 mm of hollow. Where coacd is installed."""
    pytest.importorskip("coacd", reason="no coacd here: pip install coacd")
    import trimesh

    from cellsim.geometry import hull
    from cellsim.geometry.deviation import mesh_deviation

    monkeypatch.setenv("CELLSIM_CACHE", str(tmp_path))
    bars = [trimesh.creation.box(size) for size in ((1.0, 0.1, 0.1), (0.1, 1.0, 0.1))]
    bars[1].apply_translation((0.45, 0.45, 0.0))
    whole = trimesh.boolean.union(bars, engine="manifold")
    vertices, faces = np.asarray(whole.vertices), np.asarray(whole.faces)
    one = Solid("l", (hull.hull_piece(vertices),), vertices=vertices, faces=faces)
    assert mesh_deviation(one, vertices, faces)[1] > 0.29
    parts = Solid("l", tuple(hull.decomposed(vertices, faces, 0.02, 12)))
    outside, filled = mesh_deviation(parts, vertices, faces)
    assert max(outside, filled) < 0.01


def test_decompositions_are_kept_by_the_content_of_the_mesh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cellsim.geometry import hull

    runs = []

    def work(vertices: np.ndarray, *rest: object) -> list[np.ndarray]:
        runs.append(rest)
        return [vertices[:4], vertices[2:]]

    monkeypatch.setenv("CELLSIM_CACHE", str(tmp_path))
    monkeypatch.setattr(hull.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(hull, "_decompose", work)
    vertices, faces = _box_mesh((1.0, 0.5, 0.2), (0, 0, 0))
    first = hull.decomposed(vertices, faces, 0.02, 12)
    again = hull.decomposed(vertices, faces, 0.02, 12)
    assert len(runs) == 1
    assert all(np.array_equal(a.points, b.points) for a, b in zip(first, again, strict=True))
    hull.decomposed(vertices * 1.1, faces, 0.02, 12)
    hull.decomposed(vertices, faces, 0.03, 12)
    assert len(runs) == 3
    for kept in tmp_path.glob("pieces-*.npz"):
        kept.write_bytes(kept.read_bytes()[:50])
    hull.decomposed(vertices, faces, 0.02, 12)
    assert len(runs) == 4
    assert not list(tmp_path.glob(".pieces-*"))
