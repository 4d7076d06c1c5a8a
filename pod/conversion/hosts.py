"""From which hosts recordings may be fetched (a link in a form must not reach the inner network)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings


def allowed_hosts(extra: Iterable[str] = ()) -> frozenset[str]:
    """Return the hosts, lower case: those of the configured servers, BBB_ALLOWED_HOSTS and `extra`."""
    servers = (settings.SCRIPT_BBB_SERVER_URL, settings.BBB_API_URL)
    named = [urlsplit(url.strip()).hostname or "" for url in servers if url]
    return frozenset(host.lower() for host in (*named, *settings.BBB_ALLOWED_HOSTS, *extra) if host)


def is_allowed(url: str, extra: Iterable[str] = ()) -> bool:
    """Whether `url` is http(s) and its host may be asked."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and (parts.hostname or "").lower() in allowed_hosts(extra)


def hosts_of(*urls: str) -> list[str]:
    """Return the hosts of http(s) addresses, lower case, each once; what is no address names none."""
    hosts: dict[str, None] = {}
    for url in urls:
        with suppress(ValueError):
            parts = urlsplit(url.strip())
            if parts.scheme in {"http", "https"} and parts.hostname:
                hosts[parts.hostname.lower()] = None
    return list(hosts)
