"""Stages to joints: section by section, each from one fixed standing to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cellsim.domain.cell import Cell
from cellsim.domain.task import Task
from cellsim.geometry import Pose
from cellsim.plan import Planner, RRTConnect
from cellsim.teach.section import Section, Taught
from cellsim.teach.space import Space, Stand, Standings
from cellsim.teach.stage import Stage

Progress = Callable[[str, float], None]


@dataclass
class Resolver:
    """Resolves the stages of all groups, earlier task steps first."""

    cell: Cell
    task: Task
    planner: Planner = field(default_factory=RRTConnect)
    standings: Standings = field(default_factory=Standings)
    spaces: dict[str, Space] = field(default_factory=dict)

    def space(self, group: str) -> Space:
        """Return the rooms of a group."""
        if group not in self.spaces:
            tcp = tcp_of(self.cell, group)
            self.spaces[group] = Space(self.cell, group, tcp, self.standings)
        return self.spaces[group]

    def resolve(
        self, stages: dict[str, list[Stage]], progress: Progress | None = None
    ) -> dict[str, list[Taught]]:
        """Return the stages of every group with their joints; TeachFailed where there are none."""
        sections = [section for group in stages.values() for section in sections_of(group)]
        sections.sort(key=lambda section: section[1].tick if len(section) > 1 else section[0].tick)
        taught: dict[str, list[Taught]] = {group: [] for group in stages}
        for done, section in enumerate(sections):
            group = section[0].group
            if progress is not None:
                progress(
                    f"{group} {section[min(1, len(section) - 1)].feature}", done / len(sections)
                )
            solver = Section(self.cell, self.task, section, self.space(group), self.planner)
            way = solver.solve()
            taught[group] += way if not taught[group] else way[1:]
            self._remember(way)
        return taught

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
