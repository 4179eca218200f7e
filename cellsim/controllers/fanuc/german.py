"""Listings of pendants set to German, in the words of the English ones.

The words are those of public listings of German plants (programs of spot welding and handling
cells): header, letters of inputs and outputs, `WENN`, `WARTE`, `AUFRUF`, `ZEIT VOR`. A word that
stood in none of them stays as it is, and its line is not understood.
"""

from __future__ import annotations

import re

# Header words that only a German listing has.
_HEADER = re.compile(r"^\s*(EIGN\.|KOMMENTAR|KONTROLLCODE|ZEILEN|SCHUTZ)\s*=", re.IGNORECASE)
# R[] is i[] there: alone of all letters in lower case, or with one (gA, gE).
_LETTERS = {"i": "R", "A": "DO", "E": "DI", "gA": "GO", "gE": "GI"}
_PLACE = re.compile(r"(?<![\w$.])(i|A|E|gA|gE)(?=\s*\[)")
_WORDS = (
    (r"\[&\]", "AND"),
    (r"\[\+\]", "OR"),
    (r"\bZEIT\s+VOR\b", "TB"),
    (r"\bZEIT\s+NACH\b", "TA"),
    (r"\bIRQ\s+BEDINGUNG\b", "SKIP CONDITION"),
    (r"\bInterrupt(?=\s*,\s*LABEL\b)", "Skip"),
    (r"\bmax_Geschw\.", "max_speed"),
    (r"(?<=mm/)sek\b|(?<=deg/)sek\b", "sec"),
    (r"(?<=[\d.\]( ])sek\b", "sec"),
    (r"\bWEG\s+VOR\b", "DB"),
    (r"\bWKZ_Offset\s*,", "Tool_Offset,"),
    (r"\bFB-PSPS(?=\s*\()", "TC_ONLINE "),
    (r"\bMELDUNG(?=\s*\[)", "MESSAGE"),
    (r"\bBALM(?=\s*\[)", "UALM"),
    (r"^SPERRE PR(EG)?$", "LOCK PREG"),
    (r"^FREIG\. PR(EG)?$", "UNLOCK PREG"),
    (r"^SONST\s*,", "ELSE,"),
    (r"\bBENUTZER_NUM\b", "UFRAME_NUM"),
    (r"\bWKZ_NUM\b", "UTOOL_NUM"),
    (r"\bTRAGLST(?=\s*\[)", "PAYLOAD"),
    (r"\bLABEL(?=\s*\[)", "LBL"),
    (r"\bSPRUNG\b", "JMP"),
    (r"\bAUFRUF\b", "CALL"),
    (r"\bWARTE\b", "WAIT"),
    (r"\bWENN\b", "IF"),
    (r"\bENDE\b", "END"),
    (r"\bSTOPP\b", "STOP"),
    (r"\bAUS\b", "OFF"),
    (r"\bAN\b", "ON"),
)
_COMPILED = tuple((re.compile(pattern), word) for pattern, word in _WORDS)


def is_german(header: list[str]) -> bool:
    """Return whether the header of a listing was printed by a pendant set to German."""
    return any(_HEADER.match(line) for line in header)


def in_english(text: str) -> str:
    """Return an instruction of a German listing in English words; remarks stay as they are."""
    if text.startswith(("!", "--")):
        return text
    text = _PLACE.sub(lambda m: _LETTERS[m[1]], text)
    for pattern, word in _COMPILED:
        text = pattern.sub(word, text)
    return text
