"""What tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def session_root(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this session see."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session", autouse=True)
def own_cache(session_root: Path) -> Iterator[None]:
    """Kept results of this session alone, never the user's."""
    before = os.environ.get("CELLSIM_CACHE")
    os.environ["CELLSIM_CACHE"] = str(session_root / "kept")
    yield
    os.environ.pop("CELLSIM_CACHE")
    if before is not None:
        os.environ["CELLSIM_CACHE"] = before
