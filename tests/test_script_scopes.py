"""Whose variable a name of URScript is (manual, Scoping rules), and what the manual leaves open."""

from __future__ import annotations

import pytest
from small_texts import left, ran, read

from cellsim.domain.program import Assign, Call, If, Program


def script(text: str) -> Program:
    """Return the program of the lines of a script."""
    lines = "".join(f"  {line}\n" for line in text.splitlines())
    return read("ur", {"t.script": f"def t():\n  set_tcp(p[0,0,0.25,0,0,0])\n{lines}end\n"})


ASK = "if x==2:\n  sleep(1)\nend"


@pytest.mark.parametrize(
    ("outside", "inside", "shared"),
    [
        ("global x=1", "local x=2", False),
        ("global x=1", "x=2", True),
        ("global x=1", "global x=2", True),
        ("x=1", "x=2", True),
        ("x=1", "local x=2", False),
    ],
)
def test_whose_variable_a_name_is(outside: str, inside: str, shared: bool) -> None:
    """What the program sets itself is global; `local` in a function masks it."""
    text = f"{outside}\ndef f():\n  {inside}\nend\nf()\n{ASK}"
    assert ran(script(text))[0] == int(shared)


def test_an_inner_function_with_its_own_counter_does_not_end_the_outer_loop() -> None:
    """Neither is global: the inner loop does not end the outer one."""
    text = (
        "def outer():\n  i=0\n  while i<3:\n    inner()\n    i=i+1\n  end\nend\n"
        "def inner():\n  i=0\n  while i<5:\n    sleep(1)\n    i=i+1\n  end\nend\nouter()"
    )
    assert ran(script(text))[0] == 15


def test_a_function_that_counts_with_the_program_s_variable_ends_its_loop() -> None:
    text = (
        "i=0\ndef inner():\n  i=0\n  while i<5:\n    sleep(1)\n    i=i+1\n  end\nend\n"
        "while i<3:\n  inner()\n  i=i+1\nend"
    )
    assert ran(script(text))[0] == 5


def test_a_parameter_stays_what_the_call_hands_over() -> None:
    text = "def f(a):\n  if a>1:\n    a=a-1\n    sleep(1)\n  end\n  return a\nend\nx=f(3)\n" + ASK
    assert ran(script(text))[0] == 2


IN = [f"get_standard_digital_in({i})" for i in range(3)]


@pytest.mark.parametrize(
    ("chain", "known"),
    [
        ("{} or {} and {}", False),
        ("({} or {} and {})", False),
        ("{} and {} or {}", True),
        ("{} or ({} and {})", True),
        ("{} or {} or {}", True),
    ],
)
def test_and_behind_or_is_not_guessed(chain: str, known: bool) -> None:
    condition = chain.format(*IN)
    program = script(f"if {condition}:\n  sleep(1)\nend")
    (branch,) = (s for s in program.routines[0].body if isinstance(s, If))
    assert (branch.condition.op != "unknown") is known
    assert (not left(script(f"x={condition}"))) is known


@pytest.mark.parametrize("behind", ["", "if i==2:\n  sleep(1)\nend"])
def test_a_counter_that_a_line_behind_its_block_reads_is_kept(behind: str) -> None:
    text = f"i=7\nif 1<2:\n  i=0\n  while i<2:\n    sleep(1)\n    i=i+1\n  end\nend\n{behind}"
    assert ran(script(text))[0] == (3 if behind else 2)


def test_a_quotient_of_whole_numbers_is_a_real_one() -> None:
    """Public scripts of the maker's driver divide integers by 1000000 and take radians of it."""
    assert ran(script("x=8\nx=x/4\n" + ASK))[0] == 1
    assert ran(script("x=5\nx=x/4\nif x==1.25:\n  sleep(1)\nend"))[0] == 1


def test_a_counter_that_a_function_above_the_loop_reads_is_kept() -> None:
    """The counter is the program's, so global: the function sees 4 behind the loop."""
    text = (
        "def f(p):\n  if p<=a:\n    sleep(9)\n  end\nend\n"
        "a=0\nwhile a<4:\n  sleep(1)\n  a=a+1\nend\nb=3\nf(b)"
    )
    assert ran(script(text))[0] == 5


@pytest.mark.parametrize(
    "line",
    [
        "if True or f() == 1:\n  sleep(1)\nend",
        "while x < 3 and f() == 1:\n  x=x+1\nend",
        "y = g(g(1))",
        "g(f())",
        "popup(f())",
        "sleep(f())",
        "y = x + f()",
    ],
)
def test_a_function_that_a_line_may_call_or_not_is_not_passed_over(line: str) -> None:
    """f sleeps: a line that asks it and does not call it is not understood."""
    functions = "def f():\n  sleep(5)\n  return 1\nend\ndef g(p):\n  sleep(p)\n  return 1\nend\n"
    made = script(f"{functions}x=0\n{line}")
    called = sum(isinstance(s, Call) for s in made.routines[0].body)
    assert line.splitlines()[0] in left(made) or called == line.count("f()") + line.count("g(")


def test_a_function_that_a_returned_value_asks_is_called_or_kept() -> None:
    text = (
        "def f():\n  sleep(5)\n  return True\nend\ndef g():\n  return x and f()\nend\nx=True\ng()"
    )
    assert left(script(text)) == ["return x and f()"]


@pytest.mark.parametrize(
    "body",
    [
        "if 1==1:\n  local i=3\nend\ni=4",
        "i=4\nlocal i=3",
        "local i=3\nglobal i=4",
    ],
)
def test_a_name_that_is_a_function_s_own_in_some_lines_alone_is_not_known(body: str) -> None:
    made = script(f"def f():\n{body}\nend\ni=1\nf()\nif i==4:\n  sleep(1)\nend")
    sets = [s for r in made.routines for s in r.body if isinstance(s, Assign) and s.name[0] == "i"]
    assert {s.value.op for s in sets} == {"unknown"}


def test_a_parameter_that_a_function_sets_as_global_too_is_not_followed() -> None:
    made = script("def f(i):\n  global i=4\n  sleep(1)\nend\ni=1\nx=i\nf(x)")
    assert "f(x)" in left(made)
