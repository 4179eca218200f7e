"""Words of URScript that no function or variable may be named, and where its outputs live.

Source: URScript manual, keywords, and the standard, configurable and tool digital ports.
"""

# fmt: off
RESERVED = frozenset({
    "and", "break", "continue", "def", "elif", "else", "end", "enum", "false", "global", "halt",
    "if", "is", "join", "kill", "local", "mod", "none", "not", "or", "return", "run", "sec",
    "struct", "thread", "true", "while", "xor", "p", "movej", "movel", "movec", "movep", "sleep",
    "sync", "popup", "textmsg", "set_tcp", "home",
})
# fmt: on
