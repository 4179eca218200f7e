"""Show a cell or a timeline in the browser."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.report import Report
from cellsim.domain.timeline import Timeline
from cellsim.errors import Unavailable
from cellsim.messages import titled
from cellsim.simulate.run import simulate
from cellsim.simulate.tracks import BodyTracks, body_tracks
from cellsim.verify.courses import Explored
from cellsim.verify.render.numbers import band_numbers
from cellsim.view.chosen import Shown, courses_shown
from cellsim.view.marks import Mark, line_at, marks_of, told_at
from cellsim.view.scene import (
    add_bodies,
    add_floor,
    add_frames,
    add_marks,
    add_ways,
    look_from_above,
    place_bodies,
)

LOOPBACK = "127.0.0.1"
TICK_S = 0.05


@dataclass(eq=False)
class View:
    """A running viewer.

    Attributes:
        server: The viser server. timeline: What is shown; bodies: its bodies in time.
        marks: Findings with a time and a place. handles: One per body.
        shown: What can be chosen. plays: Something happens in it. chosen: Number of what is shown.
        t: Time shown [s]. playing: The clock runs.
    """

    server: Any
    timeline: Timeline
    bodies: BodyTracks
    marks: tuple[Mark, ...]
    handles: list[Any]
    shown: tuple[Shown, ...]
    plays: bool
    chosen: int = 0
    t: float = 0.0
    playing: bool = False
    verdict: Any = None
    lines: Any = None
    slider: Any = None
    closed: threading.Event = field(default_factory=threading.Event)
    # The clock ticks in one thread, people jump in another: a tick begun before must not end after.
    turn: Any = field(default_factory=threading.RLock)

    @property
    def url(self) -> str:
        """Address on this machine."""
        return f"http://{LOOPBACK}:{self.server.get_port()}"

    def choose(self, number: int) -> None:
        """Show another program or course, from its beginning."""
        with self.turn, self.server.atomic():
            self.chosen = number
            _fill(self)
            self.seek(0.0)

    def seek(self, t: float) -> None:
        """Show the cell as it is at t [s]."""
        with self.turn, self.server.atomic():
            self.t = min(max(t, 0.0), float(self.bodies.t[-1]))
            place_bodies(self.handles, self.bodies, self.t)
            if self.lines is not None:
                now = [*line_at(self.timeline, self.t), *told_at(self.marks, self.t)]
                self.lines.content = "\n\n".join([f"t = {self.t:.2f} s", *now])

    def tick(self, seconds: float) -> None:
        """Let the clock run on while playing; it starts again at the end."""
        with self.turn:
            if self.playing:
                end = float(self.bodies.t[-1])
                t = 0.0 if self.t >= end else self.t + seconds
                self.slider.value = min(t, end)
                self.seek(t)

    def close(self) -> None:
        """Stop the server."""
        self.closed.set()
        self.server.stop()


def show(
    what: Cell | Timeline,
    *,
    port: int = 8080,
    block: bool = True,
    report: Report | None = None,
    explored: Explored | None = None,
    more: Sequence[Timeline | Explored] = (),
) -> View:
    """Show a cell or a timeline on a server of this machine only.

    Args:
        what: A cell stands at its start; a timeline can be played.
        port: Taken if it is free, else the next free one.
        block: Serve until interrupted; else return the running view.
        report: Its verdict is told, its findings are marked; without it those of the timeline.
        explored: All courses of which the timeline is the longest: their verdict is told, and the
            findings of the course that is shown are marked. Each can be chosen, the longest first.
        more: Other programs, to be chosen in the viewer.

    Raises:
        Unavailable: viser is not installed.
    """
    try:
        import viser
    except ImportError as error:
        raise Unavailable("the viewer needs viser: pip install 'viser<2'") from error
    timeline = what if isinstance(what, Timeline) else simulate(Job("", what, {}, {}))
    first = [Shown(timeline, report)] if explored is None else list(courses_shown(explored))
    shown = [*first, *(one for other in more for one in courses_shown(other))]
    server = viser.ViserServer(host=LOOPBACK, port=port, verbose=False)
    server.gui.configure_theme(show_logo=False, show_share_button=False)
    server.scene.set_up_direction("+z")
    bodies = body_tracks(shown[0].timeline)
    look_from_above(server.initial_camera, bodies)
    view = View(server, timeline, bodies, (), [], tuple(shown), isinstance(what, Timeline))
    view.choose(0)
    if block:
        _serve(view)
    else:
        threading.Thread(target=_run, args=(view,), daemon=True).start()
    return view


def _fill(view: View) -> None:
    """Make scene and controls anew for what is chosen."""
    chosen = view.shown[view.chosen]
    view.playing, view.verdict, view.lines, view.slider = False, None, None, None
    view.server.scene.reset()
    view.server.gui.reset()
    view.timeline, view.bodies = chosen.timeline, body_tracks(chosen.timeline)
    view.marks = marks_of(view.timeline, view.bodies, chosen.report)
    view.handles = add_bodies(view.server.scene, view.bodies)
    view.server.gui.add_markdown(f"### {_title(view.timeline)}")
    if len(view.shown) > 1:
        _chooser(view)
    _dress(view)
    if chosen.verdict:
        view.verdict = view.server.gui.add_markdown(chosen.verdict)
    if view.plays:
        _controls(view)


def _title(timeline: Timeline) -> str:
    cell = timeline.job.cell
    return titled(cell.name, cell.variant)


def _chooser(view: View) -> None:
    """Add the list of programs and courses that can be shown."""
    names = [f"{k}: {one.name}" for k, one in enumerate(view.shown, 1)]
    box = view.server.gui.add_dropdown(
        "program", options=names, initial_value=names[view.chosen], hint="programs and courses"
    )
    box.on_update(lambda _: view.choose(names.index(box.value)))


def _dress(view: View) -> None:
    """Add floor, frames, ways and marks, with a switch for each."""
    scene, gui = view.server.scene, view.server.gui
    cell = view.timeline.job.cell
    add_floor(scene, view.bodies)
    groups = {
        "frames": add_frames(scene, cell),
        "ways": add_ways(scene, view.timeline),
        "findings": add_marks(scene, view.marks),
    }
    for name, handles in groups.items():
        if handles:
            _switch(gui.add_checkbox(name, initial_value=name != "frames"), handles)


def _switch(box: Any, handles: list[Any]) -> None:
    def apply(_: object) -> None:
        for handle in handles:
            handle.visible = box.value

    box.on_update(apply)
    apply(None)


def _controls(view: View) -> None:
    """Add play, the time slider, the program lines and the findings to jump to."""
    gui = view.server.gui
    end = float(view.bodies.t[-1])
    band = view.timeline.band
    nominal, low, high = band_numbers(band.nominal, band.low, band.high)
    gui.add_markdown(f"{nominal} s, {low} to {high} ({band.model})")
    play = gui.add_button("play / pause")
    view.slider = gui.add_slider("time [s]", 0.0, math.ceil(100.0 * end) / 100.0, 0.01, 0.0)
    view.lines = gui.add_markdown("")

    def dragged(event: Any) -> None:
        if event.client is not None:
            view.seek(view.slider.value)

    def pressed(_: object) -> None:
        view.playing = not view.playing

    view.slider.on_update(dragged)
    play.on_click(pressed)
    for mark in view.marks:
        button = gui.add_button(f"{mark.t:.2f} s {mark.finding.rule}", hint=mark.text)
        button.on_click(lambda _, t=mark.t: _jump(view, t))


def _jump(view: View, t: float) -> None:
    with view.turn:
        view.playing = False
        view.slider.value = t
        view.seek(t)


def _run(view: View) -> None:
    while not view.closed.wait(TICK_S):
        view.tick(TICK_S)


def _serve(view: View) -> None:
    print(f"{view.url} (this machine only; stop with Ctrl-C)", flush=True)
    try:
        while True:
            time.sleep(TICK_S)
            view.tick(TICK_S)
    finally:
        view.close()
