"""What a text does is what its language's manual says: programs drawn at random, run in two ways.

The one way draws a program as a tree and runs the tree by the manual's rules (`flows/`). The other
reads the tree's text and runs what was read. Delays are compared: they show every branch, pass,
call and value that decides one. What the reader does not understand it says; a difference in
silence is a misreading.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).with_name("flows")))
import hrscript
import inform
import urscript
from controllers_support import cell_of
from machine import Away, Left

from cellsim.controllers.brands import BRANDS
from cellsim.errors import BadInput
from cellsim.simulate.actions import Pause
from cellsim.simulate.interpret import Interpreter

pytestmark = pytest.mark.prove
FULL = os.environ.get("CELLSIM_PROVE") == "full"
PROGRAMS = 20_000 if FULL else 400
# Shares of the compared programs that must be followed to their end: no proof by silence.
LANGUAGES = {"ur": (urscript, 0.8), "yaskawa": (inform, 0.8), "hyundai": (hrscript, 0.6)}


def as_read(brand: str, files: dict[str, str]) -> tuple[list[float], list[str]]:
    """Return the delays of a text as it is read, and the rules of what is not known."""
    texts = {name: text.encode() for name, text in files.items()}
    program = BRANDS[brand].read(texts, cell_of(brand), "arm").program
    interpreter = Interpreter(program, frozenset({"set", "wait", "delay"}), {})
    steps = interpreter.run()
    delays: list[float] = []
    answer: bool | None = None
    while True:
        try:
            action = steps.send(answer)
        except StopIteration:
            return delays, [f.rule for f in interpreter.findings]
        answer = False
        if isinstance(action, Pause):
            delays.append(round(action.seconds, 6))


@pytest.mark.parametrize("brand", sorted(LANGUAGES))
def test_texts_do_what_the_manual_says_or_say_that_they_are_not_understood(brand: str) -> None:
    language, least = LANGUAGES[brand]
    followed = said = left = 0
    misread: list[int] = []
    for seed in range(PROGRAMS):
        try:
            wanted = language.run(seed)
            found, unknown = as_read(brand, language.files(seed))
        except (Left, Away, BadInput):
            left += 1
            continue
        said += bool(unknown)
        followed += not unknown
        if not unknown and found != wanted:
            misread.append(seed)
    compared = followed + said
    print(
        f"\nPROVE flows-{brand} programs={PROGRAMS} compared={compared} followed={followed}"
        f" not_understood={said} misread={len(misread)}"
    )
    assert misread == [], f"{brand}: seeds {misread[:5]}"
    assert compared > 0.3 * PROGRAMS
    assert followed > least * compared
