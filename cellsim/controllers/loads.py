"""What a text says of the load in the hand or at the flange, line by line.

Readers hold such lines against the cell and keep none that fit, as no motion rests on them; two
texts may still say other loads. INFORM and HRScript have none: their loads are tool data.
Source: READMEs of the brands, the rows on loads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

_I = re.IGNORECASE
_LOADS = {
    "abb": re.compile(r"^\s*(GripLoad\s+\w+)", _I),
    "fanuc": re.compile(r"^\s*\d+\s*:\s*((?:PAYLOAD|TRAGLST)\s*\[[^\]]*\])", _I),
    "kuka": re.compile(r"^\s*(\$LOAD\s*=\s*[^;]*)", _I),
    "ur": re.compile(r"^\s*(set_(?:target_)?payload(?:_mass|_cog)?\s*\([^#]*\))"),
}
_MOTIONS = {
    "abb": re.compile(r"^\s*(?:Move|Trigg)\w*\s", _I),
    "fanuc": re.compile(r"^\s*\d+\s*:\s*[JLCA]\s", _I),
    "kuka": re.compile(r"^\s*S?(?:PTP|LIN|CIRC)(?:_REL)?\s", _I),
    "ur": re.compile(r"^\s*move[jlpc]\s*\("),
}
_LOADDATA = re.compile(r"^[^!\n]*\bloaddata\s+(\w+)\s*:=\s*([^;!]*);", _I | re.MULTILINE)
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class LoadLine:
    """A line that sets a load.

    Attributes:
        line: Where it stands. text: As written, without what follows it.
        value: What it sets, so that names and digits of the text do not matter.
        motions: How many lines above it are motions.
    """

    line: int
    text: str
    value: str
    motions: int


@dataclass(frozen=True)
class Loads:
    """The lines of a text that set a load, in its order, and how many motions the text has."""

    lines: tuple[LoadLine, ...] = ()
    motions: int = 0


def load_lines(brand: str, files: Mapping[str, bytes]) -> Loads:
    """Return the lines of a text that set a load, file by file; none for a brand without them."""
    if brand not in _LOADS:
        return Loads()
    texts = [files[name].decode("utf-8", "replace") for name in sorted(files)]
    declared = {m[1].lower(): m[2] for text in texts for m in _LOADDATA.finditer(text)}
    found: list[LoadLine] = []
    motions = 0
    for number, line in ((n, t) for text in texts for n, t in enumerate(text.splitlines(), 1)):
        motions += _MOTIONS[brand].match(line) is not None
        match = _LOADS[brand].match(line)
        if match is not None:
            said = " ".join(match[1].split())
            value = declared.get(said.split()[-1].lower(), said) if brand == "abb" else said
            found.append(LoadLine(number, said, _plain(value, brand), motions))
    return Loads(tuple(found), motions)


def _plain(value: str, brand: str) -> str:
    """Return a value without spaces, its numbers in one form; letters of one case but in URScript.

    A name that URScript gives a value is compared by its name.
    """
    tight = _NUMBER.sub(lambda m: f"{float(m[0]) + 0.0:.6g}", "".join(value.split()))
    return tight if brand == "ur" else tight.lower()


Change = tuple[LoadLine | None, LoadLine | None]


def load_changes(a: Loads, b: Loads) -> tuple[Change, ...]:
    """Return (line of A, line of B) where two texts of one language say otherwise of the load.

    None where a line came or went; two lines of one value where it stands between other motions.
    Texts of unlike numbers of motions (a loop written out, say) are compared by what loads they
    name at all.
    """
    if a.motions != b.motions:
        return (
            *((one, None) for one in _not_in(a, b)),
            *((None, one) for one in _not_in(b, a)),
        )
    found: list[Change] = []
    one, two = ([line.value for line in side.lines] for side in (a, b))
    for _, i, j, k, m in SequenceMatcher(a=one, b=two, autojunk=False).get_opcodes():
        pairs = zip_longest(a.lines[i:j], b.lines[k:m])
        found += [(x, y) for x, y in pairs if not _same(x, y)]
    return tuple(found)


def _not_in(a: Loads, b: Loads) -> tuple[LoadLine, ...]:
    there = {one.value for one in b.lines}
    return tuple({one.value: one for one in a.lines if one.value not in there}.values())


def _same(x: LoadLine | None, y: LoadLine | None) -> bool:
    if x is None or y is None:
        return False
    return (x.value, x.motions) == (y.value, y.motions)
