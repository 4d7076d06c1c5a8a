"""The links of recordings, as the old server gives them now."""

from __future__ import annotations

from django.conf import settings

from pod.bbb.api import Client
from pod.bbb.playback.locate import locate


def fresh_address(url: str, record_id: str) -> str:
    """Return the link to the same format as the server gives it now: one with a token opens only once.

    Such are the links to Scalelite's protected recordings. Only for the recording that the catalogue
    named: with our secret the server opens all of them, and a teacher may type, or change, an address.
    Raises ApiError when the server of SCRIPT_BBB_SERVER_URL does not answer. A recording that it does
    not know, or a server that is not set, leaves the link as it is.
    """
    if "token=" not in url or not (settings.SCRIPT_BBB_SERVER_URL and settings.SCRIPT_BBB_SECRET_KEY):
        return url
    if not record_id or (place := locate(url)).record_id != record_id:
        return url
    with Client(
        settings.SCRIPT_BBB_SERVER_URL, settings.SCRIPT_BBB_SECRET_KEY, settings.SCRIPT_BBB_CHECKSUM or None
    ) as client:
        recording = client.recording(record_id)
    return (recording.url(place.kind.value) if recording else "") or url
