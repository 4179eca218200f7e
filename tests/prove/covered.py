"""Coverage-guided broken text for one brand's reader: run as a process of its own by the proof.

python covered.py BRAND RUNS SEED FOLDER: corpus and words of the brand are written to FOLDER first.
Source of the engine: https://github.com/google/atheris (libFuzzer for Python).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import atheris

# The floors below are imported first: they are compiled, and an instrumented one cannot be.
import cellsim.verify.run  # noqa: F401

sys.path.insert(0, str(Path(__file__).parent.parent))
with atheris.instrument_imports(include=["cellsim"]):
    from brandkit import KITS
    from controllers_fuzz import corpus, read_within

SECONDS_PER_INPUT = 5.0
MEMORY_MB = 1500
MOST_BYTES = 1500


def shortened(text: bytes) -> bytes:
    """Return the first and the last lines of a text that is longer than what is fed."""
    if len(text) <= MOST_BYTES:
        return text
    head = text[: MOST_BYTES // 2].rpartition(b"\n")
    return head[0] + head[1] + text[-MOST_BYTES // 2 :].partition(b"\n")[2]


def main(brand: str, runs: str, seed: str, folder: Path) -> None:
    """Feed texts to a reader until `runs` are done; anything but BadInput ends the process."""
    texts, words = folder / "corpus", folder / "words"
    texts.mkdir()
    pieces = [shortened(text) for text in corpus(brand)]
    for number, text in enumerate(pieces):
        (texts / str(number)).write_bytes(text)
    found = sorted({w for text in pieces for w in re.findall(rb"[A-Za-z_$]{2,}", text)})
    words.write_bytes(b"".join(b'"' + word + b'"\n' for word in found))

    def one(data: bytes) -> None:
        read_within(brand, {KITS[brand].main: data}, SECONDS_PER_INPUT)

    options = [f"-runs={runs}", f"-seed={seed}", f"-dict={words}", f"-artifact_prefix={folder}/"]
    options += ["-timeout=300", f"-rss_limit_mb={MEMORY_MB}", f"-max_len={MOST_BYTES}"]
    atheris.Setup([sys.argv[0], *options, str(texts)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))
