"""What a DX or YRC controller rejects or changes in a program.

Sources: DX100 manual 156191-1CD 4.1 (files, tools, user frames), NX100 manual 149235-1CD 3.9
(manipulator types), INFORM manuals of FS100 and YRC1000 (instructions, ranges).
"""

from __future__ import annotations

from cellsim.controllers import linting, lintlimits, lintplaces
from cellsim.controllers.linting import Findings, Look
from cellsim.controllers.yaskawa.arclint import arcs, singular, stances
from cellsim.controllers.yaskawa.motion import rules
from cellsim.controllers.yaskawa.words import RESERVED
from cellsim.domain.cell import Cell
from cellsim.domain.ports import signal_numbers
from cellsim.domain.program import Comment, Delay, Label, Move, Program, Raw, Wait
from cellsim.domain.report import Finding, Severity
from cellsim.domain.walk import within

_INFORM = "INFORM manual"
_FORMAT = "DX100 manual 156191-1CD 4.1"
_MOST_MM_S = 1500.0
_TYPES = "NX100 manual 149235-1CD 3.9, Manipulator Types"
# What the reader says of a line, the rule that names it, and where that is written.
_REASONS = (
    ("no PL", "level-missing", f"{_INFORM}, PL"),
    ("PL ", "corner-level", f"{_INFORM}, PL 0..8"),
    ("a position in X..Rz in a job that is no relative", "relative-job", f"{_FORMAT} ATTR RJ"),
    ("frame ", "job-frame", f"{_FORMAT} FRAME"),
    ("user frame", "frame-unset", f"{_FORMAT} USER"),
    ("pulses", "pulses-unknown", "pulses per degree stand in ALL.PRM of that robot"),
    ("RCONF of", "rconf", f"{_FORMAT} RCONF"),
    ("no joint position fits RCONF", "rconf", _TYPES),
    ("0 joint positions fit RCONF", "rconf", _TYPES),
    ("tool ", "tool-unset", f"{_FORMAT} TOOL"),
    ("an arc", "arc-points", f"{_INFORM}, MOVC"),
    ("FPT", "arc-points", f"{_INFORM}, MOVC"),
    ("an exact stop on the arc", "arc-points", f"{_INFORM}, MOVC"),
)


def lint(program: Program, cell: Cell) -> tuple[Finding, ...]:
    """Return findings by line."""
    look = linting.look(program, cell)
    found = [
        *linting.check_numbers(look),
        *linting.check_speeds(look, f"{_INFORM}, VJ"),
        *linting.check_corner_stops(look, f"{_INFORM}, PL", (Wait, Delay)),
        *linting.check_names(look, 32, RESERVED, True, f"{_INFORM}, job names"),
        *lintplaces.check_range(look, "soft limits of the arm"),
        *lintplaces.check_room(look, rules(look.group.controller), f"{_INFORM}, PL"),
        *lintplaces.check_signal_in_corner(look, "DOUT does not stop the arm (assumed)"),
        *lintlimits.check_coupling(look),
        *lintlimits.check_path_speed(look, _MOST_MM_S, f"{_INFORM}, V=0.1..1500.0 (recalled)"),
        *_raw(look),
        *_first(look),
        *_waits(look),
        *_speeds(look),
        *_levels(look),
        *_frames(look),
        *_numbers(look),
        *_texts(look),
        *arcs(look),
        *singular(look),
        *stances(look, _TYPES),
    ]
    for routine in program.routines:
        found += linting.check_length(look, routine, 9_999, "a job holds lines 0000..9999")
    return linting.ordered(found)


def _raw(look: Look) -> Findings:
    """Text that was not understood, under the rule that names what is wrong with it; groups."""
    for s in look.statements:
        if not isinstance(s, Raw):
            continue
        if s.harmless:
            yield from linting.check_group(look, s)
            continue
        found = [(r, src) for words, r, src in _REASONS if s.comment.startswith(words)]
        if "MOVC steps in a row" in s.comment:
            found = [("arc-points", f"{_INFORM}, MOVC")]
        rule, source = found[0] if found else ("not-understood", "")
        what = f"{s.text}: {s.comment}" if found else s.text
        yield look.found(rule, what, s, source=source, severity=Severity.UNDECIDED)


def _first(look: Look) -> Findings:
    """A first motion that is no MOVJ to joints: the way to its start is not known."""
    first = next(iter(look.moves), None)
    if first is None:
        opaque = any(isinstance(s, Raw) and not s.harmless for s in look.statements)
        yield from () if opaque else (look.found("empty", "no motion at all"),)
        return
    known = first.to.q is not None or bool(first.to.config)
    if first.kind != "joint" or not known:
        what = "first motion is no MOVJ to a full position"
        error = Severity.ERROR
        yield look.found("first-motion", what, first, source=f"{_INFORM}, MOVJ", severity=error)


def _waits(look: Look) -> Findings:
    """A wait without a timeout, and times that TIMER and T= do not take."""
    source = f"{_INFORM}, WAIT and TIMER"
    for s in look.statements:
        if isinstance(s, Wait) and s.timeout_s is None:
            what, note = "wait without T=", Severity.NOTE
            yield look.found("wait-forever", what, s, severity=note, source=source)
        seconds = s.seconds if isinstance(s, Delay) else getattr(s, "timeout_s", None)
        stops = isinstance(s, Wait) and s.condition.op == "const"
        if seconds is not None and not stops and not 0.01 <= seconds <= 655.35:
            yield look.found(
                "time-range",
                f"time of {seconds:g} s, 0.01..655.35 s",
                s,
                value=seconds,
                limit=655.35 if seconds > 1.0 else 0.01,
                unit="s",
                source=source,
                severity=Severity.ERROR,
            )


def _speeds(look: Look) -> Findings:
    """Speeds and accelerations outside of what their tags take."""
    least = {"%": 0.01, "mm/s": 0.1, "m/s": 0.0001, "deg/s": 0.1}
    for move in look.moves:
        unit, value = move.speed.unit, move.speed.value
        joint = move.kind == "joint"
        if joint != (unit == "%") or unit not in {*least, "rad/s"}:
            what = f"speed {move.speed} of a {move.kind} motion"
            error = Severity.ERROR
            yield look.found("speed-unit", what, move, source=f"{_INFORM}, speeds", severity=error)
        elif 0.0 < value < least.get(unit, 0.0):
            what = f"speed {move.speed} becomes {least[unit]:g} {unit}"
            yield look.found("speed-low", what, move, value=value, limit=least[unit], unit=unit)
        if move.accel is not None and not 20.0 <= move.accel <= 100.0:
            yield look.found(
                "accel-range",
                f"ACC of {move.accel:g} %, 20..100 %",
                move,
                value=move.accel,
                limit=20.0 if move.accel < 20.0 else 100.0,
                unit="%",
                source=f"{_INFORM}, ACC and DEC",
                severity=Severity.ERROR,
            )


def _levels(look: Look) -> Findings:
    """Corners that are no PL, and PL whose distance the cell does not know."""
    error = Severity.ERROR
    for move in look.moves:
        zone = move.zone
        if zone.kind == "fine":
            continue
        if zone.kind not in {"pl", "distance", "radius"} or (
            zone.kind == "pl" and zone.value not in range(9)
        ):
            what = f"corner {zone}; PL is 0..8"
            yield look.found("corner-level", what, move, source=f"{_INFORM}, PL", severity=error)
        elif not look.group.controller.pl_mm:
            what = f"corner {zone} without the controller's pl_mm"
            source = "parameters S1CxG33..40"
            yield look.found("level-unknown", what, move, source=source, severity=error)


def _frames(look: Look) -> Findings:
    """A measured frame without a number, or beside other frames: a relative job has one."""
    controller, error = look.group.controller, Severity.ERROR
    for routine in look.program.routines:
        moves = [s for s in within(routine.body) if isinstance(s, Move)]
        shifted = {
            m.frame
            for m in moves
            if m.frame in look.cell.frames and look.cell.frames[m.frame].measured
        }
        for move in moves:
            if move.frame in shifted and move.frame not in controller.frames:
                what = f"measured frame '{move.frame}' has no user frame number"
                yield look.found(
                    "frame-unset", what, move, source=f"{_FORMAT} USER", severity=error
                )
            elif shifted and move.frame not in shifted:
                what = f"position in '{move.frame}' beside measured frame '{min(shifted)}'"
                source = f"{_FORMAT} FRAME: a relative job has one"
                yield look.found("frames-mixed", what, move, source=source, severity=error)
                break


def _numbers(look: Look) -> Findings:
    """Numbers the controller does not have: tools 0..63, user frames 1..63, signals 1..4096."""
    controller = look.group.controller
    tables = (
        ("tool", controller.tools, 0, 63),
        ("user frame", controller.frames, 1, 63),
        ("signal", signal_numbers(controller), 1, 4096),
    )
    for kind, table, low, high in tables:
        for name, number in table.items():
            if not low <= number <= high:
                what = f"{kind} '{name}' has number {number}, {low}..{high}"
                yield look.found("number-range", what, value=number, limit=high)


def _texts(look: Look) -> Findings:
    """Comments and labels that are changed: 32 characters of Shift-JIS, labels of eight."""
    for s in look.statements:
        text = s.text if isinstance(s, Comment) else s.comment
        if not isinstance(s, Raw) and len(text) > 32:
            what, note = f"comment of {len(text)} characters becomes several", Severity.NOTE
            yield look.found("comment-long", what, s, severity=note, source=f"{_INFORM}, comment")
        if not isinstance(s, Raw) and text.encode("cp932", "replace").decode("cp932") != text:
            what = f"comment '{text}' is not in Shift-JIS"
            yield look.found("non-ascii", what, s, source="Shift-JIS text on the controller")
        if isinstance(s, Label) and len(s.name) > 8:
            what, note = f"label '{s.name}' is cut to 8 characters", Severity.NOTE
            yield look.found("label-long", what, s, severity=note, source=f"{_INFORM}, labels")
