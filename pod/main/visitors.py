"""Where a request comes from, as far as it can be believed."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

HOUSEHOLD = 64  # bits of an IPv6 address that one subscriber has; the rest is chosen freely


def address_of(request: HttpRequest) -> str:
    """Return the address that a request comes from, for IPv6 its network; "" if it is not known.

    Only proxies in TRUSTED_PROXIES are believed in what they add to X-Forwarded-For: the header is read
    from its end, up to the first address that is not such a proxy.
    """
    way = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    way.append(request.META.get("REMOTE_ADDR", ""))
    here = way.pop()
    while way and _is_proxy(here):
        here = way.pop()
    return _whole(here)


def _is_proxy(address: str) -> bool:
    """Whether it is one of our proxies; one that comes by a local socket has no address."""
    return not address or address in settings.TRUSTED_PROXIES


def _whole(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:  # made up by who sent it; it never goes anywhere but into a digest
        return address[:64]
    if known.version == 4:
        return str(known)
    return str(known.ipv4_mapped or ip_network((known, HOUSEHOLD), strict=False))
