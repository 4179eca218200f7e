"""A job file: its head, its positions with what was in force for each, and its lines.

Source: DX100 manual 156191-1CD 4.1: pseudo instructions hold "during and after" where they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.source import Line, text_lines
from cellsim.controllers.yaskawa.acts import point
from cellsim.controllers.yaskawa.lines import understand
from cellsim.errors import BadInput

_HEAD = re.compile(r"(/{1,4})\s*([A-Z]\w*)\s*(.*?)\s*$", re.IGNORECASE)
_POSITION = re.compile(r"(L?(?:BC|EC|BP|EX|C|P)\d{3,5})\s*=\s*(.*?)\s*$", re.IGNORECASE)
_CALLED = re.compile(r"^\s*CALL\s+JOB:\s*([^\s(]+)", re.IGNORECASE | re.MULTILINE)
_COUNTED = ("C", "BC", "EC", "P", "BP", "EX")
_QUIET = {
    "FOLDERNAME",
    "DATE",
    "COMM",
    "GROUP2",
    "GROUP3",
    "LVARS",
    "ENWAIT",
    "ARGTYPE",
    "COMMENT",
}
_TYPES = {"PULSE", "BASE", "ROBOT", "USER", "TOOL", "MTOOL"}


@dataclass(frozen=True)
class Position:
    """A position as it stands in the text, and what was in force there.

    Attributes:
        values: Pulses, or X, Y, Z [mm], Rx, Ry, Rz [deg]. pulses: Which of the two.
        tool, user: Numbers; None where none was said. postype: BASE, ROBOT, USER ...
        rconf: Its digits; () where none was said.
    """

    values: tuple[float, ...]
    pulses: bool
    tool: int | None
    user: int | None
    postype: str
    rconf: tuple[int, ...]
    line: int


@dataclass
class JobFile:
    """A job: name, positions by name without leading zeros (C0, BC0, P1), and its lines.

    group: What its steps move, of ///GROUP1 (RB1, RB2, ST1), "" where none is said.
    """

    file: str
    name: str = ""
    attributes: frozenset[str] = frozenset()
    frame: str = ""
    group: str = ""
    positions: dict[str, Position] = field(default_factory=dict)
    lines: list[tuple[Line, object]] = field(default_factory=list)
    last: Line | None = None

    @property
    def relative(self) -> bool:
        """Whether the job is a relative one."""
        return "RJ" in self.attributes


def parse(file: str, data: bytes, collector: Collector) -> JobFile:
    """Return a job file.

    Raises:
        BadInput: No job, counts that are wrong, a position twice, or no END.
    """
    texts = text_lines(file, data, "cp932")
    job = JobFile(file)
    head = _Head(job, collector)
    at = 0
    while at < len(texts) and not head.done:
        head.line(at + 1, texts[at])
        at += 1
    if not job.name or not head.done:
        raise BadInput("no INFORM job", file=file, line=at, expected="/JOB, //NAME, //INST, NOP")
    head.check_counts()
    ended = False
    for number, text in enumerate(texts[at - 1 :], at):
        found = None if ended else understand(file, number, text)
        if found is not None:
            job.lines.append(found)
            ended = found[1] == Act("end")
        elif ended and text.strip():
            raise BadInput("text after END", file=file, line=number, expected="one job a file")
    collector.count(file, len(job.lines))
    if not ended:
        raise BadInput(
            "last statement is not END; the text is truncated",
            file=file,
            line=len(texts),
            expected="END",
        )
    job.last = job.lines[-1][0]
    return job


class _Head:
    """The pseudo instructions of a job, read line by line until its first statement."""

    def __init__(self, job: JobFile, collector: Collector) -> None:
        self.job, self.collector = job, collector
        self.tool: int | None = None
        self.user: int | None = None
        self.postype, self.pulses = "", False
        self.rconf: tuple[int, ...] = ()
        self.counts: tuple[int, ...] = ()
        self.count_line = 0
        self.inst = self.done = self.begun = False
        # The names of arguments stand in lines of their own, up to //INST.
        self.words = False

    def line(self, number: int, text: str) -> None:
        """Take one line in."""
        if not text.strip():
            return
        match = _HEAD.match(text.strip())
        if match is not None:
            self.collector.count(self.job.file)
            self._pseudo(number, text, len(match[1]), match[2].upper(), match[3])
        elif self.inst:
            self.done = True
        else:
            self.collector.count(self.job.file)
            if not self.words and not text.strip().startswith("'"):
                self._position(number, text)

    def _bad(self, number: int, what: str, expected: str = "") -> BadInput:
        return BadInput(what, file=self.job.file, line=number, expected=expected)

    def _pseudo(self, number: int, text: str, slashes: int, word: str, rest: str) -> None:
        if not self.begun and (slashes, word) != (1, "JOB"):
            raise self._bad(number, "no INFORM job", "/JOB")
        self.begun = True
        match word:
            case "JOB" | "POS":
                return
            case "NAME":
                self.job.name = rest.upper()
            case "ARGINFO":
                self.words = True
            case "INST":
                self.inst = True
            case "NPOS":
                self.counts, self.count_line = self._whole(number, rest), number
            case "TOOL":
                self.tool = self._one(number, rest)
            case "USER":
                self.user = self._one(number, rest)
            case "POSTYPE":
                self.postype = rest.upper()
                if self.postype not in _TYPES:
                    raise self._bad(number, f"POSTYPE {rest}", ", ".join(sorted(_TYPES)))
            case "PULSE" | "RECTAN":
                self.pulses = word == "PULSE"
            case "RCONF":
                self.rconf = self._whole(number, rest)
            case "ATTR":
                self.job.attributes = frozenset(a.strip() for a in rest.upper().split(","))
            case "GROUP1":
                found = re.match(r"[A-Z]+\d+", rest.upper())
                self.job.group = found[0] if found else ""
            case "FRAME":
                self.job.frame = " ".join(rest.upper().split())
            case _ if word not in _QUIET:
                line = Line(self.job.file, number, text.strip(), "", text)
                self.collector.keep(line, f"pseudo instruction {word}")

    def _whole(self, number: int, text: str) -> tuple[int, ...]:
        parts = [p.strip() for p in text.split(",")]
        if not all(p.isascii() and p.isdigit() and len(p) < 7 for p in parts) or len(parts) > 64:
            raise self._bad(number, f"'{text}' are no whole numbers")
        return tuple(int(p) for p in parts)

    def _one(self, number: int, text: str) -> int:
        values = self._whole(number, text)
        if len(values) != 1:
            raise self._bad(number, f"'{text}' is no number")
        return values[0]

    def _position(self, number: int, text: str) -> None:
        match = _POSITION.match(text.strip())
        if match is None:
            raise self._bad(number, f"'{text.strip()[:40]}' is no position", "C00000=...")
        name = point(match[1])
        if name in self.job.positions:
            raise self._bad(number, f"position {match[1].upper()} twice")
        try:
            values = tuple(float(v) for v in match[2].split(","))
        except ValueError:
            raise self._bad(number, f"position {match[1].upper()} is not of numbers") from None
        if not all(abs(v) < 1e10 for v in values) or not _plain(match[2]):
            raise self._bad(number, f"position {match[1].upper()} is not of numbers")
        self.job.positions[name] = Position(
            values, self.pulses, self.tool, self.user, self.postype, self.rconf, number
        )

    def check_counts(self) -> None:
        """Refuse counts that are not those of the positions."""
        have = [_count(self.job.positions, kind) for kind in _COUNTED]
        want = [*self.counts[: len(have)], *([0] * (len(have) - len(self.counts)))]
        if not self.counts and any(have):
            raise self._bad(1, "positions without ///NPOS", "///NPOS")
        if have != want:
            shown = ",".join(map(str, have))
            raise self._bad(
                self.count_line, f"NPOS {','.join(map(str, want))}, the job has {shown}", shown
            )


def _count(positions: dict[str, Position], kind: str) -> int:
    numbered = re.compile(rf"{kind}\d+")
    return sum(numbered.fullmatch(name) is not None for name in positions)


def _plain(text: str) -> bool:
    return set(text) <= set("0123456789+-., \t")


def names_in(text: str) -> set[str]:
    """Return the position variables a line names, without leading zeros; "*" for any of them.

    PX005 is P005 with the external axes of the group.
    """
    upper = text.upper()
    found = {point(n) for n in re.findall(r"\bL?(?:BP|EX|P)\d{3,5}\b", upper)}
    found |= {point(f"{n[0]}{n[1]}") for n in re.findall(r"\b(L?P)X(\d{3,5})\b", upper)}
    return found | ({"*"} if re.search(r"\bL?PX?\[", upper) else set())


def called_names(data: bytes) -> frozenset[str]:
    """Return the names of the jobs that a job file calls, in capitals."""
    found = _CALLED.findall(data.decode("ascii", "replace"))
    return frozenset(name.upper() for name in found)
