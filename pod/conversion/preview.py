"""A look at a recording before it is imported: its slides, asked of its own server, and kept here."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from lxml import etree

from pod.bbb.errors import FetchError, PlaybackError
from pod.bbb.places import own_part_of
from pod.bbb.playback.locate import Kind, locate
from pod.bbb.playback.numbers import numbers
from pod.bbb.playback.xmlfile import XLINK_HREF
from pod.bbb.transfer.client import SilentError, host_of
from pod.bbb.transfer.small import small_file
from pod.bbb.untrusted_xml import HARDENED

log = logging.getLogger(__name__)

MOST_SLIDES = 60
LARGEST = 30_000_000  # bytes of shapes.svg; with a day of drawings it has some MB
TIMEOUT = (2, 6)  # seconds: a page waits for it
PLACE_HOLDERS = ("presentation/deskshare.png", "presentation/logo.png")


@dataclass(frozen=True)
class PreviewSlide:
    """One slide: the second when it is first shown, and the address of its picture on the old server."""

    start: float
    url: str


def slides_of(source_url: str, allowed: frozenset[str]) -> list[PreviewSlide]:
    """Return the recording's slides in order, each once; [] when there is nothing to be had.

    What was found is kept, so that the old server is asked once. Only `allowed` hosts are asked.
    """
    try:
        place = locate(source_url, allowed)
    except PlaybackError:
        return []
    if place.kind is not Kind.PRESENTATION:
        return []
    kept = Path(settings.CACHE_DIR) / "previews" / f"{sha256(source_url.encode()).hexdigest()}.json"
    if kept.is_file():
        return [PreviewSlide(**entry) for entry in json.loads(kept.read_text(encoding="utf-8"))]
    found = _asked_of_all(place.bases, allowed)
    if found:
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = own_part_of(kept)  # others may look at the same recording for the first time, too
        part.write_text(json.dumps([asdict(slide) for slide in found]), encoding="utf-8")
        part.replace(kept)
    return found


def _asked_of_all(bases: Iterable[str], allowed: frozenset[str]) -> list[PreviewSlide]:
    """Ask at each place where the recording may be; a server that is silent is not waited for twice."""
    silent: set[tuple[str, str]] = set()
    for base in bases:
        parts = urlsplit(base)
        origin = (parts.scheme, parts.netloc)
        if origin in silent:
            continue
        try:
            if slides := _asked(base, allowed):
                return slides
        except SilentError:
            silent.add(origin)
    return []


def _asked(base: str, allowed: frozenset[str]) -> list[PreviewSlide]:
    """Return the slides of the recording at `base`, [] if it is not there. Raises SilentError."""
    url = urljoin(base, "shapes.svg")
    try:
        document = small_file(url, "the slides", allowed, most=LARGEST, timeout=TIMEOUT)
        return list(_slides(document, base, allowed))
    except (FetchError, etree.XMLSyntaxError, ValueError) as error:
        log.info("no preview from %s: %s", host_of(base), type(error).__name__)
        if isinstance(error, SilentError):
            raise
        return []


def _slides(document: bytes, base: str, allowed: frozenset[str]) -> Iterator[PreviewSlide]:
    """Yield the slides of a shapes.svg; its place holders and whatever leads elsewhere are left out."""
    parser = etree.XMLParser(**HARDENED)
    root = etree.fromstring(document, parser)
    seen: set[str] = set()
    for image in root.iter("{*}image"):
        href = image.get(XLINK_HREF) or image.get("href") or ""
        url = urljoin(base, href)
        # pictures within drawings (results of polls) have no time of their own
        if image.get("in") is None or not href or href in seen or href in PLACE_HOLDERS:
            continue
        if not url.startswith(base) or host_of(url) not in allowed:
            continue
        seen.add(href)
        known = (second for second in numbers(image.get("in")) if second is not None)
        yield PreviewSlide(max(0.0, next(known, 0.0)), url)
        if len(seen) >= MOST_SLIDES:
            return
