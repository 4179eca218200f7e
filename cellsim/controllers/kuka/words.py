"""Words of KRL that nothing may be named (upper case; KRL does not tell cases apart).

Source: KSS 8.2 SI manual, keywords.
"""

# fmt: off
RESERVED = frozenset({
    "AND", "ANIN", "ANOUT", "B_AND", "B_EXOR", "B_NOT", "B_OR", "BAS", "BOOL", "BRAKE", "C_DIS",
    "C_ORI", "C_PTP", "C_VEL", "CASE", "CHAR", "CIRC", "CIRC_REL", "CONFIRM", "CONST", "CONTINUE",
    "DECL", "DEF", "DEFAULT", "DEFDAT", "DEFFCT", "DELAY", "DISTANCE", "DO", "ELSE", "END",
    "ENDDAT", "ENDFCT", "ENDFOR", "ENDIF", "ENDLOOP", "ENDSWITCH", "ENDWHILE", "ENUM", "EXIT",
    "EXOR", "EXT", "EXTFCT", "FALSE", "FOR", "FRAME", "GLOBAL", "GOTO", "HALT", "IF", "IMPORT",
    "INT", "INTERRUPT", "IS", "LIN", "LIN_REL", "LOOP", "MAXIMUM", "MINIMUM", "NOT", "OFF", "ON",
    "OR", "PATH", "POS", "PRIO", "PTP", "PTP_REL", "PUBLIC", "PULSE", "REAL", "REPEAT", "RESUME",
    "RETURN", "SEC", "SIGNAL", "STEP", "STRUC", "SWITCH", "THEN", "TO", "TRIGGER", "TRUE", "UNTIL",
    "WAIT", "WHEN", "WHILE",
})
# fmt: on
