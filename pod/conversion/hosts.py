"""From which hosts recordings may be fetched (a link in a form must not reach the inner network)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

from pod.bbb.transfer.client import host_of


def allowed_hosts(extra: Iterable[str]) -> frozenset[str]:
    """Return the hosts, lower case: those of the configured servers, BBB_ALLOWED_HOSTS and `extra`."""
    servers = (settings.SCRIPT_BBB_SERVER_URL, settings.BBB_API_URL)
    named = [urlsplit(url.strip()).hostname or "" for url in servers if url]
    return frozenset(host.lower() for host in (*named, *settings.BBB_ALLOWED_HOSTS, *extra) if host)


def is_allowed(url: str, extra: Iterable[str]) -> bool:
    """Whether `url` is http(s) and its host may be asked: one of the settings' or of `extra`."""
    return host_of(url.strip()) in allowed_hosts(extra)


def hosts_of(*urls: str) -> list[str]:
    """Return the hosts of http(s) addresses, lower case, each once; what is no address names none."""
    return list(dict.fromkeys(host for url in urls if (host := host_of(url.strip()))))
