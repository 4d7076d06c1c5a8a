"""Small pictures of the lists: made of a poster, or fetched once from an allowed server and kept.

A browser never asks the old server itself: that would tell it who looks at what.
"""

from __future__ import annotations

import io
import logging
import os
import threading
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import requests
from django.conf import settings
from PIL import Image, UnidentifiedImageError

from pod.video.stills import still

log = logging.getLogger(__name__)

SIZE = (320, 180)
LARGE = (1280, 720)  # what stands in the player until it plays
LARGEST = 5_000_000  # bytes of a fetched picture
TIMEOUT = (2, 4)  # seconds: a page waits for it
QUALITY = 82


def write_thumbnail(source: Path, target: Path, size: tuple[int, int] = SIZE) -> None:
    """Write a small JPEG of a picture file. Raises OSError or ValueError when it is none."""
    with Image.open(source) as picture:
        _write(picture, target, size)


def frame_thumbnail(media: Path, second: float, target: Path, size: tuple[int, int] = SIZE) -> None:
    """Write a small JPEG of the picture at a second. Raises av.FFmpegError, OSError or ValueError."""
    _write(still(media, second, size), target, size)


def fetched_thumbnail(url: str, allowed: frozenset[str]) -> Path | None:
    """Return the kept picture of `url`, fetching it the first time; None when there is none to have.

    A failure is remembered too: the next page does not wait again.
    """
    if not url or not _may(url, allowed):
        return None
    target = Path(settings.CACHE_DIR) / "thumbnails" / f"{sha256(url.encode()).hexdigest()}.jpg"
    if target.is_file():
        return target if target.stat().st_size else None
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with Image.open(io.BytesIO(_fetch(url))) as picture:
            _write(picture, target, SIZE)
    except (requests.RequestException, UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        # the address may carry a token: only its host is logged
        log.info("no thumbnail from %s: %s", urlsplit(url).hostname, type(error).__name__)
        target.touch()
        return None
    return target


def _may(url: str, allowed: frozenset[str]) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and (parts.hostname or "").lower() in allowed


def _fetch(url: str) -> bytes:
    """Return the body; redirects are not followed: they may lead to another host."""
    with requests.get(url, timeout=TIMEOUT, stream=True, allow_redirects=False) as answer:
        answer.raise_for_status()
        if answer.is_redirect:
            raise requests.TooManyRedirects("redirected")
        body = next(answer.iter_content(LARGEST + 1), b"")
    if len(body) > LARGEST:
        raise ValueError("too large")
    return body


def _write(picture: Image.Image, target: Path, size: tuple[int, int]) -> None:
    part = target.with_name(f"{target.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        picture.thumbnail(size)
        picture.convert("RGB").save(part, format="JPEG", quality=QUALITY)
        part.replace(target)
    except Image.DecompressionBombError as error:
        raise ValueError("too many pixels") from error
    finally:
        part.unlink(missing_ok=True)
