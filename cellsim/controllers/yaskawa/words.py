"""Words of INFORM that no job or label may be named.

Source: INFORM manuals of NX100 (145110-1CD), DX100 and YRC1000, lists of instructions and tags.
"""

# fmt: off
RESERVED = frozenset({
    "ABORT", "ADD", "AND", "ANDEXP", "AOUT", "ARCOF", "ARCON", "BP", "CALL", "CASE", "CLEAR",
    "CNVRT", "CWAIT", "DEC", "DEFAULT", "DIALOG", "DIN", "DIV", "DOUT", "ELSE", "ELSEIFEXP",
    "END", "ENDIF", "ENDSWITCH", "ENDWHILE", "ENWAIT", "EX", "FOR", "FPT", "GETE", "GETS", "IF",
    "IFTHENEXP", "IMOV", "INC", "INPUT", "JOB", "JUMP", "MFRAME", "MOVC", "MOVJ", "MOVL", "MOVS",
    "MSG", "MUL", "NEXT", "NOP", "NOT", "NWAIT", "OR", "OREXP", "PAUSE", "PRINT", "PULSE", "REFP",
    "RET", "SET", "SETE", "SETTOOL", "SFTOF", "SFTON", "SKIP", "SMOVL", "SPEED", "SUB", "SWITCH",
    "TIMER", "UNTIL", "WAIT", "WHILEEXP", "XOR",
})
# fmt: on
