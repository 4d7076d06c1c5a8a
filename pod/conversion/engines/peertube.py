"""Where the file of a PeerTube video is: its public REST API, `GET /api/v1/videos/{id}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import requests

from pod.conversion.errors import ConversionError
from pod.conversion.hosts import is_allowed

TIMEOUT = (10, 30)
# /w/SHORT, /videos/watch/UUID, /videos/embed/UUID
PAGE = re.compile(r"/(?:w|videos/watch|videos/embed)/([A-Za-z0-9-]{8,64})/?$")


def film_address(page: str, allowed: Iterable[str]) -> str:
    """Return the address of the largest file of the video at `page`; ConversionError when there is none.

    Only the host of the page is asked, and only when it may be.
    """
    parts = urlsplit(page)
    found = PAGE.search(parts.path)
    if found is None:
        raise ConversionError(
            "This is not the address of a PeerTube video: open it there and copy its address."
        )
    api = f"{parts.scheme}://{parts.netloc}/api/v1/videos/{found[1]}"
    if not is_allowed(api, allowed):
        raise ConversionError(f"Nothing may be fetched from {parts.hostname}.")
    answer = requests.get(api, timeout=TIMEOUT, allow_redirects=False)
    if answer.status_code != requests.codes.ok:
        raise ConversionError(
            f"PeerTube answers HTTP {answer.status_code} for this video: it is private, or gone."
        )
    try:
        files = sorted(_files(answer.json()), reverse=True)
    except (ValueError, TypeError, AttributeError) as error:
        raise ConversionError("PeerTube’s answer cannot be read.", repr(error)) from error
    if not files:
        raise ConversionError("PeerTube offers no file of this video to download.")
    return files[0][1]


def _files(video: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Yield (height, address) of each file, of the video itself and of its HLS playlists."""
    lists = [video.get("files") or []]
    lists += [playlist.get("files") or [] for playlist in video.get("streamingPlaylists") or []]
    for files in lists:
        for file in files:
            address = file.get("fileDownloadUrl") or file.get("fileUrl")
            if address:
                yield int((file.get("resolution") or {}).get("id") or 0), str(address)
