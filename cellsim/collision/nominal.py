"""Moving fixtures on their nominal course: for the eye, never for a verdict."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cellsim.domain.timeline import GroupTrack, Timeline
from cellsim.kinematics.lines import line_of


def on_nominal_course(timeline: Timeline) -> Timeline:
    """Return the timeline with a track of each moving fixture, and of all that carry it.

    In place of all places where they may be: what is seen at an instant of the one clock.
    """
    tracks = dict(timeline.tracks)
    for name in timeline.fixtures:
        line = [timeline.fixtures[m] for m in line_of(timeline.job.cell, name)]
        t = np.unique(np.concatenate([track.t for track in line]))
        q = np.concatenate([track.at(t) for track in line], axis=1)
        still, off = np.zeros_like(q), np.zeros((len(t) - 1, q.shape[1]))
        number = np.zeros(len(t) - 1, dtype=np.int64)
        tracks[name] = GroupTrack(name, t, q, still, still, off, off, number, (), number)
    return replace(timeline, tracks=tracks)
