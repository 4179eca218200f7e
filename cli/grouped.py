"""The first page of `cellsim`: its commands in the order of the work, one line each."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

STEPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Begin",
        (
            ("demo", "the main job on a shipped cell, whole"),
            ("new", "a folder with a small cell to edit"),
            ("describe", "what stands in a cell"),
            ("robots", "robots that cells can name"),
            ("robot", "take in a URDF, build the URDF of a robot"),
        ),
    ),
    (
        "Write and judge",
        (
            ("teach", "tasks by feature to programs"),
            ("simulate", "what happens when, on one clock"),
            ("verify", "every program on every variant, certified"),
            ("fix", "mend findings on a copy, show what changed"),
            ("baseline", "accept what is known, so that only new findings fail"),
        ),
    ),
    (
        "Look",
        (
            ("show", "the cell in the browser, in 3D"),
            ("clearance", "clearance over time, as a table or a picture"),
            ("sweep", "the volume that bodies sweep"),
        ),
    ),
    (
        "To the controller and back",
        (
            ("release", "write, read back, prove what was read"),
            ("check", "recompute what a release claims"),
            ("read", "controller text to a program"),
            ("lint", "what a controller rejects or changes"),
            ("diff", "what one program means otherwise than another"),
            ("translate", "text of one brand to another"),
            ("probe", "six poses that confirm the conventions"),
            ("brands", "what each language can say"),
        ),
    ),
    (
        "Learn and set up",
        (
            ("explain", "one rule: what, why, limit, source"),
            ("rules", "all rules"),
            ("schema", "the JSON Schema of a file format"),
            ("ci", "a workflow file for GitHub or GitLab"),
            ("doctor", "what this installation can do"),
        ),
    ),
)


class Grouped(TyperGroup):
    """A group whose help lists its commands by the step of the work they belong to."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write one list of commands for each step; those that stand in none come last."""
        named = {name for _, rows in STEPS for name, _ in rows}
        others = [(name, "") for name in self.list_commands(ctx) if name not in named]
        for step, rows in STEPS:
            with formatter.section(step):
                formatter.write_dl(list(rows))
        if others:
            with formatter.section("Further"):
                formatter.write_dl(others)
        formatter.write_paragraph()
        formatter.write_text("Each command: cellsim COMMAND --help")
