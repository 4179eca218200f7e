"""Edits of URScript: threads of outputs, loops, known numbers, functions."""

from __future__ import annotations

from brandkit.edits import drop, swap
from brandkit.kit import Edit

BESIDE: dict[str, Edit] = {
    "time in a thread": swap(r"sleep\(0\.75\)", "sleep(7.5)"),
    "sleep dropped": drop(r"sleep"),
    "output in a thread": swap(r"out\(1, True\)", "out(0, True)"),
    "value in a thread": swap(r"out\(1, False\)", "out(1, True)"),
    "motion in a thread": swap(r"sleep\(0\.75\)", "movej([0,-1.57,1.57,0,1.57,0])"),
    "thread not run": drop(r"run lamp"),
    "thread run twice": swap(r"(  global h = run lamp\(\))", r"\1\n  h = run lamp()"),
    "other thread": swap(r"run lamp", "run watch"),
    "break for continue": swap(r"break", "continue"),
    "continue for break": swap(r"continue", "break"),
    "break dropped": drop(r"break"),
    "stop in a blend": swap(r"v=0\.1\)\n  stopl", "v=0.1, r=0.01)\n  stopl"),
    "limit of a loop": swap(r"n < 5", "n < 6"),
    "returned call": swap(r"return True", "return move_on()"),
    "end dropped": drop(r"^    end"),
}
SWITCHES: dict[str, Edit] = {
    "time before an output": swap(r"sleep\(0\.2\)", "sleep(2.0)"),
    "time of an output": swap(r"^(    )sleep\(0\.5\)", r"\1sleep(0.05)"),
    "time in ms": swap(r"sleep\(0\.2\)", "sleep(200)"),
    "time below nothing": swap(r"sleep\(0\.2\)", "sleep(-0.2)"),
    "time before dropped": drop(r"sleep\(0\.2\)"),
    "output of a thread": swap(r"out\(1, True\)", "out(2, True)"),
    "other output of a thread": swap(r"out\(1, False\)", "out(2, False)"),
    "value of a thread": swap(r"out\(1, True\)", "out(1, False)"),
    "output not taken back": drop(r"out\(1, False\)"),
    "outputs in another order": swap(
        r"out\(1, True\)((?s:.*?))out\(1, False\)", r"out(1, False)\1out(1, True)"
    ),
    "output before its time": swap(r"^(    sleep\(0\.2\)\n)(    set.*\n)", r"\2\1"),
    "thread behind its motion": swap(r"^(  global beside.*\n)(  movel.*\n)", r"\2\1"),
    "thread before the motion": swap(r"^(  movej.*\n)(  global beside.*\n)", r"\2\1"),
    "thread called": swap(r"global beside = run flash\(\)", "flash()"),
    "thread ended": swap(r"^(  movel.*\n)(  if)", r"\1  kill beside\n\2"),
    "thread that asks": swap(
        r"^    sleep\(0\.2\)", "    while not get_digital_in(0):\n      sync()\n    end"
    ),
    "loop in a thread": swap(r"^    sleep\(0\.2\)", "    while True:\n      sleep(0.2)\n    end"),
    "known number": swap(r"parts = 2", "parts = 3"),
    "comparison of a number": swap(r"parts == 2", "parts != 2"),
    "limit of a number": swap(r"parts > 2", "parts > 1"),
    "elif for if": swap(r"elif parts > 2", "elif parts < 2"),
    "else dropped": drop(r"^  else"),
    "end of if dropped": drop(r"^  end$"),
    "target of a branch": swap(r"0\.5, 0\.2, 0\.4", "0.5, 0.25, 0.4"),
    "first of a loop": swap(r"i = 0", "i = 1"),
    "limit of a loop": swap(r"i < 3", "i < 2"),
    "limit taken in": swap(r"i < 3", "i <= 3"),
    "step of a loop": swap(r"i = i \+ 1", "i = i + 2"),
    "step dropped": drop(r"i = i \+ 1"),
    "step before the motion": swap(r"^(    movel.*\*i.*\n)(    i = i.*\n)", r"\2\1"),
    "way of a loop": swap(r"0\.05\*i", "0.5*i"),
    "sign of a loop": swap(r"0\.1 \+ 0\.05", "0.1 - 0.05"),
    "mm in a loop": swap(r"0\.05\*i", "50*i"),
    "input of a loop": swap(r"while get_digital_in\(1\)", "while get_digital_in(3)"),
    "loop turned": swap(r"while get_digital_in\(1\)", "while not get_digital_in(1)"),
    "if for a loop": swap(r"while get_digital_in\(1\)", "if get_digital_in(1)"),
    "count of a wait": swap(r"x >= 4", "x >= 40"),
    "count that is equal": swap(r"x >= 4", "x == 4"),
    "count dropped": drop(r"x = x \+ 1"),
    "count begins later": swap(r"^  x = 0", "  x = 2"),
    "break for continue": swap(r"break", "continue"),
    "break dropped": drop(r"break"),
    "break for halt": swap(r"break", "halt"),
    "time of a lamp": swap(r"^  sleep\(0\.5\)", "  sleep(5)"),
    "lamp not taken back": drop(r"out\(2, False\)"),
    "lamp taken back at once": swap(r"^(  sleep.*\n)(  set.*\n)", r"\2\1"),
    "output of the tool": swap(r"set_digital_out\(2, False", "set_tool_digital_out(2, False"),
    "output of the cabinet": swap(
        r"set_digital_out\(2, False", "set_configurable_digital_out(2, False"
    ),
}
LISTS: dict[str, Edit] = {
    "place in a list": swap(r"a0\[i\]", "a0[0]"),
    "list of another": swap(r"movel\(a0\[i\]", "movel(a1[i]"),
    "way over a place": swap(r"0,0,0\.05,0,0,0", "0,0,0.5,0,0,0"),
    "places swapped": swap(r"\[h,p1,h\]", "[p1,h,h]"),
    "place dropped": swap(r"\[h,p1,h\]", "[h,p1]"),
    "product of a function": swap(r"return 2\*n", "return 3*n"),
    "argument of a function": swap(r"twice\(2\)", "twice(3)"),
    "element": swap(r"h\[2\] = h\[2\]\+0\.1", "h[1] = h[1]+0.1"),
    "element turned": swap(r"h\[2\]\+0\.1", "h[2]-0.1"),
    "element dropped": drop(r"h\[2\] = "),
    "count down": swap(r"k > 4", "k > 3"),
    "step down": swap(r"k = k - 1", "k = k - 2"),
    "step behind the motion": swap(r"^(    k = k.*\n)(    movel.*\n)", r"\2\1"),
    "speed by name": swap(r"speed=0\.25", "speed=0.025"),
    "part of a way": swap(r"p1, 0\.5\)", "p1, 0.05)"),
    "ends and part of a way": swap(r"\(h, p1, 0\.5", "(p1, h, 0.25"),
}
EDITS = {("beside.script",): BESIDE, ("switches.script",): SWITCHES, ("lists.script",): LISTS}
