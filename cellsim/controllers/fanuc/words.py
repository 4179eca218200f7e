"""Words of TP that no program may be named (upper case).

Source: the instructions of the R-30iB Plus teach pendant help; that a program cannot have
their names is assumed.
"""

# fmt: off
RESERVED = frozenset({
    "ABORT", "ACC", "AND", "CALL", "CNT", "DIV", "DOWNTO", "ELSE", "END", "ENDFOR", "ENDIF", "FINE",
    "FOR", "IF", "INC", "JMP", "LBL", "LOCK", "MESSAGE", "MOD", "MONITOR", "OFF", "OFFSET", "ON",
    "OR", "OVERRIDE", "PAUSE", "PAYLOAD", "PULSE", "RESET", "RUN", "SELECT", "SKIP", "START",
    "STOP", "THEN", "TIMEOUT", "TIMER", "TO", "UALM", "UNLOCK", "WAIT",
})
# fmt: on
