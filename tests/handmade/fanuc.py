"""Edits of TP: outputs near points, point logic, pulses, registers."""

from __future__ import annotations

from brandkit.edits import drop, swap
from brandkit.kit import Edit

SWITCHES: dict[str, Edit] = {
    "time before": swap(r"TB    \.20", "TB   2.00"),
    "after for before": swap(r"TB    \.20", "TA    .20"),
    "before for after": swap(r"TA    \.30", "TB    .30"),
    "time after": swap(r"TA    \.30", "TA   3.00"),
    "time after without its point": swap(r"TA    \.30", "TA     30"),
    "sign of a time": swap(r"TB    \.20", "TB   -.20"),
    "msec for sec": swap(r"TA    \.30sec", "TA    .30msec"),
    "distance": swap(r"DB   12\.5", "DB   125.0"),
    "distance in m": swap(r"DB   12\.5", "DB   .0125"),
    "sign of a distance": swap(r"DB   12\.5", "DB  -12.5"),
    "inch for mm": swap(r"DB   12\.5mm", "DB   12.5inch"),
    "time for a distance": swap(r"DB   12\.5mm", "TB    .13sec"),
    "distance for a time": swap(r"TB    \.20sec", "DB   20.0mm"),
    "output before": swap(r"(TB .*)DO\[1\]", r"\1DO[2]"),
    "output of the robot": swap(r"(TB .*)DO\[1\]", r"\1RO[1]"),
    "value before": swap(r"(TB .*)ON", r"\1OFF"),
    "value at a distance": swap(r"(DB .*)OFF", r"\1ON"),
    "output at a distance": swap(r"(DB .*)DO\[1\]", r"\1DO[2]"),
    "pulse after": swap(r"(TA .*)PULSE,0\.5sec", r"\1PULSE,5.0sec"),
    "on for a pulse after": swap(r"(TA .*)PULSE,0\.5sec", r"\1ON"),
    "option dropped": swap(r" TB    \.20sec,DO\[1\]=ON", ""),
    "option of the next motion": swap(
        r" TB    \.20sec,DO\[1\]=ON    ;\n(.*P\[3\].*FINE)", r"    ;\n\1 TB    .20sec,DO[1]=ON"
    ),
    "options swapped": swap(
        r"TB    \.20sec,(\S+)((?s:.*?))TA    \.30sec,(\S+)", r"TA    .30sec,\3\2TB    .20sec,\1"
    ),
    "corner before an output": swap(r"FINE DB", "CNT100 DB"),
    "point of an option": swap(r"L P\[2\](.*)DB", r"L P[3]\1DB"),
    "output of logic": swap(r"(1:  DO)\[2\]", r"\1[1]"),
    "value of logic": swap(r"(1:  DO\[2\])=ON", r"\1=OFF"),
    "logic in another order": swap(r"(DO\[2\]=ON ;)(\n.*)(DO\[1\]=ON ;)", r"\3\2\1"),
    "line of logic dropped": drop(r"2:  DO\[1\]=ON"),
    "distance of logic": swap(r"DB   10\.0", "DB    1.0"),
    "logic that waits": swap(r"2:  DO\[1\]=ON", "2:  WAIT DI[1]=ON"),
    "logic without its end": drop(r"------"),
    "motion behind logic": drop(r"8:L P\[2\]"),
    "pulse": swap(r"lamp\]=PULSE,0\.5", "lamp]=PULSE,0.05"),
    "pulse in ms": swap(r"lamp\]=PULSE,0\.5", "lamp]=PULSE,500"),
    "output for a pulse": swap(r"lamp\]=PULSE,0\.5sec", "lamp]=ON"),
    "pulse of another": swap(r"DO\[2:lamp\]", "DO[1:lamp]"),
    "pulse behind the output": swap(
        r"DO\[2:lamp\]=PULSE,0\.5sec ;\n(.*)DO\[1\]=OFF", r"DO[1]=OFF ;\n\1DO[2:lamp]=PULSE,0.5sec"
    ),
    "time of a wait": swap(r"WAIT   1\.00", "WAIT    .10"),
}
STACK: dict[str, Edit] = {
    "known speed": swap(r"R\[5:speed\]=300", "R[5:speed]=30"),
    "known corner": swap(r"R\[6:cnt\]=50", "R[6:cnt]=5"),
    "known number dropped": drop(r"R\[5:speed\]=300"),
    "limit of a loop": swap(r"=1 TO 3", "=1 TO 2"),
    "loop down": swap(r"4 DOWNTO 1", "4 DOWNTO 2"),
    "loop up": swap(r"4 DOWNTO 1", "4 TO 1"),
    "register of a loop": swap(r"TO R\[7:count\]", "TO R[8:count]"),
    "point of a loop": swap(r"P\[R\[1:i\]\]", "P[2]"),
    "end of a loop dropped": drop(r"ENDFOR"),
    "product of registers": swap(r"R\[5:speed\]\*2", "R[5:speed]*3"),
    "sum of registers": swap(r"R\[5\]\+R\[6\]", "R[5]-R[6]"),
    "output in a loop": swap(r"lamp\]=ON", "lamp]=OFF"),
}
EDITS = {("SWITCHES.LS",): SWITCHES, ("STACK.LS",): STACK}
