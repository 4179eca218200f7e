"""Proofs run on two processes: tests of one costly fixture together, rows are printed last."""

from __future__ import annotations

import pytest

# Their module fixture is the proof itself.
TOGETHER = ("test_prove_segments", "test_prove_defects")
# What they print is the output of commands, no row of a proof.
COMMANDS = ("probe", "exports", "translate", "processes", "fix")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a shared fixture on one worker."""
    for item in items:
        if item.path.stem in TOGETHER:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


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
