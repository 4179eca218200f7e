"""Conditions and values in program files: `door_held and not bolts_out`, `$count + 1 < 4`.

A bare name is a signal, `$name` a variable; other names stand in single quotes; a text constant
in double quotes; `unknown('...')` is what a reader could not understand.
"""

from __future__ import annotations

import re

from cellsim.domain.program import Expr
from cellsim.errors import BadInput

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|(?P<op>==|!=|<=|>=|[<>+\-*/()])"
    r"|(?P<var>\$[A-Za-z_]\w*|\$'[^']*')|(?P<name>[A-Za-z_][\w.]*)|'(?P<quoted>[^']*)'"
    r"|\"(?P<text>[^\"]*)\")"
)
_LEVELS = (("or",), ("and",), ("==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/"))
_PLAIN = re.compile(r"[A-Za-z_][\w.]*\Z")
_WORDS = frozenset({"and", "or", "not", "true", "false", "unknown"})
_MAX_DEPTH = 60


def parse_expression(text: str) -> Expr:
    """Return the tree of an expression text; BadInput names what was not understood."""
    tokens, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise BadInput(f"'{text[position:].strip()[:20]}' not understood in '{text[:60]}'")
        tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        position = match.end()
    parser = _Parser(text, tokens)
    tree = parser.level(0, 0)
    if parser.position != len(tokens):
        raise parser.fail("an operator")
    return tree


class _Parser:
    """Recursive descent over the tokens, one precedence level per call."""

    def __init__(self, text: str, tokens: list[tuple[str, str]]) -> None:
        self.text, self.tokens, self.position = text, tokens, 0

    def fail(self, expected: str) -> BadInput:
        return BadInput(f"expression '{self.text[:60]}' not understood", expected=expected)

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.position] if self.position < len(self.tokens) else ("end", "")

    def take(self) -> tuple[str, str]:
        token = self.peek()
        self.position += 1
        return token

    def level(self, level: int, depth: int) -> Expr:
        if depth > _MAX_DEPTH:
            raise self.fail(f"fewer than {_MAX_DEPTH} levels of brackets")
        if level == len(_LEVELS):
            return self.leaf(depth)
        if level == 2 and self.peek() == ("name", "not"):
            self.take()
            return Expr("not", (self.level(2, depth + 1),))
        tree = self.level(level + 1, depth)
        while self.peek()[0] in ("op", "name") and self.peek()[1] in _LEVELS[level]:
            op = self.take()[1]
            tree = Expr(op, (tree, self.level(level + 1, depth + 1)))
        return tree

    def leaf(self, depth: int) -> Expr:
        kind, word = self.take()
        if kind == "number":
            return Expr("const", value=float(word))
        if kind == "text":
            return Expr("const", value=word)
        if kind == "var":
            return Expr("var", name=word[1:].strip("'"))
        if kind == "quoted":
            return Expr("signal", name=word)
        if kind == "name" and word in ("true", "false"):
            return Expr("const", value=word == "true")
        if kind == "name" and word == "unknown":
            return self.unknown()
        if kind == "name" and word not in _WORDS:
            return Expr("signal", name=word)
        if (kind, word) == ("op", "-"):
            return Expr("neg", (self.leaf(depth + 1),))
        if (kind, word) == ("op", "("):
            tree = self.level(0, depth + 1)
            if self.take() != ("op", ")"):
                raise self.fail("a closing bracket")
            return tree
        raise self.fail("a signal, a $variable, a number, true or false")

    def unknown(self) -> Expr:
        tokens = [self.take() for _ in range(3)]
        if [tokens[0], tokens[2]] != [("op", "("), ("op", ")")] or tokens[1][0] != "quoted":
            raise self.fail("unknown('...')")
        return Expr("unknown", name=tokens[1][1])


def expression_text(tree: Expr) -> str:
    """Return the text of a tree; `parse_expression` gives the same tree back."""
    if tree.op == "const":
        if isinstance(tree.value, bool):
            return str(tree.value).lower()
        return f'"{tree.value}"' if isinstance(tree.value, str) else _number(tree.value)
    if tree.op in ("var", "signal"):
        plain = _PLAIN.match(tree.name) and (tree.op == "var" or tree.name not in _WORDS)
        plain = plain and not (tree.op == "var" and "." in tree.name)
        return ("$" if tree.op == "var" else "") + (tree.name if plain else f"'{tree.name}'")
    if tree.op == "unknown":
        return f"unknown('{(tree.name or str(tree.value or '')).replace(chr(39), chr(96))}')"
    parts = [_bracketed(arg) for arg in tree.args]
    if tree.op == "not":
        return f"not {parts[0]}"
    return f"-{parts[0]}" if tree.op == "neg" else f"{parts[0]} {tree.op} {parts[1]}"


def _number(value: float | None) -> str:
    number = float(value or 0.0)
    text = repr(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return f"({text})" if number < 0 else text


def _bracketed(tree: Expr) -> str:
    text = expression_text(tree)
    return text if tree.op in ("const", "var", "signal", "unknown") else f"({text})"
