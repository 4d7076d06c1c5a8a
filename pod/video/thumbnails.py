"""Small pictures of the lists: made of a poster, or fetched once from an allowed server and kept.

A browser never asks the old server itself: that would tell it who looks at what.
"""

from __future__ import annotations

import io
import logging
import time
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.conf import settings
from PIL import Image

from pod.bbb.errors import FetchError
from pod.bbb.places import own_part_of, whole
from pod.bbb.playback.media import MOST_PIXELS
from pod.bbb.transfer.client import host_of
from pod.bbb.transfer.small import small_file
from pod.video.stills import still

log = logging.getLogger(__name__)

SIZE = (320, 180)
LARGE = (1280, 720)  # what stands in the player until it plays
LARGEST = 5_000_000  # bytes of a fetched picture
TIMEOUT = (2, 4)  # seconds: a page waits for it
QUALITY = 82
FAILED_S = 3600  # seconds for which a server is not asked again for what it did not give


def write_thumbnail(source: Path, target: Path, size: tuple[int, int] = SIZE) -> None:
    """Write a small JPEG of a picture file. Raises OSError, SyntaxError or ValueError when it is none."""
    _write_small(source, target, size)


def frame_thumbnail(media: Path, second: float, target: Path, size: tuple[int, int] = SIZE) -> None:
    """Write a small JPEG of the picture at a second. Raises av.FFmpegError, OSError or ValueError."""
    _write(still(media, second, size), target, size)


def fetched_thumbnail(url: str, allowed: frozenset[str]) -> Path | None:
    """Return the kept picture of `url`, fetching it the first time; None when there is none to have.

    A failure is remembered too, for FAILED_S: the next page does not wait again, but a server that was
    down for a while is asked again later.
    """
    if host_of(url) not in allowed:
        return None
    target = Path(settings.CACHE_DIR) / "thumbnails" / f"{sha256(url.encode()).hexdigest()}.jpg"
    if target.is_file():
        kept = target.stat()
        if kept.st_size:
            return target
        if time.time() - kept.st_mtime < FAILED_S:
            return None
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        body = small_file(url, "a picture", allowed, most=LARGEST, timeout=TIMEOUT)
        _write_small(io.BytesIO(body), target, SIZE)
    except (FetchError, OSError, ValueError, SyntaxError) as error:
        # the address may carry a token: only its host is logged
        log.info("no thumbnail from %s: %s", host_of(url), type(error).__name__)
        target.touch()
        return None
    return target


def _write_small(source: Path | IO[bytes], target: Path, size: tuple[int, int]) -> None:
    try:
        with Image.open(source) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            _write(picture, target, size)
    except Image.DecompressionBombError as error:  # Pillow's own bound, before a size can be asked
        raise ValueError("too many pixels") from error


def _write(picture: Image.Image, target: Path, size: tuple[int, int]) -> None:
    with whole(target, own_part_of(target)) as part:
        picture.thumbnail(size)
        picture.convert("RGB").save(part, format="JPEG", quality=QUALITY)
