"""Shipped robots: their shapes at home, within limits, and by their link lengths."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from robots_shipped import ARMS, NAMES, SHIPPED, link_poses, robot

from cellsim.domain.files.urdf import build_urdf
from cellsim.domain.robot import Robot
from cellsim.geometry import Array, Piece
from cellsim.geometry.deviation import piece_distance


def coal_shape(piece: Piece) -> object:
    import coal

    kinds = {"box": coal.Box, "sphere": coal.Sphere, "cylinder": coal.Cylinder}
    return (kinds | {"capsule": coal.Capsule})[piece.kind](*piece.size)


def least_self_clearance(device: Robot, q: Array) -> float:
    """Return the least gap [m] between links that are not neighbours, margins taken off."""
    import coal

    poses, least = link_poses(device, q), math.inf
    placed = [
        [(coal_shape(p), coal.Transform3s((T @ p.pose).R, (T @ p.pose).p)) for p in s.pieces]
        if (s := link.solid) is not None
        else []
        for link, T in zip(device.links, poses, strict=False)
    ]
    margins = [link.solid.epsilon if link.solid else 0.0 for link in device.links]
    request = coal.DistanceRequest()
    for i, first in enumerate(placed):
        for k in range(i + 2, len(placed)):
            margin = margins[i] + margins[k]
            for a, at_a in first:
                for b, at_b in placed[k]:
                    gap = coal.distance(a, at_a, b, at_b, request, coal.DistanceResult())
                    least = min(least, gap - margin)
    return least


@pytest.mark.parametrize("name", NAMES)
def test_no_robot_touches_itself_at_home(name: str) -> None:
    device = robot(name)
    assert not device.touching
    assert least_self_clearance(device, np.array(device.home)) > 0.002


@pytest.mark.parametrize("name", ARMS)
def test_most_poses_within_limits_do_not_touch_the_robot_itself(name: str) -> None:
    device, rng = robot(name), np.random.default_rng(1)
    lower = [joint.lower for joint in device.joints]
    upper = [joint.upper for joint in device.joints]
    free = [least_self_clearance(device, rng.uniform(lower, upper)) > 0 for _ in range(25)]
    assert np.mean(free) >= 0.5


@pytest.mark.parametrize("name", ARMS)
def test_the_outline_follows_the_link_lengths_to_an_eighth_of_the_reach(name: str) -> None:
    device = robot(name)
    poses = link_poses(device, np.array(device.home))
    corners = np.array([pose.p for pose in poses])
    steps = np.linspace(0.0, 1.0, 9)[:, None]
    bones = np.vstack([a + steps * (b - a) for a, b in pairwise(corners)])
    gaps = [
        piece_distance(piece, pose.inverse() @ bones)
        for link, pose in zip(device.links, poses, strict=False)
        for piece in (link.solid.pieces if link.solid else ())
    ]
    assert np.min(gaps, axis=0).max() <= 0.125 * (device.reach or 0.0)


@pytest.mark.parametrize("name", NAMES)
def test_committed_urdf_is_the_one_built_from_the_yaml(name: str) -> None:
    built = build_urdf(robot(name))
    assert (SHIPPED / name / "robot.urdf").read_text(encoding="utf-8") == built
