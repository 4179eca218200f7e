"""Stages to joints: section by section, each from one fixed standing to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from cellsim.domain.cell import Cell
from cellsim.domain.task import Task
from cellsim.errors import TeachFailed
from cellsim.geometry import Pose
from cellsim.plan import Planner, RRTConnect
from cellsim.teach.section import Section
from cellsim.teach.space import Space, Stand, Standings
from cellsim.teach.stage import Stage
from cellsim.teach.taught import Taught

RETRIES = 6

Progress = Callable[[str, float], None]


@dataclass
class Resolver:
    """Resolves the stages of all groups, earlier task steps first."""

    cell: Cell
    task: Task
    planner: Planner = field(default_factory=RRTConnect)
    standings: Standings = field(default_factory=Standings)
    spaces: dict[str, Space] = field(default_factory=dict)
    struck: int = 0

    def space(self, group: str) -> Space:
        """Return the rooms of a group."""
        if group not in self.spaces:
            tcp = tcp_of(self.cell, group)
            self.spaces[group] = Space(self.cell, group, tcp, self.standings)
        return self.spaces[group]

    def resolve(
        self, stages: dict[str, list[Stage]], progress: Progress | None = None
    ) -> dict[str, list[Taught]]:
        """Return the stages of every group with their joints; TeachFailed where there are none.

        Where a group finds no way because another one stands there, the other one is asked to
        stand differently, a few times.
        """
        sections = [section for group in stages.values() for section in sections_of(group)]
        sections.sort(key=lambda section: section[min(1, len(section) - 1)].tick)
        solvers = [self._section(stages) for stages in sections]
        ways: list[list[Taught]] = []
        failure: TeachFailed | None = None
        for _ in range(len(sections) + RETRIES * len(sections)):
            if len(ways) == len(sections):
                break
            k = len(ways)
            if progress is not None:
                first = sections[k][min(1, len(sections[k]) - 1)]
                progress(f"{first.group} {first.feature}", k / len(sections))
            try:
                ways.append(solvers[k].solve())
                self._remember(ways[-1])
            except TeachFailed as error:
                failure = failure or error
                blocker = _blocker(sections, k)
                if blocker is None or self.struck >= RETRIES:
                    raise failure from None
                self.struck += 1
                solvers[blocker[0]].strike(blocker[1])
                ways = ways[: blocker[0]]
                solvers[blocker[0] + 1 :] = map(self._section, sections[blocker[0] + 1 :])
                self._forget(ways)
        return {
            group: [t for way in ways if way[0].stage.group == group for t in _rest(way)]
            for group in stages
        }

    def _section(self, stages: list[Stage]) -> Section:
        space = self.space(stages[0].group)
        return Section(self.cell, self.task, stages, space, self.planner)

    def _forget(self, ways: list[list[Taught]]) -> None:
        """Know only the standings of these ways."""
        self.standings.stands.clear()
        self.standings.hands.clear()
        for way in ways:
            self._remember(way)

    def _remember(self, way: list[Taught]) -> None:
        group = way[0].stage.group
        stands = self.standings.stands.setdefault(group, [])
        tcp = tcp_of(self.cell, group)
        for taught in way:
            stage, option = taught.stage, taught.candidate.option
            for point, q in zip(stage.points, taught.candidate.q, strict=True):
                stands.append(Stand(point.world.tick, q, stage.measured))
            if option is not None and option.leaves and option.tcp_T_part is not None:
                tick, part = stage.points[0].world.tick, option.leaves.partition(":")[0]
                self.standings.hands.append((tick, part, group, tcp @ option.tcp_T_part))


def _rest(way: list[Taught]) -> list[Taught]:
    """Return a section without the standing it begins with, unless that is the very start."""
    return way if way[0].stage.feature == "start" else way[1:]


def _blocker(sections: list[list[Stage]], k: int) -> tuple[int, int] | None:
    """Return (section, stage) of another group that stands somewhere while section k runs."""
    first, last = sections[k][0].tick, sections[k][-1].tick
    for index in range(k - 1, -1, -1):
        if sections[index][0].group == sections[k][0].group:
            continue
        for number, (stage, after) in enumerate(pairwise(sections[index])):
            if stage.q is None and stage.tick <= last and after.tick >= first:
                return index, number
    return None


def tcp_of(cell: Cell, group: str) -> Pose:
    """Return `flange_T_tcp` of the first TCP of a group's tool, the flange without one."""
    tool = cell.tools.get(cell.groups[group].tool)
    return Pose.identity() if tool is None or not tool.tcps else next(iter(tool.tcps.values()))


def sections_of(stages: list[Stage]) -> list[list[Stage]]:
    """Cut the stages of a group at fixed standings; each section begins with one."""
    sections: list[list[Stage]] = [[stages[0]]]
    for stage in stages[1:]:
        sections[-1].append(stage)
        if stage.q is not None:
            sections.append([stage])
    if len(sections) > 1 and len(sections[-1]) == 1:
        sections.pop()
    return sections
