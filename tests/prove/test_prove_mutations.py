"""Proof that the tests of the certified test see what is wrong: mutations of its code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.prove
FULL = os.environ.get("CELLSIM_PROVE") == "full"

TESTS = ("coarse", "bound", "tunnelling", "travel", "bow", "certified", "certified_groups",
         "jointbox")  # fmt: skip
# Where a mutation has been seen is looked at first; what sees it counts, in any order.
FIRST = {
    "pad once instead of twice": "certified",
    "end points instead of total variation": "tunnelling",
    "all joints instead of those between": "certified",
    "a dropped pair": "certified",
    "normal not made unit": "bound",
    "lower bound clamped": "bound",
    "window never closed": "certified",
    "swapped quaternion": "bound",
    "bow: half of it": "tunnelling",
    "line: as if every way were straight": "bow",
    "joint box: the Jacobian of its middle all over it": "jointbox",
}
# Minutes long each where nothing is compiled.
LEFT_OUT = (
    "certified_deep_enough",
    "called_free_meet_at_any_sampled_pair",
    "at_a_distance_are_free_for_all_shifts",
)
MUTATIONS = {
    "none: the control": ("lipschitz.py", "R[out, i]", "R[out, i]"),
    "pad once instead of twice": (
        "lipschitz.py",
        "2.0 * R[DEVIATION, i]) * R",
        "R[DEVIATION, i]) * R",
    ),
    "margin once instead of twice": ("certify.py", "pad + ROUNDING, start", "0.5 * pad, start"),
    "end points instead of total variation": (
        "paths.py",
        "return float(max(b - a, 0.0))",
        "return float(abs(path.knots[0, k1, j] - path.knots[0, k0, j]))",
    ),
    "all joints instead of those between": (
        "paths.py",
        "while up_a and up_b and up_a[-1] == up_b[-1]:",
        "while False:",
    ),
    "a dropped pair": ("check.py", "for b in items[i + 1 :]:", "for b in items[i + 2 :]:"),
    "normal not made unit": (
        "support.py",
        "x, y, z = x / length, y / length, z / length",
        "length = 1.0",
    ),
    "lower bound clamped": (
        "gjk.py",
        "            return lower, max(lower, -balls)",
        "            return max(lower, 0.0), max(lower, 0.0)",
    ),
    "window never closed": (
        "rules.py",
        "elif since is not None and event_is",
        "elif False and event_is",
    ),
    "radius at the ends only": ("lipschitz.py", "0.5 * ends + girth + inner", "0.5 * ends + girth"),
    "radius without the girth": ("lipschitz.py", "ends + girth + inner", "ends + inner"),
    "radius without the disc": ("lipschitz.py", "far += disc *", "far += 0.0 *"),
    "one end of a slender piece": ("lipschitz.py", "far = max(\n", "far = min(\n"),
    "the middle of a slender piece": ("support.py", "*half, girth, reach]", "0, 0, 0, girth, 9]"),
    "one end instead of both": (
        "certify.py",
        "value = 0.5 * (row[0] + row[2]) - reach.half - pads\n    if",
        "value = row[0] - pads\n    if",
    ),
    "tolerance of frames forgotten": ("pads.py", "pad += frame.tolerance_m", "pad += 0.0"),
    "margins forgotten": (
        "pads.py",
        "return a.solid.epsilon + b.solid.epsilon",
        "return 0.0 * a.solid.epsilon",
    ),
    "events of others on the nominal clock": ("clock.py", "return low, high", "break"),
    "nominal clock instead of all shifts": (
        "clock.py",
        "rows.append((c.a0, c.a1, c.b0, c.b1))",
        "pass",
    ),
    "swapped quaternion": (
        "../geometry/pose.py",
        "w, x, y, z = (v / math",
        "x, y, z, w = (v / math",
    ),
    "coarse test: sphere of the mover forgotten": (
        "coarse.py",
        "s.bodies[movers.who[m, 0], BOUND] + sieve.places[place, 3]",
        "sieve.places[place, 3]",
    ),
    "coarse test: one end, no travel": (
        "coarse.py",
        "0.5 * (gap0 + gap1 - x[6])",
        "gap0",
    ),
    "coarse test: the nearer end instead of the way": (
        "coarse.py",
        "nearest(x0, y0, z0, x1, y1, z1)",
        "min(gap0, gap1)",
    ),
    "bow: half of it": ("reach.py", "0.125 *", "0.0625 *"),
    "bow: each joint by itself": ("lipschitz.py", "(goes + 2.0 * known[TURN])", "goes"),
    "bow: what slides after a turn": ("lipschitz.py", "2.0 * goes * known[TURN]", "0.0"),
    "bow: disc forgotten": ("reach.py", "far, turn = more + disc", "far, turn = more"),
    "bow: the nearer end instead of the least between": (
        "bow.py",
        "0.5 * (h0 + h1) - bow - apart * apart / (16.0 * bow)",
        "min(h0, h1)",
    ),
    "line: as if every way were straight": ("leaving.py", "0.25 * arc *", "0.0 * arc *"),
    "line: deviation from the chords forgotten": (
        "lipschitz.py",
        "k0, u1, arc) + R[DEVIATION, i]",
        "k0, u1, arc)",
    ),
    "line: the normal turns with the body": (
        "bow.py",
        "    if from_a:\n        return x, y, z\n    u =",
        "    if True:\n        return x, y, z\n    u =",
    ),
    "joint box: the Jacobian of its middle all over it": (
        "../motion/jointbox.py",
        "changed(kind, index, L, a, b, W, rho, M)",
        "M[:] = 0.0",
    ),
    "joint box: the range of the frame grows with no turn of its lever": (
        "../motion/jointbox.py",
        "slope[j, 3 + i] = range_rad * (A[j, 3 + i] + A[j, l] * r[k] - A[j, k] * r[l])",
        "slope[j, 3 + i] = range_rad * A[j, 3 + i]",
    ),
    "coarse test: half of an open interval lost": (
        "coarse.py",
        "left_us[found, 1] = span, u0, u1",
        "left_us[found, 1] = span, u0, 0.5 * (u0 + u1)",
    ),
}


# In make prove the control and these, in make prove-full all: one run takes up to a minute.
SEEDED = {
    "none: the control", "pad once instead of twice", "end points instead of total variation",
    "all joints instead of those between", "a dropped pair", "swapped quaternion",
    "normal not made unit", "lower bound clamped", "window never closed", "bow: half of it",
    "line: as if every way were straight", "joint box: the Jacobian of its middle all over it",
}  # fmt: skip
SHOWN = list(MUTATIONS) if FULL else [name for name in MUTATIONS if name in SEEDED]


@pytest.mark.parametrize("name", SHOWN)
def test_the_tests_notice_a_mutation_of_the_code(name: str, tmp_path: Path) -> None:
    file, old, new = MUTATIONS[name]
    copy = tmp_path / "cellsim"
    shutil.copytree(ROOT / "cellsim", copy, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "robots").symlink_to(ROOT / "robots")
    text = (copy / "collision" / file).read_text()
    assert old in text, "the mutation no longer fits the code"
    (copy / "collision" / file).write_text(text.replace(old, new))
    order = sorted(TESTS, key=lambda n: n != FIRST.get(name))
    tests = [ROOT / "tests" / f"test_{n}.py" for n in order]
    # Without compilation: a mutated function would take longer to compile than to interpret.
    # The copy goes before whatever the installation has put on the path; 9: it does not.
    env = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    arguments = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        f"not ({' or '.join(LEFT_OUT)})",
        *map(str, tests),
    ]
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); "
        "sys.meta_path[:] = [f for f in sys.meta_path if 'editable' not in str(f.__module__)]; "
        "import pytest, cellsim; "
        f"cellsim.__file__.startswith({str(tmp_path)!r}) or sys.exit(9); "
        f"sys.exit(pytest.main({arguments!r}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert run.returncode == (0 if old == new else 1), run.stdout[-2000:] + run.stderr[-500:]
