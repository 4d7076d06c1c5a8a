"""What XML of other people's servers is read with: nothing is resolved, loaded or fetched."""

from __future__ import annotations

from typing import Final, TypedDict

from lxml import etree


class Hardened(TypedDict):
    """The options of lxml's parsers that keep a document from doing anything to its reader."""

    resolve_entities: bool
    no_network: bool
    load_dtd: bool
    dtd_validation: bool


HARDENED: Final[Hardened] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
}


def local(element: etree._Element) -> str:
    """The element's name without its namespace; "" for comments, entities and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def release(element: etree._Element) -> None:
    """Free an element that was used, and all that came before it in its parent."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
