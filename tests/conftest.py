"""What tests share."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from cellsim.domain.timeline import Timeline
    from cellsim.proofcheck.file import Proof


# Trees, grammars and cells by the hundred thousand stay: looking for garbage so often finds none.
gc.set_threshold(100_000, 20, 100)


def pytest_collection_finish() -> None:
    """What is loaded and collected stays until the end: no collection of garbage looks at it."""
    gc.collect()
    gc.freeze()


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


@pytest.fixture(scope="session")
def line() -> Timeline:
    """The timeline of the small cell of clearance proofs."""
    from proof_cell import proof_cell, proof_timeline

    return proof_timeline(proof_cell())


@pytest.fixture(scope="session")
def proof(line: Timeline) -> Proof:
    """Its proof."""
    from cellsim.collision.check import check_timeline
    from cellsim.collision.prove import prove

    found = check_timeline(line)
    assert found.status == "free", found.violations[:1]
    return prove(line, found)


@pytest.fixture(scope="module")
def every_pair() -> Iterator[None]:
    """A cache keeps the outcomes of all pairs, of those too that took few intervals."""
    from cellsim.collision import reuse

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reuse, "FEW", -1)
        patch.setattr(reuse, "FEW_A_SPAN", 0)
        yield
