"""Every brand to every brand: translated, translated with losses, or refused with its reason."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from translate_matrix import ARMS, bench, text_in

from cellsim.domain.files.cell import load_cell
from cellsim.domain.report import Verdict
from cellsim.translate.run import Request, translate

pytestmark = pytest.mark.prove

# Arms whose ways to stand the other language has no words for: path points cannot be written.
REFUSED = {("ur", "fanuc"): "CONFIG", ("ur", "yaskawa"): "pulses"}


@pytest.mark.parametrize("approximate", [False, True])
def test_every_brand_goes_into_every_brand_or_says_why_not(
    tmp_path: Path, approximate: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    place = bench(tmp_path)
    texts = {brand: text_in(place, brand, tmp_path / "source" / brand) for brand in ARMS}
    rows = []
    for source in ARMS:
        row = []
        for goal in ARMS:
            request = Request(goal, approximate=approximate)
            out = tmp_path / f"{source}_{goal}"
            done = translate(texts[source], load_cell(place, source), request, out)
            count = Counter(loss.kind for loss in done.losses)
            reason = REFUSED.get((source, goal))
            if reason is not None:
                lost = [loss.reason for loss in done.losses if loss.kind == "lost"]
                assert done.released is None
                assert any(reason in why for why in lost)
                row.append("refused")
                continue
            assert count["lost"] == 0, (source, goal, done.losses)
            assert done.released is not None
            assert done.released.report.verdict is Verdict.GREEN
            assert source != goal or not count["changed"]
            row.append(f"{count['changed']} changed" if count["changed"] else "same")
        rows.append(row)
    with capsys.disabled():
        corners = "corners near to one another allowed" if approximate else "plain"
        print(f"\ntranslate, {corners}: to {', '.join(ARMS)}")
        for source, row in zip(ARMS, rows, strict=True):
            print(f"  {source:8s} {'  '.join(f'{cell:>10s}' for cell in row)}")
