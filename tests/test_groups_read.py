"""Groups of signals in controller text: what of a real text means which group, what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from brandkit import KITS
from controllers_support import cell_of, is_number, with_controller
from same_meaning import differences

from cellsim.controllers.brands import BRANDS, rules_of
from cellsim.controllers.text import ReadResult
from cellsim.domain.cell import Cell
from cellsim.domain.controller import Port
from cellsim.domain.job import Job
from cellsim.domain.program import (
    Assign,
    Expr,
    If,
    Label,
    Program,
    Routine,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.domain.wiring import Signal
from cellsim.errors import Refused
from cellsim.simulate.run import simulate
from cellsim.translate.into import Into
from cellsim.translate.mapped import Mapper


def read(brand: str, *lines: str, cell: Cell | None = None, data: str = "") -> ReadResult:
    kit = KITS[brand]
    before, after = kit.frame
    files = {kit.main: f"{before}{chr(10).join(lines)}{after}".encode()}
    if data:
        files["a.dat"] = f"DEFDAT A\n{data}\nENDDAT\n".encode()
    return BRANDS[brand].read(files, cell or cell_of(brand), "arm")


def body(result: ReadResult) -> list[Statement]:
    return [
        s for s in result.program.routines[0].body if isinstance(s, SetSignal | Wait | If | Assign)
    ]


def put(result: ReadResult) -> list[tuple[str, bool | float]]:
    return [(s.signal, s.value) for s in body(result) if isinstance(s, SetSignal)]


def waits(result: ReadResult) -> list[Expr]:
    return [s.condition for s in body(result) if isinstance(s, Wait)]


def same(a: Expr, b: Expr) -> bool:
    return not list(differences(a, b))


SETS = {
    "abb": ("SetGO code, 5;", "SetGO CODE,5;", "SetGO go_2, 5;"),
    "fanuc": ("  1:  GO[2]=5 ;", "  1:  GO[2:any name]=(5) ;"),
    "hyundai": ("     dob2=5", "     fb0.dob2=5", "     DOB[2] = 5"),
    "yaskawa": ("DOUT OG#(2) 5", "SET B001 5\nDOUT OG#(2) B001"),
}


@pytest.mark.parametrize(("brand", "line"), [(b, t) for b, texts in SETS.items() for t in texts])
def test_a_number_set_is_the_group_that_the_cell_has_there(brand: str, line: str) -> None:
    result = read(brand, line)
    assert result.raw_lines == ()
    assert put(result) == [("code", 5.0)]


WAITS = {
    "abb": ("WaitGI kind, 3;", "WaitUntil kind=3;", "WaitUntil GInput(kind)=3;"),
    "fanuc": ("  1:  WAIT GI[3]=3 ;", "  1:  WAIT (GI[3:x]=3) ;"),
    "hyundai": ("     wait dib3==3", "     wait fb0.dib3 == 3"),
    "yaskawa": ("WAIT IG#(3)=3",),
}


@pytest.mark.parametrize(("brand", "line"), [(b, t) for b, texts in WAITS.items() for t in texts])
def test_a_number_waited_for_is_that_of_the_group(brand: str, line: str) -> None:
    result = read(brand, line)
    assert result.raw_lines == ()
    (condition,) = waits(result)
    assert same(condition, is_number("kind", 3.0))


@pytest.mark.parametrize(("option", "op"), [("NOTEQ", "!="), ("LT", "<"), ("GT", ">")])
def test_waitgi_compares_as_its_switch_says(option: str, op: str) -> None:
    (condition,) = waits(read("abb", f"WaitGI kind \\{option}, 3;"))
    assert same(condition, is_number("kind", 3.0, op))


def test_waitgi_takes_no_time_flag() -> None:
    """3HAC050917, WaitGI: MaxTime and ValueAtTimeout; WaitUntil takes a TimeFlag."""
    cell = cell_of("abb")
    wait = Wait(is_number("kind", 3.0), 2.0, "late")
    body = (KITS["abb"].joint(tool="gripper"), wait, Label("late"))
    quantised = BRANDS["abb"].quantise(Program("p", "arm", (Routine("main", body),)), cell)
    files = {f.name: f.data for f in BRANDS["abb"].write(quantised, cell).files}
    text = next(data for name, data in files.items() if name.endswith(".mod")).decode()
    assert "WaitUntil kind = 3\\MaxTime:=2\\TimeFlag:=" in text
    assert not list(differences(quantised, BRANDS["abb"].read(files, cell, "arm").program))
    odd = read("abb", "WaitGI kind, 3\\MaxTime:=2\\TimeFlag:=late;")
    assert len(odd.raw_lines) == 1


def test_one_in_a_group_is_a_number_and_no_on() -> None:
    """`GI[3]=1` is 1 of 0..255; of a single input 1 would be on."""
    for brand, line in (
        ("abb", "WaitUntil kind=1;"),
        ("hyundai", "     wait dib3==1"),
        ("fanuc", "  1:  WAIT GI[3]=1 ;"),
    ):
        (condition,) = waits(read(brand, line))
        assert same(condition, is_number("kind", 1.0))


SIGNALS = (
    "SIGNAL code $OUT[9] TO $OUT[16]\nGLOBAL SIGNAL Kind $IN[17] TO $IN[24]\nSIGNAL light $OUT[2]"
)


def test_names_that_krl_declares_are_the_signals_of_the_cell() -> None:
    lines = ("CODE=5", "WAIT FOR (kind==3)", "light=TRUE", "IF kind<>0 THEN", "code=0", "ENDIF")
    result = read("kuka", *lines, data=SIGNALS)
    assert result.raw_lines == ()
    assert put(result) == [("code", 5.0), ("lamp", True)]
    assert same(waits(result)[0], is_number("kind", 3.0))


def test_the_advance_run_stops_at_a_group_as_at_an_output() -> None:
    """CONTINUE before it is no longer nothing: the group may be set before the motion ends."""
    motion = "PTP {A1 0,A2 -90,A3 90,A4 0,A5 30,A6 0}"
    for line, kept in (("code=5", True), ("light=TRUE", True), ("count=5.0", False)):
        result = read("kuka", motion, "CONTINUE", line, data=SIGNALS)
        assert ("CONTINUE" in [r.text.strip() for r in result.raw_lines]) is kept


def test_a_name_that_is_signal_and_variable_is_neither() -> None:
    result = read("kuka", "code=5", data=f"{SIGNALS}\nINT code=0")
    assert [r.text for r in result.raw_lines] == ["code=5"]


def test_bits_in_a_list_are_the_group_lowest_first() -> None:
    bits = ",".join(f"get_configurable_digital_in({i})" for i in range(8))
    turned = ",".join(f"get_configurable_digital_in({i})" for i in (1, 0, 2, 3, 4, 5, 6, 7))
    frame = "  if binary_list_to_integer([{}]) == 3:\n  set_standard_digital_out(1, True)\n  end"
    (known,) = [s for s in body(read("ur", frame.format(bits))) if isinstance(s, If)]
    assert same(known.condition, is_number("kind", 3.0))
    (odd,) = [s for s in body(read("ur", frame.format(turned))) if isinstance(s, If)]
    assert not same(odd.condition, is_number("kind", 3.0))


@pytest.mark.limit
def test_a_byte_of_outputs_has_a_sign() -> None:
    """dob is -128 to +127 (manual 6.1.1): -128 is 128 on the wires, and 128 is no value of it."""
    assert put(read("hyundai", "     dob2=127")) == [("code", 127.0)]
    assert put(read("hyundai", "     dob2=-128")) == [("code", 128.0)]
    assert put(read("hyundai", "     dob2=-1")) == [("code", 255.0)]
    assert len(read("hyundai", "     dob2=128").raw_lines) == 1
    assert len(read("hyundai", "     dob2=-129").raw_lines) == 1


def test_more_or_less_than_a_signed_byte_is_open() -> None:
    (condition,) = waits(read("hyundai", "     wait dib3>3"))
    assert condition.args[0].op == "unknown"


@pytest.mark.parametrize(
    ("brand", "line", "bit"),
    [
        ("abb", "SetDO do_9, 1;", ""),
        ("fanuc", "  1:  DO[9]=ON ;", "do9"),
        ("hyundai", "     do16=1", "do16"),
        ("kuka", "$OUT[9]=TRUE", "do9"),
        ("yaskawa", "DOUT OT#(9) ON", "do9"),
    ],
)
def test_a_single_bit_of_a_group_is_a_finding_in_the_run(brand: str, line: str, bit: str) -> None:
    """The group would change by it, and no other line says so."""
    cell = cell_of(brand)
    cell = replace(cell, signals={n: Signal(n, "group:arm") for n in cell.signals})
    result = read(brand, line, cell=cell)
    run = simulate(Job("j", cell, {"arm": result.program}, rules_of(cell)))
    told = [f.subject for f in run.findings if f.rule == "signal-unknown"]
    assert told == [bit or "do_9"]
    assert not bit or any(f"{bit} is a bit of 'code'" in n for n in result.notes)


@pytest.mark.parametrize(
    ("brand", "line"),
    [
        ("yaskawa", "DOUT OGH#(3) 1"),
        ("kuka", "code=5"),
        ("hyundai", "     dow1=5"),
        ("abb", "SetGO lamp, 5;"),
        ("fanuc", "  1:  GO[2]=R[9] ;"),
    ],
)
def test_a_group_that_is_none_of_the_cell_stays_text(brand: str, line: str) -> None:
    data = "SIGNAL code $OUT[9] TO $OUT[12]" if brand == "kuka" else ""
    result = read(brand, line, data=data)
    assert len(result.raw_lines) == 1
    assert put(result) == []


def test_a_group_elsewhere_is_told_by_the_lint_of_a_cell() -> None:
    cell = replace(cell_of("fanuc"), path="cells/x")
    result = read("fanuc", "  1:  GO[7]=5 ;", cell=cell)
    assert result.raw_lines == ()
    told = [f for f in BRANDS["fanuc"].lint(result.program, cell) if "undeclared" in f.rule]
    assert [f.line for f in told] == [5]
    beyond = read("fanuc", "  1:  GO[2]=256 ;", cell=cell)
    assert "lint-signal-value" in {f.rule for f in BRANDS["fanuc"].lint(beyond.program, cell)}


def said(brand: str, *statements: Statement, **ports: Port) -> None:
    cell = cell_of(brand)
    known = {**cell.groups["arm"].controller.signals, **ports}
    cell = with_controller(cell, signals=known)
    cell = replace(cell, signals={n: Signal(n, "cell") for n in known})
    program = Program(
        "p", "arm", (Routine("main", (KITS[brand].joint(tool="gripper"), *statements)),)
    )
    BRANDS[brand].write(BRANDS[brand].quantise(program, cell), cell)


@pytest.mark.parametrize(
    ("brand", "port", "why"),
    [
        ("fanuc", Port("go", 0, 25, 4), "a number GO"),
        ("kuka", Port("go", 3, None, 8), "2 to 31 bits"),
        ("kuka", Port("go", 0, 25, 32), "2 to 31 bits"),
        ("abb", Port("go", 0, 25, 24), "a num holds 23"),
        ("yaskawa", Port("go", 0, 26, 8), "8 or 4 signals"),
        ("yaskawa", Port("go", 0, 25, 5), "8 or 4 signals"),
        ("hyundai", Port("go", 0, 41, 8), "8, 16 or 32 signals"),
        ("ur", Port("go", 0, 0, 4), "one at a time"),
    ],
)
def test_a_group_that_the_language_has_not_is_refused_by_name(
    brand: str, port: Port, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        said(brand, SetSignal("more", 1.0), more=port)


@pytest.mark.limit
@pytest.mark.parametrize("brand", [b for b in sorted(KITS) if "code" in KITS[b].groups])
def test_a_number_is_written_to_the_last_that_fits(brand: str) -> None:
    said(brand, SetSignal("code", 255.0))
    for value in (256.0, -1.0, 2.5):
        with pytest.raises(Refused, match="8 bits"):
            said(brand, SetSignal("code", value))


@pytest.mark.parametrize("brand", sorted(KITS))
def test_a_number_is_no_condition(brand: str) -> None:
    with pytest.raises(Refused, match="'kind' as a condition"):
        said(brand, If(Expr("signal", name="kind"), (SetSignal("lamp", True),)))
    with pytest.raises(Refused, match="'kind' as a condition"):
        said(brand, Wait(Expr("not", (Expr("signal", name="kind"),))))


def test_a_register_takes_the_number_of_a_group() -> None:
    (taken,) = body(read("fanuc", "  1:  R[1:n]=GI[3] ;"))
    assert isinstance(taken, Assign)
    assert same(taken.value, Expr("signal", name="kind"))
    (byte,) = body(read("yaskawa", "DIN B001 IG#(3)"))
    assert isinstance(byte, Assign)
    assert same(byte.value, Expr("signal", name="kind"))
    (signed,) = body(read("hyundai", "     var n=dib3"))
    assert isinstance(signed, Assign)
    assert signed.value.op == "unknown"


@pytest.mark.parametrize(
    ("brand", "lost"),
    [("ur", "one at a time"), ("kuka", ""), ("fanuc", ""), ("hyundai", "")],
)
def test_a_translation_carries_a_number_or_says_that_it_is_lost(brand: str, lost: str) -> None:
    source, into = cell_of("yaskawa"), Into(BRANDS[brand], cell_of(brand), "arm")
    if brand == "ur":
        ports = {**into.cell.groups["arm"].controller.signals, "code": Port("go", 0, 0, 8)}
        into = replace(into, cell=with_controller(into.cell, signals=ports))
    rules = rules_of(source)["arm"]
    mapper = Mapper(source, "arm", rules, into, {}, None, {}, {})
    put, awaited = SetSignal("code", 5.0, line=3), Wait(is_number("kind", 3.0), line=4)
    made = mapper.program(Program("p", "arm", (Routine("main", (put, awaited)),)))
    kept = made.routines[0].body
    assert list(differences(kept[-1], awaited)) == []
    assert [s.value for s in kept if isinstance(s, SetSignal)] == ([] if lost else [5.0])
    assert len(mapper.losses) == bool(lost)
    assert all(loss.kind == "lost" and lost in loss.reason for loss in mapper.losses)
