"""Proofs run on two processes: who takes what, and rows are printed last."""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# What else they print is the output of commands, no row of a proof.
COMMANDS = ("probe", "exports", "translate", "processes", "fix", "one_clock", "workflows", "digits")

# One process each: their tests share a run that takes minutes, or the memory of the machine.
WHOLE = ("defects", "segments", "flows", "covered", "workflows")


class Proofs(LoadScopeScheduling):
    """Hands out tests one by one, and some files whole.

    Marks `xdist_group` would say the same; pytest 9.2 does not show them to xdist 3.8.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        return file if any(file.endswith(f"test_prove_{name}.py") for name in WHOLE) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Proofs:
    """Return who hands out the proofs."""
    return Proofs(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the proofs printed, which workers keep to themselves."""
    shown: dict[str, None] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            name = getattr(report, "nodeid", "")
            rows = any(f"test_prove_{command}" in name for command in COMMANDS)
            for line in getattr(report, "capstdout", "").splitlines():
                if line.startswith("PROVE ") or not rows:
                    shown[line] = None
    for line in shown:
        terminalreporter.write_line(line)
