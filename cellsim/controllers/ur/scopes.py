"""Which names of a script are followed, and functions that are read once for all their calls."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat, nest
from cellsim.controllers.reading.instances import Acts, body_of
from cellsim.controllers.reading.passing import Signature, not_recursive, own_name
from cellsim.controllers.reading.source import Line, replaced
from cellsim.controllers.ur.fold import Mentions, fold, words_of
from cellsim.controllers.ur.lines import act_of, names_before

_WORD = re.compile(r"[A-Za-z_]\w*")
_PARAMETERS = re.compile(r"[A-Za-z_]\w*(\s*,\s*[A-Za-z_]\w*)*")
_LOCAL = re.compile(r"local\s+([A-Za-z_]\w*)\s*=(?!=)")
_GLOBAL = re.compile(r"global\b")
_KEYWORD = re.compile(r"\s*=(?!=)")


@dataclass(frozen=True)
class Once:
    """A function with parameters that is read once."""

    signature: Signature
    body: list[Node]


def untracked(nodes: Iterable[Node], read: Iterable[str]) -> frozenset[str]:
    """Return the names that threads and unread functions set, or two functions as their own.

    Args:
        nodes: Of the whole script. read: Functions that are read though they have parameters.
    """
    known = set(read)
    own: dict[str, set[int]] = {}
    local: set[str] = set()
    hidden: set[str] = set()
    for name, is_global, function in _sets(list(nodes), 0):
        own.setdefault(name, set()).add(id(function))
        local |= set() if is_global else {name}
        unread = isinstance(function, Open) and function.kind == "raw"
        if unread and isinstance(function, Open) and function.variable not in known:
            hidden.add(name)
    return frozenset(hidden | {n for n, places in own.items() if len(places) > 1 and n in local})


def muddled(nodes: Iterable[Node]) -> frozenset[str]:
    """Return the names that are not their function's own, or a global one, in all of its lines.

    A function names them before its own lines say `local`, says that in a branch or a loop, or sets
    a global of that name too: which one a line means depends on the way to it.
    """
    found: set[str] = set()
    for node in flat(nodes):
        if not isinstance(node.act, Open) or not node.act.variable:
            continue
        inner = list(flat(node.body))
        said = [(n, m[1]) for n in inner if (m := _LOCAL.match(n.line.text)) is not None]
        for name in {name for _, name in said}:
            word = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
            first = next(n for n in inner if word.search(n.line.text))
            begins = any(n is first for n, told in said if told == name)
            plain = any(n is first for n in node.body)
            twice = any(re.match(rf"global\s+{re.escape(name)}\b", n.line.text) for n in inner)
            found |= set() if begins and plain and not twice else {name}
    return frozenset(found)


def sets_global(lines: Iterable[Line], names: Sequence[str]) -> bool:
    """Return whether lines set a global of a name that is a parameter too."""
    said = re.compile(rf"global\s+(?:{'|'.join(map(re.escape, names))})\s*(?:\[|=)")
    return any(said.match(line.text) for line in lines)


def set_again(nodes: Iterable[Node]) -> frozenset[str]:
    """Return the names that more than one line of a script sets."""
    lines = Counter(name for name, _, _ in _sets(list(nodes), 0))
    return frozenset(name for name, count in lines.items() if count > 1)


def own_names(
    functions: Mapping[str, list[Node]], main: str, handed: Iterable[str]
) -> dict[str, frozenset[str]]:
    """Return the names that are variables of one function alone, by function.

    A name is one's own where it is set with `local`, or without `global` while no function sets it
    as a global; what the program sets itself is global even without the word.

    Args:
        functions: Nodes by name. main: The program. handed: Variables that stand for parameters.
    Source: URScript manual 5.25, Scoping rules.
    """
    sets = {
        name: [s for s in _sets(nodes, name) if s[2] == name] for name, nodes in functions.items()
    }
    everyone = {n for name, found in sets.items() for n, word, _ in found if word or name == main}
    own: dict[str, frozenset[str]] = {}
    for name, nodes in functions.items():
        said = (_LOCAL.match(node.line.text) for node in flat(nodes))
        told = {match[1] for match in said if match is not None}
        free = {n for n, word, _ in sets[name] if not word} - everyone
        own[name] = frozenset((told | free) - set(handed)) if name != main else frozenset()
    return own


def _sets(nodes: Iterable[Node], function: object) -> Iterator[tuple[str, bool, object]]:
    """Yield every name that is set, whether as a global, and the function it is set in."""
    waiting: list[tuple[Node, object]] = [(n, function) for n in nodes]
    while waiting:
        node, around = waiting.pop()
        act = node.act
        begins = isinstance(act, Open) and act.kind in {"def", "raw"} and bool(act.variable)
        inner = act if begins else around
        waiting += [(n, inner) for n in (*node.body, *node.otherwise)]
        is_global = _GLOBAL.match(node.line.text) is not None
        if isinstance(act, Act) and act.word in {"assign", "element"}:
            yield str(act.data[0]), is_global, around
        elif isinstance(act, NotUnderstood):
            yield from ((name, is_global, around) for name in names_before(node.line.text))


def mentions_of(nodes: Sequence[Node], acts: Acts, main: Node) -> Mentions:
    """Return how often a script names its variables, and which the program or `global` makes
    global."""
    program = main.act
    sets = _sets(list(nodes), 0)
    shared = {name for name, is_global, around in sets if is_global or around is program}
    return Mentions(words_of(line.text for line, _ in acts), frozenset(shared))


def functions_once(nodes: Iterable[Node], acts: Acts, mentions: Mentions) -> dict[str, Once]:
    """Return the functions with parameters that hold no other and never come back to themselves."""
    given: dict[str, Node] = {}
    twice: set[str] = set()
    for node in flat(nodes):
        condition = node.condition
        if isinstance(node.act, Open) and condition is not None and condition.op == "parameters":
            twice |= {node.act.variable} & given.keys()
            given[node.act.variable] = node
    texts = {name: "\n".join(n.line.text for n in flat(node.body)) for name, node in given.items()}
    free = not_recursive(texts, fold=False)
    found = {}
    for name, node in given.items():
        text = node.condition.name if node.condition is not None else ""
        parameters = [p.strip() for p in text.split(",")]
        inner = any(
            isinstance(n.act, Open) and n.act.kind in {"def", "raw"} for n in flat(node.body)
        )
        plain = _PARAMETERS.fullmatch(text) and len(set(parameters)) == len(parameters)
        odd = sets_global((n.line for n in flat(node.body)), parameters)
        if name in free and name not in twice and plain and not inner and not odd:
            found[name] = _read(name, node, parameters, acts, mentions)
    return found


def _read(name: str, node: Node, parameters: list[str], acts: Acts, mentions: Mentions) -> Once:
    own = {p: own_name(name, p) for p in parameters}
    pattern = re.compile(rf"(?<![\w.$#])(?:{'|'.join(map(re.escape, own))})(?!\w)")

    def put(match: re.Match[str]) -> str:
        inside = match.string.count("(", 0, match.start()) > match.string.count(
            ")", 0, match.start()
        )
        named = inside and _KEYWORD.match(match.string, match.end()) is not None
        return match[0] if named else own[match[0]]

    lines = [
        Line(at.file, at.number, replaced(pattern, put, at.text), at.comment, at.verbatim)
        for at in body_of(acts, node.line)
    ]
    end = lines[-1] if lines else node.line
    outs = (False,) * len(parameters)
    nested = nest([(line, act_of(line)) for line in lines], end)
    return Once(
        Signature(name, tuple(own.values()), outs, returns=True),
        fold(nested, mentions.of(nested)),
    )
