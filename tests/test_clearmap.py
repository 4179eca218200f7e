"""Clearance map and swept volume: bounds from both sides, nothing left outside."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from releases import first_job, simulated
from small_cells import arm, cell, planar, solid, timeline

from cellsim.cache import Cache
from cellsim.collision import runs
from cellsim.collision.check import check_timeline
from cellsim.collision.paths import deviation_over, path_of
from cellsim.collision.seen import seen_distances
from cellsim.collision.swept import swept_volume
from cellsim.domain.timeline import Timeline
from cellsim.errors import BadInput, UnknownName
from cellsim.geometry import Piece, Pose
from cellsim.geometry.mesh import load_mesh, open_edges, stl_bytes
from cellsim.geometry.voxels import glb_bytes, voxel_surface
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of
from cellsim.verify.clearmap import clearance_map, nearest_courses, worst_of_moves
from cellsim.verify.render.mapped import HEAD, map_csv, map_png

PLATE = solid(Piece("box", (0.4, 0.02, 0.1), Pose.translation(0.2, 0, 0)), margin=0.002)
POST = solid(Piece("cylinder", (0.05, 1.0)))


def _swing(clearance: float = 0.002) -> Timeline:
    """A plate that swings past a post in three moves."""
    world = cell(
        {"arm": planar([0.5])},
        {"arm": PLATE},
        {"post": (POST, Pose.translation(0.3836, 0.2352, 0))},
        clearance=clearance,
    )
    s = np.linspace(0.0, 1.0, 13)[:, None]
    return timeline(world, {"arm": -1.0 + 1.4 * s}, 0.1, 1e-4)


def test_the_map_bounds_every_stretch_from_both_sides() -> None:
    line = _swing()
    found = clearance_map(line)
    pair = next(p for p in found.pairs if "post" in p.b + p.a)
    rows = [row for course in pair.courses for row in course.rows]
    assert rows[0][0] == 0.0
    assert max(row[1] for row in rows) == pytest.approx(1.2)
    for t0, t1, certified, required in rows:
        inside = pair.seen[(found.times >= t0) & (found.times <= t1)]
        assert required == pytest.approx(0.002)
        assert len(inside) > 0
        assert certified <= inside.min() + 1e-9
    assert pair.clearance == pytest.approx(min(row[2] for row in rows))


def test_the_worst_point_of_each_motion_is_told_with_its_line() -> None:
    line = _swing()
    moves = clearance_map(line).moves
    assert [m.line for m in moves] == list(range(1, 13))
    worst = min(moves, key=lambda m: m.clearance)
    assert {worst.a, worst.b} == {"arm/tool:tool_arm", "fixture:post"}
    assert worst.t0 <= worst.t <= worst.t1
    assert worst.line == 12
    least = min(p.clearance for p in check_timeline(line).pairs)
    assert worst.clearance == pytest.approx(least)


@pytest.mark.parametrize("kept", [False, True])
def test_chunks_of_motions_change_no_bit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kept: bool
) -> None:
    """Free motions and shortfalls alike, with a cache and without."""
    line = _swing(0.03)
    found = []
    for chunk in (256, 5, 1):
        monkeypatch.setattr(runs, "CHUNK", chunk)
        cache = Cache(tmp_path / str(chunk)) if kept else None
        for _ in range(1 + kept):
            result = check_timeline(line, cache=cache)
            pairs = [
                (replace(p, courses=()), [(c.group, c.rows.tolist()) for c in p.courses])
                for p in result.pairs
            ]
            told = repr(
                (pairs, worst_of_moves(line, result), nearest_courses(result, line.job.cell))
            )
            found.append((told, result.stats["spans"]))
    assert len(set(found)) == 1
    assert "'clearance'" in found[0][0]


def test_the_largest_deviation_is_that_of_the_chords_touched() -> None:
    """Beyond the levels of the table too; as plain Python, for it compiles without a way in."""
    plain = deviation_over.py_func  # type: ignore[attr-defined]
    rng, n = np.random.default_rng(5), 3000
    path = path_of(chain_of(_swing().job.cell, "arm"), np.arange(n + 1.0), np.zeros((n + 1, 1)),
                   rng.uniform(0, 1, (n, 1)))  # fmt: skip
    for a, b in np.sort(rng.uniform(0, n, (300, 2)), axis=1):
        touched = path.deviation[0, int(a) : int(np.ceil(b)), 0]
        assert plain(path, 0, a, b) == touched.max()


def test_seen_distance_is_the_analytic_one() -> None:
    """A box that slides toward a ball: the gap at each sample time is known."""
    world = cell(
        {"arm": arm([("prismatic", (1, 0, 0), (0, 0, 0))])},
        {"arm": solid(Piece("box", (0.2, 0.2, 0.2)), margin=0.003)},
        {"ball": (solid(Piece("sphere", (0.1,))), Pose.translation(1.0, 0, 0))},
    )
    line = timeline(world, {"arm": np.linspace(0, 0.5, 6)[:, None]}, 0.2)
    times, seen = seen_distances(line, [("arm/tool:tool_arm", "fixture:ball")])
    at = seen[("arm/tool:tool_arm", "fixture:ball")]
    assert np.allclose(at, 1.0 - 0.1 - 0.1 - 0.5 * times - 0.003, atol=1e-5)


def test_the_table_has_a_row_for_each_stretch_and_motion_and_the_picture_is_a_png() -> None:
    found = clearance_map(_swing())
    lines = map_csv([found]).splitlines()
    assert lines[0].split(",") == list(HEAD)
    assert sum(line.startswith("motion,") for line in lines) == 12
    assert all(len(line.split(",")) == len(HEAD) for line in lines)
    pytest.importorskip("matplotlib")
    assert map_png(found)[:8] == b"\x89PNG\r\n\x1a\n"


def test_nothing_leaves_the_swept_volume_between_the_knots() -> None:
    line = _swing()
    swept = swept_volume(line, ["*/tool:*"], 0.02)
    chain, q = chain_of(line.job.cell, "arm"), line.tracks["arm"].q
    rng = np.random.default_rng(7)
    corner = np.array([0.4, 0.02, 0.1])
    for u in rng.uniform(0, 12, 300):
        k = int(u)
        at = q[k] + (u - k) * (q[k + 1] - q[k]) + rng.uniform(-1e-4, 1e-4)
        points = (rng.integers(0, 2, (40, 3)) - [0, 0.5, 0.5]) * corner
        pose = Pose.from_matrix(link_poses(chain, at)[chain.flange])
        assert swept.holds(pose @ points).all()


def test_a_straight_slide_sweeps_a_box_of_known_volume() -> None:
    world = cell(
        {"arm": arm([("prismatic", (1, 0, 0), (0, 0, 0))])},
        {"arm": solid(Piece("box", (0.2, 0.2, 0.2)))},
    )
    line = timeline(world, {"arm": np.linspace(0, 1, 5)[:, None]})
    swept = swept_volume(line, ["arm/tool:*"], 0.02)
    b = swept.beyond
    assert 1.2 * 0.2 * 0.2 <= swept.volume <= (1.2 + 2 * b) * (0.2 + 2 * b) ** 2
    assert b < 0.05


def test_the_surface_is_closed_and_the_files_hold_the_same_volume(tmp_path: Path) -> None:
    swept = swept_volume(_swing(), ["*"], 0.04)
    vertices, faces = voxel_surface(swept.taken, swept.low, swept.voxel)
    assert open_edges(faces) == 0
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    volume = float(np.einsum("ni,ni->n", a, np.cross(b, c)).sum() / 6)
    assert volume == pytest.approx(swept.volume, rel=1e-9)
    (tmp_path / "x.stl").write_bytes(stl_bytes(vertices, faces))
    assert len(load_mesh(tmp_path / "x.stl", require_closed=True)[1]) == len(faces)
    import trimesh

    loaded = trimesh.load(io.BytesIO(glb_bytes(vertices, faces, (0, 0, 1, 1))), file_type="glb")
    assert loaded.to_mesh().volume == pytest.approx(swept.volume, rel=1e-3)


def test_unknown_bodies_and_too_fine_voxels_are_bad_input() -> None:
    with pytest.raises(UnknownName):
        swept_volume(_swing(), ["nobody/*"])
    with pytest.raises(BadInput):
        swept_volume(_swing(), ["*"], 1e-4)
    with pytest.raises(BadInput):
        swept_volume(_swing(), ["*"], 1.5e-3)


def test_a_held_part_sweeps_from_where_it_is_taken_to_where_it_is_left() -> None:
    run = simulated(first_job("palletizing", "large_boxes"))
    swept = swept_volume(run, ["part:box.1"], 0.05)
    for hold in run.holds:
        if hold.part == "box.1" and hold.parent == "world":
            assert swept.holds(hold.pose.p[None]).all()
    assert swept.volume > 0.1


def test_near_misses_are_told_below_the_distance_of_the_cell_and_not_at_it() -> None:
    from dataclasses import replace

    from cellsim.verify.context import Context
    from cellsim.verify.rules.near_miss import near_miss

    line = _swing()
    found = check_timeline(line)
    least = min(p.clearance for p in found.pairs)

    def told(limit: float) -> list[float | None]:
        world = replace(line.job.cell, near_miss_m=limit)
        job = replace(line.job, cell=world)
        findings = near_miss(Context(replace(line, job=job), found)).findings
        return [f.value for f in findings]

    assert told(0.0) == []
    assert told(least) == []
    near = told(least + 1e-3)
    assert min(v or 0.0 for v in near) == pytest.approx(1e3 * least)
    assert len(near) == 1


def test_the_report_tells_grade_margin_and_deviation_of_every_body() -> None:
    from cellsim.domain.files.cell import load_cell
    from cellsim.verify.shapes import shapes_of

    shapes = {s.body: s for s in shapes_of(load_cell("machine_tending"))}
    tray, base = shapes["fixture:tray"], shapes["tender/base"]
    assert tray.mesh
    assert tray.outside is not None
    assert tray.outside < 1e-3
    assert tray.filled is not None
    assert tray.filled < 1e-3
    assert base.grade == "estimate"
    assert not base.mesh
    assert base.outside is None
    assert base.margin > 0.0
