"""Lark's own tables walked for one line: the same tokens and reductions, without its bookkeeping.

Lark counts lines, keeps histories for its errors and looks every rule up by a hash of all of it;
for lines that are a motion each this is most of the time of reading. The grammar stays the
authority: terminals, states, rules and what they build are those that Lark made of it, and where
a line does not fit them Lark itself parses it, and says why not. The tables are private to Lark:
another version than those of `grammar.py` parses by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

_END = "$END"
NOT_WALKED = object()


# What a terminal does in a state: the state that a shift leads to; or, with what it builds, a rule
# that goes back over `size` values first, and the name of what it makes of them.
_Step = tuple[Any, int, Callable[[list[Any]], Any] | None, str]


class _Scanner(NamedTuple):
    """Finds the next token in a state. unless: Words of a terminal that are one of their own."""

    match: Callable[[str, int], re.Match[str] | None]
    unless: Mapping[str, Callable[[str], str | None]]
    ignored: frozenset[str]


class Tables:
    """The tables of a grammar with an LALR parser, a contextual lexer and a transformer in it."""

    def __init__(self, lark: Any) -> None:
        from lark import Token

        frontend = lark.parser
        table, callbacks = frontend.parser.parser.parse_table, frontend.parser.parser.callbacks
        self._token = Token
        self._starts, self._ends = table.start_states, table.end_states
        self._shifted = {t.name: callbacks[t.name] for t in lark.terminals if t.name in callbacks}
        # Brackets and commas that no rule keeps need not be made.
        self._kept = {*self._shifted} | {
            symbol.name
            for rule in lark.rules
            for symbol in rule.expansion
            if symbol.is_term and (rule.options.keep_all_tokens or not symbol.filter_out)
        }
        self._steps = {
            state: {name: _step(arg, callbacks) for name, (_, arg) in row.items()}
            for state, row in table.states.items()
        }
        self._lexers: Mapping[Any, Any] = frontend.lexer.lexers
        self._scanners: dict[Any, _Scanner] = {}
        for state in self._starts.values():
            self._scanner_of(state)

    def walk(self, text: str, start: str) -> Any:
        """Return what the rules build of a line, NOT_WALKED where Lark has to say what it is.

        Raises:
            ValueError, OverflowError: As the transformer raises them.
        """
        if "\n" in text:
            return NOT_WALKED  # lines of tokens are not counted here
        states, values, steps = [self._starts[start]], list[Any](), self._steps
        at, length, end = 0, len(text), self._ends[start]
        while True:
            name, value, first = _END, "", at
            if at < length:
                state = states[-1]
                scanner = self._scanners.get(state) or self._scanner_of(state)
                match = scanner.match(text, at)
                if match is None or match.lastgroup is None:
                    return NOT_WALKED
                name, value, at = match.lastgroup, match[0], match.end()
                if name in scanner.ignored:
                    continue
                if name in scanner.unless:
                    name = scanner.unless[name](value) or name
            while True:
                step = steps[states[-1]].get(name)
                if step is None:
                    return NOT_WALKED
                to, size, build, origin = step
                if build is None:
                    break
                children = values[len(values) - size :]
                del states[len(states) - size :], values[len(values) - size :]
                values.append(build(children))
                states.append(steps[states[-1]][origin][0])
                if name == _END and states[-1] == end:
                    return values[-1]
            token = None
            if name in self._kept:
                token = self._token(name, value, first, 1, first + 1, 1, at + 1, at)
            values.append(self._shifted[name](token) if name in self._shifted else token)
            states.append(to)

    def _scanner_of(self, state: Any) -> _Scanner:
        """Return how the next token is found in a state, made when it is first come to."""
        lexer = self._lexers[state]
        patterns = [pattern.match for pattern in lexer.scanner._mres]
        unless = {name: callback.scanner.fullmatch for name, callback in lexer.callback.items()}

        def first(text: str, at: int) -> re.Match[str] | None:
            return next((m for match in patterns if (m := match(text, at)) is not None), None)

        match = patterns[0] if len(patterns) == 1 else first
        made = self._scanners[state] = _Scanner(match, unless, lexer.ignore_types)
        return made


def _step(arg: Any, callbacks: Mapping[Any, Callable[[list[Any]], Any]]) -> _Step:
    """Return an entry of Lark's table: the state that a shift leads to, or the rule."""
    if not hasattr(arg, "expansion"):
        return arg, 0, None, ""
    return None, len(arg.expansion), callbacks[arg], arg.origin.name
