"""Commands about robots: list, import, build URDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Robots: import a URDF, build the URDF of a robot.", no_args_is_help=True)


@app.command("import")
def import_urdf(
    file: Annotated[Path, typer.Argument(help="URDF file.")],
    out: Annotated[Path, typer.Option("--out", help="Robot folder to make.")] = Path("robots"),
) -> None:
    """Import a URDF with its meshes; mend what can be mended and name each defect."""
    from cellsim.domain.files.robot_import import import_robot

    result = import_robot(file, out)
    for defect in result.defects:
        typer.echo(f"  {defect}")
    typer.echo(f"made {result.folder}")


@app.command("urdf")
def urdf(name: Annotated[str, typer.Argument(help="Robot name or folder.")]) -> None:
    """Build robot.urdf from robot.yaml."""
    from cellsim.domain.files.urdf import write_urdf

    typer.echo(f"made {write_urdf(name)}")
