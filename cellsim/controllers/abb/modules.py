"""The modules of a RAPID program: their files, routines and declarations.

Source: RAPID kernel 3HAC050946, program structure; backups begin with a head between %%% lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cellsim.controllers.abb.fold import switches
from cellsim.controllers.abb.lines import act_of
from cellsim.controllers.abb.pgf import listed
from cellsim.controllers.abb.signatures import signature_of
from cellsim.controllers.abb.statements import logical_lines
from cellsim.controllers.abb.templates import Template
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, Open, nest
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.source import Line, text_lines
from cellsim.errors import BadInput

ENDINGS = (".mod", ".sys", ".modx", ".sysx", ".prg")
_BACKUP_HEAD = "%%%"


@dataclass
class Modules:
    """What the modules of a task hold."""

    routines: dict[str, list[Node]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    shared: list[Node] = field(default_factory=list)
    odd: list[Node] = field(default_factory=list)
    modules: dict[str, str] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    records: dict[str, dict[str, str]] = field(default_factory=dict)


def module_names(files: Mapping[str, bytes]) -> list[str]:
    """Return the module files in load order: those a .pgf lists, else all."""
    modules = {n.lower(): n for n in files if n.lower().endswith(ENDINGS)}
    lists = [n for n in files if n.lower().endswith(".pgf")]
    names: list[str] = []
    for name in lists:
        for module in listed(name, files[name]):
            if module.lower() not in modules:
                raise BadInput(f"module '{module}' is not there", file=name, expected=module)
            names.append(modules[module.lower()])
    names += [
        n for n in modules.values() if n not in names and n.lower().endswith((".sys", ".sysx"))
    ]
    found = names if lists else list(modules.values())
    if not found:
        raise BadInput("no module", expected="a .mod file")
    return list(dict.fromkeys(found))


def lines_of(file: str, content: bytes) -> tuple[list[Line], Line]:
    """Return the statements of a module, and its last line."""
    texts = _without_head(text_lines(file, content))
    return list(logical_lines(file, texts)), Line(file, len(texts), "", "", "")


def take(file: str, lines: list[Line], last: Line, text: Modules, collector: Collector) -> None:
    """Add the routines and declarations of one module."""
    collector.count(file, len(lines))
    nodes = nested(lines, last)
    found = False
    for node in nodes:
        if not isinstance(node.act, Open) or node.act.kind != "module":
            if not (isinstance(node.act, Act) and node.act.word == "comment"):
                text.odd.append(node)
            continue
        found = True
        text.modules[file] = node.act.variable or file.rpartition(".")[0]
        for inner in node.body:
            _sort(inner, file, text)
            _keep_template(inner, lines, text)
    if not found:
        raise BadInput("no MODULE", file=file, expected="MODULE name ... ENDMODULE")


def _sort(node: Node, file: str, text: Modules) -> None:
    act = node.act
    if isinstance(act, Open) and act.kind == "def":
        if any(n.lower() == act.variable.lower() for n in text.routines):
            raise BadInput(f"PROC {act.variable} twice", file=file, line=node.line.number)
        text.routines[act.variable] = node.body
        text.files[act.variable] = file
    elif isinstance(act, Act) and act.word == "declare":
        text.shared.append(node)
    elif isinstance(act, Open) and act.kind == "record":
        text.records[act.variable.lower()] = _components(node)
    elif not (isinstance(act, Act) and act.word == "comment"):
        text.odd.append(node)


def _components(node: Node) -> dict[str, str]:
    """Return the components of a RECORD, name to type, lower case."""
    words = [inner.line.text.lower().split() for inner in node.body if inner.line.text]
    return {w[1]: w[0] for w in words if len(w) == 2}


def _without_head(texts: list[str]) -> list[str]:
    """Return lines with the head of a backup (%%% .. %%%) made empty."""
    first = next((i for i, t in enumerate(texts) if t.strip()), 0)
    if texts[first].strip() != _BACKUP_HEAD:
        return texts
    for last in range(first + 1, min(first + 12, len(texts))):
        if texts[last].strip() == _BACKUP_HEAD:
            return ["" if i <= last else t for i, t in enumerate(texts)]
    return texts


def nested(lines: Sequence[Line], end: Line | None = None) -> list[Node]:
    """Return statements as nested nodes."""
    last = lines[-1] if lines else Line("", 0, "", "", "")
    return nest(switches(_acts(lines)), end or last)


def _acts(lines: Iterable[Line]) -> Iterator[tuple[Line, object]]:
    """Yield statements and what they do; a compact IF is a block of one line."""
    for line in lines:
        waiting = [act_of(line)]
        while waiting:
            act = waiting.pop(0)
            if isinstance(act, list):
                waiting = [*act, *waiting]
            else:
                yield line, act


def _keep_template(node: Node, lines: list[Line], text: Modules) -> None:
    """Remember a routine with parameters, with its lines."""
    given = node.condition
    if not isinstance(node.act, Open) or given is None or given.value != "parameters":
        return
    takes = signature_of(given.name)
    start = next(i for i, line in enumerate(lines) if line is node.line)
    ends = (i for i in range(start, len(lines)) if lines[i].text.lower() == "endproc")
    if takes is not None:
        name = node.act.variable
        body = tuple(lines[start + 1 : next(ends, len(lines))])
        text.templates[name.lower()] = Template(name, takes, body)
