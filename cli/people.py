"""Commands for people: show, describe, robots, explain, rules, schema, ci, doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from cellsim.cli.progress import progress
from cellsim.cli.verify import Cell, Courses, Lang, NoCache, Programs, Settings
from cellsim.messages import titled


def add(app: typer.Typer) -> None:
    """Join these commands to the app."""
    app.command()(show)
    app.command()(describe)
    app.command()(robots)
    app.command()(explain)
    app.command()(rules)
    app.command()(schema)
    app.command()(ci)
    app.command()(doctor)


def show(
    cell: Cell,
    variant: Annotated[str | None, typer.Option("--variant")] = None,
    program: Programs = None,
    settings: Settings = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8080,
    verify: Annotated[bool, typer.Option("--verify", help="Mark the verifier's findings.")] = False,
    courses: Courses = 32,
    no_cache: NoCache = False,
) -> None:
    """Show CELL and its programs in the browser (needs viser: pip install 'viser<2')."""
    from cellsim.cache import default_cache
    from cellsim.domain.timeline import Timeline
    from cellsim.simulate.band import simulate_band
    from cellsim.sweep import cells_of, jobs_of
    from cellsim.verify.courses import Explored, verify_courses
    from cellsim.view.show import show as run

    loaded = cells_of(cell, (variant,) if variant else (), settings or ())[0]
    found: list[Explored | Timeline] = []
    cache = default_cache() if verify and not no_cache else None
    with progress() as shown:
        for job, _ in jobs_of(loaded, program or (), progress=shown):
            if shown is not None:
                shown(titled(loaded.name, loaded.variant, job.name), 0.0)
            if verify:
                found.append(verify_courses(job, courses, progress=shown, cache=cache))
            else:
                found.append(simulate_band(job))
    first, more = (found[0], found[1:]) if found else (loaded, [])
    if isinstance(first, Explored):
        run(first.timeline, port=port, block=True, explored=first, more=more)
    else:
        run(first, port=port, block=True, more=more)


def describe(
    cell: Cell,
    variant: Annotated[str | None, typer.Option("--variant")] = None,
    settings: Settings = None,
) -> None:
    """Say what stands in CELL: groups, tools, parts, features, frames, signals, devices."""
    from cellsim.cli.describe import describe_cell
    from cellsim.sweep import cells_of

    for line in describe_cell(cells_of(cell, (variant,) if variant else (), settings or ())[0]):
        typer.echo(line)


def robots() -> None:
    """List the robots that cells can name."""
    from cellsim.cli.describe import describe_robots

    for line in describe_robots():
        typer.echo(line)


def explain(
    rule: Annotated[str, typer.Argument(help="Rule id, or lint-...")] = "", lang: Lang = "en"
) -> None:
    """Print what a rule checks, why, its limit and its source; or what a lint item looks at."""
    from cellsim.controllers.lintpage import PREFIX, explain_lint
    from cellsim.verify.rules import explain as text

    if not rule:
        raise typer.BadParameter("name a rule; `cellsim rules` lists them", param_hint="RULE")
    typer.echo(explain_lint(rule) if rule.startswith(PREFIX) else text(rule, lang))


def rules() -> None:
    """List the rules: id, how bad a finding may be, what."""
    from cellsim.verify.rules import summaries
    from cellsim.verify.rules.severities import SEVERITIES

    for name, line in summaries():
        typer.echo(f"{name:<28} {' '.join(SEVERITIES.get(name, ())):<27} {line}")


def schema(
    noun: Annotated[
        str,
        typer.Argument(
            help="baseline, cell, certificate, job, manifest, pieces, program, proof, report,"
            " robot, task, variant or waivers."
        ),
    ],
) -> None:
    """Print the JSON Schema of a file format, or of `--format json` reports."""
    from cellsim.cli.schemas import schema_of

    typer.echo(schema_of(noun))


def ci(host: Annotated[str, typer.Argument(help="github or gitlab.")]) -> None:
    """Print a workflow file that verifies a cell on every push."""
    from cellsim.verify.render.workflow import workflow

    typer.echo(workflow(host), nl=False)


def doctor(
    compile_: Annotated[
        bool,
        typer.Option("--compile", help="Compile the inner loops now, not at the first run."),
    ] = False,
) -> None:
    """Say what this installation can do and what is missing."""
    from cellsim.cli.compiling import compile_loops
    from cellsim.cli.doctor import examine

    if compile_:
        typer.echo("compiling the inner loops once: a minute or two ...")
        compile_loops()
        return

    for line in examine():
        typer.echo(line)
