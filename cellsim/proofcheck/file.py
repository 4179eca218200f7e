"""The file of a clearance proof, `cellsim/proof@1`: one line of JSON, then packed arrays."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cellsim.domain.timeline import Timeline
from cellsim.errors import BadInput, TooNew
from cellsim.geometry import Array
from cellsim.proofcheck.bound import COLUMNS
from cellsim.proofcheck.course import Ints
from cellsim.proofcheck.duty import Duties
from cellsim.proofcheck.replay import Leaves

FORMAT = "cellsim/proof@1"
MOST_BYTES = 50_000_000
MOST_UNPACKED = 400_000_000
MOST_HEADER = 5_000_000
RunName = tuple[str, int, str, int, str, str]
# Name, type and columns of the packed arrays, in their order; all little-endian.
_ARRAYS: tuple[tuple[str, str, int], ...] = (
    ("claims", "<f8", 1),
    ("row_counts", "<u4", 1),
    ("lengths", "<u4", 3),
    ("rows", "<f8", COLUMNS),
    ("nodes", "<u1", 1),
    ("counts", "<u4", 1),
    ("which", "<u4", 1),
    ("normals", "<f4", 3),
)


@dataclass(frozen=True, eq=False)
class Proof:
    """A claim that pairs of bodies keep apart, with the trees of leaves that show it.

    Attributes:
        cell, variant, job: Names.
        runs: (body a, its hold, body b, its hold, group of a's course, of b's) of each run.
        claims: Clearance shown wherever less is required [m], shape (r,); -inf: what is required,
            NaN: the run is not proved.
        row_counts: Duty rows of each run, shape (r,). rows: As they were when it was made, (n, 12).
        lengths: Nodes, counts and normals of each run, shape (r, 3).
        leaves: The trees, see `replay`.
    """

    cell: str
    variant: str
    job: str
    runs: tuple[RunName, ...]
    claims: Array
    row_counts: Ints
    rows: Array
    lengths: Ints
    leaves: Leaves


def names_of(duties: Duties) -> tuple[RunName, ...]:
    """Return what names each run of the duties."""
    return tuple((a.name, a.hold, b.name, b.hold, p, q) for a, b, p, q in duties.runs)


def claimed(
    timeline: Timeline, duties: Duties, claims: Array, parts: Mapping[int, Leaves]
) -> Proof:
    """Return the proof made of the trees of single runs; the others are not proved."""
    job, count = timeline.job, len(duties.runs)
    proved = [parts[k] for k in range(count) if k in parts]
    lengths = np.zeros((count, 3), dtype=np.int64)
    kept = np.array(claims, dtype=np.float64)
    for k in range(count):
        if k in parts:
            lengths[k] = len(parts[k].nodes), len(parts[k].counts), len(parts[k].which)
        else:
            kept[k] = np.nan
    leaves = Leaves(
        np.concatenate([np.zeros(0, np.uint8), *(x.nodes for x in proved)]),
        np.concatenate([np.zeros(0, np.uint32), *(x.counts for x in proved)]),
        np.concatenate([np.zeros(0, np.uint32), *(x.which for x in proved)]),
        np.concatenate([np.zeros((0, 3), np.float32), *(x.normals for x in proved)]),
    )
    row_counts = duties.table.runs[:, 9] - duties.table.runs[:, 8]
    return Proof(job.cell.name, job.cell.variant, job.name, names_of(duties), kept, row_counts,
                 duties.table.rows, lengths, leaves)  # fmt: skip


def dump_proof(proof: Proof) -> bytes:
    """Return a proof as the bytes of its file, the same every time."""
    values: Mapping[str, Any] = {
        "claims": proof.claims, "row_counts": proof.row_counts, "lengths": proof.lengths,
        "rows": proof.rows, **proof.leaves._asdict(),
    }  # fmt: skip
    arrays = [np.asarray(values[name]).astype(kind) for name, kind, _ in _ARRAYS]
    head = {
        "format": FORMAT,
        "cell": proof.cell,
        "variant": proof.variant,
        "job": proof.job,
        "runs": [list(run) for run in proof.runs],
        "sizes": {name: len(a) for (name, _, _), a in zip(_ARRAYS, arrays, strict=True)},
    }
    line = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    return line.encode() + b"\n" + zlib.compress(b"".join(a.tobytes() for a in arrays), 6)


def parse_proof(data: bytes, file: str = "") -> Proof:
    """Return the proof in the bytes of a file.

    Errors: BadInput for anything that is no proof, too large, cut short or inconsistent in its
        sizes; TooNew for a newer format. What it claims is not judged here.
    """
    if len(data) > MOST_BYTES:
        raise BadInput(f"proof has {len(data)} bytes", file=file, expected=f"at most {MOST_BYTES}")
    line, _, packed = data.partition(b"\n")
    head = _head(line, file)
    sizes = [head["sizes"].get(name) for name, _, _ in _ARRAYS]
    if not all(type(n) is int and 0 <= n <= MOST_UNPACKED for n in sizes):
        raise BadInput("a size of the proof is missing or too large", file=file)
    widths = [np.dtype(kind).itemsize * columns for _, kind, columns in _ARRAYS]
    total = sum(n * width for n, width in zip(sizes, widths, strict=True))
    if total > MOST_UNPACKED:
        raise BadInput(f"proof unpacks to {total} bytes", file=file)
    content = _unpacked(packed, total, file)
    found, at = {}, 0
    for (name, kind, columns), n, width in zip(_ARRAYS, sizes, widths, strict=True):
        flat = np.frombuffer(content, kind, n * columns, at)
        native = np.dtype(kind).newbyteorder("=")
        found[name] = flat.astype(native).reshape((n, columns) if columns > 1 else (n,))
        at += n * width
    return _consistent(head, found, file)


def _head(line: bytes, file: str) -> dict[str, Any]:
    if len(line) > MOST_HEADER:
        raise BadInput("the first line of the proof is too long", file=file)
    try:
        head = json.loads(line)
    except (ValueError, RecursionError):
        raise BadInput("not a proof", file=file, expected=f"format {FORMAT}") from None
    if not isinstance(head, dict) or not str(head.get("format", "")).startswith("cellsim/proof@"):
        raise BadInput("not a proof", file=file, expected=f"format {FORMAT}")
    if head["format"] != FORMAT:
        raise TooNew(f"format {head['format']} is not known", file=file, expected=FORMAT)
    texts = all(isinstance(head.get(key), str) for key in ("cell", "variant", "job"))
    runs = head.get("runs")
    kinds = (str, int, str, int, str, str)
    if not texts or not isinstance(head.get("sizes"), dict) or not isinstance(runs, list):
        raise BadInput("a field of the proof is missing or of the wrong kind", file=file)
    for run in runs:
        if not isinstance(run, list) or [type(v) for v in run] != list(kinds):
            raise BadInput("a run of the proof is not six names and numbers", file=file)
    return head


def _unpacked(packed: bytes, total: int, file: str) -> bytes:
    inflate = zlib.decompressobj()
    try:
        content = inflate.decompress(packed, total + 1)
    except zlib.error:
        raise BadInput("the proof is damaged", file=file) from None
    if len(content) != total or not inflate.eof or inflate.unused_data:
        raise BadInput("the proof is cut short or longer than it says", file=file)
    return content


def _consistent(head: Mapping[str, Any], found: Mapping[str, Any], file: str) -> Proof:
    lengths = found["lengths"].astype(np.int64)
    leaves = Leaves(found["nodes"], found["counts"], found["which"], found["normals"])
    sums = lengths.sum(axis=0).tolist()
    row_counts, count = found["row_counts"].astype(np.int64), len(head["runs"])
    told = (len(found["claims"]), len(lengths), len(row_counts), *sums, len(leaves.normals),
            int(row_counts.sum()))  # fmt: skip
    held = (count, count, count, len(leaves.nodes), len(leaves.counts), len(leaves.which),
            len(leaves.which), len(found["rows"]))  # fmt: skip
    if told != held:
        raise BadInput("the sizes of the proof do not fit together", file=file)
    runs = tuple((str(r[0]), int(r[1]), str(r[2]), int(r[3]), str(r[4]), str(r[5]))
                 for r in head["runs"])  # fmt: skip
    return Proof(head["cell"], head["variant"], head["job"], runs, found["claims"], row_counts,
                 found["rows"], lengths, leaves)  # fmt: skip
