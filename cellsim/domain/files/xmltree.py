"""Safe XML: bounded, no entities, every element with its line and column."""

from __future__ import annotations

import xml.sax.handler
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cellsim.errors import BadInput

_MAX_ELEMENTS = 100_000


@dataclass
class Element:
    """One element as written; line and column are 1-based."""

    tag: str
    attributes: dict[str, str]
    line: int
    column: int
    children: list[Element] = field(default_factory=list)

    def first(self, tag: str) -> Element | None:
        return next((child for child in self.children if child.tag == tag), None)

    def all(self, tag: str) -> Iterator[Element]:
        return (child for child in self.children if child.tag == tag)


class _Builder(xml.sax.handler.ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.stack: list[Element] = []
        self.root: Element | None = None
        self.count = 0
        self.place: Any = None

    def setDocumentLocator(self, locator: Any) -> None:
        self.place = locator

    def startElement(self, name: str, attrs: Any) -> None:
        self.count += 1
        line, column = self.place.getLineNumber(), self.place.getColumnNumber() + 1
        if self.count > _MAX_ELEMENTS or len(self.stack) > 50:
            raise BadInput("too many elements", line=line, column=column)
        element = Element(name, dict(attrs.items()), line, column)
        if self.stack:
            self.stack[-1].children.append(element)
        else:
            self.root = element
        self.stack.append(element)

    def endElement(self, name: str) -> None:  # noqa: ARG002 (the handler's own signature)
        self.stack.pop()


def parse_xml(text: str, file: str) -> Element:
    """Return the root element of a text; `file` is for messages.

    Errors: BadInput with line and column for anything that is not plain, bounded XML.
    """
    import defusedxml.sax
    from defusedxml.common import DefusedXmlException

    builder = _Builder()
    try:
        defusedxml.sax.parseString(text.encode(), builder, forbid_dtd=True)
    except BadInput as error:
        raise error.at(file, error.line, error.column) from None
    except DefusedXmlException as error:
        raise BadInput(f"not allowed in XML: {type(error).__name__}", file=file, line=1) from None
    except xml.sax.SAXParseException as error:
        line, column = error.getLineNumber() or 1, (error.getColumnNumber() or 0) + 1
        message = f"not XML: {error.getMessage()}"
        raise BadInput(message, file=file, line=line, column=column) from None
    if builder.root is None:
        raise BadInput("file is empty", file=file, line=1)
    return builder.root
