"""Pictures of a world, drawn by PyBullet's TinyRenderer without a display."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np

from cellsim.geometry import Array
from cellsim.physics.world import World

Direction = tuple[float, float, float]
WIDTH, HEIGHT = 640, 480
_FOV_DEG = 40.0
# Corners and sides of the cell, from above a fence.
DIRECTIONS: tuple[Direction, ...] = tuple(
    (1.08 * math.cos(a), 1.08 * math.sin(a), 0.85) for a in np.radians(range(56, 416, 45))
)
_FLAT = 0.1


def picture(world: World, toward: Direction) -> bytes:
    """Return a PNG of the cell as it stands now, seen from the direction `toward` [world]."""
    image = _image(world, toward, WIDTH, HEIGHT)
    return png(np.reshape(image[2], (HEIGHT, WIDTH, 4))[:, :, :3].astype(np.uint8))


def view_of(world: World) -> Direction:
    """Return the direction to look from: where most of arms, tools and parts is to be seen."""
    moving = {uid for name, (uid, _) in world.place.items() if not name.startswith("fixture:")}
    shown = []
    for direction in DIRECTIONS:
        mask = np.asarray(_image(world, direction, WIDTH // 8, HEIGHT // 8)[4])
        shown.append(int(np.isin(mask, list(moving)).sum()))
    return DIRECTIONS[int(np.argmax(shown))]


def _image(world: World, toward: Direction, width: int, height: int) -> Any:
    """Return PyBullet's picture of the cell: width, height, colours, depths, body ids."""
    low, high = _bounds(world)
    target = (low + high) / 2.0
    back = np.asarray(toward) / np.linalg.norm(toward)
    distance = 0.42 * float(np.linalg.norm(high - low)) / np.tan(np.radians(_FOV_DEG / 2.0))
    eye = target + back * distance
    view = world.p.computeViewMatrix(eye.tolist(), target.tolist(), (0.0, 0.0, 1.0))
    lens = world.p.computeProjectionMatrixFOV(_FOV_DEG, width / height, 0.1, 4.0 * distance)
    return world.call(
        "getCameraImage",
        width,
        height,
        view,
        lens,
        lightDirection=(0.4, 0.3, 1.0),
        shadow=1,
        renderer=world.p.ER_TINY_RENDERER,
    )


def _bounds(world: World) -> tuple[Array, Array]:
    """Return the corners [m] of the box around what moves and what it works on."""
    boxes = []
    for name, (uid, link) in world.place.items():
        low, high = (np.array(v) for v in world.call("getAABB", uid, link))
        wide = high - low
        if name.startswith("fixture:") and (wide.max() > 6.0 or wide[2] < _FLAT):
            continue
        boxes.append((low, high))
    lows, highs = zip(*boxes, strict=True)
    return np.min(lows, axis=0), np.max(highs, axis=0)


def png(pixels: np.ndarray) -> bytes:
    """Return an 8-bit RGB image, shape (height, width, 3), as PNG bytes.

    Source: ISO/IEC 15948 (PNG), colour type 2, filter 0 on each line.
    """
    height, width = pixels.shape[:2]
    lines = np.zeros((height, 1 + 3 * width), dtype=np.uint8)
    lines[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks: Iterable[tuple[bytes, bytes]] = (
        (b"IHDR", header),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))
        for tag, data in chunks
    )
