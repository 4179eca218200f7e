"""Texts of a few lines in several languages, and a walk through what is read of them."""

from __future__ import annotations

from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Assign, Call, Delay, Expr, If, Loop, Program, Raw
from cellsim.domain.walk import within
from cellsim.simulate.expression import bind, evaluate

HEAD = (
    "/JOB\n//NAME {}\n//POS\n///NPOS 0,0,0,0,0,0\n//INST\n///DATE 2020/11/19 13:27\n///ATTR SC,RW\n"
    "///GROUP1 RB1\nNOP\n"
)
JOB = 'Hyundai Robot Job File; { version: 1.6, mech_type: "", total_axis: -1, aux_axis: 0 }\n'


def read(brand: str, files: dict[str, str]) -> Program:
    """Return the program that texts mean in the test cell."""
    texts = {name: text.encode() for name, text in files.items()}
    return BRANDS[brand].read(texts, cell_of(brand), "arm").program


def tp(*lines: str, beside: dict[str, str] | None = None) -> Program:
    """Return the program of TP instructions."""
    numbered = "".join(f"{i}: {text} ;\n" for i, text in enumerate(lines, 1))
    return read("fanuc", {"T.LS": f"/PROG T\n/MN\n{numbered}/POS\n/END\n", **(beside or {})})


def inform(jobs: dict[str, list[str]]) -> Program:
    """Return the program of INFORM jobs."""
    texts = {
        f"{name}.JBI": HEAD.format(name) + "".join(f"{x}\n" for x in lines) + "END\n"
        for name, lines in jobs.items()
    }
    return read("yaskawa", texts)


def left(program: Program) -> list[str]:
    """Return the texts that are not understood."""
    every = [s for r in program.routines for s in within(r.body)]
    return [s.text for s in every if isinstance(s, Raw) and not s.harmless]


def ran(program: Program) -> tuple[int, dict[str, object]]:
    """Return how many delays a program without signals comes to, and its variables behind it."""
    variables: dict[str, object] = {}
    delays = 0

    def worth(expr: object) -> object:
        return evaluate(bind(expr, variables, {}), lambda _: False)  # type: ignore[arg-type]

    def run(body: tuple[object, ...]) -> None:
        nonlocal delays
        for s in body:
            if isinstance(s, Assign):
                variables[s.name] = worth(s.value)
            elif isinstance(s, If):
                run(s.then if worth(s.condition) is True else s.otherwise)
            elif isinstance(s, Loop):
                passes = 0
                while passes < s.count if s.count is not None else worth(s.condition) is True:
                    run(s.body)
                    passes += 1
            elif isinstance(s, Call):
                run(next(r.body for r in program.routines if r.name == s.routine))
            delays += isinstance(s, Delay)

    run(program.routines[0].body)
    return delays, variables


def number(value: float) -> Expr:
    """Return a constant."""
    return Expr("const", value=value)
