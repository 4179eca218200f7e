"""Words of RAPID that nothing may be named (upper case; RAPID does not tell cases apart).

Source: ABB Technical reference manual, RAPID kernel 3HAC050946: reserved words; and predefined data
and instructions, which a name of a program would hide.
"""

# fmt: off
RESERVED = frozenset({
    "ALIAS", "AND", "BACKWARD", "CASE", "CONNECT", "CONST", "DEFAULT", "DIV", "DO", "ELSE",
    "ELSEIF", "ENDFOR", "ENDFUNC", "ENDIF", "ENDMODULE", "ENDPROC", "ENDRECORD", "ENDTEST",
    "ENDTRAP", "ENDWHILE", "ERROR", "EXIT", "FALSE", "FOR", "FROM", "FUNC", "GOTO", "IF", "INOUT",
    "LOCAL", "MOD", "MODULE", "NOSTEPIN", "NOT", "NOVIEW", "OR", "PERS", "PROC", "RAISE",
    "READONLY", "RECORD", "RETRY", "RETURN", "STEP", "SYSMODULE", "TASK", "TEST", "THEN", "TO",
    "TRAP", "TRUE", "TRYNEXT", "UNDO", "VAR", "VIEWONLY", "WHILE", "WITH", "XOR",
    "ACCSET", "BOOL", "BREAK", "CONFJ", "CONFL", "FINE", "GRIPLOAD", "HIGH", "JOINTTARGET",
    "LOADDATA", "LOW", "MAIN", "MOVEABSJ", "MOVEC", "MOVECDO", "MOVEJ", "MOVEJDO", "MOVEL",
    "MOVELDO", "NUM", "OFFS", "POSE", "PULSEDO", "RELTOOL", "RESET", "ROBTARGET", "SET", "SETDO",
    "SINGAREA", "SPEEDDATA", "STOP", "STRING", "TOOL0", "TOOLDATA", "TPWRITE", "VELSET", "VMAX",
    "WAITDI", "WAITDO", "WAITTIME", "WAITUNTIL", "WOBJ0", "WOBJDATA", "ZONEDATA",
    "LOAD0", "ERRNO", "DINPUT", "DOUTPUT",
})
# fmt: on
