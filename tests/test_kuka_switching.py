"""TRIGGER and PULSE: written, read back, changed by hand; what they cannot say is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from brandkit import KITS
from brandkit.edits import cut, drop, swap, swapped
from controllers_edits import Caught, Named, caught
from controllers_support import bytes_of, cell_of
from same_meaning import differences

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.textfile import lint_file
from cellsim.domain.along import Along
from cellsim.domain.program import Delay, Program, Routine, SetSignal, Statement, Zone
from cellsim.errors import Refused

KIT = KITS["kuka"]
CORNER = Zone("distance", 12.5, "mm")


def lamp(on: bool = True, at: Along | None = None) -> SetSignal:
    return SetSignal("lamp", on, at)


def line(**changes: object) -> Statement:
    return KIT.line(frame="body", zone=CORNER, **changes)


BODY = (
    KIT.joint(),
    lamp(at=Along("start")),
    line(),
    lamp(False, Along("end", -0.0305, -0.01)),
    SetSignal("grip_close", True, Along("end")),
    SetSignal("grip_close", False, Along("end", after=0.4)),
    line(),
    lamp(True, Along("start", 0.015, 0.02)),
    line(),
    lamp(False),
    lamp(True, Along(after=1.5)),
    Delay(0.5),
)


def written(*body: Statement) -> tuple[dict[str, bytes], Program]:
    cell = cell_of("kuka")
    quantised = BRANDS["kuka"].quantise(Program("p", "arm", (Routine("p", body),)), cell)
    files = bytes_of(BRANDS["kuka"].write(quantised, cell))
    result = BRANDS["kuka"].read(files, cell, "arm")
    assert result.raw_lines == ()
    assert list(differences(quantised, result.program)) == []
    return files, result.program


def test_outputs_on_the_way_are_triggers_before_their_motion() -> None:
    files, _ = written(*BODY)
    text = files["p.src"].decode()
    said = [t.partition("  ;")[0] for t in re.split(r"[\r\n]+", text) if "$OUT" in t]
    assert said == [
        "TRIGGER WHEN DISTANCE=0 DELAY=0 DO $OUT[2]=TRUE",
        "TRIGGER WHEN PATH=-30.500 DELAY=-10 DO $OUT[2]=FALSE",
        "TRIGGER WHEN DISTANCE=1 DELAY=0 DO PULSE($OUT[1],TRUE,0.4)",
        "TRIGGER WHEN PATH=15.000 ONSTART DELAY=20 DO $OUT[2]=TRUE",
        "PULSE($OUT[2],FALSE,1.5)",
    ]


EDITS = {
    "start for end": swap(r"DISTANCE=0", "DISTANCE=1"),
    "end for start": swap(r"DISTANCE=1", "DISTANCE=0"),
    "way": swap(r"PATH=-30\.500", "PATH=-305.00"),
    "way behind the end": swap(r"PATH=-30\.500", "PATH=30.500"),
    "from the start": swap(r"(PATH=-30\.500)", r"\1 ONSTART"),
    "from the end": swap(r" ONSTART", ""),
    "delay": swap(r"DELAY=20", "DELAY=200"),
    "delay in s": swap(r"DELAY=-10", "DELAY=-0.01"),
    "delay turned": swap(r"DELAY=-10", "DELAY=10"),
    "output number": swap(r"DO \$OUT\[2\]", "DO $OUT[1]"),
    "output value": swap(r"DO \$OUT\[2\]=TRUE", "DO $OUT[2]=FALSE"),
    "plain output": swap(r"TRIGGER WHEN DISTANCE=0 DELAY=0 DO (\$OUT)", r"\1"),
    "pulse for an output": swap(r"DO \$OUT\[2\]=FALSE", "DO PULSE($OUT[2],FALSE,0.5)"),
    "output for a pulse": swap(r"PULSE\(\$OUT\[1\],TRUE,0\.4\)", "$OUT[1]=TRUE"),
    "pulse level": swap(r"PULSE\(\$OUT\[2\],FALSE", "PULSE($OUT[2],TRUE"),
    "pulse time": swap(r",1\.5\)", ",0.15)"),
    "pulse in ms": swap(r",1\.5\)", ",1500)"),
    "dropped trigger": drop(r"TRIGGER WHEN DISTANCE=1"),
    "trigger behind its motion": swapped(r"^(LIN|TRIGGER)"),
    "what it does": swap(r"DO \$OUT\[2\]=TRUE", "DO other( ) PRIO=-1"),
    "decimal comma": swap(r"PATH=-30\.500", "PATH=-30,500"),
    "cut": cut(0.7),
}


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_of_a_trigger_is_caught(name: str) -> None:
    files, program = written(*BODY)
    found = caught("kuka", cell_of("kuka"), program, files, EDITS[name])
    assert found
    assert Caught.MISSED not in {one.how for one in found}
    assert Named.NOWHERE not in {one.named for one in found}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ((lamp(at=Along("start")), Delay(0.5), line()), "does not follow"),
        ((lamp(at=Along("start", delay=-0.1)), line()), "beyond its motion"),
        ((lamp(at=Along("end", delay=0.1)), line()), "beyond its motion"),
        ((lamp(at=Along("end", 0.1)), line()), "beyond its motion"),
        ((lamp(at=Along("end", -0.1)), KIT.joint()), "of a joint motion"),
        ((lamp(), lamp(False, Along(after=5.0)), line()), "pulse of 5 s"),
        ((*[lamp(at=Along("start"))] * 9, line()), "9 outputs along one motion"),
    ],
)
def test_what_trigger_cannot_say_is_refused(body: tuple[Statement, ...], why: str) -> None:
    with pytest.raises(Refused, match=why):
        written(KIT.joint(), *body)


# What a person reads off the text: the line is 100 mm long and takes 0.4 s at 0.25 m/s.
BEYOND = [
    ("PATH=-500 DELAY=0", (500.0, 100.0, "mm"), "start"),
    ("PATH=500 ONSTART DELAY=0", (500.0, 100.0, "mm"), "end"),
    ("PATH=-50 DELAY=-250", (0.25, 0.2, "s"), "start"),
    ("PATH=50 ONSTART DELAY=500", (0.5, 0.2, "s"), "end"),
    ("DISTANCE=0 DELAY=-1", (0.001, 0.0, "s"), "start"),
    ("DISTANCE=1 DELAY=1", (0.001, 0.0, "s"), "end"),
    ("DISTANCE=0 DELAY=401", (0.401, 0.4, "s"), "end"),
    ("PATH=-100 DELAY=0", None, ""),
    ("PATH=-50 DELAY=-200", None, ""),
    ("DISTANCE=0 DELAY=400", None, ""),
]


@pytest.mark.parametrize(("place", "beyond", "end"), BEYOND)
def test_a_trigger_beyond_its_motion_is_told_with_what_there_is(
    place: str, beyond: tuple[float, float, str] | None, end: str, tmp_path: Path
) -> None:
    lines = ("DEF a( )", "BAS(#INITMOV,0)", "$BASE=BASE_DATA[3]", "BAS(#VEL_PTP,50)")
    far, near = (f"LIN {{X 300,Y 200,Z {z},A 0,B 0,C 180}}" for z in (450, 350))
    trigger = f"TRIGGER WHEN {place} DO $OUT[1]=TRUE"
    text = (*lines, "PTP {A1 0,A2 -90,A3 90,A4 0,A5 30,A6 0}", "$VEL.CP=0.25", far, trigger, near)
    (tmp_path / "a.src").write_text("\n".join((*text, "END")))
    found = [
        f for f in lint_file(tmp_path / "a.src", "kuka").findings if f.rule == "lint-output-beyond"
    ]
    if beyond is None:
        assert found == []
        return
    (one,) = found
    assert (one.line, one.unit) == (8, beyond[2])
    assert (one.value, one.limit) == pytest.approx(beyond[:2])
    assert one.subject.endswith(f"set at its {end}")


WITHOUT = [b for b, kit in KITS.items() if not any(at.of == "start" for at in kit.along)]


@pytest.mark.parametrize("brand", WITHOUT)
def test_no_other_brand_makes_a_stop_of_it_in_silence(brand: str) -> None:
    cell, kit = cell_of(brand), KITS[brand]
    body = (kit.joint(), lamp(at=Along("start")), kit.joint())
    program = Program("p", "arm", (Routine("p", body),))
    with pytest.raises(Refused):
        BRANDS[brand].write(BRANDS[brand].quantise(program, cell), cell)
