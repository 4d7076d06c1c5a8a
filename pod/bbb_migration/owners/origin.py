"""What any recording says about itself before a source is asked about it. Pure: no database."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import urlsplit

UNASKABLE = re.compile("[\x00\ud800-\udfff]")


def read_json(text: str) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return what JSON says, also where it was HTML-escaped on its way; None where it is no JSON."""
    for readable in (text, unescape(text)):
        try:
            return json.loads(readable)
        except (ValueError, RecursionError):
            continue
    return None


def askable(text: str) -> bool:
    """Whether a database can be asked about `text`: no NUL and no half characters."""
    return UNASKABLE.search(text) is None


def made_with(metadata: Mapping[str, str]) -> str:
    """Return the front-end that a recording's metadata (`by_name`) names, such as "moodle"; "" if none."""
    named = metadata.get("bbb-origin", "").strip().lower()
    return "greenlight" if named.startswith("greenlight") or "gl-version" in metadata else named


def place(address: str) -> str:
    """Return an address, host name or DB_PARAMS key as `host[:port][/path]` in lower case."""
    address = address.strip()
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
    except ValueError:
        # not an address at all ("[moodle"): compare it as it stands
        return address.lower()
    return f"{parts.netloc.rpartition('@')[2].lower()}{parts.path.rstrip('/')}"


def host(place: str) -> str:
    """Return the host of a `place`, without its port."""
    return place.partition("/")[0].partition(":")[0]
