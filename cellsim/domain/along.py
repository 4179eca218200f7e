"""Along: where on a motion an output is set that nothing stops for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Along:
    """Where an output is set that no motion stops for.

    of: "now", where the program is; or the "start" or "end" of the next motion: where its own
        way begins behind a corner, and its end, or the middle of the corner there.
    path: Along the TCP's way from there [m], negative before it; not beyond that motion.
    delay: After that [s], negative before it; not beyond that motion.
    after: After that [s], wherever the robot is then.
    """

    of: Literal["now", "start", "end"] = "now"
    path: float = 0.0
    delay: float = 0.0
    after: float = 0.0

    def rounded(self) -> tuple[str, float, float, float]:
        """Return it to the micrometre and microsecond, for comparing."""
        way, delay, after = (round(v, 6) + 0.0 for v in (self.path, self.delay, self.after))
        return self.of, way, delay, after

    def __str__(self) -> str:
        way = f" {self.path * 1000.0:+g} mm" if self.path else ""
        delay = f" {self.delay:+g} s" if self.delay else ""
        return f"{self.of}{way}{delay}" + (f", {self.after:g} s later" if self.after else "")
