"""The module list of a RAPID program: <Program><Module>name.mod</Module></Program>."""

from __future__ import annotations

from cellsim.errors import BadInput

MAX_BYTES = 100_000


def listed(name: str, data: bytes) -> list[str]:
    """Return the module file names that a .pgf lists, in order.

    Raises:
        BadInput: No XML, XML with entities, or another document.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(data) > MAX_BYTES:
        raise BadInput(f"file of {len(data)} bytes", file=name, expected=f"at most {MAX_BYTES}")
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        line = getattr(error, "position", (1, 0))[0]
        raise BadInput(f"no list of modules: {error}", file=name, line=line) from None
    if root.tag != "Program":
        raise BadInput(f"'{root.tag}' where Program is expected", file=name, line=1)
    modules = [(m.text or "").strip() for m in root.iter("Module")]
    if not modules or not all(modules):
        raise BadInput("no module in the list", file=name, line=1, expected="<Module>")
    return [m.replace("\\", "/").rpartition("/")[2] for m in modules]


def module_stems(data: bytes) -> frozenset[str]:
    """Return the names (upper case, without ending) of the modules that a file lists, if any."""
    if b"<Program" not in data[:MAX_BYTES]:
        return frozenset()
    try:
        names = listed("", data)
    except BadInput:
        return frozenset()
    return frozenset(name.rpartition(".")[0].upper() or name.upper() for name in names)
