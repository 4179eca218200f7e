"""Small pieces of SVG that the plots share: axes, ticks, the moving time cursor."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Frame:
    """A plot area of a drawing: pixels of its edges and the values at them.

    Attributes:
        width, height: Size of the drawing. left, top, right, bottom: Margins.
        x0, x1, y0, y1: Values at the edges.
    """

    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float
    x0: float
    x1: float
    y0: float
    y1: float

    def x(self, value: float) -> float:
        """Return the pixel of a value along the bottom."""
        span = (self.x1 - self.x0) or 1.0
        return self.left + (value - self.x0) / span * (self.width - self.left - self.right)

    def y(self, value: float) -> float:
        """Return the pixel of a value along the side."""
        span = (self.y1 - self.y0) or 1.0
        return self.height - self.bottom - (value - self.y0) / span * self._tall

    @property
    def _tall(self) -> float:
        return self.height - self.top - self.bottom

    def drawing(self, inside: str, label: str, kind: str = "plot") -> str:
        """Return the whole SVG; `inside` is markup, `label` is text."""
        return (
            f'<svg class="{kind}" viewBox="0 0 {self.width:.0f} {self.height:.0f}" role="img" '
            f'aria-label="{escape(label)}" data-x0="{self.x(self.x0):.1f}" '
            f'data-x1="{self.x(self.x1):.1f}" data-t1="{self.x1:.4f}">{inside}'
            f'<line class="cursor" x1="{self.left:.1f}" x2="{self.left:.1f}" y1="{self.top:.1f}" '
            f'y2="{self.height - self.bottom:.1f}"/></svg>'
        )

    def time_axis(self) -> str:
        """Return grid lines and seconds along the bottom."""
        low, high = self.height - self.bottom, self.top
        return "".join(
            f'<line class="grid" x1="{self.x(t):.1f}" x2="{self.x(t):.1f}" y1="{low:.1f}" '
            f'y2="{high:.1f}"/><text class="tick" x="{self.x(t):.1f}" y="{low + 14:.1f}" '
            f'text-anchor="middle">{t:g} s</text>'
            for t in ticks(self.x0, self.x1, 10)
        )


def ticks(low: float, high: float, most: int) -> Iterator[float]:
    """Yield round values between low and high, at most about `most` of them."""
    span = high - low
    if span <= 0.0 or not math.isfinite(span):
        return
    raw = span / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * k for k in (1, 2, 5, 10) if power * k >= raw)
    first = math.ceil(low / step - 1e-9)
    for k in range(first, math.floor(high / step + 1e-9) + 1):
        yield round(k * step, 9)


def polyline(xs: Sequence[float], ys: Sequence[float], kind: str) -> str:
    """Return a line through pixels."""
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    return f'<polyline class="{escape(kind)}" points="{points}"/>'


def text(x: float, y: float, shown: str, kind: str, anchor: str = "start") -> str:
    """Return a text at a pixel; `shown` is escaped."""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="{kind}" {place}>{escape(shown)}</text>'
