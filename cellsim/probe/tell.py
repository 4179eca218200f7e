"""A probe and its outcome as text."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim import messages
from cellsim.probe.confirm import Outcome
from cellsim.probe.run import Probe


def probe_lines(made: Probe, lang: str = "en") -> Iterator[str]:
    """Yield what the pendant must read at each pose, and where the files are."""
    words = messages.catalogue(lang)["probe"]
    for number, reading in enumerate(made.readings, start=1):
        axes = "  ".join(f"{name} {value:.3f}" for name, value in reading.axes.items())
        pose = "  ".join(f"{name} {value:.4f}" for name, value in reading.pose.items())
        yield f"{messages.fill(words['pose'], {'number': number})}: {axes}"
        yield f"    {pose}" + (f"  {reading.config}" if reading.config else "")
    yield messages.fill(words["fill_in"], {"file": made.file})
    for name in made.released.files:
        if name.startswith("text/"):
            yield f"  {made.released.folder / name}"


def outcome_text(outcome: Outcome, lang: str = "en") -> str:
    """Return what readings confirm, contradict and leave open."""
    words = messages.catalogue(lang)["probe"]
    lines = [f"{words['confirmed']}: {name}" for name in outcome.confirmed]
    lines += [f"{words['contradicted']}: {name}: {what}" for name, what in outcome.contradicted]
    for name, before in outcome.withdrawn:
        lines.append(messages.fill(words["withdrawn"], {"name": name, "before": before}))
    if outcome.missing:
        facts = {"count": len(outcome.missing), "first": outcome.missing[0]}
        lines.append(messages.fill(words["missing"], facts))
    return "\n".join(lines or [words["nothing"]]) + "\n"
