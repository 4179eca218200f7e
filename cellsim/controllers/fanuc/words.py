"""Words of TP that no program may be named (upper case).

Source: instructions of the R-30iB handling tool manual (operator's manual, program instructions).
"""

# fmt: off
RESERVED = frozenset({
    "ABORT", "ACC", "AND", "CALL", "CNT", "DIV", "DOWNTO", "ELSE", "END", "ENDFOR", "ENDIF", "FINE",
    "FOR", "IF", "INC", "JMP", "LBL", "LOCK", "MESSAGE", "MOD", "MONITOR", "OFF", "OFFSET", "ON",
    "OR", "OVERRIDE", "PAUSE", "PAYLOAD", "PULSE", "RESET", "RUN", "SELECT", "SKIP", "START",
    "STOP", "THEN", "TIMEOUT", "TIMER", "TO", "UALM", "UNLOCK", "WAIT",
})
# fmt: on
