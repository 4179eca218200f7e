"""Odd text of every brand: cut, deep, empty, without a name; what is read and what is refused."""

from __future__ import annotations

import pytest
from brandkit import KITS
from controllers_support import bytes_of, cell_of, plain_program, with_controller
from programs_support import PROGRAMS, read
from readings import raw_lines
from same_meaning import differences

from cellsim.controllers.brands import BRANDS, read_files
from cellsim.domain.program import Move
from cellsim.errors import BadInput, UnknownName


def test_number_without_a_name_is_kept_with_a_note() -> None:
    cell = with_controller(cell_of("ur"), signals={})
    quantised = BRANDS["ur"].quantise(plain_program(cell_of("ur"), "ur", 2), cell)
    files = bytes_of(BRANDS["ur"].write(quantised, cell_of("ur")))
    result = BRANDS["ur"].read(files, cell, "arm")
    assert "do1 has no name in the cell" in result.notes


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_a_text_cut_anywhere_is_never_the_same_program(brand: str) -> None:
    cell = cell_of(brand)
    quantised = BRANDS[brand].quantise(plain_program(cell, brand, 4), cell)
    files = bytes_of(BRANDS[brand].write(quantised, cell))
    name, data = max(files.items(), key=lambda f: len(f[1]))
    for part in range(1, 40):
        cut = data[: len(data) * part // 40]
        try:
            read_back = BRANDS[brand].read(files | {name: cut}, cell, "arm").program
        except BadInput:
            continue
        assert list(differences(quantised, read_back))


@pytest.mark.parametrize("brand", sorted(BRANDS))
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\x00\x01", "zero byte"),
        (b"# " * 2_600_000, "bytes"),
        (b"hello", "expected"),
        (b"(" * 5000, "expected"),
    ],
)
def test_text_that_is_none_is_bad_input_with_the_file_named(
    brand: str, data: bytes, said: str
) -> None:
    name = KITS[brand].main
    with pytest.raises(BadInput, match=said) as error:
        read(brand, {name: data})
    assert name in str(error.value)


def test_deep_expression_is_not_understood_instead_of_a_crash() -> None:
    deep = "not " * 400 + "di1"
    wide = "(" * 300 + "di1" + ")" * 300
    text = f"Hyundai Robot Job File;\n     wait {deep}\n     wait {wide}\n     end\n"
    result = read("hyundai", {"0102_a.job": text.encode()})
    assert raw_lines(result) in ([2], [])


def test_deep_blocks_are_bad_input() -> None:
    text = "def a():\n" + "if True:\n" * 50 + "end\n" * 51
    with pytest.raises(BadInput, match="too deep"):
        read("ur", {"a.script": text.encode()})


def test_file_is_read_with_its_companions() -> None:
    cell = cell_of("kuka")
    job = read_files(PROGRAMS / "kuka" / "unload.src", cell, "", "kuka")
    assert job.programs["arm"].file == "unload.src"
    assert set(job.rules) == {"arm"}
    two = read_files(PROGRAMS / "hyundai" / "0102_front_door.job", cell_of("hyundai"), "arm")
    assert [r.name for r in two.programs["arm"].routines] == ["front_door", "wipe"]


def test_unknown_brand_and_group_name_what_there_is() -> None:
    with pytest.raises(UnknownName, match="hyundai"):
        read_files({"a.job": b"end"}, cell_of("ur"), "arm", "hyundia")
    with pytest.raises(UnknownName, match="arm"):
        read_files({"a.script": b"end"}, cell_of("ur"), "arn")


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_bare_flange_is_not_taken_for_the_mounted_tool(brand: str) -> None:
    """In a program a motion without a tool is one of the mounted tool; the text says otherwise."""
    result = read(brand, {KITS[brand].main: KITS[brand].bare.encode()})
    assert not any(isinstance(s, Move) for s in result.program.routines[0].body)
    assert result.raw_lines
