"""Sending files of videos: in ranges, or by the web server in front (X-Accel)."""

from __future__ import annotations

import mimetypes
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from email.utils import formatdate
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.utils.cache import get_conditional_response

from pod.video.storage import is_media, media_name

CHUNK = 256 * 1024
RANGE = re.compile(r"bytes=(?!-$)(\d{0,18})-(\d{0,18})$")  # no file is longer; Python reads 4,300 digits
TYPES = {".vtt": "text/vtt; charset=utf-8", ".mkv": "video/x-matroska", ".m4v": "video/mp4"}


def send_file(
    request: HttpRequest, path: Path, *, download_as: str = "", shown_as: str = ""
) -> HttpResponseBase:
    """Answer with the file, or the one range of it that is asked for (RFC 9110, 14).

    With MEDIA_X_ACCEL (nginx's internal location of MEDIA_ROOT) nginx sends what lies there; kept
    pictures do not. `shown_as` is the name that a browser proposes when what it shows is saved. Raises
    Http404.
    """
    if not path.is_file():
        raise Http404
    by_nginx = settings.MEDIA_X_ACCEL and is_media(path)
    response = _accelerated(path) if by_nginx else _own(request, path)
    response.headers["Content-Type"] = content_type(path)
    response.headers["Cache-Control"] = "private, max-age=3600"
    if name := download_as or shown_as:
        how = "attachment" if download_as else "inline"
        response.headers["Content-Disposition"] = _disposition(how, name)
    return response


def send_archive(paths: Sequence[Path], name: str) -> HttpResponseBase:
    """Answer with a ZIP of the files, each once; it grows on disk, not in memory."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it is sent
    with zipfile.ZipFile(spool, "w", zipfile.ZIP_STORED) as archive:  # pictures are packed already
        for path in dict.fromkeys(paths):
            if path.is_file():
                archive.write(path, path.name)
    spool.seek(0)
    response = FileResponse(spool, content_type="application/zip")
    # not FileResponse's own: it takes what is before a slash of a title ("12/03/2021") for a folder
    response.headers["Content-Disposition"] = _disposition("attachment", name)
    return response


def content_type(path: Path) -> str:
    """Return the media type of a file by its suffix; nothing that a browser would run."""
    known = TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or ""
    safe = known.startswith(("video/", "audio/", "text/vtt")) or known in {
        "image/png",
        "image/jpeg",
        "image/webp",
        "image/gif",
    }
    return known if safe else "application/octet-stream"


def _disposition(how: str, name: str) -> str:
    """Return the header that proposes a name (RFC 6266), for old browsers in ASCII."""
    ascii_name = re.sub(r"[^\w.-]+", "_", name, flags=re.ASCII)
    return f"{how}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def _accelerated(path: Path) -> HttpResponse:
    response = HttpResponse()
    response.headers["X-Accel-Redirect"] = f"{settings.MEDIA_X_ACCEL.rstrip('/')}/{quote(media_name(path))}"
    return response


def _own(request: HttpRequest, path: Path) -> HttpResponseBase:
    found = path.stat()
    etag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
    asked = RANGE.match(request.headers.get("Range", "")) if request.method == "GET" else None
    if request.headers.get("If-Range", etag) != etag:
        asked = None  # the file is another than the one that the browser has a part of
    # the browser has it already (304), or wants more of another file (412)
    response: HttpResponseBase | None = get_conditional_response(request, etag, int(found.st_mtime))
    if response is None:
        response = _part(path, found.st_size, *asked.groups()) if asked else FileResponse(path.open("rb"))
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = formatdate(found.st_mtime, usegmt=True)
    return response


def _part(path: Path, size: int, first: str, last: str) -> HttpResponseBase:
    """Answer one range: 206, or 416 when nothing of it is in the file."""
    if first:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
    else:  # the last so many bytes
        start, end = max(0, size - int(last)), size - 1
    if start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    length = end - start + 1
    response = StreamingHttpResponse(_read(path, start, length), status=206)
    response.headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    response.headers["Content-Length"] = str(length)
    return response


def _read(path: Path, start: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while length > 0 and (chunk := file.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
