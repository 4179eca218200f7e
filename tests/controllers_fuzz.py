"""Broken controller text: bytes, lines and words of real texts changed by chance."""

from __future__ import annotations

import random
import re
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from brandkit import KITS
from controllers_support import bytes_of, cell_of, plain_program

from cellsim.controllers.brands import BRANDS
from cellsim.errors import BadInput

_HERE = Path(__file__).parent
_ODD = (
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\r",
    b"\t",
    b'"',
    b"(" * 60,
    b")",
    b"[",
    b"]",
    b"{",
    b"}",
)
_ODD += (b"-" * 40, b"9" * 400, b"1e999", b"nan", b"not " * 60, b";", b"'", b"#", b"*", b":", b",")


class TooSlow(Exception):
    """A reader that did not come back in time."""


def corpus(brand: str) -> list[bytes]:
    """Return real texts: golden ones, hand-written ones, and written ones."""
    cell, kit = cell_of(brand, KITS[brand].track), KITS[brand]
    texts = []
    for folder in ("golden", "programs"):
        for path in sorted((_HERE / folder / brand).rglob("*")):
            if path.suffix.lower() in BRANDS[brand].extensions:
                texts.append(path.read_bytes())
    for seed in (1, 2):
        quantised = BRANDS[brand].quantise(plain_program(cell, brand, seed), cell)
        texts += bytes_of(BRANDS[brand].write(quantised, cell)).values()
    words = " ".join(kit.words).encode()
    return [*texts, kit.bare.encode(), words or kit.bare.encode()]


class Fuzzer:
    """An endless stream of broken texts of a brand, the same for a seed."""

    def __init__(self, brand: str, texts: list[bytes], seed: int) -> None:
        self.kit, self.texts, self.rng = KITS[brand], texts, random.Random(seed)
        lines = {line for text in texts for line in text.splitlines()}
        self.lines = sorted(lines)
        self.words = sorted({w for line in self.lines for w in re.findall(rb"\S+", line)})

    def next(self) -> dict[str, bytes]:
        """Return the files of one input."""
        kind = self.rng.randrange(4)
        if kind == 0:
            data = self._bytes(self._piece())
        elif kind == 1:
            data = self._framed(
                b"\n".join(self.rng.choices(self.lines, k=self.rng.randrange(1, 15)))
            )
        elif kind == 2:
            count = self.rng.randrange(1, 8)
            lines = [b" ".join(self.rng.choices(self.words, k=self.rng.randrange(1, 9)))]
            data = self._framed(b"\n".join(lines * 1 + self.rng.choices(self.lines, k=count)))
        else:
            data = self._bytes(self._framed(self._piece()))
        return {self.kit.main: data}

    def _framed(self, inner: bytes) -> bytes:
        head, tail = (part.encode() for part in self.kit.frame)
        return head + inner + tail

    def _piece(self) -> bytes:
        lines = self.rng.choice(self.texts).splitlines(keepends=True)
        first = self.rng.randrange(len(lines))
        start = 0 if self.rng.random() < 0.5 else first
        return b"".join(lines[start : start + self.rng.randrange(1, 40)])

    def _bytes(self, data: bytes) -> bytes:
        out = bytearray(data)
        for _ in range(self.rng.randrange(1, 6)):
            at = self.rng.randrange(len(out) + 1)
            kind = self.rng.randrange(5)
            if kind == 0 and out:
                out[at % len(out)] = self.rng.randrange(256)
            elif kind == 1:
                del out[at : at + self.rng.randrange(1, 12)]
            elif kind == 2:
                out[at:at] = self.rng.choice(_ODD)
            elif kind == 3:
                out[at:at] = out[at : at + self.rng.randrange(1, 60)]
            else:
                out[at:at] = self.rng.choice(self.words)
        return bytes(out)


def read_within(brand: str, files: Mapping[str, bytes], seconds: float) -> tuple[float, bool]:
    """Return the time of the processor one input took [s], and whether it is a program.

    Raises:
        TooSlow: Longer than `seconds`. Anything else but BadInput is the reader's mistake.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow(f"{brand}: more than {seconds} s on {dict(files)!r}")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    began = time.process_time()
    try:
        result = BRANDS[brand].read(files, cell_of(brand), "arm")
        assert result.coverage.understood <= result.coverage.total
        return time.process_time() - began, True
    except BadInput:
        return time.process_time() - began, False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)
