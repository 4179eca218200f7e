"""Functions of num and bool that compute with branches and loops, as procedures that leave a value.

FUNC num Side(num y) .. RETURN 1; .. ENDFUNC becomes a procedure that sets a variable and returns,
and `IF Side(n)>0 THEN` the call of it before the IF. So its value is computed where what goes into
it is known. Such functions set numbers of their own and ask one another alone, and none of them
comes round to itself; an IF, TEST or assignment asks them before it does anything else. A WHILE or
ELSEIF asks again, or later: there the value is free (see `pure`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cellsim.controllers.abb.functions import NO_CALL
from cellsim.controllers.abb.signatures import closing, signature_of
from cellsim.controllers.reading.calls import callees_first
from cellsim.controllers.reading.losing import called_in
from cellsim.controllers.reading.source import MAX_LINE, Line

_HEAD = re.compile(r"(?:LOCAL\s+)?FUNC\s+(num|dnum|bool)\s+([A-Za-z_]\w*)\s*\((.*)\)", re.I | re.S)
_ANY_HEAD = re.compile(r"(?:LOCAL\s+)?(PROC|FUNC|TRAP)\b", re.IGNORECASE)
_END = re.compile(r"END(?:PROC|FUNC|TRAP)", re.IGNORECASE)
_KINDS = frozenset({"num", "dnum", "bool"})
_DECLARED = re.compile(r"VAR\s+(?:num|dnum|bool)\s+([A-Za-z_]\w*)\s*(?::=.*)?", re.I | re.S)
_SET = re.compile(r"([A-Za-z_]\w*)\s*:=.*", re.DOTALL)
_COUNTED = re.compile(r"(?:Incr|Decr|Clear|Add)\s+([A-Za-z_]\w*)\s*(?:,.*)?", re.I | re.S)
_RETURN = re.compile(r"RETURN\s*\b(.+)", re.I | re.S)
_SHORT = re.compile(r"IF\b(.+?)\bRETURN\b(.+)", re.I | re.S)
_BLOCK = re.compile(
    r"IF\b.+\bTHEN|ELSEIF\b.+\bTHEN|ELSE|ENDIF|WHILE\b.+\bDO|ENDWHILE|FOR\b.+\bDO|ENDFOR",
    re.IGNORECASE | re.DOTALL,
)
_ASKS = re.compile(r"IF\b.+\bTHEN|TEST\b.+|[A-Za-z_]\w*\s*:=.+", re.IGNORECASE | re.DOTALL)
_LAST = re.compile(r"ENDMODULE", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z_]\w*")
_MADE = re.compile(r"_procedure|_value")
_CALLED = re.compile(r"(?<![\w.\\])([A-Za-z_]\w*)\s*\(")
_MOST = 60


@dataclass(frozen=True)
class _Computing:
    """A function as it stands: what it takes, its lines, and what it asks (lower case)."""

    kind: str
    given: str
    head: Line
    lines: tuple[Line, ...]
    asks: frozenset[str]


@dataclass
class _Asking:
    """Puts calls before lines; asked: the functions that such lines ask."""

    taken: Mapping[str, _Computing]
    asked: set[str] = field(default_factory=set)
    results: list[tuple[str, str]] = field(default_factory=list)

    def within(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Yield lines of a module, those of procedures with the calls before them."""
        inside = ""
        for line in lines:
            head = _ANY_HEAD.match(line.text)
            inside = head[1].lower() if head is not None else inside
            yield from self.before(line) if inside == "proc" else [line]
            inside = "" if _END.fullmatch(line.text) else inside

    def before(self, line: Line) -> list[Line]:
        """Return the calls that a line asks for, and the line with their values."""
        if (
            "(" not in line.text
            or len(line.text) > MAX_LINE
            or '"' in line.text
            or not _ASKS.fullmatch(line.text)
        ):
            return [line]
        out: list[Line] = []
        text = line.text
        while (found := _innermost(text, self.taken)) is not None and len(out) < _MOST:
            name, start, end, given = found
            self.asked.add(name)
            value = f"{name}_value_{len(self.results) + 1}"
            self.results.append((self.taken[name].kind, value))
            call = f"{name}_procedure {given}".rstrip()
            steps = (call, f"{value}:={name}_value")
            out += [replace(line, text=step, comment="") for step in steps]
            text = f"{text[:start]}{value}{text[end:]}"
        fits = len(text) <= MAX_LINE and _innermost(text, self.taken) is None
        return [*out, replace(line, text=text)] if fits and out else [line]

    def procedures(self, like: Line) -> list[Line]:
        """Return what declares the values, and the procedures that are called, over others too."""
        made: list[Line] = []
        waiting, done = sorted(self.asked), set[str]()
        while waiting:
            name = waiting.pop()
            if name not in done:
                done.add(name)
                made += self._procedure(name, self.taken[name])
                waiting += sorted(self.taken[name].asks)
        values = [(self.taken[name].kind, f"{name}_value") for name in sorted(done)]
        said = [f"VAR {kind} {name}" for kind, name in (*values, *self.results)]
        return [*(replace(like, text=text, comment="") for text in said), *made]

    def _procedure(self, name: str, function: _Computing) -> Iterator[Line]:
        yield replace(function.head, text=f"PROC {name}_procedure({function.given})")
        for line in function.lines:
            short, back = _SHORT.fullmatch(line.text), _RETURN.fullmatch(line.text)
            if short is not None or back is not None:
                value = (short[2] if short is not None else back[1] if back else "").strip()
                texts = [f"{name}_value:={value}", "RETURN"]
                if short is not None:
                    texts = [f"IF {short[1].strip()} THEN", *texts, "ENDIF"]
                for text in texts:
                    yield from self.before(replace(line, text=text))
            else:
                yield from self.before(line)
        if _RETURN.fullmatch(function.lines[-1].text) is None:
            # Behind its last line a function has no value: the controller stops with an error.
            yield replace(function.lines[-1], text=f"{name}_value:=ArgName(no_RETURN)", comment="")
        yield replace(function.lines[-1], text="ENDPROC", comment="")


def computed(modules: Mapping[str, Sequence[Line]]) -> dict[str, list[Line]]:
    """Return the lines of each module with such functions as procedures, those that are asked.

    Args:
        modules: Lines by file.
    """
    plain = {file: list(lines) for file, lines in modules.items()}
    asking = _Asking(_functions(plain.values()))
    out = {file: list(asking.within(lines)) for file, lines in plain.items()}
    for file, lines in out.items():
        at = next((i for i, ln in enumerate(lines) if _LAST.fullmatch(ln.text)), None)
        if at is not None and asking.asked:
            return {**out, file: [*lines[:at], *asking.procedures(lines[at]), *lines[at:]]}
    return plain


def _functions(modules: Iterable[Sequence[Line]]) -> dict[str, _Computing]:
    """Return such functions by name, lower case; a name that stands twice is none."""
    found: dict[str, _Computing | None] = {}
    words: set[str] = set()
    for lines in modules:
        for at, line in enumerate(lines):
            words.update(w.lower() for w in _WORD.findall(line.text))
            head = _HEAD.fullmatch(line.text)
            if head is not None:
                name = head[2].lower()
                found[name] = (
                    None if name in found else _function(head, line, lines[at + 1 : at + 1 + _MOST])
                )
    made = {n: f for n, f in found.items() if f is not None}
    used = {w[: m.start()] for w in words for m in _MADE.finditer(w) if w[: m.start()] in made}
    made = {n: f for n, f in made.items() if n not in used}
    circles = callees_first({n: sorted(f.asks & made.keys()) for n, f in made.items()})
    good: set[str] = set()
    for group in circles:
        good |= {name for name in group if len(group) == 1 and made[name].asks <= good}
    return {n: f for n, f in made.items() if n in good}


def _function(head: re.Match[str], line: Line, below: Sequence[Line]) -> _Computing | None:
    takes = signature_of(head[3])
    end = next((i for i, ln in enumerate(below[:_MOST]) if _END.fullmatch(ln.text)), 0)
    body = [ln for ln in below[:end] if ln.text]
    if takes is None or takes.optional or takes.themselves or not body:
        return None
    own = {name for _, name in takes.parameters}
    own |= {m[1].lower() for ln in body if (m := _DECLARED.fullmatch(ln.text))}
    asks = {n.lower() for ln in body for n in called_in(ln.text)} - NO_CALL
    numbers = all(kind in _KINDS for kind, _ in takes.parameters)
    if not numbers or not all(_computes(ln.text, own) for ln in body):
        return None
    return _Computing(head[1], head[3], line, tuple(body), frozenset(asks))


def _computes(text: str, own: set[str]) -> bool:
    """Return whether a line of a function only sets numbers of its own, or leads on."""
    if not text or _DECLARED.fullmatch(text) or _RETURN.fullmatch(text) or _SHORT.fullmatch(text):
        return '"' not in text
    sets = _SET.fullmatch(text) or _COUNTED.fullmatch(text)
    if sets is not None:
        return sets[1].lower() in own and '"' not in text
    return _BLOCK.fullmatch(text) is not None and '"' not in text


def _innermost(text: str, taken: Mapping[str, _Computing]) -> tuple[str, int, int, str] | None:
    """Return (name, begin, end, arguments) of a call in whose brackets no other one stands."""
    for match in reversed(list(_CALLED.finditer(text))):
        name = match[1].lower()
        end = closing(text, match.end()) if name in taken else None
        if end is not None:
            return name, match.start(), end + 1, text[match.end() : end]
    return None
