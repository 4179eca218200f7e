"""A variant laid over its cell, and what-if settings laid over both; places are kept."""

from __future__ import annotations

from collections.abc import Sequence

from cellsim.domain.files.yamltext import Document, Lines, Path_, Place, parse_yaml
from cellsim.errors import BadInput, UnknownName

# Where the first word of a setting is looked up when it is no key of the cell itself.
_SECTIONS = ("frames", "fixtures", "parts", "tools", "groups", "devices", "signals")


def lay_over(base: Document, over: Document, skip: Sequence[str] = ("format",)) -> Document:
    """Return the base with every key of `over` in its place; lists are replaced whole."""
    places: dict[Path_, Place] = dict(base.lines.places)
    if not isinstance(over.data, dict) or not isinstance(base.data, dict):
        raise over.lines.error("not keys and values")
    top = {key: value for key, value in over.data.items() if key not in skip}
    data = _merged(base.data, top, (), places, over.lines.places)
    return Document(data, Lines(base.lines.file, places))


def _merged(
    base: object,
    over: object,
    path: Path_,
    places: dict[Path_, Place],
    news: object,
) -> object:
    if isinstance(base, dict) and isinstance(over, dict):
        out = dict(base)
        for key, value in over.items():
            inner = (*path, key)
            out[key] = _merged(base.get(key), value, inner, places, news)
        return out
    for old in [p for p in places if p[: len(path)] == path]:
        del places[old]
    assert isinstance(news, dict)
    places.update({p: place for p, place in news.items() if p[: len(path)] == path})
    return over


def set_values(document: Document, settings: Sequence[str]) -> Document:
    """Return the document with settings like "carrier.xyz_mm=2500,0,0" laid over.

    The path begins at the top of the cell, or with the name of a frame, fixture, part, tool,
    group, device or signal, looked up in this order.
    """
    for setting in settings:
        source = f"--set {setting}"
        name, equals, text = setting.partition("=")
        if not equals or not name.strip() or not text.strip():
            raise BadInput(f"{source}: not understood", expected="path=value")
        path = _path(document.data, name.strip(), source)
        value = parse_yaml(f"[{text}]", source).data
        assert isinstance(value, list)
        over: object = value if len(value) > 1 or text.strip().endswith(",") else value[0]
        for key in reversed(path):
            over = {key: over}
        lines = Lines(source, {path: Place(source, 0, 0)})
        document = lay_over(document, Document(over, lines), skip=())
    return document


def _path(data: object, name: str, source: str) -> Path_:
    """Return the keys of a dotted path; names may hold dots themselves."""
    assert isinstance(data, dict)
    inner = {s: data[s] for s in _SECTIONS if isinstance(data.get(s), dict)}
    starts: list[tuple[Path_, object]] = [((), data), *(((s,), d) for s, d in inner.items())]
    for prefix, start in starts:
        rest = _walk(start, name)
        if rest is not None:
            return (*prefix, *rest)
    first = name.split(".")[0]
    names = [*data, *(key for start in inner.values() for key in start)]
    raise UnknownName("setting", first, names, file=source)


def _walk(data: object, name: str) -> Path_ | None:
    """Follow keys as far as they exist; what follows is new, and checked with the cell."""
    if not isinstance(data, dict):
        return None
    if name in data:
        return (name,)
    keys = sorted((k for k in data if name.startswith(k + ".")), key=len, reverse=True)
    for key in keys:
        rest = _walk(data[key], name[len(key) + 1 :])
        if rest is not None:
            return (key, *rest)
        if isinstance(data[key], dict):
            return (key, *name[len(key) + 1 :].split("."))
    return None
