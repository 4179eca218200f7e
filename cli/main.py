"""The command `cellsim`: exit codes, lazy commands, no traceback for bad input.

0 green, 1 findings, 2 undecided only, 3 bad input or wrong usage, 4 our own error, 130
interrupted.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import typer
from typer.main import get_command

from cellsim.cli import compare, make, mapped, mend, people, release, robots, translate, verify
from cellsim.cli.grouped import Grouped

if TYPE_CHECKING:
    from cellsim.errors import CellsimError

app = typer.Typer(
    cls=Grouped,
    help="Offline programming and verification for robot cells.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


for part in (verify, release, compare, translate, mend, mapped, make, people):
    part.add(app)
app.add_typer(robots.app, name="robot")


def run(args: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        out = sys.stdout
        # A file may be named by what is no letter, and a terminal may not know ours.
        sys.stdout = Pipe(out.detach(), encoding=out.encoding, errors="backslashreplace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        err = sys.stderr
        sys.stderr = Pipe(
            err.detach(), encoding=err.encoding, errors="backslashreplace", line_buffering=True
        )
    code = main(args)
    try:
        sys.stdout.flush()
    except OSError as error:
        code = _unwritten(error)
    sys.exit(code)


PLACES = frozenset(
    {errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EROFS, errno.ENOSPC,
     errno.ENOENT, errno.ENAMETOOLONG}
)  # fmt: skip

# Without a file name: what is written to has no room.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def to_nowhere(stream: io.TextIOWrapper) -> None:
    """Lead a stream to nowhere: what it still holds cannot be written, and must not fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


class Pipe(io.TextIOWrapper):
    """A standard stream that may be closed by who reads it: what is done is done all the same."""

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except BrokenPipeError:
            to_nowhere(self)
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except BrokenPipeError:
            to_nowhere(self)


def main(args: Sequence[str] | None = None) -> int:
    """Return the exit code of a command line (None: sys.argv)."""
    from cellsim import __version__
    from cellsim.errors import CellsimError

    given = list(sys.argv[1:] if args is None else args)
    if given == ["--version"]:
        print(f"cellsim {__version__}")
        return 0
    if not given or given == ["robot"]:
        given.append("--help")
    try:
        code = _commands()(args=given, standalone_mode=False)
        code = code if isinstance(code, int) else 0
        if code == 130:
            print("interrupted", file=sys.stderr)
        return code
    except (typer.Abort, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
        return 130
    except typer.TyperException as error:
        known = getattr(getattr(error, "param", None), "help", None)
        missing = known if "Missing" in type(error).__name__ else None
        told = error.format_message().rstrip(".")
        print(f"error: {told}{f': {missing}' if missing else ''}", file=sys.stderr)
        return 3
    except CellsimError as error:
        print(_told(error), file=sys.stderr)
        return error.exit_code
    except OSError as error:
        if error.errno in FULL and not error.filename:
            return _unwritten(error)
        if error.errno not in PLACES or not error.filename:
            return _internal()
        print(f"error: {error.filename}: {(error.strerror or '').lower()}", file=sys.stderr)
        return 3
    except Exception:  # whatever it is, it is ours: exit code 4 with a report that holds it
        return _internal()


@cache
def _commands() -> Callable[..., object]:
    """Return what runs a command line: the commands are made of their signatures once."""
    return get_command(app).main


def _unwritten(error: OSError) -> int:
    """Say that something could not be written, where a file or standard output has no room."""
    if isinstance(sys.stdout, Pipe):
        to_nowhere(sys.stdout)
    print(f"error: cannot be written: {(error.strerror or str(error)).lower()}", file=sys.stderr)
    return 3


def _internal() -> int:
    """Say that the error is ours and where its report is, or the report."""
    try:
        print(f"internal error; report written to {_report()}", file=sys.stderr)
    except OSError:
        print(f"internal error\n{traceback.format_exc()}", file=sys.stderr)
    return 4


def _told(error: CellsimError) -> str:
    """Return an error as one line: bad input begins with error, what was found with finding."""
    code = error.exit_code
    if code == 3:
        return f"error: {error}"
    kind = "finding" if code == 1 else "undecided"
    return f"{kind}: {error} (the input was understood; exit {code} is what came of it)"


def _report() -> str:
    """Write the traceback and versions to a file of its own; return its path."""
    import platform

    from cellsim import __version__

    with tempfile.NamedTemporaryFile(
        "w", prefix="cellsim-error-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(f"cellsim {__version__}, python {platform.python_version()}\n")
        file.write(f"{platform.platform()}\narguments: {sys.argv[1:]}\n\n{traceback.format_exc()}")
        return file.name
