"""From the lines of a RAPID module to logical statements: up to `;`, or a word that ends a head.

Source: RAPID kernel 3HAC050946, lexical elements: `!` begins a comment, statements end with `;`,
heads of blocks with THEN, DO, `:` or `)`; all else is free form. ERROR may have a list of errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cellsim.controllers.reading.source import Line
from cellsim.errors import BadInput

MAX_STATEMENT = 400_000
# Alone they are a whole statement.
_ALONE = frozenset(
    {"else", "endif", "endfor", "endwhile", "endtest", "endproc", "endfunc", "endtrap", "endmodule"}
    | {"endrecord", "error", "undo", "backward"}
)
# Their head ends with its line.
_LINE_HEADS = frozenset({"module", "trap", "record", "test"})
_HEAD_ENDS = {"if": "then", "elseif": "then", "for": "do", "while": "do"}
_SCOPES = frozenset({"local", "task"})
_SLOW = _ALONE | _LINE_HEADS | _HEAD_ENDS.keys() | {"case", "default", "proc", "func", "local"}
_PLAIN = re.compile(r"\s*([A-Za-z_]\w*)([^!\";]*);\s*")
_TOKEN = re.compile(r'"(?:[^"]|"")*"?|!.*|[A-Za-z_]\w*|:=|\s+|[^\s\w"!;:()\[\]]+|.')
_WORD = re.compile(r"[A-Za-z_]\w*")


def logical_lines(file: str, texts: list[str]) -> Iterator[Line]:
    """Yield statements with the number of their first line; a comment of its own has no text.

    Labels keep their colon, CASE and DEFAULT do not.

    Raises:
        BadInput: A statement longer than MAX_STATEMENT characters, or one without an end.
    """
    split = _Split(file)
    for number, text in enumerate(texts, 1):
        plain = None if split.parts else _PLAIN.fullmatch(text)
        if plain is not None and plain[1].lower() not in _SLOW and ":" not in plain[2][:1]:
            yield Line(file, number, text.strip()[:-1].rstrip(), "", text)
        else:
            yield from split.line(number, text)
    if split.parts:
        raise BadInput(
            f"'{''.join(split.parts)[:40]}' has no end; the text is truncated",
            file=file,
            line=split.number,
            expected="';'",
        )


class _Split:
    """Carries an unfinished statement from line to line."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.number = 0
        self.parts: list[str] = []
        self.verbatim: list[str] = []
        self.count = self.size = self.depth = 0
        self.first = ""

    def line(self, number: int, text: str) -> Iterator[Line]:
        """Yield the statements that end on a line; its comment goes to the last of them."""
        done: list[Line] = []
        comment = None
        if self.parts:
            self.verbatim.append(text)
        for match in _TOKEN.finditer(text):
            token = match[0]
            if token.startswith("!"):
                comment = token[1:].strip()
            elif token.isspace():
                self.parts += [" "] if self.parts else []
            elif token == ";":
                done += [self._finish()] if self.parts else []
            else:
                if self.first == "error" and self.count == 1 and token != "(":
                    done.append(self._finish())
                if not self.parts:
                    self.number, self.verbatim = number, [text]
                self._add(token)
                done += [self._finish()] if self._complete(token) else []
        if self.first in _LINE_HEADS and self.depth <= 0:
            done.append(self._finish())
        if comment is not None and done:
            last = done[-1]
            done[-1] = Line(last.file, last.number, last.text, comment, last.verbatim)
        elif comment is not None and not self.parts:
            done.append(Line(self.file, number, "", comment, text))
        yield from done

    def _add(self, token: str) -> None:
        self.parts.append(token)
        self.count += 1
        self.size += len(token)
        if not self.first and _WORD.fullmatch(token) and token.lower() not in _SCOPES:
            self.first = token.lower()
        self.depth += (token in ("(", "[")) - (token in (")", "]"))
        if self.size > MAX_STATEMENT:
            raise BadInput(
                f"a statement of more than {MAX_STATEMENT} characters",
                file=self.file,
                line=self.number,
            )

    def _complete(self, token: str) -> bool:
        """Return whether a token that is no `;` ends the statement."""
        word = token.lower()
        if word in _ALONE:
            return self.count == 1 and word != "error"
        if token == ")":
            return self.first in {"proc", "func", "error"} and self.depth == 0
        if token == ":":
            case = self.first in {"case", "default"}
            self.parts = self.parts[:-1] if case else self.parts
            return case or self.count == 2
        return word == _HEAD_ENDS.get(self.first)

    def _finish(self) -> Line:
        text = "".join(self.parts).strip()
        done = Line(self.file, self.number, text, "", "\n".join(self.verbatim))
        self.parts, self.verbatim = [], []
        self.count = self.size = self.depth = 0
        self.first = ""
        return done
