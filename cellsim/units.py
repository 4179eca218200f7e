"""Unit factors: multiply to enter SI, divide to leave it (`20 * mm`, `angle / deg`)."""

import math

mm = 1e-3
deg = math.pi / 180.0
minute = 60.0

__all__ = ["deg", "minute", "mm"]
