"""Where the file of a PeerTube video is: its public REST API, `GET /api/v1/videos/{id}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from pod.bbb.transfer.client import TURNED_AWAY, HostAwayError
from pod.conversion.errors import ConversionError, NotGivenError
from pod.conversion.hosts import is_allowed

TIMEOUT = (10, 30)
# /w/SHORT, /videos/watch/UUID, /videos/embed/UUID
PAGE = re.compile(r"/(?:w|videos/watch|videos/embed)/([A-Za-z0-9-]{8,64})/?$")


def is_page(address: str) -> bool:
    """Whether the address is, by its form, that of a video's page."""
    return PAGE.search(urlsplit(address).path) is not None


def film_address(page: str, allowed: Iterable[str]) -> str:
    """Return the address of the largest file of the video at `page`; ConversionError when there is none.

    Only the host of the page is asked, and only when it may be. Raises HostAwayError when it turns
    everybody away for now.
    """
    parts = urlsplit(page)
    found = PAGE.search(parts.path)
    if found is None:
        raise NotGivenError(
            "This is not the address of a PeerTube video: open it there and copy its address."
        )
    api = f"{parts.scheme}://{parts.netloc}/api/v1/videos/{found[1]}"
    if not is_allowed(api, allowed):
        raise ConversionError(f"Nothing may be fetched from {parts.hostname}.")
    answer = requests.get(api, timeout=TIMEOUT, allow_redirects=False)
    if answer.status_code in TURNED_AWAY:
        raise HostAwayError(f"PeerTube answers HTTP {answer.status_code}: try again later.")
    if answer.status_code != requests.codes.ok:
        raise NotGivenError(
            f"PeerTube answers HTTP {answer.status_code} for this video: private, locked, or gone."
        )
    try:
        return _best(answer.json(), f"{parts.scheme}://{parts.netloc}")
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise NotGivenError("PeerTube’s answer cannot be read.", repr(error)) from error


@dataclass(frozen=True)
class _File:
    """One of the files that PeerTube names. Before 6.2 it does not say what is in them: all is, then."""

    number: int
    height: int
    address: str
    has_video: bool
    has_audio: bool


def _best(video: dict[str, Any], server: str) -> str:
    """Return the address of the largest picture, with its sound if there is any.

    A server that keeps the sound apart joins the two on request (PeerTube 6.3 and later).
    """
    files = list(_files(video))
    whole = [file for file in files if file.has_video and file.has_audio]
    pictures, sounds = ([file for file in files if getattr(file, has)] for has in ("has_video", "has_audio"))
    if whole or not (pictures and sounds):
        chosen = whole or pictures or sounds
        if not chosen:
            raise NotGivenError("PeerTube offers no file of this video to download.")
        return max(chosen, key=_height).address
    picture, sound = max(pictures, key=_height), max(sounds, key=_height)
    query = urlencode({"videoFileIds": [picture.number, sound.number]}, doseq=True)
    return f"{server}/download/videos/generate/{video['uuid']}?{query}"


def _height(file: _File) -> int:
    return file.height


def _files(video: dict[str, Any]) -> Iterator[_File]:
    """Yield the files of the video itself and of its HLS playlists."""
    lists = [video.get("files") or []]
    lists += [playlist.get("files") or [] for playlist in video.get("streamingPlaylists") or []]
    for files in lists:
        for file in files:
            address = file.get("fileDownloadUrl") or file.get("fileUrl")
            if address:
                yield _File(
                    int(file.get("id") or 0),
                    int((file.get("resolution") or {}).get("id") or 0),
                    str(address),
                    file.get("hasVideo") is not False,
                    file.get("hasAudio") is not False,
                )
