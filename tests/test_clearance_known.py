"""A bound of clearance that says nothing is told as not known, in every rendering."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import jsonschema
import numpy as np
import pytest
from timelines import FILE, cell, timeline
from violations import violated

from cellsim.collision.result import CollisionResult, PairResult
from cellsim.domain.program import Index
from cellsim.domain.report import ClearanceCourse, PairClearance, Report
from cellsim.geometry.extent import diagonal
from cellsim.kinematics.bodies import bodies_of
from cellsim.verify.known import known_bound
from cellsim.verify.render import FORMATS, render, render_html
from cellsim.verify.render.json import schema
from cellsim.verify.render.page.pairs_plot import ROWS, _envelope, pairs_plot
from cellsim.verify.run import verify_timeline

AT = Index(FILE, 3)


def judged(value: float) -> Report:
    return verify_timeline(timeline(), CollisionResult((violated("undecided", value, AT),)))


def sizes() -> float:
    """The sum of what the link and the table of the test cell measure, corner to corner."""
    found = {b.name: b.solid for b in bodies_of(cell())}
    total = 0.0
    for name in ("arm/L5", "fixture:table"):
        points = np.concatenate([
            piece.pose.matrix[:3, 3] + piece.core().points for piece in found[name].pieces
        ])  # fmt: skip
        total += float(np.linalg.norm(np.ptp(points, axis=0))) + 2.0 * found[name].epsilon
        assert diagonal(found[name]) >= float(np.linalg.norm(np.ptp(points, axis=0))) - 1e-9
    return total


def test_a_bound_below_what_both_bodies_measure_is_not_known_and_one_above_it_is() -> None:
    least = -sum(
        diagonal(b.solid) + 2.0 * b.solid.epsilon
        for b in bodies_of(cell())
        if b.name in ("arm/L5", "fixture:table")
    )
    assert -least == pytest.approx(sizes(), rel=0.2)
    here = cell()
    assert known_bound(least, "arm/L5", "fixture:table", here) == least
    assert known_bound(least - 1e-6, "arm/L5", "fixture:table", here) == -math.inf
    assert known_bound(-1e9, "arm/L5", "who", here) == -1e9


@pytest.mark.parametrize("fmt", sorted(FORMATS))
def test_no_rendering_prints_an_absurd_clearance(fmt: str) -> None:
    report = judged(-750.965)
    text = render_html([report]) if fmt == "html" else render(report, fmt)
    assert not re.search(r"750[,.]?9|unbounded|Infinity", text)
    if fmt in ("text", "md", "html"):
        assert "not known" in text
    assert "알 수 없음" in render(report, "text", "ko")


def test_json_has_null_where_no_clearance_is_known_and_keeps_to_its_schema() -> None:
    data = json.loads(render(judged(-750.965), "json"))
    jsonschema.validate(data, schema())
    (one,) = data["reports"]
    assert [pair["clearance"] for pair in one["clearances"]] == [None]
    (found,) = (f for f in one["findings"] if f["rule"] == "clearance")
    assert found["value"] is None
    assert "how near they come is not known" in found["message"]


def test_a_bound_that_says_something_is_told_as_it_is() -> None:
    text = render(judged(-0.0732))
    assert re.search(r"tightest clearance: -73\.2\d mm \(required 10.0 mm\)", text), text
    assert "certified 73.2 mm short of their margins, required 10.0 mm beyond them" in text


def many(count: int) -> Report:
    free = PairResult("arm/L6", "part:box", "free", 0.0213, 0.01, 2.0, "arm", AT)
    report = verify_timeline(timeline(), CollisionResult((free,)))
    pairs = tuple(
        PairClearance(f"arm/L{k}", "part:box", 0.02 + 0.001 * k, 0.01, 1.0, FILE, 3)
        for k in range(count)
    )
    return replace(report, clearances=pairs)


def test_the_chart_has_a_row_for_the_nearest_pairs_and_says_how_many_more_there_are() -> None:
    drawn = pairs_plot(many(140), None, "en")
    assert drawn.count("<circle") == ROWS
    assert "128 more pairs" in drawn
    assert "more pairs" not in pairs_plot(many(ROWS), None, "en")


def test_labels_of_the_chart_stand_apart() -> None:
    drawn = pairs_plot(many(140), None, "en")
    places = re.findall(r'<text class="\w+" x="([\d.]+)" y="([\d.]+)"', drawn)
    by_column: dict[float, list[float]] = {}
    for x, y in places:
        by_column.setdefault(float(x), []).append(float(y))
    assert len(by_column) >= 3
    for ys in by_column.values():
        assert min(np.diff(sorted(ys)), default=20.0) >= 10.0


def test_where_spans_lie_over_one_another_the_least_is_drawn() -> None:
    rows = ((0.0, 2.0, 0.05, 0.01), (1.0, 3.0, 0.02, 0.01), (4.0, 5.0, -math.inf, 0.01))
    pair = PairClearance("a", "b", 0.02, 0.01, 1.0, FILE, 3)
    found = _envelope((ClearanceCourse("a", "b", "arm", rows),), pair)
    assert found == [
        (0.0, 1.0, 0.05), (1.0, 2.0, 0.02), (2.0, 3.0, 0.02), (4.0, 5.0, -math.inf)
    ]  # fmt: skip
    assert _envelope((), pair) == []
