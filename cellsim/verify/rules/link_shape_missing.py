"""Rule link-shape-missing."""

from __future__ import annotations

from cellsim.domain.report import Finding
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, figure_missing, outcome


def link_shape_missing(context: Context) -> Outcome:
    """A link of an arm or track has no shape, so nothing about it was checked for collision.

    What: a link that carries or follows a joint has no pieces. The last link may have none: the
        tool begins there.
    Why: an arm that is not drawn hits nothing; its verdict would be green for want of looking.
    Limit: at least one piece a link.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    found: list[Finding] = []
    links = 0
    for name, group in context.cell.groups.items():
        for robot in (group.robot, *(e.robot for e in group.externals)):
            for link in robot.links[:-1]:
                links += 1
                if link.solid is None or not link.solid.pieces:
                    subject = f"{name} {robot.name} {link.name}"
                    found.append(figure_missing("link-shape-missing", subject, "link shape"))
    return outcome(links, found)
