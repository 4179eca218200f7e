"""What a translation could not say, or says otherwise; nothing is left out in silence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cellsim import messages

FORMAT = "cellsim/losses@1"
Kind = Literal["lost", "changed", "left out", "note"]
_ORDER: dict[Kind, int] = {"lost": 0, "changed": 1, "left out": 2, "note": 3}


@dataclass(frozen=True)
class Loss:
    """One statement that means something else, or is not there.

    Attributes:
        kind: "lost" (could not be said: no text is released), "changed" (means something else),
            "left out" (text of the old language that changes nothing), "note" (of the whole).
        line: Line of the source, 0 for the whole program.
        what: What changed, with its numbers. reason: Why, and what was done instead.
    """

    kind: Kind
    line: int
    what: str
    reason: str = ""


def sorted_losses(losses: Sequence[Loss]) -> tuple[Loss, ...]:
    """Return losses without doubles: what could not be said first, then by line."""
    once = dict.fromkeys(losses)
    return tuple(sorted(once, key=lambda loss: (_ORDER[loss.kind], loss.line)))


def losses_text(losses: Sequence[Loss], title: str, lang: str = "en") -> str:
    """Return the loss report as text."""
    words = messages.catalogue(lang)["translate"]
    count = {kind: sum(loss.kind == kind for loss in losses) for kind in _ORDER}
    lines = [
        title,
        messages.fill(words["summary"], {k.replace(" ", "_"): v for k, v in count.items()}),
    ]
    for loss in losses:
        place = messages.fill(words["line"], {"line": loss.line}) if loss.line else words["whole"]
        reason = f" ({loss.reason})" if loss.reason else ""
        lines.append(f"{words[loss.kind]} {place}: {loss.what}{reason}")
    return "\n".join(lines) + "\n"


def losses_json(losses: Sequence[Loss], title: str) -> str:
    """Return the loss report as JSON, `cellsim/losses@1`."""
    rows = [
        {"kind": loss.kind, "line": loss.line, "what": loss.what, "reason": loss.reason}
        for loss in losses
    ]
    return json.dumps({"format": FORMAT, "title": title, "losses": rows}, indent=1) + "\n"
