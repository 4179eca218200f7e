"""HRScript by hand: hidden poses, shifts, arcs, timeouts, and what stays verbatim."""

from __future__ import annotations

from programs_support import read
from readings import at, move_at, raw_lines

from cellsim.domain.program import Label, Speed, Wait, Zone
from cellsim.units import deg


def test_hrscript_hidden_poses_shifts_arcs_and_frames_are_complete_motions() -> None:
    result = read("hyundai")
    first = move_at(result, 8)
    assert first.to.q == tuple(v * deg for v in (0.0, 90.0, 0.0, 0.0, -45.0, 0.0))
    assert (first.speed, first.zone, first.tool) == (
        Speed(60.0, "%"),
        Zone("accu", 3.0, "level"),
        "gripper",
    )
    assert move_at(result, 20).frame == "body"
    arc = move_at(result, 30)
    assert arc.kind == "circular"
    assert arc.via is not None
    assert arc.speed == Speed(2.5, "mm/s")
    assert (arc.frame, arc.tool) == ("pallet", "nutrunner")
    assert move_at(result, 32).speed == Speed(2.0, "s")
    assert move_at(result, 4, routine=1).frame == "pallet"


def test_hrscript_timeout_to_a_stop_block_and_line_numbers_as_addresses() -> None:
    result = read("hyundai")
    wait = at(result, 14)[0]
    assert isinstance(wait, Wait)
    assert (wait.timeout_s, wait.on_timeout) == (10.0, "")
    names = [s.name for s in result.program.routines[0].body if isinstance(s, Label)]
    assert names == ["done", "99"]


def test_hrscript_what_is_open_or_unknown_stays_verbatim() -> None:
    result = read("hyundai")
    assert raw_lines(result) == [10, 21, 35]
    assert "a pose in x, y, z" in result.raw_lines[2].reason
    assert result.coverage.total - result.coverage.understood == 3
    assert any("do962 has no name" in note for note in result.notes)


def test_hrscript_pose_that_a_function_may_change_is_not_known() -> None:
    text = (
        "Hyundai Robot Job File; {}\n     var p1=Pose(0,90,0,0,-30,0)\n{}"
        "     move P,tg=p1,spd=9%,accu=0,tool=1\n     end\n"
    )
    for line in ("", "     touchsen cnd=1,pose=p1\n", "     p1.j2=80\n", "     call 110_find,p1\n"):
        result = read("hyundai", {"0102_a.job": text.replace("\n{}", "\n" + line).encode()})
        kept = [r.text for r in result.raw_lines if r.text.startswith("move")]
        assert bool(kept) == bool(line)
