"""Which variant a command took where none was named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from cellsim.domain.cell import Cell


def say_variant(cell: Cell, asked: str | None) -> None:
    """Say on standard error which variant of several was taken, where nobody asked for one."""
    if asked is None and len(cell.variants) > 1:
        others = ", ".join(name for name in cell.variants if name != cell.variant)
        typer.echo(f"# as variant {cell.variant}; --variant takes another: {others}", err=True)
