"""Motion groups beside the first: GP2, GP3, .. of a point, where DEFAULT_GROUP names them.

A cell's group has them as positioners: their axes are its external axes. Servo guns, tracks that
are a group of their own and second arms are not read, and their motions say so.
Source: R-30iB Plus teach pendant help, 2 (header): a program moves the groups that DEFAULT_GROUP
names; layouts of backups. That all groups of a motion begin and end together is assumed.
"""

from __future__ import annotations

from collections.abc import Sequence

from cellsim.controllers.fanuc.frames import Place
from cellsim.controllers.fanuc.points import Point, further_taken
from cellsim.controllers.fanuc.tails import NotKnown
from cellsim.controllers.reading.collect import Collector
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.doubt import Doubt


def doubts_of_further(
    place: tuple[str, int],
    points: Sequence[Point],
    frame: Place,
    cell: Cell,
    group: MotionGroup,
    collector: Collector,
) -> tuple[Doubt, ...]:
    """Return the doubt of a motion whose further groups are not the cell's external axes.

    Args:
        place: File, and the line that names further groups, 0 for none.

    Raises:
        NotKnown: Its frame stands on one of their axes.
    """
    file, said = place
    if not said:
        if any(point.further != () for point in points):
            collector.note(
                f"{file}: positions of further groups are not looked at: none of it moves"
            )
        return ()
    if not all(further_taken(point, group) for point in points):
        what = "its motions move further motion groups, which are not read"
        collector.note(f"{file}:{said}: {what}")
        return (Doubt("external axes", said, file),)
    if frame.name in cell.frames and not _stands(frame.name, cell):
        raise NotKnown("a frame on an axis of a further motion group, without COORD")
    collector.note("further motion groups: convention fanuc.further-groups (assumed)")
    return ()


def _stands(frame: str, cell: Cell) -> bool:
    from cellsim.kinematics.anchors import WORLD, anchor_of

    return anchor_of(cell, frame)[0] == WORLD
