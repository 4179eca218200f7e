"""100 motions of a robot with tool and part among 60 objects: certified, and the sampled peers."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from bench_cells import cluttered, run_through, sampled, stops
from measure import machine, medians
from peers import pinocchio_batch, pinocchio_distances, pybullet_closest

from cellsim.collision import batches
from cellsim.collision.check import check_timeline
from cellsim.collision.result import CollisionResult
from cellsim.collision.work import Limits
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array

pytestmark = pytest.mark.bench
MOTIONS, THREADS = 100, 2
# Distances of all pairs take minutes at all samples: one in so many is asked.
ONE_IN = 200
DECIDE = Limits(detail=-np.inf)


def _shares(line: Timeline) -> str:
    """Return what of the processor time with clearances is spent in compiled code, and where."""
    spent = {"certify": 0.0, "sift": 0.0}

    def timed(name: str) -> Callable[..., object]:
        run = getattr(batches, name)

        def call(*args: object) -> object:
            start = time.thread_time()
            found = run(*args)
            spent[name] += time.thread_time() - start
            return found

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in spent:
            patch.setattr(batches, name, timed(name))
        start = time.process_time()
        check_timeline(line)
        whole = time.process_time() - start
    rest = whole - sum(spent.values())
    fine, coarse, python = (100 * part / whole for part in (*spent.values(), rest))
    return (
        f"of {1e3 * whole:.0f} ms processor with clearances: certified test of pieces "
        f"{fine:.0f} %, spheres over all intervals {coarse:.0f} %, Python {python:.0f} %; compiled "
        f"code that took no time at all would make it {whole / rest:.1f} times faster"
    )


def _distances(line: Timeline, samples: Array, result: CollisionResult) -> float:
    """Return processor seconds of a configuration's distances [s]; none is below what is certified.

    Meshes are inscribed in the pieces: their distances are not too small.
    """
    run, names = pinocchio_distances(line)
    least = dict.fromkeys(names, np.inf)

    def ask() -> None:
        for pair, value in zip(names, run(samples).min(axis=0).tolist(), strict=True):
            least[pair] = min(least[pair], value)

    seconds = medians({"distances": ask}, rounds=1)["distances"][1]
    free = {frozenset((p.a, p.b)): p.clearance for p in result.pairs if p.status == "free"}
    near = [(least[n], free[frozenset(n)]) for n in least if frozenset(n) in free]
    assert len(near) > 200
    assert all(clearance <= true + 1e-6 for true, clearance in near)
    return seconds / len(samples)


@pytest.mark.parametrize("certified", [True, False], ids=["all free", "both ends free"])
def test_a_hundred_motions_among_sixty_objects(certified: bool) -> None:
    """The peers answer yes or no at samples; `decide` answers as much, for every instant.

    The clearance of every pair is another question: pinocchio's distances answer it at samples.
    """
    world = cluttered(objects=60, meshes=10)
    q = stops(world, MOTIONS, seed=5, step=0.7, certified=certified)
    line = run_through(world, q)
    start = time.perf_counter()
    found = check_timeline(line, limits=DECIDE)
    warm_up = time.perf_counter() - start
    pinocchio, pairs = pinocchio_batch(line, THREADS)
    bullet = pybullet_closest(line, 0.002)
    fine, coarse = sampled(world, q, 0.5), sampled(world, q, 1.0)
    hits = int(pinocchio(fine).sum())
    times = medians({
        "certified, with the clearance of every pair": lambda: check_timeline(line),
        "certified, decided only": lambda: check_timeline(line, limits=DECIDE),
        "pinocchio": lambda: pinocchio(fine),
    })  # fmt: skip
    times |= medians({"PyBullet": lambda: bullet(coarse)}, rounds=1)
    each = _distances(line, fine[::ONE_IN], check_timeline(line))
    turn = np.degrees(np.abs(np.diff(q, axis=0)).max(axis=1).mean())
    triangles = sum(len(f.solid.faces) for f in world.fixtures.values())
    print(f"\n{machine()}; warm-up {warm_up:.1f} s")
    print(
        f"{MOTIONS} motions of {turn:.0f} degrees on average, {len(line.tracks['arm'].t)} knots, "
        f"{len(found.pairs)} pairs, {triangles} triangles in 10 meshes; answer: {found.status}"
    )
    print(
        f"pinocchio {len(fine)} samples, {pairs} pairs, {hits} in collision; PyBullet "
        f"{len(coarse)} samples"
    )
    for name, (wall, cpu) in times.items():
        print(f"{name:45s} {1e3 * wall:8.0f} ms wall {1e3 * cpu:8.0f} ms processor")
    full, decided = (times[n][1] for n in list(times)[:2])
    print(
        f"pinocchio, distances of every pair: {1e3 * each:.1f} ms processor a sample, measured on "
        f"{len(fine[::ONE_IN])} of {len(fine)}"
    )
    for name, own in (("with clearances", full), ("decided only", decided)):
        ratios = [f"{peer} {times[peer][1] / own:.1f}" for peer in ("PyBullet", "pinocchio")]
        print(f"times faster (processor) than yes or no at samples, {name}: {', '.join(ratios)}")
    print(
        "times faster (processor) than distances at samples, with clearances: pinocchio "
        f"{each * len(fine) / full:.0f} (a sample's distances times the samples)"
    )
    print(_shares(line))
    assert (found.status == "free") == certified
    assert (hits == 0) or not certified
    assert times["PyBullet"][1] / full > (20.0 if certified else 2.0)
    assert times["pinocchio"][1] / decided > 1.0
    assert times["pinocchio"][1] / full > 1.0
