"""Where a request comes from, as far as it can be believed."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

HOUSEHOLD = 64  # bits of an IPv6 address that one subscriber has; the rest is chosen freely


def address_of(request: HttpRequest) -> str:
    """Return the address that asks, the network for IPv6; "" when nobody knows.

    A proxy of TRUSTED_PROXIES is believed in what it adds to X-Forwarded-For, anybody else is not:
    the header is read from its end, up to the first address that is no such proxy.
    """
    way = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    way.append(request.META.get("REMOTE_ADDR", ""))
    here = way.pop()
    while way and _is_proxy(here):
        here = way.pop()
    return _whole(here)


def _is_proxy(address: str) -> bool:
    """Whether it is a proxy of ours; a web server on the same machine by a socket has no address."""
    return not address or address in settings.TRUSTED_PROXIES


def _whole(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:  # made up by who sent it; it never goes anywhere but into a digest
        return address[:64]
    if known.version == 4:
        return str(known)
    return str(known.ipv4_mapped or ip_network((known, HOUSEHOLD), strict=False))
