"""Addresses and checksums of the API. A signed query is made just before sending and never kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from pod.bbb.errors import ApiError
from pod.bbb.secrecy import scrub

ALGORITHMS = ("sha1", "sha256", "sha384", "sha512")


def query_string(params: Mapping[str, str]) -> str:
    """The query exactly as it will be sent and signed."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in params.items())


def checksum(call: str, query: str, secret: str, algorithm: str) -> str:
    """hex(H(call + query + secret)); `query` without the checksum (docs.bigbluebutton.org, API)."""
    return hashlib.new(algorithm, f"{call}{query}{secret}".encode()).hexdigest()


def signed(call: str, query: str, secret: str, algorithm: str) -> str:
    """The query with its checksum. A secret: send it, never keep or say it."""
    mark = f"checksum={checksum(call, query, secret, algorithm)}"
    return f"{query}&{mark}" if query else mark


@dataclass(frozen=True)
class Endpoint:
    """Where the API is: `url` ends in /api and holds no password."""

    url: str
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, server_url: str) -> Endpoint:
        """Read what an administrator writes: .../bigbluebutton/ or .../bigbluebutton/api, any slashes.

        A bare host gets /bigbluebutton/api; any other path gets /api (the mock's
        /<serverID>/api/). Raises ApiError when it is no http(s) address.
        """
        given = server_url.strip()
        try:
            parts = urlsplit(given)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            parts, host, port = urlsplit(""), "", None
        if parts.scheme not in {"http", "https"} or not host or re.search(r"[\s\x00-\x1f]", given):
            shown = scrub(given.rpartition("@")[2])[:100]
            raise ApiError(
                f"The address of the BigBlueButton server, {shown!r}, is not valid: give it as "
                "`bbb-conf --secret` shows it, for instance https://bbb.univ.example/bigbluebutton/"
            )
        path = re.sub(r"/+", "/", parts.path).rstrip("/").removesuffix("/getRecordings")
        if not path:
            path = "/bigbluebutton"
        path = path if path.endswith("/api") else f"{path}/api"
        host = f"[{host}]" if ":" in host else host
        place = f"{host}:{port}" if port else host
        return cls(f"{parts.scheme}://{place}{path}", parts.username or "", parts.password or "")
