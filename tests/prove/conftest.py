"""Proofs run on two processes: rows are printed last."""

from __future__ import annotations

import pytest

# What they print is the output of commands, no row of a proof.
COMMANDS = ("probe", "exports", "translate", "processes", "fix")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the proofs printed, which workers keep to themselves."""
    shown: dict[str, None] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if any(f"test_prove_{name}" in getattr(report, "nodeid", "") for name in COMMANDS):
                continue
            for line in getattr(report, "capstdout", "").splitlines():
                shown[line] = None
    for line in shown:
        terminalreporter.write_line(line)
