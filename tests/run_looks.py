"""What tests ask a timeline."""

from __future__ import annotations

import numpy as np


def rules_of(timeline):
    return [f.rule for f in timeline.findings]


def finding(timeline, rule):
    (found,) = [f for f in timeline.findings if f.rule == rule]
    return found


def times(timeline, kind, name):
    return [e.t for e in timeline.events if e.kind == kind and e.name == name]


def moving(timeline, group, t0, t1):
    """Return whether a group moves anywhere in (t0, t1), from its knots alone."""
    track = timeline.tracks[group]
    inside = (track.t > t0 + 1e-6) & (track.t < t1 - 1e-6)
    return bool(np.any(np.abs(track.qd[inside]) > 1e-9))
