"""Moving fixtures on moving fixtures: each is anywhere in its range wherever the lower one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from cart_cells import AWAY, CART, FLAP, OTHER, UP, cart_cell
from gantry_cells import put, to, wait
from mover_cells import moves
from mover_jobs import IN, JAW, OPEN, hand, known, status
from nested_cells import least_of, nested_run
from slides import find_pair

from cellsim.collision import nests
from cellsim.collision.check import check_timeline
from cellsim.collision.prove import prove
from cellsim.collision.swept import swept_volume
from cellsim.domain.program import Delay, Grip, Statement
from cellsim.domain.report import Severity
from cellsim.domain.timeline import FixtureTrack, Phase, Timeline
from cellsim.errors import BadInput
from cellsim.geometry import Array, Pose
from cellsim.kinematics.frames import link_pose, world_T_fixture, world_T_part
from cellsim.kinematics.lines import chains_in, line_of
from cellsim.proofcheck.check import check_proof
from cellsim.proofcheck.duty import duties_of
from cellsim.proofcheck.fixtures import fixture_links
from cellsim.simulate.run import simulate
from cellsim.simulate.tracks import body_tracks
from cellsim.verify.clearmap import clearance_map
from cellsim.verify.context import Context
from cellsim.verify.rules.fixture_not_standing import fixture_not_standing

LIFT: tuple[Statement, ...] = (put("lift"), wait("lifted"))


def shown(run: Timeline) -> dict[frozenset[str], float]:
    """Clearances that the checker of proofs accepts."""
    check = check_proof(run, prove(run, check_timeline(run)))
    assert check.problems == ()
    return {frozenset(pair): value for pair, value in check.clearances.items()}


def test_what_hangs_on_two_fixtures_is_where_both_take_it() -> None:
    cell = cart_cell()
    q = {CART: np.array([0.7]), FLAP: np.array([0.2])}
    assert np.allclose(world_T_fixture(cell, "flap", q).p, (0.5, 0.7, -0.3))
    assert np.allclose(world_T_part(cell, "block", q).p, (0.5, 0.7, -0.11))
    assert np.allclose(world_T_part(cell, "block", {CART: q[CART]}).p, (0.5, 0.7, -0.31))
    assert line_of(cell, FLAP) == (CART, FLAP)
    assert chains_in(cell) == {
        FLAP: (CART, FLAP), OTHER: (CART, OTHER),
        f"{FLAP} on {CART}": (FLAP,), f"{OTHER} on {CART}": (OTHER,),
    }  # fmt: skip


def test_the_viewer_draws_the_chain_as_both_devices_move_it() -> None:
    run = simulate(hand(cart_cell(), put("open"), put("lift"), Delay(3.0)))
    bodies = body_tracks(run, 20.0)
    block = bodies.poses[:, bodies.names.index("part:block"), :3, 3]
    for k in (0, 7, 13, len(block) - 1):
        share = min(bodies.t[k], 1.0)
        assert np.allclose(block[k], (0.5, AWAY * share, -0.31 + UP * share), atol=1e-9)


def test_the_hand_passes_when_both_have_told_where_they_stand() -> None:
    run = simulate(hand(cart_cell(), *OPEN, *LIFT, *IN))
    assert known(run, CART)[-1] == ("stands", AWAY, AWAY)
    assert known(run, FLAP)[-1] == ("stands", UP, UP)
    assert status(run, JAW, FLAP) == status(run, JAW, "part:block") == "free"
    assert frozenset((JAW, FLAP)) in shown(run)


@pytest.mark.parametrize(
    ("body", "met"),
    [
        ((*OPEN, put("lift"), *IN), ""),  # the cart is away: wherever the flap is
        ((*LIFT, put("open"), *IN), FLAP),  # the flap is up, and the cart anywhere on its way
        ((put("open"), Delay(9.0), *LIFT, *IN), FLAP),  # on the clock it is long away
        ((put("open"), put("lift"), Delay(9.0), *IN), f"{FLAP} part:block"),
        ((put("open"), *IN), ""),  # nobody lifts the flap: wherever the cart is
    ],
)
def test_a_flap_is_met_wherever_its_cart_may_be(body: tuple[Statement, ...], met: str) -> None:
    """The block on the flap that is up lies above the way, and is met on its way there."""
    run = simulate(hand(cart_cell(), *body))
    result, proved = check_timeline(run), shown(run)
    for name in (FLAP, "part:block"):
        expected = "collision" if name in met.split() else "free"
        assert find_pair(result, JAW, name).status == expected
        assert (frozenset((JAW, name)) in proved) is (expected == "free")


def test_a_search_that_ignores_the_range_of_the_cart_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It calls free what is met (see above); the checker shows no clearance of it."""
    through = nests._through

    def away(
        tracks: Sequence[FixtureTrack], phases: Sequence[Phase], lanes: Array
    ) -> tuple[Array, Array]:
        cart = replace(phases[0], low=AWAY, high=AWAY) if len(phases) > 1 else phases[0]
        return through(tracks, [cart, *phases[1:]], lanes)

    run = simulate(hand(cart_cell(), put("open"), Delay(9.0), *LIFT, *IN))
    monkeypatch.setattr(nests, "_through", away)
    assert status(run, JAW, FLAP) == "free"
    assert frozenset((JAW, FLAP)) not in shown(run)


def test_a_cart_that_goes_back_takes_the_flap_with_it() -> None:
    back = moves("opener", "open", "opened", "cart", AWAY, back=0.0)
    cell = cart_cell(devices={"opener": back, "lifter": cart_cell().devices["lifter"]})
    run = simulate(hand(cell, *OPEN, *LIFT, put("open", False), Delay(9.0), *IN))
    assert known(run, CART)[-1] == ("free", 0, AWAY)
    assert status(run, JAW, FLAP) == "collision"


def test_two_flaps_started_by_one_signal_are_seen_from_their_cart() -> None:
    """Wherever the cart is they are 0.1 m apart, though both move at once, and the cart too."""
    second = moves("second", "lift", "other_told", "other", UP)
    cell = cart_cell(devices={**cart_cell().devices, "second": second})
    run = simulate(hand(cell, put("open"), put("lift"), Delay(5.0)))
    result = check_timeline(run)
    pair = find_pair(result, FLAP, OTHER)
    assert pair.status == "free"
    assert 0.05 < pair.clearance <= 0.1 + 1e-9  # two clocks: to a share of what is seen
    assert find_pair(result, FLAP, CART).clearance == pytest.approx(0.129, abs=1e-6)  # a lane
    assert frozenset((FLAP, OTHER)) in shown(run)


def test_flaps_that_lean_on_each_other_collide_where_they_do_not_ride_together() -> None:
    second = moves("second", "lift", "other_told", "other", UP)
    cell = cart_cell(devices={**cart_cell().devices, "second": second})
    near = replace(cell.fixtures["other"], pose=Pose.translation(0, 0.29, 0.3))
    cell = replace(cell, fixtures={**cell.fixtures, "other": near})
    run = simulate(hand(cell, *OPEN, *LIFT))
    pair = find_pair(check_timeline(run), FLAP, OTHER)
    assert pair.status == "collision"
    assert {g.group for v in pair.violations for g in v.others} == {f"{OTHER} on {CART}"}


def test_a_grip_on_a_flap_is_undecided_while_its_cart_may_move() -> None:
    """The flap stands; of the cart nobody has told it."""
    take = (to(0.5, AWAY, 0.22), Grip("block"), to(0.5, AWAY, 0.9))
    run = simulate(hand(cart_cell(), *LIFT, put("open"), Delay(9.0), *take))
    (found,) = fixture_not_standing(Context(run)).findings
    assert (found.severity, found.subject) == (Severity.UNDECIDED, f"block / {CART}")
    awaited = simulate(hand(cart_cell(), *LIFT, *OPEN, *take))
    assert fixture_not_standing(Context(awaited)).findings == ()
    held = [h.parent for h in awaited.holds if h.cause == "grip:block"]
    assert held == ["group:hand.flange"]


def test_fixtures_in_a_circle_are_bad_input() -> None:
    cell = cart_cell()
    round_ = replace(cell.fixtures["cart"], frame="fixture:flap")
    with pytest.raises(BadInput, match="in a circle: fixture:flap -> fixture:cart"):
        link_pose(replace(cell, fixtures={**cell.fixtures, "cart": round_}), f"{FLAP}/moving")


def test_the_checkers_own_chains_agree_with_the_other_kinematics() -> None:
    """Also as seen from a cart that does not begin at 0."""
    cell = cart_cell(start=0.35)
    assert f"{FLAP} on {CART}" in duties_of(simulate(hand(cell, *OPEN))).courses
    for name, places in ((FLAP, {CART: 0.8, FLAP: 0.3}), (f"{FLAP} on {CART}", {FLAP: 0.3})):
        names, rows, frames = fixture_links(cell, name)
        T = np.eye(4)
        for (_, kind, column), frame in zip(rows, frames, strict=True):
            step = np.eye(4)
            step[:3, :3], step[:3, 3] = frame[:9].reshape(3, 3), frame[9:12]
            T = T @ step
            if kind:
                T = T @ Pose.translation(*(list(places.values())[column] * frame[12:])).matrix
        q = {mover: np.array([value]) for mover, value in places.items()}
        assert np.allclose(T, link_pose(cell, names[-1], q).matrix, atol=1e-12)


def test_the_swept_volume_of_a_flap_holds_all_its_places() -> None:
    run = simulate(hand(cart_cell(), put("open"), put("lift"), Delay(3.0)))
    swept = swept_volume(run, [FLAP], 0.08)
    y, z = np.meshgrid(np.linspace(-0.14, AWAY + 0.14, 30), np.linspace(-0.64, 0.14, 20))
    assert swept.holds(np.stack([np.full(y.size, 0.5), y.ravel(), z.ravel()], axis=1)).all()
    assert not swept.holds(np.array([[0.5, 0.6, 0.4], [0.8, 0.6, 0.0]])).any()


def test_the_clearance_map_sees_what_rides() -> None:
    run = simulate(hand(cart_cell(), *OPEN, *LIFT, *IN))
    pairs = {frozenset((p.a, p.b)): p for p in clearance_map(run).pairs}
    pair = pairs[frozenset((JAW, FLAP))]
    assert pair.clearance <= float(pair.seen.min())


def test_nothing_called_free_on_a_chain_is_met_where_it_may_be() -> None:
    """Of two random chains; the proof has hundreds (`make prove`)."""
    rng = np.random.default_rng(7)
    pairs = [("a/tool:tool_a", "fixture:rider"), ("fixture:clamp", "fixture:other")]
    for _ in range(2):
        made = nested_run(rng)
        result, least = check_timeline(made.run), least_of(made, pairs, 3)
        for pair, seen in least.items():
            assert find_pair(result, *pair).clearance <= seen + 1e-6
