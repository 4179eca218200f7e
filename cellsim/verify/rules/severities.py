"""How bad each rule's findings may be, worst first; a test compares this with the code."""

from __future__ import annotations

from collections.abc import Mapping

_LISTED = """
error not_checked: collision
error: joint-limit-exceeded trajectory-disagrees tool-not-mounted
error: target-unreachable line-unreachable circle-degenerate configuration-flip
error: tcp-speed-impossible
error: configuration-mismatch tcp-speed-exceeded grip-missed part-dropped part-not-held
error: fastener-missed deadlock signal-never-set
error: signal-unknown signal-of-another wait-timeout endless-loop takt-exceeded mass-zero
error: answer-stale clamp-closed-early
error: program-empty signal-value-impossible target-ambiguous part-placed-elsewhere
error undecided: moved-while-clamped clearance part-falls holder-moves-while-fastened
error undecided: gripper-acts-in-motion
error undecided: frame-joint-limit frame-not-followed combined-limit-exceeded
error undecided not_checked: joint-limit-exceeded joint-jerk-exceeded
error not_checked: joint-speed-exceeded joint-acceleration-exceeded joint-torque-exceeded
error not_checked: payload-exceeded wrist-torque-exceeded wrist-inertia-exceeded grip-overloaded
error note: corner-overlap
error warning: move-time-not-held frame-not-measured
error undecided: fixture-moved-by-two
undecided: fixture-not-standing
undecided: device-never-started task-changed output-beyond-motion frame-moves-meanwhile
undecided: motion-state-unknown handover-not-ordered
undecided: shape-understated configuration-unknown state-not-understood branch-on-unknown
not_checked: joint-figure-missing link-shape-missing override-not-proven
undecided warning: next-cycle-differs
undecided note: home-not-reached
warning: near-miss
warning: singularity-slowdown tcp-speed-not-held wrist-turned
undecided not_checked: deadlock-possible
warning: answer-not-awaited physics-tracking physics-contact physics-grip-slips physics-hinge-binds
undecided note: stop-inside-corner corner-shrunk
note: branch-not-run
"""


def _severities() -> Mapping[str, tuple[str, ...]]:
    rows = (line.partition(":") for line in _LISTED.strip().splitlines())
    return {rule: tuple(kinds.split()) for kinds, _, rules in rows for rule in rules.split()}


SEVERITIES: Mapping[str, tuple[str, ...]] = _severities()
