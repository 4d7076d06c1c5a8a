"""The links of recordings, as the old server gives them now."""

from __future__ import annotations

from urllib.parse import urljoin

from django.conf import settings

from pod.bbb.api import Client
from pod.bbb.errors import PlaybackError
from pod.bbb.playback.locate import Kind, Location, locate


def fresh_address(url: str, record_id: str) -> str:
    """Return the link to the same format as the server gives it now: one with a token opens only once.

    Such are the links to Scalelite's protected recordings. Only for the recording that the catalogue
    named: with our secret the server opens all of them, and a teacher may type, or change, an address.
    Raises ApiError when the server of SCRIPT_BBB_SERVER_URL does not answer. A recording that it does
    not know, or a server that is not set, leaves the link as it is.
    """
    place = _renewable(url, record_id)
    return _asked(record_id, place.kind) or url if place else url


def presentation_of(url: str, record_id: str) -> str:
    """Return the link to the presentation of the recording whose ready film is at `url`, "" for another url.

    Whether the server has one is not known yet, except of protected recordings. Raises as `fresh_address`.
    """
    try:
        place = locate(url)
    except PlaybackError:
        return ""
    if place.kind is not Kind.VIDEO:
        return ""
    if _renewable(url, record_id):
        return _asked(record_id, Kind.PRESENTATION)
    return urljoin(url, f"/playback/presentation/2.3/{place.record_id}")


def _renewable(url: str, record_id: str) -> Location | None:
    """Return where a link leads that the server of SCRIPT_BBB_SERVER_URL may be asked for anew."""
    if "token=" not in url or not (settings.SCRIPT_BBB_SERVER_URL and settings.SCRIPT_BBB_SECRET_KEY):
        return None
    if not record_id or (place := locate(url)).record_id != record_id:
        return None
    return place


def _asked(record_id: str, kind: Kind) -> str:
    with Client(
        settings.SCRIPT_BBB_SERVER_URL, settings.SCRIPT_BBB_SECRET_KEY, settings.SCRIPT_BBB_CHECKSUM or None
    ) as client:
        recording = client.recording(record_id)
    return recording.url(kind.value) if recording else ""
