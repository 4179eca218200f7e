"""Write the README's tables of proofs and benchmarks from the lines that a run printed.

    make prove-full 2>&1 | tee out/prove.log; make tables

Every line `PROVE name key=value ...` of the log becomes a row of the table of that name, between
the marks `<!-- proofs -->` and `<!-- end of proofs -->`; rows that the log does not have stay.
Nothing else of the README is touched.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"^PROVE (\S+)((?: \S+=\S+)+)\s*$", re.MULTILINE)
ROW = re.compile(r"^\| (?!proof )(\S+) \| .* \|$")
MARKS = "<!-- proofs -->", "<!-- end of proofs -->"


def rows_of(log: str) -> dict[str, dict[str, str]]:
    """Return name to values of each line; the last of a name counts."""
    return {
        name: dict(pair.split("=", 1) for pair in rest.split()) for name, rest in LINE.findall(log)
    }


def table_of(log: str, before: str = "") -> str:
    """Return the lines as one markdown table, a row for each; rows of others stay as they were."""
    rows = {name: line for line in before.splitlines() for name in ROW.findall(line)}
    for name, values in rows_of(log).items():
        told = "; ".join(f"{key.replace('_', ' ')} {value}" for key, value in values.items())
        rows[name] = f"| {name} | {told} |"
    return "\n".join(["| proof | result |", "|---|---|", *rows.values()])


def written(readme: str, log: str) -> str:
    """Return the README with the table between the marks; the same text where it has none."""
    before, first, rest = readme.partition(MARKS[0])
    table, last, after = rest.partition(MARKS[1])
    if not first or not last:
        return readme
    return f"{before}{first}\n{table_of(log, table)}\n{last}{after}"


def main() -> int:
    """Rewrite the README from out/prove.log (or the file named)."""
    log = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "out" / "prove.log"
    if not log.exists():
        print(f"{log}: no such log; run make prove-full 2>&1 | tee {log}")
        return 3
    readme = ROOT / "README.md"
    text = readme.read_text()
    new = written(text, log.read_text())
    if MARKS[0] not in text:
        print(f"README.md has no {MARKS[0]}")
        return 3
    partial = readme.with_suffix(".partial")
    partial.write_text(new)
    partial.replace(readme)
    print(table_of(log.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
