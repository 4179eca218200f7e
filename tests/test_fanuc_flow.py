"""TP instructions that order a program: arguments, pauses, overrides, waits, German listings."""

from __future__ import annotations

from pathlib import Path

from controllers_support import cell_of
from readings import body, moves, reasons
from tp_text import FRAMES, POINTS, read, text_of, understood

from cellsim.controllers.brands import BRANDS, load_text
from cellsim.domain.program import Assign, Delay, Goto, If, Label, Raw, SetSignal, Speed, Wait


def test_constant_arguments_stand_in_the_place_of_their_registers() -> None:
    sub = text_of(("R[AR[1]]=AR[2]", "DO[AR[1]]=ON", "!AR[1] is the number"), "SUB", "")
    result = understood("CALL SUB(2,5.5)", "CALL SUB(1,-3)", beside={"SUB.LS": sub})
    assert [r.name for r in result.program.routines] == ["A", "SUB_1", "SUB_2"]
    first, second = body(result, 1), body(result, 2)
    assert [s.name for s in first + second if isinstance(s, Assign)] == ["r2", "r1"]
    outputs = [s.signal for s in first + second if isinstance(s, SetSignal)]
    assert outputs == ["lamp", "grip_close"]


def test_calls_in_circles_with_arguments_end() -> None:
    sub = text_of(("IF AR[1]=0,END", "CALL SUB(0)", "CALL SUB(AR[1]-1)"), "SUB", "")
    result = read("CALL SUB(3)", beside={"SUB.LS": sub})
    assert any("may call itself" in reason for reason in reasons(result))


def test_a_pause_stands_and_goes_on() -> None:
    result = understood("J P[1] 50% FINE", "PAUSE", "UALM[3]", "L P[2] 99mm/sec FINE")
    waits = [s for s in body(result) if isinstance(s, Delay)]
    assert [w.seconds for w in waits] == [0.0, 0.0]
    assert sum(isinstance(s, Raw) and s.harmless for s in body(result)) == 2
    assert len(moves(result)) == 2


def test_the_override_slows_what_follows() -> None:
    result = understood(
        "OVERRIDE=50%", "L P[2] 300mm/sec FINE", "J P[1] 80% FINE", "L P[2] 2sec FINE",
        "OVERRIDE=100%", "L P[2] 300mm/sec FINE",
    )  # fmt: skip
    speeds = [str(m.speed) for m in moves(result)]
    assert speeds == ["150 mm/s", "40 %", "4 s", "300 mm/s"]
    assert reasons(read("OVERRIDE=R[9]", "L P[2] 300mm/sec FINE")) == [
        "a value that is not known here"
    ]
    assert reasons(read("OVERRIDE=0%")) == ["a value that is not known here"]


def test_a_motion_with_a_skip_goes_on_both_ways() -> None:
    result = read("SKIP CONDITION DI[3]=ON", "L P[2] 9mm/sec FINE Skip,LBL[7]", "LBL[7]")
    assert reasons(result) == ["motion option Skip,LBL[7]"]
    (branch,) = (s for s in body(result) if isinstance(s, If))
    assert branch.condition.op == "unknown"
    (onward,) = branch.otherwise
    assert isinstance(onward, Goto)
    assert onward.label == "lbl7"


def test_what_comes_from_outside_is_free_and_not_misunderstood() -> None:
    result = understood(
        "R[3]=(TIMER[1])", "R[4]=GI[2]", "IF (GI[1]=3 OR UI[2]),JMP LBL[1]", "LBL[1]"
    )
    assert [s.value.op for s in body(result) if isinstance(s, Assign)] == ["unknown", "unknown"]
    either = understood(
        "R[3]=R[R[8]]+GI[1]", "DO[2]=(TIMER[1]>2)", "IF (PR[9,3]<5) THEN", "ENDIF", "M[1]=(DI[3])"
    )
    conditions = [s.condition.op for s in body(either) if isinstance(s, If)]
    assert conditions == ["unknown", "unknown"]


def test_a_monitor_that_pauses_programs_changes_nothing() -> None:
    understood("TC_ONLINE (DI[1] AND !DI[3])", "TC_ONLINE DISABLE", "L P[2] 9mm/sec FINE")


def test_a_jump_to_a_label_by_register_may_go_to_any() -> None:
    known = read("R[1]=2", "JMP LBL[R[1]]", "LBL[1]", "LBL[2]")
    assert [s.label for s in body(known) if isinstance(s, Goto)] == ["lbl2"]
    free = understood("R[1]=GI[2]", "JMP LBL[R[1]]", "LBL[1]", "DO[2]=ON", "LBL[2]")
    assert [s.label for s in body(free) if isinstance(s, Goto)] == ["lbl1", "lbl2"]
    (none,) = (s for s in body(free) if isinstance(s, Wait))
    assert (none.condition.value, none.timeout_s) == (False, 0.0)
    nowhere = read("R[1]=7", "JMP LBL[R[1]]", "LBL[1]", "DO[2]=ON")
    assert [type(s) for s in body(nowhere)] == [Assign, Wait, Label, SetSignal]


def test_a_wait_of_an_unknown_time_may_be_over_at_once_or_never() -> None:
    result = read("$WAITTMOUT=R[9]", "WAIT DI[3]=ON TIMEOUT,LBL[1]", "LBL[1]")
    assert reasons(result) == ["a value that is not known here"]
    (either,) = (s for s in body(result) if isinstance(s, If))
    assert either.condition.op == "unknown"
    assert isinstance(either.then[0], Goto)
    assert isinstance(either.otherwise[0], Wait)
    assert either.otherwise[0].timeout_s is None


def test_a_macro_calls_the_program_of_its_name() -> None:
    text = b"/PROG OPEN_HAND\n/MN\n   1:  DO[2]=(AR[1]=1) ;\n   2:  R[5]=AR[1] ;\n/POS\n/END\n"
    result = understood("OPEN HAND(7)", beside={"OPEN_HAND.LS": text})
    assert [r.name for r in result.program.routines] == ["A", "OPEN_HAND"]
    (given,) = (s for s in body(result, 1) if isinstance(s, Assign))
    assert given.value.value == 7.0
    assert "macro 'OPEN HAND' is taken for program OPEN_HAND (assumed)" in result.notes
    assert reasons(read("OPEN HAND")) == ["no instruction this reader knows"]


def test_a_macro_file_is_read_with_the_one_that_names_it(tmp_path: object) -> None:
    folder = Path(str(tmp_path))
    (folder / "A.LS").write_bytes(text_of((*FRAMES, "Open Hand")))
    (folder / "OPEN_HAND.LS").write_bytes(text_of(("DO[2]=ON",), "OPEN_HAND"))
    (folder / "OTHER.LS").write_bytes(text_of(("DO[2]=ON",), "OTHER"))
    assert set(load_text(folder / "A.LS", BRANDS["fanuc"])) == {"A.LS", "OPEN_HAND.LS"}


def test_a_wait_with_a_comma_before_its_timeout() -> None:
    understood("$WAITTMOUT=150", "WAIT DI[1]=ON AND DI[3]=ON, TIMEOUT,LBL[1]", "LBL[1]")


GERMAN = """/PROG  TEILE
/ATTR
EIGN.\t\t= MNEDITOR;
KOMMENTAR\t= "TEILE";
ZEILEN\t\t= 14;
KONTROLLCODE\t= 00000000 00000000;
/MN
   1:  BENUTZER_NUM=3 ;
   2:  WKZ_NUM=1 ;
   3:  !A[2] AN ist die Lampe ;
   4:J P[1] 100% FINE    ;
   5:  WENN (!E[3]),SPRUNG LABEL[1] ;
   6:  A[2]=AN ;
   7:  WARTE (E[1] [&] !E[3] [+] F[4])    ;
   8:  i[400]=i[400]+1    ;
   9:  gA[19]=11 ;
  10:L P[2] 2000mm/sek CNT100 ACC100 ZEIT VOR   0.00sek,A[2]=AUS    ;
  11:  LABEL[1] ;
  12:  WARTE    .50(sek) ;
  13:L P[2] 500mm/sek FINE ZEIT VOR    .10sek,P-SPS    ;
      1:  FB-PSPS (AN) ;
      2:  BENUTZER_NUM=5 ;
       ------ ;
  14:  ENDE ;
/POS
"""


def test_a_listing_of_a_german_pendant_says_the_same() -> None:
    text = GERMAN + POINTS.replace("CONFIG", "KONFIG") + "/END\n"
    result = BRANDS["fanuc"].read({"TEILE.LS": text.encode()}, cell_of("fanuc"), "arm")
    assert reasons(result) == ["logic that runs at a point"]
    assert not any("LINE_COUNT" in note or "line number" in note for note in result.notes)
    found = moves(result)
    assert [m.line for m in found] == [11, 17, 20]
    assert found[1].speed == Speed(2000.0, "mm/s")
    outputs = [(s.signal, s.value) for s in body(result) if isinstance(s, SetSignal)]
    assert outputs == [("lamp", True), ("lamp", False)]
    (counted,) = (s for s in body(result) if isinstance(s, Assign))
    assert counted.name == "r400"
    assert [s.seconds for s in body(result) if isinstance(s, Delay)] == [0.5]
    # The same words in a listing that is not German are no instructions.
    english = text.replace("EIGN.", "OWNER").replace("KOMMENTAR", "COMMENT").replace("ZEILEN", "X")
    english = english.replace("KONTROLLCODE", "CONTROL_CODE")
    assert (
        len(reasons(BRANDS["fanuc"].read({"T.LS": english.encode()}, cell_of("fanuc"), "arm"))) > 8
    )


def test_a_jump_by_a_number_that_is_not_read_may_go_to_every_label() -> None:
    lines = ("JMP LBL[R[1+2*R[2]]]", "LBL[1]", "L P[2] 99mm/sec FINE", "LBL[2]")
    result = read("J P[1] 50% FINE", *lines)
    assert any(isinstance(s, If) and s.condition.op == "unknown" for s in body(result))
