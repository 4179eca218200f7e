"""Words of HRScript that no variable, pose or label may be named.

Source: HRScript manual 2.2 Identifiers and the statements of chapters 3, 5 and 6.
"""

# fmt: off
RESERVED = frozenset({
    "and", "break", "call", "case", "coldet", "contpath", "continue", "def", "default", "delay",
    "di", "do", "else", "elseif", "end", "end_switch", "endif", "false", "fb", "fn", "for",
    "global", "gosub", "goto", "if", "import", "input", "jump", "mod", "move", "next", "not",
    "or", "param", "print", "pulse", "result", "retsub", "return", "selucrd", "seltool", "step",
    "stop", "switch", "then", "to", "triggout", "true", "until", "var", "wait",
})
# fmt: on
