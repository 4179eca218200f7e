"""One section of a group's stages: candidates, ladder search, free moves, motions."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.task import Task
from cellsim.errors import TeachFailed
from cellsim.geometry import Array
from cellsim.kinematics import branch_name, chain_of
from cellsim.plan import Planner
from cellsim.teach.bend import SHARES, line_bends_freely, path_bends_freely
from cellsim.teach.candidates import Candidate, candidates_of
from cellsim.teach.fill import Filler, Way
from cellsim.teach.ladder import Ladder, ladder_of, search
from cellsim.teach.loads import with_load_costs
from cellsim.teach.motions import motions_of
from cellsim.teach.space import LINE_SPARE, Room, Space
from cellsim.teach.stage import Follow, Stage, follow_between
from cellsim.teach.taught import Link, Taught

EDGES_ASKED = 60
TRIES = 12
ALIKE = 0.2
NEAR = 6
WAYS = 3


class Section:
    """The stages of a group from one fixed standing to the next."""

    def __init__(
        self, cell: Cell, task: Task, stages: list[Stage], space: Space, planner: Planner
    ) -> None:
        self.cell, self.task, self.stages, self.space = cell, task, stages, space
        self.group = stages[0].group
        self.chain = chain_of(cell, self.group)
        self.filler = Filler(self.chain, planner)
        self.collisions: dict[int, str] = {}
        self.ends: dict[tuple[int, int, bool], Array | None] = {}
        self.ladder: Ladder | None = None
        self.chosen: list[int] = []
        # Kept, for the filler knows its answers by the identity of rooms.
        self.rooms: list[Room] = []
        self.bent: set[tuple[int, int]] = set()

    def solve(self) -> list[Taught]:
        """Return the section with joints and motions; TeachFailed where there are none.

        Called again after `strike`, it takes the best of what is left.
        """
        if self.ladder is None:
            layers = [self._candidates(k) for k in range(len(self.stages))]
            self.ladder = ladder_of(layers, self.chain.speed, self.chain.home)
            self._check_standings(self.ladder.layers)
        ladder = self.ladder
        for _ in range(TRIES):
            chain = self._search(ladder)
            if chain is None:
                raise self._failed(ladder)
            links = self._links(ladder, chain)
            if links is not None:
                self.chosen = chain
                return self._taught(ladder, chain, links)
        raise self._error(len(self.stages) - 1, "no way", f"{TRIES} ladders tried")

    def strike(self, k: int) -> None:
        """Take the candidate chosen for stage k, and those that hold the arm like it, out."""
        assert self.ladder is not None
        taken = self.ladder.layers[k][self.chosen[k]].q[0]
        for i, candidate in enumerate(self.ladder.layers[k]):
            difference = np.angle(np.exp(1j * (candidate.q[0] - taken)))
            if np.max(np.abs(difference[: self.chain.arm_dof])) < ALIKE:
                self.ladder.nodes[k][i] = np.inf

    def _check_standings(self, layers: list[list[Candidate]]) -> None:
        """Raise TeachFailed where a fixed standing (home) is not free."""
        for k, stage in enumerate(self.stages):
            if stage.q is None or stage.options:
                continue
            nobody = layers[k][0]
            room = self._between(k, nobody) if k else self._room(k, 0, nobody)
            if not room.scene.free(stage.q)[0]:
                detail = f"the home position stands in {room.why(stage.q[None])}"
                raise self._error(k, "collision", detail)

    def _candidates(self, k: int) -> list[Candidate]:
        group, stage, tcp = self.cell.groups[self.group], self.stages[k], self.space.flange_T_tcp
        found, refusals = candidates_of(self.chain, group, stage, tcp)
        if not found:
            raise self._error(k, "unreachable", refusals.sentence())
        return with_load_costs(self.cell, self.chain, stage, found, tcp)

    def _room(self, k: int, i: int, candidate: Candidate) -> Room:
        """Return the room of the line to point i of stage k."""
        stage = self.stages[k]
        return self.space.room(stage.points[i], candidate.option, Follow(stage.measured))

    def _between(self, k: int, after: Candidate) -> Room:
        """Return the room of the free move into stage k."""
        follow = follow_between(self.stages[k - 1].measured, self.stages[k].measured)
        return self.space.room(self.stages[k].points[0], after.option, follow, self._near(k))

    def _near(self, k: int) -> Array:
        """Return some of the joint values that the free move into stage k may come to."""
        assert self.ladder is not None
        leave, enter = self.ladder.layers[k - 1], self.ladder.layers[k]
        rows = [self.chain.home]
        rows += [c.q[-1] for c in leave[:: max(1, len(leave) // NEAR)]]
        rows += [c.q[0] for c in enter[:: max(1, len(enter) // NEAR)]]
        return np.stack(rows)

    def _node_free(self, k: int, candidate: Candidate) -> bool:
        """Tell whether the lines of a candidate are certified, and it can be entered and left."""
        stage = self.stages[k]
        if stage.q is not None:
            return True
        anchor = max(stage.anchor, 1)
        for i in [anchor, *(i for i in range(1, len(stage.points)) if i != anchor)]:
            room, line = self._room(k, i, candidate), candidate.lines[i - 1]
            if not room.line_free(line):
                self.collisions.setdefault(k, room.why(line))
                return False
        return self._end(k, candidate, entry=True) is not None and (
            k + 1 == len(self.stages) or self._end(k, candidate, entry=False) is not None
        )

    def _search(self, ladder: Ladder) -> list[int] | None:
        """Return the cheapest chain that is free, however the measured frames may be off."""
        while True:
            chain = search(ladder, self._node_free, self._edge_free, EDGES_ASKED)
            bad = None if chain is None else self._unbent(ladder, chain)
            if bad is None:
                return chain
            ladder.nodes[bad[0]][bad[1]] = np.inf

    def _unbent(self, ladder: Ladder, chain: list[int]) -> tuple[int, int] | None:
        """Return (stage, candidate) of a chain whose lines are not free for a shift of a frame."""
        for k, number in enumerate(chain):
            candidate = ladder.layers[k][number]
            if (k, number) in self.bent:
                continue
            for i, line in enumerate(candidate.lines, start=1):
                room = self._room(k, i, candidate)
                if not self._bends(room, line, self.stages[k]):
                    self.collisions.setdefault(k, room.why(line))
                    return k, number
            self.bent.add((k, number))
        return None

    def _end(self, k: int, candidate: Candidate, *, entry: bool) -> Array | None:
        """Return the line that leads a candidate clear of a measured frame, at entry or exit.

        Shape (n, dof) from the stage's first (last) point outwards; n = 1 where it is clear.
        """
        key = (k, id(candidate), entry)
        if key not in self.ends:
            self.ends[key] = self._clear(k, candidate, entry=entry)
        return self.ends[key]

    def _clear(self, k: int, candidate: Candidate, *, entry: bool) -> Array | None:
        stage, option = self.stages[k], candidate.option
        q = candidate.q[0] if entry else candidate.q[-1]
        if stage.q is not None or option is None or len(option.poses) < 2:
            return np.asarray(q[None], dtype=np.float64)
        first, second = (0, 1) if entry else (-1, -2)
        outwards = option.poses[first].p - option.poses[second].p
        outwards = outwards / np.linalg.norm(outwards)
        near = self._room(k, 1 if entry else len(stage.points) - 1, candidate)
        if entry:
            far = self._between(k, candidate)
        else:
            after = self.stages[k + 1]
            follow = follow_between(stage.measured, after.measured)
            held = option if after.points[0].world.in_hand(self.group) else None
            far = self.space.room(after.points[0], held, follow, self._near(k + 1))
        line = self.filler.clear(near, far, q, outwards)
        if line is not None and len(line) > 1 and not self._bends(near, line, stage):
            line = None
        if line is None:
            self.collisions.setdefault(k, far.why(q[None]))
        return line

    def _bends(self, room: Room, line: Array, stage: Stage) -> bool:
        """Tell whether a line is free however its measured frames may be off."""
        return line_bends_freely(room, self.cell, self.group, line, stage.measured)

    def _edge_free(self, k: int, before: Candidate, after: Candidate) -> bool:
        a, b = self._end(k - 1, before, entry=False), self._end(k, after, entry=True)
        return (
            a is not None
            and b is not None
            and self.filler.straight(self._between(k, after), a[-1], b[-1])
        )

    def _way(self, k: int, after: Candidate, a: Array, b: Array) -> Way | None:
        """Return the free move into stage k, certified with what frames may be off along itself."""
        frames = (self.stages[k - 1].measured, self.stages[k].measured)
        follow = follow_between(*frames)
        point, room = self.stages[k].points[0], self._between(k, after)
        for _ in range(WAYS):
            way = self.filler.way(room, a, b)
            if way is None:
                return None
            if follow.half:
                rows = np.concatenate([x + SHARES * (y - x) for x, y in pairwise(way.path)])
                room = self.space.room(point, after.option, follow, way=rows)
                if not all(
                    room.scene.segment_free(x, y, LINE_SPARE) for x, y in pairwise(way.path)
                ):
                    continue
            wider = path_bends_freely(room, self.cell, self.group, way.path, frames)
            if wider is room:
                return way
            if wider is None:
                return None
            room = wider
            self.rooms.append(room)
        return None

    def _links(self, ladder: Ladder, chain: list[int]) -> list[Link] | None:
        """Return the free moves of a chain; None, the edge struck out, where there is none."""
        links = []
        for k in range(1, len(chain)):
            before, after = ladder.layers[k - 1][chain[k - 1]], ladder.layers[k][chain[k]]
            leave, enter = self._end(k - 1, before, entry=False), self._end(k, after, entry=True)
            way = None
            if leave is not None and enter is not None:
                way = self._way(k, after, leave[-1], enter[-1])
            if leave is None or enter is None or way is None:
                ladder.edges[k - 1][chain[k - 1], chain[k]] = np.inf
                return None
            links.append(Link(leave, way, enter[::-1]))
        return links

    def _taught(self, ladder: Ladder, chain: list[int], links: list[Link]) -> list[Taught]:
        taught = []
        for k, stage in enumerate(self.stages):
            candidate = ladder.layers[k][chain[k]]
            if k == 0:
                taught.append(Taught(stage, candidate, (), ""))
                continue
            link = links[k - 1]
            motions = motions_of(
                self.stages[k - 1],
                stage,
                candidate,
                (link.leave, link.way.path, link.enter),
            )
            reason = self._reason(ladder, k, candidate, link.way)
            taught.append(Taught(stage, candidate, motions, reason))
        return taught

    def _reason(self, ladder: Ladder, k: int, candidate: Candidate, way: Way) -> str:
        """Return why this candidate, as a sentence for the choices of the job."""
        stage = self.stages[k]
        if stage.q is not None:
            return way.reason
        name = branch_name(self.chain, candidate.q[stage.anchor])
        parts = [f"branch {name}"] if name else []
        if candidate.option is not None:
            parts.append(candidate.option.label)
        struck = int(np.sum(~np.isfinite(ladder.nodes[k])))
        count = len(ladder.layers[k])
        parts.append(f"least joint travel of {count} ways, {struck} of them not free")
        return "; ".join([*parts, way.reason] if way.reason else parts)

    def _failed(self, ladder: Ladder) -> TeachFailed:
        """Return the error for a ladder without a chain: the stage where all candidates collide."""
        for k, nodes in enumerate(ladder.nodes):
            if not np.any(np.isfinite(nodes)):
                best = self.collisions.get(k, "")
                return self._error(k, "collision", f"all {len(nodes)} ways collide; {best}")
        for k, edges in enumerate(ladder.edges):
            if not np.any(np.isfinite(edges)):
                return self._error(k + 1, "no way", "no free move leads there")
        return self._error(len(self.stages) - 1, "no way", "no chain of free candidates")

    def _error(self, k: int, reason: str, detail: str) -> TeachFailed:
        stage = self.stages[k]
        return TeachFailed(
            reason, detail, file=self.task.file, line=stage.line,
            feature=f"{self.group} {stage.feature}", variant=self.cell.variant,
        )  # fmt: skip
