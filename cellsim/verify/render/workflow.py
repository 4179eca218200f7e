"""Workflow files for the CI services of users; `ci/*.yml` hold the text."""

from __future__ import annotations

from importlib.resources import files

from cellsim.errors import UnknownName

HOSTS = ("github", "gitlab")


def workflow(host: str) -> str:
    """Return the workflow file for one of HOSTS; UnknownName for another."""
    if host not in HOSTS:
        raise UnknownName("workflow", host, HOSTS)
    return files(__package__).joinpath("ci", f"{host}.yml").read_text(encoding="utf-8")
