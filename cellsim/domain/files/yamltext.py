"""Safe YAML: bounded size, no tags, no duplicate keys, every value with its line and column."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from cellsim.domain.files.yamlerror import first_error
from cellsim.errors import BadInput, TooNew

if TYPE_CHECKING:
    from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

MAX_BYTES = 5_000_000
MAX_NODES = 400_000
MAX_DEPTH = 40
MAX_ALIASES = 100
STRANGE = 10_000
MAX_ALIASED_NODES = 20_000
# Letters of a text that is kept parsed.
MOST_KEPT = 100_000
_INT = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_BAD_FLOAT = re.compile(r"[-+]?\.?(inf|nan|infinity)\Z", re.IGNORECASE)
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_PLAIN_TAGS = tuple(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null"))
_TREE_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")

Path_ = tuple[str | int, ...]


class Place(NamedTuple):
    """Where a value stands; line and column are 1-based."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Lines:
    """Line lookup: the place of every value by its path of keys and indices."""

    file: str
    places: Mapping[Path_, Place]

    def at(self, *path: str | int) -> Place:
        """Return the place of a value, or of the nearest enclosing one that is in the text."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return Place(self.file, 1, 1)

    def below(self, *path: str | int) -> Lines:
        """Return the lookup of a part of the file, by paths from that part on."""
        n = len(path)
        inner = {key[n:]: place for key, place in self.places.items() if key[:n] == path}
        return Lines(self.file, inner or {(): self.at(*path)})

    def error(self, message: str, *path: str | int, expected: str = "") -> BadInput:
        """Return a BadInput that points at the value."""
        file, line, column = self.at(*path)
        return BadInput(message, file=file, line=line, column=column, expected=expected)


@dataclass(frozen=True)
class Document:
    """A YAML text as plain data (dict, list, str, int, float, bool, None) with its lines."""

    data: object
    lines: Lines


class Strict(BaseModel):
    """A part of a file: unknown keys, wrong types and non-finite numbers are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class FileModel(Strict):
    """A whole file; begins with `format: cellsim/<noun>@<version>`."""

    noun: ClassVar[str]
    version: ClassVar[int] = 1
    format: str


M = TypeVar("M", bound=BaseModel)


def shown(path: str | Path) -> str:
    """Return the path as reports show it: relative to the working folder where it is below it."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def read_text(path: str | Path, limit: int = MAX_BYTES) -> str:
    """Return a UTF-8 text of bounded size; anything else is BadInput."""
    name = shown(path)
    try:
        if not os.path.isfile(path):
            what = "is a folder" if os.path.isdir(path) else "does not exist"
            raise BadInput(f"file {what}", file=name)
        size = os.path.getsize(path)
        if size > limit:
            raise BadInput(f"file has {size} bytes", file=name, expected=f"at most {limit}")
        return Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"not UTF-8 at byte {error.start}", file=name, expected="a text saved as UTF-8"
        ) from None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", file=name) from None


def load_yaml(path: str | Path, model: type[M]) -> tuple[M, Lines]:
    """Return (model instance, line lookup) of a file; every error is BadInput with its place."""
    text, file = read_text(path), shown(path)
    check = _checked if len(text) <= MOST_KEPT else _checked.__wrapped__
    return check(text, file, model)


@lru_cache(maxsize=64)
def _checked(text: str, file: str, model: type[BaseModel]) -> tuple[Any, Lines]:
    document = _parsed(text, file)
    return validate(document, model), document.lines


def validate(document: Document, model: type[M]) -> M:
    """Check a document against its model; the error nearest to the top of the text is raised."""
    if issubclass(model, FileModel):
        check_format(document, model.noun, model.version)
    try:
        return model.model_validate_json(json.dumps(document.data), strict=True)
    except ValidationError as error:
        place, message, expected = first_error(error, model, document.data, document.lines.at)
        file, line, column = place
        raise BadInput(message, file=file, line=line, column=column, expected=expected) from None


def check_format(document: Document, noun: str, version: int) -> None:
    """Refuse a file of another noun, or of a version this cellsim does not know (TooNew)."""
    data, wanted = document.data, f"format: cellsim/{noun}@{version}"
    if not isinstance(data, dict) or "format" not in data:
        raise document.lines.error("no format line", expected=wanted)
    match = re.fullmatch(r"cellsim/([a-z_]+)@([0-9]{1,6})", str(data["format"]))
    if match is None or match[1] != noun:
        raise document.lines.error(f"format is '{data['format']}'", "format", expected=wanted)
    if int(match[2]) > version:
        file, line, column = document.lines.at("format")
        message = f"{noun} format {match[2]} is newer than this cellsim"
        raise TooNew(message, file=file, line=line, column=column, expected=wanted)
    if int(match[2]) < 1:
        raise document.lines.error(f"format is '{data['format']}'", "format", expected=wanted)


def parse_yaml(text: str, file: str) -> Document:
    """Parse a text into plain data with the place of every value; `file` is for messages.

    The data is the caller's own; a text that was parsed a moment ago is not parsed again.
    """
    if len(text) > MOST_KEPT:
        return _parsed(text, file)
    document = _kept(text, file)
    return Document(_copy(document.data), document.lines)


def _copy(data: object) -> object:
    """Return plain data whose lists, keys and values are nobody else's."""
    if isinstance(data, dict):
        return {key: _copy(value) for key, value in data.items()}
    return [_copy(value) for value in data] if isinstance(data, list) else data


@lru_cache(maxsize=32)
def _kept(text: str, file: str) -> Document:
    return _parsed(text, file)


def _parsed(text: str, file: str) -> Document:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.events import AliasEvent

    if len(text) > MAX_BYTES:
        raise BadInput(f"text has {len(text)} characters", file=file, expected=f"{MAX_BYTES}")
    limit = MAX_NODES
    try:
        if "*" in text and "&" in text:
            events = YAML(typ="safe", pure=True).parse(text)
            aliases = sum(isinstance(event, AliasEvent) for event in events)
            if aliases > MAX_ALIASES:
                raise BadInput(f"{aliases} aliases", file=file, expected=f"at most {MAX_ALIASES}")
            limit = MAX_ALIASED_NODES
        root = YAML(typ="safe", pure=_is_strange(text)).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        rows = text.splitlines()
        if mark and 0 < line <= len(rows) and rows[line - 1][column - 1 : column] == "\t":
            raise BadInput(
                "a tab", file=file, line=line, column=column, expected="spaces to indent by"
            ) from None
        message = f"not YAML: {error.problem or error.context}"
        raise BadInput(message, file=file, line=line, column=column) from None
    except (YAMLError, ValueError, RecursionError) as error:
        before = text[: getattr(error, "position", 0)]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"not YAML: {str(error).splitlines()[0]}"
        raise BadInput(message, file=file, line=line, column=column) from None
    if root is None:
        raise BadInput("file is empty", file=file, line=1)
    builder = _Builder(file, limit)
    data = builder.build(root, (), 0)
    return Document(data, Lines(file, builder.places))


def _is_strange(text: str) -> bool:
    """Return whether a text may nest so deeply that the C parser's own stack would not hold it.

    Nesting needs brackets, or dashes on one line, or indentation that grows with the depth.
    """
    brackets = text.count("[") + text.count("{")
    return brackets > STRANGE or max(map(len, text.splitlines()), default=0) > STRANGE


class _Builder:
    """Turns composed nodes into plain data and remembers where each stood."""

    def __init__(self, file: str, limit: int) -> None:
        self.file, self.limit = file, limit
        self.places: dict[Path_, Place] = {}

    def fail(self, node: Node, message: str, expected: str = "") -> BadInput:
        mark = node.start_mark
        return BadInput(
            message, file=self.file, line=mark.line + 1, column=mark.column + 1, expected=expected
        )

    def build(self, node: Node, path: Path_, depth: int) -> object:
        from ruamel.yaml.nodes import MappingNode, ScalarNode

        mark = node.start_mark
        self.places[path] = Place(self.file, mark.line + 1, mark.column + 1)
        if depth > MAX_DEPTH:
            raise self.fail(node, f"nested deeper than {MAX_DEPTH} levels")
        if len(self.places) > self.limit:
            raise self.fail(node, f"more than {self.limit} values")
        tag = str(node.tag)
        if isinstance(node, ScalarNode):
            if tag not in _PLAIN_TAGS and not tag.endswith(("timestamp", "merge", "value")):
                raise self.fail(node, f"tag '{tag}' is not allowed", "plain data")
            return self.scalar(node)
        if tag not in _TREE_TAGS:
            raise self.fail(node, f"tag '{tag}' is not allowed", "plain data")
        if isinstance(node, MappingNode):
            return self.mapping(node, path, depth)
        items = node.value
        return [self.build(item, (*path, i), depth + 1) for i, item in enumerate(items)]

    def mapping(self, node: MappingNode, path: Path_, depth: int) -> dict[str, object]:
        from ruamel.yaml.nodes import ScalarNode

        data: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                raise self.fail(key_node, "a key is not a word")
            key = str(key_node.value)
            if key in data:
                raise self.fail(key_node, f"key '{key}' is given twice")
            data[key] = self.build(value_node, (*path, key), depth + 1)
            mark = key_node.start_mark
            self.places[(*path, key)] = Place(self.file, mark.line + 1, mark.column + 1)
        return data

    def scalar(self, node: ScalarNode) -> object:
        text = str(node.value)
        if node.style in ("'", '"', "|", ">"):
            return text
        if text.lower() in _WORDS:
            return _WORDS[text.lower()]
        if _INT.match(text) and len(text) < 20:
            return int(text)
        if _FLOAT.match(text):
            value = float(text)
            if not math.isfinite(value):
                raise self.fail(node, f"number '{text[:20]}' is too large", "a finite number")
            return value
        if _BAD_FLOAT.match(text):
            raise self.fail(node, f"'{text}' is not a number", "a finite number")
        return text
