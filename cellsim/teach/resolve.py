"""Stages to joints: section by section, each from one fixed standing to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.task import Task
from cellsim.errors import TeachFailed
from cellsim.geometry import Pose
from cellsim.kinematics import Chain, branch_name, chain_of
from cellsim.plan import Planner, RRTConnect
from cellsim.teach.candidates import Candidate, candidates_of
from cellsim.teach.fill import Filler, Way
from cellsim.teach.ladder import Ladder, ladder_of, search
from cellsim.teach.loads import with_load_costs
from cellsim.teach.space import Space, Standings
from cellsim.teach.stage import Stage

EDGES_ASKED = 60
TRIES = 12

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Taught:
    """A stage with its joints.

    Attributes:
        entry: The free move to its first point; None for a standing that is not moved to.
        reason: Why this way, as a sentence.
    """

    stage: Stage
    candidate: Candidate
    entry: Way | None
    reason: str


@dataclass
class Resolver:
    """Resolves the stages of all groups, earlier task steps first."""

    cell: Cell
    task: Task
    planner: Planner = field(default_factory=RRTConnect)
    standings: Standings = field(default_factory=Standings)
    spaces: dict[str, Space] = field(default_factory=dict)

    def space(self, group: str) -> Space:
        """Return the scenes of a group."""
        if group not in self.spaces:
            tcp = tcp_of(self.cell, group)
            self.spaces[group] = Space(self.cell, group, tcp, self.standings)
        return self.spaces[group]

    def resolve(
        self, stages: dict[str, list[Stage]], progress: Progress | None = None
    ) -> dict[str, list[Taught]]:
        """Return the stages of every group with their joints; TeachFailed where there are none."""
        sections = [section for group in stages.values() for section in _sections(group)]
        sections.sort(key=lambda section: section[1].tick if len(section) > 1 else section[0].tick)
        taught: dict[str, list[Taught]] = {group: [] for group in stages}
        for done, section in enumerate(sections):
            if progress is not None:
                progress(section[-1].feature, done / len(sections))
            way = _Section(self, section).solve()
            group = section[0].group
            taught[group] += way if not taught[group] else way[1:]
            self._remember(way)
        return taught

    def _remember(self, way: list[Taught]) -> None:
        group = way[0].stage.group
        stands = self.standings.stands.setdefault(group, [])
        tcp = tcp_of(self.cell, group)
        for taught in way:
            points = zip(taught.stage.points, taught.candidate.q, strict=True)
            stands += [(point.world.tick, q) for point, q in points]
            option = taught.candidate.option
            if option is not None and option.leaves and option.tcp_T_part is not None:
                tick = taught.stage.points[0].world.tick
                part = option.leaves.partition(":")[0]
                self.standings.hands.append((tick, part, group, tcp @ option.tcp_T_part))


def tcp_of(cell: Cell, group: str) -> Pose:
    """Return `flange_T_tcp` of the first TCP of a group's tool, the flange without one."""
    tool = cell.tools.get(cell.groups[group].tool)
    return Pose.identity() if tool is None or not tool.tcps else next(iter(tool.tcps.values()))


def _sections(stages: list[Stage]) -> list[list[Stage]]:
    """Cut the stages of a group at fixed standings; each section begins with one."""
    sections: list[list[Stage]] = [[stages[0]]]
    for stage in stages[1:]:
        sections[-1].append(stage)
        if stage.q is not None:
            sections.append([stage])
    if len(sections) > 1 and len(sections[-1]) == 1:
        sections.pop()
    return sections


class _Section:
    """One section while it is solved."""

    def __init__(self, resolver: Resolver, stages: list[Stage]) -> None:
        self.resolver, self.stages = resolver, stages
        self.cell = resolver.cell
        self.group = stages[0].group
        self.chain: Chain = chain_of(self.cell, self.group)
        self.space = resolver.space(self.group)
        self.filler = Filler(self.chain, self.space, resolver.planner)
        self.collisions: dict[int, str] = {}

    def solve(self) -> list[Taught]:
        """Return the section with joints and free moves; TeachFailed where there are none."""
        layers = [self._candidates(stage) for stage in self.stages]
        ladder = ladder_of(layers, self.chain.speed, self.chain.home)
        for _ in range(TRIES):
            chain = search(ladder, self._node_free, self._edge_free, EDGES_ASKED)
            if chain is None:
                raise self._failed(ladder)
            ways = self._ways(ladder, chain)
            if ways is not None:
                return self._taught(ladder, chain, ways)
        raise self._error(len(self.stages) - 1, "no way", f"{TRIES} ladders tried")

    def _candidates(self, stage: Stage) -> list[Candidate]:
        group = self.cell.groups[self.group]
        found, refusals = candidates_of(self.chain, group, stage, self.space.flange_T_tcp)
        if not found:
            index = self.stages.index(stage)
            raise self._error(index, "unreachable", refusals.sentence())
        return with_load_costs(self.cell, self.chain, stage, found, self.space.flange_T_tcp)

    def _node_free(self, k: int, candidate: Candidate) -> bool:
        """Tell whether a candidate stands free and its lines are certified."""
        stage = self.stages[k]
        if stage.q is not None:
            return True
        anchor = max(stage.anchor, 1)
        order = [anchor, *(i for i in range(1, len(stage.points)) if i != anchor)]
        for i in order:
            scene = self.space.scene(stage.points[i], candidate.option)
            line = candidate.lines[i - 1]
            if not self.filler.line_free(stage.points[i], candidate.option, line):
                worst = line[int(np.argmin(scene.clearance(line)))]
                self.collisions.setdefault(k, str(scene.why(worst)))
                return False
        return self.filler.stands_free(stage.points[0], candidate.option, candidate.q[0])

    def _edge_free(self, k: int, before: Candidate, after: Candidate) -> bool:
        point = self.stages[k].points[0]
        return self.filler.straight(point, after.option, before.q[-1], after.q[0])

    def _ways(self, ladder: Ladder, chain: list[int]) -> list[Way] | None:
        """Return the free moves of a chain; None, with the edge struck out, where there is none."""
        ways = []
        for k in range(1, len(chain)):
            before, after = ladder.layers[k - 1][chain[k - 1]], ladder.layers[k][chain[k]]
            way = self.filler.way(self.stages[k].points[0], after.option, before.q[-1], after.q[0])
            if way is None:
                ladder.edges[k - 1][chain[k - 1], chain[k]] = np.inf
                return None
            ways.append(way)
        return ways

    def _taught(self, ladder: Ladder, chain: list[int], ways: list[Way]) -> list[Taught]:
        entries: list[Way | None] = [None, *ways]
        taught = []
        for k, (stage, entry) in enumerate(zip(self.stages, entries, strict=True)):
            candidate = ladder.layers[k][chain[k]]
            taught.append(
                Taught(stage, candidate, entry, self._reason(ladder, k, candidate, entry))
            )
        return taught

    def _failed(self, ladder: Ladder) -> TeachFailed:
        """Return the error for a ladder without a chain: the stage where all candidates collide."""
        for k, nodes in enumerate(ladder.nodes):
            if not np.any(np.isfinite(nodes)):
                detail = (
                    f"all {len(nodes)} ways collide, the best with {self.collisions.get(k, '')}"
                )
                return self._error(k, "collision", detail)
        for k, edges in enumerate(ladder.edges):
            if not np.any(np.isfinite(edges)):
                return self._error(k + 1, "no way", "no free move leads there")
        return self._error(len(self.stages) - 1, "no way", "no chain of free candidates")

    def _error(self, k: int, reason: str, detail: str) -> TeachFailed:
        stage = self.stages[k]
        return TeachFailed(
            reason, detail, file=self.resolver.task.file, line=stage.line,
            feature=f"{self.group} {stage.feature}", variant=self.cell.variant,
        )  # fmt: skip

    def _reason(self, ladder: Ladder, k: int, candidate: Candidate, entry: Way | None) -> str:
        """Return why this candidate, as a sentence for the choices of the job."""
        stage = self.stages[k]
        if stage.q is not None:
            return "" if entry is None else entry.reason
        name = branch_name(self.chain, candidate.q[stage.anchor])
        parts = [f"branch {name}"] if name else []
        if candidate.option is not None:
            parts.append(candidate.option.label)
        struck = int(np.sum(~np.isfinite(ladder.nodes[k])))
        parts.append(
            f"least joint travel of {len(ladder.layers[k])} ways, {struck} of them not free"
        )
        if entry is not None and entry.reason:
            parts.append(entry.reason)
        return "; ".join(parts)
