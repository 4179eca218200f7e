"""Commands about room: clearance map and swept volume."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cellsim.cli.progress import progress
from cellsim.cli.verify import Cell, Lang, Programs, Settings, Variants
from cellsim.messages import titled


def add(app: typer.Typer) -> None:
    """Join these commands to the app."""
    app.command()(clearance)
    app.command()(sweep)


def clearance(
    cell: Cell,
    out: Annotated[
        Path | None, typer.Option("--out", help="A .csv, or a .png of the nearest pairs.")
    ] = None,
    variant: Variants = None,
    program: Programs = None,
    settings: Settings = None,
    lang: Lang = "en",
) -> None:
    """Print the worst point of each motion of CELL; write clearance over time to a file."""
    from cellsim.cli.output import print_moves, write_bytes
    from cellsim.errors import UnknownName
    from cellsim.simulate.band import simulate_band
    from cellsim.sweep import cells_of, jobs_of
    from cellsim.verify.clearmap import clearance_map
    from cellsim.verify.render.mapped import map_csv, map_png

    kind = ".csv" if out is None else out.suffix.lower()
    if kind not in (".csv", ".png"):
        raise UnknownName("picture or table", kind, (".csv", ".png"))
    maps = []
    with progress() as shown:
        for loaded in cells_of(cell, variant or (), settings or ()):
            for job, _ in jobs_of(loaded, program or (), progress=shown):
                if shown is not None:
                    shown(f"clearances of {titled(loaded.variant, job.name)}", 0.0)
                maps.append(clearance_map(simulate_band(job)))
    print_moves(maps, lang)
    if out is None:
        return
    for one in maps:
        data = map_csv(maps).encode() if kind == ".csv" else map_png(one)
        many = kind == ".png" and len(maps) > 1
        name = f"{out.stem}_{one.variant}_{one.job}{kind}" if many else out.name
        write_bytes(out.with_name(name), data)
        typer.echo(f"wrote {out.with_name(name)}")
        if kind == ".csv":
            break


def sweep(
    cell: Cell,
    out: Annotated[Path, typer.Option("--out", help="A .glb or .stl file.")],
    body: Annotated[
        list[str], typer.Option("--body", help='Bodies: "holder/*", "*/tool:*", "part:NAME".')
    ],
    voxel_mm: Annotated[float, typer.Option("--voxel-mm", help="Edge of a voxel.")] = 25.0,
    variant: Variants = None,
    program: Programs = None,
    settings: Settings = None,
    lang: Lang = "en",
) -> None:
    """Write the volume that bodies of CELL sweep: nothing of them ever leaves it."""
    from cellsim.api import swept_mesh
    from cellsim.cli.output import print_swept, write_bytes
    from cellsim.collision.swept import swept_volume
    from cellsim.errors import UnknownName
    from cellsim.simulate.band import simulate_band
    from cellsim.sweep import cells_of, jobs_of

    if out.suffix.lower() not in (".glb", ".stl"):
        raise UnknownName("mesh type", out.suffix, (".glb", ".stl"))
    found = []
    with progress() as shown:
        for loaded in cells_of(cell, variant or (), settings or ()):
            for job, _ in jobs_of(loaded, program or (), progress=shown):
                if shown is not None:
                    shown(f"volume swept in {titled(loaded.variant, job.name)}", 0.0)
                name = f"{out.stem}_{loaded.variant}_{job.name}{out.suffix}"
                swept = swept_volume(simulate_band(job), body, 1e-3 * voxel_mm)
                found.append((name, swept))
    for name, swept in found:
        place = out if len(found) == 1 else out.with_name(name)
        write_bytes(place, swept_mesh(swept, out.suffix.lower()))
        print_swept(place, swept, lang)
