"""Commands about robots: list, import, build URDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Robots: import a URDF, build the URDF of a robot.")


@app.command("import")
def import_urdf(
    file: Annotated[Path, typer.Argument(help="URDF file.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the robot.")] = Path("robots"),
    name: Annotated[str, typer.Option("--name", help="Name of the robot.")] = "",
    coacd: Annotated[bool, typer.Option("--coacd", help="Several pieces a mesh.")] = False,
) -> None:
    """Import a URDF with its meshes; mend what can be mended and name each defect."""
    from cellsim.domain.files.robot_import import import_robot

    result = import_robot(file, out, name=name, pieces="coacd" if coacd else "hull")
    for defect in result.defects:
        typer.echo(f"  {defect}")
    typer.echo(f"made {result.folder}")


@app.command("urdf")
def urdf(name: Annotated[str, typer.Argument(help="Robot name or folder.")]) -> None:
    """Build robot.urdf from robot.yaml."""
    from cellsim.domain.files.urdf import write_urdf

    typer.echo(f"made {write_urdf(name)}")
