"""What each brand can say, found by writing and reading every kind of statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.probes import GROUP, Probe, brands_probed, motion, probe_cell, probes
from cellsim.domain.canonical import canonical
from cellsim.domain.controller import Evidence
from cellsim.domain.program import Call, Delay, Move, Program, Routine, Statement
from cellsim.errors import CellsimError

# Refusals that only say again what was asked for.
_REPEATS = ("corner '", "speed ", "measured frame", "setsignal", "acceleration")
_EVIDENCE: tuple[Evidence, ...] = ("manual", "real file", "public code", "measured", "assumed")


@dataclass(frozen=True)
class Said:
    """Whether a brand says a statement: "yes", "note" (what it becomes), "no" (why not)."""

    kind: str
    text: str = ""

    def __str__(self) -> str:
        return self.kind if not self.text else f"{self.kind}: {self.text}"


def brand_table() -> dict[str, dict[str, Said]]:
    """Return row title to brand to what was found by trying."""
    rows: dict[str, dict[str, Said]] = {}
    for brand in brands_probed():
        for probe in probes(brand):
            rows.setdefault(probe.title, {})[brand] = tried(brand, probe)
    return rows


def tried(brand: str, probe: Probe) -> Said:
    """Write a probe in a brand and read it back.

    Returns:
        "no" with the refusal; "note" with what it was rounded or changed to; "yes" if what was
        read is what was asked for.
    """
    cell, row = probe_cell(brand, probe.on_track), BRANDS[brand]
    start = motion(brand, probe.on_track)
    called = any(isinstance(s, Call) for s in probe.body)
    others = (Routine("other", (Delay(0.5),)),) if called else ()
    main = Routine("main", (start, *probe.body, start))
    given = Program("probe", GROUP, (main, *others))
    try:
        quantised = row.quantise(given, cell)
        text = row.write(quantised, cell)
    except CellsimError as error:
        return Said("no", _plain(brand, str(error)))
    result = row.read({f.name: f.data for f in text.files}, cell, GROUP)
    if result.raw_lines or not _same(quantised, result.program):
        return Said("note", "what is read back is not understood whole")
    changes = _changes(_moves(given), _moves(quantised))
    return Said("note", "; ".join(changes)) if changes else Said("yes")


def evidence() -> dict[str, str]:
    """Return each brand's conventions counted by their evidence."""
    out = {}
    for brand in brands_probed():
        controller = probe_cell(brand, False).groups[GROUP].controller
        counted = Counter(c.evidence for c in BRANDS[brand].rules(controller).conventions)
        out[brand] = ", ".join(f"{counted[e]} {e}" for e in _EVIDENCE if counted[e])
    return out


def markdown(rows: Mapping[str, Mapping[str, Said]]) -> str:
    """Return the table, and the reasons of its notes and refusals below it."""
    brands = list(brands_probed())
    reasons: dict[str, int] = {}
    lines = ["| statement | " + " | ".join(brands) + " |", "|---" * (len(brands) + 1) + "|"]
    for title, found in rows.items():
        cells = []
        for brand in brands:
            said = found[brand]
            number = reasons.setdefault(f"{said.text}", len(reasons) + 1) if said.text else 0
            cells.append(f"{said.kind} {number}" if number else said.kind)
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    counted = evidence()
    lines.append("| evidence of conventions | " + " | ".join(counted[b] for b in brands) + " |")
    return "\n".join([*lines, "", *(f"{n}. {text}" for text, n in reasons.items())])


def _plain(brand: str, text: str) -> str:
    """Return a refusal without the brand's own name and places, so that equal ones are one."""
    head, _, rest = text.partition(": ")
    plain = rest if head == brand and rest else text
    return "" if plain.startswith(_REPEATS) else plain


def _moves(program: Program) -> list[Move]:
    """Return the motions of a probe, without those before and after it."""
    return [s for s in program.routines[0].body if isinstance(s, Move)][1:-1]


def _same(a: Program, b: Program) -> bool:
    """Return whether two programs mean the same up to the last bits of their poses."""
    return [_content(r.body) for r in a.routines] == [_content(r.body) for r in b.routines]


def _content(body: tuple[Statement, ...]) -> object:
    skip = ("line", "comment", "name", "text", "feature", "tolerance")
    return _rounded(canonical([replace(s, line=0) for s in body], skip))


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 8) + 0.0
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    return [_rounded(v) for v in value] if isinstance(value, list) else value


def _changes(given: list[Move], said: list[Move]) -> list[str]:
    """Return what a motion became that is no rounding, in words."""
    found: list[str] = []
    for a, b in zip(given, said, strict=False):
        if a.speed.unit != b.speed.unit and {a.speed.unit, b.speed.unit} != {"mm/s", "m/s"}:
            found.append(f"speed in {b.speed.unit}")
        if a.zone.kind != b.zone.kind:
            found.append(f"corner becomes {b.zone.kind}")
        if a.accel is not None and b.accel is None:
            found.append("acceleration left out")
        if a.to.q is None and b.to.pose is None:
            found.append("as the joints it arrives with")
    return list(dict.fromkeys(found))
