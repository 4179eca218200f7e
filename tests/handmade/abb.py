"""Edits of RAPID: outputs along motions, for a time, after a time."""

from __future__ import annotations

from brandkit.edits import drop, swap
from brandkit.kit import Edit

SWITCHING: dict[str, Edit] = {
    "time before the end": swap(r"0\.2\\Time", r"2\\Time"),
    "time for a way": swap(r"0\.2\\Time", "0.2"),
    "time from the start": swap(r"0\.2\\Time", r"0.2\\Start\\Time"),
    "sign of a time": swap(r"0\.2\\Time", r"-0.2\\Time"),
    "time in ms": swap(r"0\.2\\Time", r"200\\Time"),
    "way from the start": swap(r"0\\Start", r"5\\Start"),
    "start dropped": swap(r"\\Start", ""),
    "way": swap(r"trLate, 15", "trLate, 1.5"),
    "sign of a way": swap(r"trLate, 15", "trLate, -15"),
    "way from the start on": swap(r"trLate, 15", r"trLate, 15\\Start"),
    "lag": swap(r"15, 0\.1", "15, 0.01"),
    "sign of a lag": swap(r"15, 0\.1", "15, -0.1"),
    "lag in ms": swap(r"15, 0\.1", "15, 100"),
    "lag dropped": swap(r"TriggEquip trLate, 15, 0\.1", "TriggIO trLate, 15"),
    "output of a trigger": swap(r"(trOff, .*)lamp, 0", r"\1grip_close, 0"),
    "value of a trigger": swap(r"(trOff, .*)lamp, 0", r"\1lamp, 1"),
    "output that is none": swap(r"(trOff, .*)lamp, 0", r"\1lamb, 0"),
    "output of equipment": swap(r"DOp:=grip_close, 1", "DOp:=lamp, 1"),
    "value of equipment": swap(r"DOp:=grip_close, 1", "DOp:=grip_close, 0"),
    "trigger set again": swap(
        r"^(    TriggL p2, v100, trOn\\T2)", r"    TriggIO trOff, 5\\DOp:=lamp, 1;\n\1"
    ),
    "trigger set behind its motion": swap(r"^(    TriggIO trOn, 20.*\n)(    TriggL.*\n)", r"\2\1"),
    "trigger not set anew": drop(r"TriggIO trOn, 20"),
    "trigger of another": swap(r"TriggC p3, p1, v100, trLate", "TriggC p3, p1, v100, trOff"),
    "trigger of an arc dropped": swap(r"TriggC p3, p1, v100, trLate", "MoveC p3, p1, v100"),
    "points of an arc": swap(r"TriggC p3, p1", "TriggC p1, p3"),
    "line for an arc": swap(r"TriggC p3, p1", "TriggL p1"),
    "second trigger dropped": swap(r"\\T2:=trOff", ""),
    "second trigger of another": swap(r"\\T2:=trOff", r"\\T2:=trLate"),
    "third trigger": swap(r"\\T2:=trOff", r"\\T2:=trOff\\T3:=trLate"),
    "triggers in another order": swap(r"trOn\\T2:=trOff", r"trOff\\T2:=trOn"),
    "delay behind a place": swap(r"DODelay:=0\.4", "DODelay:=4"),
    "delay behind a place dropped": swap(r"\\DODelay:=0\.4", ""),
    "delay below nothing": swap(r"DODelay:=0\.4", "DODelay:=-0.4"),
    "trigger of a joint motion": swap(r"TriggAbsJ j1, v500, trOff", "TriggAbsJ j1, v500, trLate"),
    "joint motion without a trigger": swap(r"TriggAbsJ j1, v500, trOff", "MoveAbsJ j1, v500"),
    "corner of a triggered motion": swap(r"(TriggAbsJ .*)fine", r"\1z50"),
    "triggered motions swapped": swap(
        r"^(    TriggL p2, v100, trOn, .*\n)(    TriggAbsJ.*\n)", r"\2\1"
    ),
    "pulse time": swap(r"PLength:=0\.4", "PLength:=4"),
    "pulse in ms": swap(r"PLength:=0\.4", "PLength:=400"),
    "pulse of another output": swap(r"(PulseDO.*), lamp", r"\1, grip_close"),
    "pulse that turns round": swap(r"PulseDO\\High", "PulseDO"),
    "output for a pulse": swap(r"PulseDO\S+ lamp", "Set lamp"),
    "pulse before its motion": swap(r"^(    TriggAbsJ.*\n)(    PulseDO.*\n)", r"\2\1"),
    "delayed output": swap(r"SDelay:=0\.3", "SDelay:=0.03"),
    "delayed value": swap(r"grip_close, 0", "grip_close, 1"),
    "delayed output of another": swap(r"SDelay:=0\.3, grip_close", "SDelay:=0.3, lamp"),
    "output at once": swap(r"\\SDelay:=0\.3", ""),
    "time of a wait": swap(r"WaitTime 1", "WaitTime 10"),
}
EDITS = {("switching.mod",): SWITCHING}
