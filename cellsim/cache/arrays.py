"""Named arrays as bytes and back: a JSON head, then the raw values. Nothing is executed."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

MOST_BYTES = 1 << 30
_KINDS = frozenset({"<f8", "<i8", "|u1"})
Named = np.ndarray[Any, np.dtype[Any]]


def packed(arrays: Mapping[str, Named], facts: Mapping[str, object] | None = None) -> bytes:
    """Return arrays (float64, int64 or uint8) and JSON-able facts as bytes."""
    rows, parts = [], []
    for name, array in arrays.items():
        data = np.ascontiguousarray(array)
        kind = data.dtype.newbyteorder("<").str if data.dtype.itemsize > 1 else data.dtype.str
        if kind not in _KINDS:
            raise TypeError(f"array '{name}' of {data.dtype}; expected float64, int64 or uint8")
        rows.append((name, kind, list(data.shape)))
        parts.append(data.astype(kind, copy=False).tobytes())
    head = json.dumps({"arrays": rows, "facts": dict(facts or {})}).encode()
    return b"".join((struct.pack("<I", len(head)), head, *parts))


def unpacked(data: bytes) -> tuple[dict[str, Named], dict[str, Any]]:
    """Return (arrays, facts) of `packed` bytes.

    Raises:
        ValueError: Bytes that are no such thing.
    """
    if len(data) < 4 or len(data) > MOST_BYTES:
        raise ValueError("not packed arrays")
    (size,) = struct.unpack_from("<I", data)
    head = json.loads(data[4 : 4 + size])
    at, arrays = 4 + size, {}
    for name, kind, shape in head["arrays"]:
        if kind not in _KINDS or any(n < 0 for n in shape):
            raise ValueError("not packed arrays")
        dtype = np.dtype(kind)
        count = math.prod(shape)
        if at + count * dtype.itemsize > len(data):
            raise ValueError("packed arrays end early")
        arrays[name] = np.frombuffer(data, dtype, count, at).reshape(shape).copy()
        at += count * dtype.itemsize
    return arrays, head["facts"]
